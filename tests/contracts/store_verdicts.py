"""What every store promises of claims by their verdicts; part of :class:`tests.contracts.store.StoreContract`."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from index.backends.memory import MemoryStore
from index.errors import QueryError
from index.model import STANDING, Claim, Correction, Verdict, VerdictStatus
from index.query import ClaimQuery, parse_query
from index.ratings import Rating
from index.store import Store
from tests.contracts.records import build_claim, build_verdict
from tests.contracts.store_search import find, keep_claims

AFP, DESK = "AFP Factuel", "Bureau de Kidal: أخبار"


def claim_id(number: int) -> str:
    return f"C-2023-{number:04d}"


class VerdictsContract:
    """Claims are found and counted by the verdicts on them, as these are now."""

    @pytest.fixture
    def judged(self, store: Store) -> Store:
        """Keep five claims, on three of which organisations judged, not all alike."""
        keep_claims(
            store,
            build_claim(1, "Des tunnels sous Kidal", countries=("ML",), first_appeared_on="2023-11-14"),
            build_claim(2, "Une ville reprise, Kidal", countries=("ML", "NE"), first_appeared_on="2023-11-05"),
            build_claim(3, "De l'or volé à Kidal", countries=("TD",), first_appeared_on="2023-10"),
            build_claim(4, "Un tunnel à Gao", countries=("ML",)),
            build_claim(5, "Kidal"),
        )
        store.add_revisions(
            [
                build_verdict(1, claim_id(1), AFP, Rating.FALSE, revision=1),
                build_verdict(2, claim_id(1), DESK, Rating.MISLEADING, revision=1),
                build_verdict(3, claim_id(1), DESK, Rating.FALSE, revision=1),
                build_verdict(4, claim_id(2), DESK, Rating.FALSE, revision=1),
                build_verdict(5, claim_id(3), AFP, None, revision=1),
                build_verdict(6, claim_id(4), DESK, Rating.TRUE, revision=1, status="draft"),
                build_verdict(7, claim_id(4), DESK, Rating.TRUE, revision=1, status="withdrawn"),
            ]
        )
        return store

    def test_a_claim_counts_once_under_each_rating_and_organisation_that_judged_it(self, judged: Store) -> None:
        counted = judged.count_claims(ClaimQuery())

        assert counted.total == 5
        assert counted.ratings == {"false": 2, "misleading": 1}
        assert counted.publishers == {AFP: 2, DESK: 2}
        assert counted.countries == {"ML": 3, "NE": 1, "TD": 1}

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({"ratings": (Rating.FALSE,)}, {1, 2}),
            ({"ratings": (Rating.MISLEADING, Rating.TRUE)}, {1}),
            ({"ratings": (Rating.TRUE,)}, set()),
            ({"publishers": (AFP,)}, {1, 3}),
            ({"publishers": (AFP, DESK)}, {1, 2, 3}),
            ({"publishers": ("afp",)}, set()),
            ({"publishers": ("\ud800", "x" * 50_000)}, set()),
            ({"ratings": (Rating.MISLEADING,), "publishers": (AFP,)}, set()),
            ({"ratings": (Rating.MISLEADING,), "publishers": (DESK, "x")}, {1}),
            ({"ratings": (Rating.FALSE, Rating.MIXED), "publishers": (AFP,)}, {1}),
            ({"ratings": (Rating.FALSE,), "countries": ("NE",)}, {2}),
            ({"ratings": (Rating.FALSE,), "since": date(2023, 11, 6)}, {1}),
            ({"publishers": (AFP,), "until": date(2023, 10, 31), "languages": ("fr",)}, {3}),
        ],
    )
    def test_one_verdict_must_say_all_that_is_asked(
        self, judged: Store, filters: dict[str, Any], found: set[int]
    ) -> None:
        expected = {claim_id(number) for number in found}

        assert set(find(judged, "", **filters)) == expected
        assert set(find(judged, "Kidal", **filters)) == expected
        assert judged.count_claims(ClaimQuery(**filters)).total == len(expected)

    def test_words_narrow_what_is_counted(self, judged: Store) -> None:
        counted = judged.count_claims(ClaimQuery(text=parse_query("tunnels")))

        assert (counted.total, counted.ratings) == (2, {"false": 1, "misleading": 1})
        assert find(judged, "ville", ratings=(Rating.MISLEADING,)) == []

    def test_pages_follow_within_what_was_rated_so(self, judged: Store) -> None:
        query = ClaimQuery(ratings=(Rating.FALSE,), limit=1)
        first = judged.find_claims(query)
        second = judged.find_claims(replace(query, cursor=first.next_cursor))

        assert [hit.claim.id for page in (first, second) for hit in page.hits] == [claim_id(1), claim_id(2)]
        assert (first.total, second.total, second.next_cursor) == (2, 2, "")
        with pytest.raises(QueryError, match="page mark"):
            judged.find_claims(replace(query, cursor=first.next_cursor, ratings=(Rating.MIXED,)))

    def test_a_correction_moves_the_claim_and_a_withdrawal_takes_it_out(self, judged: Store) -> None:
        corrected = build_verdict(4, claim_id(2), DESK, Rating.MISSING_CONTEXT, status="corrected")
        judged.revise(corrected, expected_revision=1)

        assert judged.count_claims(ClaimQuery()).ratings == {"false": 1, "misleading": 1, "missing_context": 1}
        assert find(judged, "", ratings=(Rating.MISSING_CONTEXT,)) == [claim_id(2)]

        judged.revise(replace(corrected, status="withdrawn"), expected_revision=2)

        counted = judged.count_claims(ClaimQuery())
        assert counted.ratings == {"false": 1, "misleading": 1}
        assert counted.publishers == {AFP: 2, DESK: 1}

    def test_a_draft_counts_once_it_is_published(self, judged: Store) -> None:
        judged.revise(build_verdict(6, claim_id(4), DESK, Rating.TRUE), expected_revision=1)

        assert find(judged, "", ratings=(Rating.TRUE,), publishers=(DESK,)) == [claim_id(4)]

    @pytest.mark.parametrize("status", get_args(VerdictStatus))
    def test_what_stands_counts_and_nothing_else_does(self, judged: Store, status: VerdictStatus) -> None:
        says = build_verdict(6, claim_id(4), DESK, Rating.TRUE, status=status, drafted_by=("awa",))
        waiting = Correction(by="awa", reason="new source", rating=Rating.MIXED, textual_rating="Mitigé")
        judged.revise(says, expected_revision=1)
        judged.revise(replace(says, proposed=waiting), expected_revision=2)

        stands = [claim_id(4)] if status in STANDING else []
        assert find(judged, "", ratings=(Rating.TRUE,), publishers=(DESK,)) == stands
        assert find(judged, "", ratings=(Rating.MIXED,)) == []
        assert [one.id for one in judged.find_linked(Verdict, "proposed", ["yes"])] == ["V-2023-0006"]
        assert judged.count_by(Verdict, "status")[status] == (
            2 if status == "withdrawn" else 6 if status == "published" else 1
        )

    def test_a_claim_that_is_revised_keeps_what_was_said_of_it(self, judged: Store) -> None:
        judged.revise(build_claim(1, "Une affirmation sur Kidal"), expected_revision=1)
        judged.add_revisions([build_claim(2, "Encore une affirmation", revision=2)])

        assert set(find(judged, "affirmation", ratings=(Rating.FALSE,))) == {claim_id(1), claim_id(2)}
        assert judged.count_claims(ClaimQuery()).ratings == {"false": 2, "misleading": 1}

    def test_a_verdict_that_goes_over_to_another_claim_counts_there(self, judged: Store) -> None:
        judged.revise(build_verdict(2, claim_id(5), DESK, Rating.MISLEADING), expected_revision=1)
        assert find(judged, "", ratings=(Rating.MISLEADING,)) == [claim_id(5)]

        judged.revise(build_verdict(2, claim_id(1), DESK, Rating.MISLEADING), expected_revision=2)
        assert find(judged, "", ratings=(Rating.MISLEADING,)) == [claim_id(1)]

    def test_several_revisions_kept_at_once_count_as_the_last(self, judged: Store) -> None:
        ratings = (Rating.MIXED, Rating.UNPROVEN, Rating.SATIRE)
        judged.add_revisions(
            [build_verdict(8, claim_id(5), AFP, rating, revision=number) for number, rating in enumerate(ratings, 1)]
        )
        judged.add_revisions([build_verdict(8, claim_id(5), AFP, Rating.EXAGGERATED, revision=4)])

        assert find(judged, "", ratings=ratings) == []
        assert find(judged, "", ratings=(Rating.EXAGGERATED,)) == [claim_id(5)]

    @pytest.mark.parametrize("name", ["C-2023-0009", "un claim à nous", "c" * 2_000])
    def test_a_claim_that_comes_after_its_verdicts_has_them(self, store: Store, name: str) -> None:
        store.revise(build_verdict(1, "C-2023-0001", AFP, Rating.FALSE), expected_revision=0)
        store.revise(build_verdict(2, name, AFP, Rating.MIXED), expected_revision=0)
        assert store.count_claims(ClaimQuery()).ratings == {}

        keep_claims(store, build_claim(9, "Kidal", id=name))
        store.add_revisions([build_claim(1, "Kidal", revision=1)])

        assert store.count_claims(ClaimQuery()).ratings == {"false": 1, "mixed": 1}
        assert find(store, "Kidal", ratings=(Rating.MIXED,)) == [name]

    def test_verdicts_given_at_once_on_one_claim_all_count(self, store: Store) -> None:
        keep_claims(store, build_claim(1, "Kidal"))
        verdicts = [build_verdict(n, claim_id(1), f"Desk {n}", list(Rating)[n % 4]) for n in range(12)]

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda verdict: store.revise(verdict, expected_revision=0), verdicts))

        counted = store.count_claims(ClaimQuery())
        assert counted.publishers == {f"Desk {n}": 1 for n in range(12)}
        assert counted.ratings == {rating.value: 1 for rating in list(Rating)[:4]}

    def test_every_store_counts_a_copy_alike(self, judged: Store) -> None:
        with closing(MemoryStore()) as other:
            for kind in (Verdict, Claim):
                other.add_revisions(judged.iter_revisions(kind))

            assert other.count_claims(ClaimQuery()) == judged.count_claims(ClaimQuery())
