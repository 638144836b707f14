"""What every store promises of keeping records; part of :class:`tests.contracts.store.StoreContract`."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from index.errors import RecordConflictError, RecordFormatError, RecordNotFoundError, RevisionConflictError
from index.model import (
    KINDS,
    RECORDS,
    REVISED,
    BankEntry,
    Claim,
    Evidence,
    Match,
    Post,
    Record,
    Revised,
    Serial,
    Verdict,
)
from index.numbering import create_numbered
from index.query import ClaimQuery, PostQuery, TextQuery
from index.ratings import Rating
from index.store import Store
from tests.contracts.records import build_claim, build_entry, build_post, build_sample, build_samples, build_words_entry
from tests.contracts.store_search import keep_claims

CREATED: list[type[Record]] = list(RECORDS)
WITH_HISTORY: list[type[Revised]] = list(REVISED)


def name_of(kind: object) -> str:
    return getattr(kind, "KIND", str(kind))


class RecordsContract:
    """Created once or revised, asked for by identifier, by link, or all; the store is the inheriting class's fixture."""

    # --- records that are created once ---

    @pytest.mark.parametrize("kind", CREATED, ids=name_of)
    def test_every_field_of_a_created_record_comes_back(self, store: Store, kind: type[Record]) -> None:
        sample = build_sample(kind)

        assert store.add([sample]) == {sample.id}

        assert store.get(kind, sample.id) == sample
        assert store.get_many(kind, [sample.id, "unknown"]) == {sample.id: sample}
        assert list(store.iter_records(kind)) == [sample]

    @pytest.mark.parametrize("kind", CREATED, ids=name_of)
    def test_the_same_again_is_no_error_and_nothing_new(self, store: Store, kind: type[Record]) -> None:
        sample = build_sample(kind)
        store.add([sample])

        assert store.add([sample, build_sample(kind)]) == frozenset()
        assert store.count(kind) == 1

    def test_a_record_twice_in_one_call_is_kept_once(self, store: Store) -> None:
        assert store.add([build_post(1, "one"), build_post(1, "one")]) == {"P-0001"}
        assert store.count(Post) == 1

    def test_other_content_under_the_same_identifier_is_refused_and_what_was_there_stays(self, store: Store) -> None:
        first = build_post(1, "first")
        store.add([first])

        with pytest.raises(RecordConflictError) as refusal:
            store.add([build_post(1, "second")])

        assert (refusal.value.kind, refusal.value.record_id) == ("post", "P-0001")
        assert store.get(Post, "P-0001") == first

    def test_two_contents_for_one_identifier_in_one_call_are_refused(self, store: Store) -> None:
        with pytest.raises(RecordConflictError):
            store.add([build_post(1, "first"), build_post(1, "second")])

    def test_a_refused_call_keeps_nothing_where_add_is_atomic(self, store: Store) -> None:
        store.add([build_post(1, "first")])

        with pytest.raises(RecordConflictError):
            store.add([build_post(2, "new"), build_post(1, "other"), build_post(3, "new")])

        if store.atomic_add:
            assert [post.id for post in store.iter_records(Post)] == ["P-0001"]
            assert store.find_posts(PostQuery(text=TextQuery(words="new"))).total == 0

    def test_records_of_different_kinds_go_into_one_call(self, store: Store) -> None:
        samples = [build_sample(kind) for kind in CREATED]

        assert store.add(iter(samples)) == {sample.id for sample in samples}
        assert [store.get(type(sample), sample.id) for sample in samples] == samples

    def test_one_identifier_may_name_things_of_different_kinds(self, store: Store) -> None:
        post, evidence = build_post(1, "text", id="same"), replace(build_sample(Evidence), id="same")

        store.add([post, evidence])

        assert store.get(Post, "same") == post
        assert store.get(Evidence, "same") == evidence

    def test_nothing_to_add_is_no_error(self, store: Store) -> None:
        assert store.add([]) == frozenset()

    def test_what_has_a_history_cannot_be_added(self, store: Store) -> None:
        with pytest.raises(TypeError, match="history"):
            store.add([build_sample(Claim)])

    def test_what_has_no_history_cannot_be_revised(self, store: Store) -> None:
        post: Any = build_post(1, "text")

        with pytest.raises(TypeError, match="history"):
            store.revise(post, expected_revision=0)

    def test_what_cannot_be_written_is_refused_with_nothing_kept(self, store: Store) -> None:
        bad = [build_post(1, "\ud800"), build_post(2, "", id=""), build_entry(1, "00"), build_words_entry(1, "")]
        claims = [build_claim(1, "x", first_appeared_on="yesterday"), build_claim(2)]

        for record in bad:
            with pytest.raises(RecordFormatError):
                store.add([build_post(9, "good"), record])
        for claim in claims:
            with pytest.raises(RecordFormatError):
                store.revise(claim, expected_revision=0)

        assert [store.count(kind) for kind in (Claim, BankEntry)] == [0, 0]

    def test_adding_from_many_threads_names_each_new_record_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda turn: store.add([build_post(turn % 20, "same")]), range(160)))

        assert sorted(name for answer in answers for name in answer) == [f"P-{number:04d}" for number in range(20)]
        assert store.count(Post) == 20

    # --- records with a history ---

    @pytest.mark.parametrize("kind", WITH_HISTORY, ids=name_of)
    def test_every_field_of_every_revision_comes_back(self, store: Store, kind: type[Revised]) -> None:
        first = replace(build_sample(kind), revision=77)

        one = store.revise(first, expected_revision=0)
        two = store.revise(replace(first, reason="corrected"), expected_revision=1)

        assert one == replace(first, revision=1)
        assert two == replace(first, revision=2, reason="corrected")
        assert store.get(kind, first.id) == two
        assert store.get(kind, first.id, revision=1) == one
        assert store.get(kind, first.id, revision=2) == two
        assert store.get_history(kind, first.id) == (one, two)
        assert list(store.iter_records(kind)) == [two]
        assert store.get_many(kind, [first.id]) == {first.id: two}
        assert store.count(kind) == 1

    @pytest.mark.parametrize(("expected", "found"), [(0, 2), (1, 2), (3, 2), (9, 2), (-1, 2)])
    def test_a_revision_of_what_moved_on_is_refused(self, store: Store, expected: int, found: int) -> None:
        store.revise(build_claim(1, "one"), expected_revision=0)
        store.revise(build_claim(1, "two"), expected_revision=1)

        with pytest.raises(RevisionConflictError) as refusal:
            store.revise(build_claim(1, "other"), expected_revision=expected)

        assert (refusal.value.expected, refusal.value.found) == (expected, found)
        assert [claim.text for claim in store.get_history(Claim, "C-2023-0001")] == ["one", "two"]

    def test_a_revision_of_what_does_not_exist_is_refused(self, store: Store) -> None:
        with pytest.raises(RevisionConflictError) as refusal:
            store.revise(build_claim(1, "one"), expected_revision=1)

        assert refusal.value.found == 0
        assert store.count(Claim) == 0

    def test_repeating_a_write_returns_what_was_written(self, store: Store) -> None:
        one = store.revise(build_claim(1, "one"), expected_revision=0)
        two = store.revise(build_claim(1, "two"), expected_revision=1)

        assert store.revise(build_claim(1, "one"), expected_revision=0) == one
        assert store.revise(build_claim(1, "two"), expected_revision=1) == two
        assert store.get_history(Claim, one.id) == (one, two)

    def test_going_back_to_earlier_content_is_a_new_revision(self, store: Store) -> None:
        for revision, text in enumerate(["one", "two", "one"]):
            store.revise(build_claim(1, text), expected_revision=revision)

        assert [claim.text for claim in store.get_history(Claim, "C-2023-0001")] == ["one", "two", "one"]

    def test_of_many_writers_one_wins_and_nothing_is_lost(self, store: Store) -> None:
        def count_up(writer: int) -> None:
            for step in range(10):
                mark = f"{writer}-{step}"
                while True:
                    known = store.get_many(Serial, ["S"]).get("S", Serial(id="S", last=0))
                    try:
                        store.revise(replace(known, last=known.last + 1, reason=mark), expected_revision=known.revision)
                    except RevisionConflictError:
                        continue
                    break

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count_up, range(4)))

        history = store.get_history(Serial, "S")
        assert [serial.last for serial in history] == list(range(1, 41))
        assert [serial.revision for serial in history] == list(range(1, 41))
        assert {serial.reason for serial in history} == {f"{w}-{s}" for w in range(4) for s in range(10)}

    def test_numbers_given_at_once_are_given_once_and_without_gaps(self, store: Store) -> None:
        def number(turn: int) -> str:
            return create_numbered(store, "C", 2023, lambda given: build_claim(1, f"claim of {turn}", id=given)).id

        with ThreadPoolExecutor(6) as pool:
            given_numbers = list(pool.map(number, range(30)))

        assert sorted(given_numbers) == [f"C-2023-{serial:04d}" for serial in range(1, 31)]

    # --- histories from another store ---

    def test_histories_from_another_store_are_kept_as_they_were(self, store: Store) -> None:
        claims = [build_claim(n, f"claim {n} state {r}", revision=r) for n in (2, 1) for r in (1, 2, 3)]
        matches = [replace(build_sample(Match), revision=r) for r in (1, 2)]

        assert store.add_revisions([*claims[:5], *matches]) == 7
        assert store.add_revisions(claims) == 1
        assert store.add_revisions([*claims, *matches]) == 0

        assert store.get_history(Claim, "C-2023-0002") == tuple(claims[:3])
        assert list(store.iter_revisions(Claim)) == [*claims[3:], *claims[:3]]
        assert list(store.iter_revisions(Claim, after="C-2023-0001")) == claims[:3]
        assert list(store.iter_records(Claim)) == [claims[5], claims[2]]
        assert list(store.iter_revisions(Match)) == matches
        assert store.find_claims(ClaimQuery(text=TextQuery(phrases=("state 3",)))).total == 2
        assert store.find_claims(ClaimQuery(text=TextQuery(phrases=("state 2",)))).total == 0
        assert store.revise(claims[5], expected_revision=3).revision == 4

    @pytest.mark.parametrize("revision", [0, 2, 4])
    def test_a_history_that_does_not_fit_is_refused(self, store: Store, revision: int) -> None:
        store.revise(build_claim(1, "one"), expected_revision=0)
        store.revise(build_claim(1, "two"), expected_revision=1)

        with pytest.raises(RevisionConflictError):
            store.add_revisions([build_claim(1, "other", revision=revision)])

        assert [claim.text for claim in store.get_history(Claim, "C-2023-0001")] == ["one", "two"]
        with pytest.raises(TypeError):
            store.add_revisions([build_post(1, "no history")])  # type: ignore[list-item]  # what is refused

    def test_more_histories_than_fit_on_a_page_come_in_order(self, store: Store) -> None:
        serials = [replace(build_sample(Serial), id=f"S-{n:04d}", revision=r) for n in range(701) for r in (1, 2)]
        store.add_revisions(serials)

        assert list(store.iter_revisions(Serial)) == serials
        assert list(store.iter_revisions(Serial, after="S-0650")) == serials[1302:]

    # --- asking by identifier ---

    @pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
    def test_what_is_not_there_is_said_to_be_missing(self, store: Store, kind: type[Record]) -> None:
        with pytest.raises(RecordNotFoundError) as missing:
            store.get(kind, "unknown")

        assert (missing.value.kind, missing.value.record_id) == (kind.KIND, "unknown")
        assert store.get_many(kind, ["unknown"]) == {}
        assert list(store.iter_records(kind)) == []
        assert store.count(kind) == 0

    def test_a_history_or_revision_that_is_not_there_is_missing(self, store: Store) -> None:
        store.revise(build_claim(1, "one"), expected_revision=0)
        store.add([build_post(1, "one")])

        for revision in (-1, 0, 2, 10**9, 2**63, -(2**70), 2**70):
            with pytest.raises(RecordNotFoundError):
                store.get(Claim, "C-2023-0001", revision=revision)
        for revision in (0, 1):
            with pytest.raises(RecordNotFoundError):
                store.get(Post, "P-0001", revision=revision)
        with pytest.raises(RecordNotFoundError):
            store.get_history(Claim, "unknown")

    @pytest.mark.parametrize("name", ["", "\x00", "'; DROP TABLE record; --", "\ud800", "%", "*", "C-2023-0001\x00"])
    def test_a_hostile_identifier_names_nothing(self, store: Store, name: str) -> None:
        store.revise(build_claim(1, "one"), expected_revision=0)

        with pytest.raises(RecordNotFoundError):
            store.get(Claim, name)
        assert store.get_many(Claim, [name, "C-2023-0001"]).keys() == {"C-2023-0001"}
        assert store.find_linked(Claim, "country", [name]) == ()
        assert store.find_linked(Claim, name, ["x"]) == ()
        assert store.count_by(Claim, name) == {}
        with pytest.raises(RecordNotFoundError):
            store.get_history(Claim, name)

    def test_unusual_identifiers_are_kept_as_they_are(self, store: Store) -> None:
        names = ["\x00", "a\x00b", "é", "e\u0301", "أ", "'\"", "\U0001f4f7", "\uffff", " "]
        posts = [build_post(1, name, id=name, author=name) for name in names]

        store.add(posts)

        assert [post.id for post in store.iter_records(Post)] == sorted(names)
        assert store.get_many(Post, names) == {post.id: post for post in posts}
        for post in posts:
            assert store.find_linked(Post, "author", [post.author]) == (post,)

    def test_many_identifiers_may_be_asked_for_at_once(self, store: Store) -> None:
        posts = [build_post(number, "text") for number in range(1_200)]
        store.add(posts)

        found = store.get_many(Post, [post.id for post in posts])

        assert found == {post.id: post for post in posts}

    # --- links ---

    @pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
    def test_a_record_is_found_by_every_one_of_its_links(self, store: Store, kind: type[Record]) -> None:
        sample = build_sample(kind)
        kept = store.revise(sample, expected_revision=0) if isinstance(sample, Revised) else sample
        if not isinstance(sample, Revised):
            store.add([sample])

        for by, values in sample.links().items():
            assert values, "the sample fills every link"
            for value in values:
                assert store.find_linked(kind, by, [value]) == (kept,)
                assert store.count_by(kind, by)[value] == 1
            assert store.find_linked(kind, by, ["another"]) == ()

    def test_links_are_those_of_the_newest_revision(self, store: Store) -> None:
        match = build_sample(Match)
        store.revise(replace(match, status="suggested"), expected_revision=0)
        judged = store.revise(replace(match, status="confirmed"), expected_revision=1)

        assert store.find_linked(Match, "status", ["suggested"]) == ()
        assert store.find_linked(Match, "status", ["confirmed"]) == (judged,)
        assert store.find_linked(Match, "subject", [match.subject_id]) == (judged,)
        assert store.count_by(Match, "status") == {"confirmed": 1}

    def test_verdicts_are_counted_by_their_rating_as_it_is_now(self, store: Store) -> None:
        verdict = replace(build_sample(Verdict), rating=Rating.FALSE)
        for number in range(3):
            store.revise(replace(verdict, id=f"V-2023-{number}"), expected_revision=0)
        store.revise(replace(verdict, id="V-2023-1", rating=Rating.MISLEADING), expected_revision=1)
        store.revise(replace(verdict, id="V-2023-2", rating=None), expected_revision=1)

        assert store.count_by(Verdict, "rating") == {"false": 1, "misleading": 1}

    def test_linked_records_come_once_each_ordered_by_identifier(self, store: Store) -> None:
        keep_claims(
            store,
            build_claim(3, "c", countries=("ML",)),
            build_claim(1, "a", countries=("ML", "NE")),
            build_claim(2, "b", countries=("TD",)),
        )

        found = store.find_linked(Claim, "country", ["NE", "ML"])

        assert [claim.id for claim in found] == ["C-2023-0001", "C-2023-0003"]
        assert store.find_linked(Claim, "country", []) == ()
        assert store.count_by(Claim, "country") == {"ML": 2, "NE": 1, "TD": 1}

    def test_linked_records_are_read_page_by_page(self, store: Store) -> None:
        store.add([build_post(number, "text", author=f"author {number % 3}") for number in range(30)])
        found: list[str] = []

        while True:
            after = found[-1] if found else ""
            page = store.find_linked(Post, "author", ["author 0", "author 2"], after=after, limit=7)
            assert len(page) <= 7
            if not page:
                break
            found += [post.id for post in page]

        assert found == [f"P-{number:04d}" for number in range(30) if number % 3 != 1]
        assert store.find_linked(Post, "author", ["author 0"], limit=0) == ()

    def test_many_values_may_be_asked_for_at_once(self, store: Store) -> None:
        store.add([build_post(number, "text") for number in range(50)])

        found = store.find_linked(Post, "native_id", [f"x:{number}" for number in range(40_000)])

        assert len(found) == 50

    # --- all of a kind ---

    def test_all_of_a_kind_come_ordered_by_identifier(self, store: Store) -> None:
        numbers = list(range(1_100))
        random.Random(7).shuffle(numbers)
        store.add([build_post(number, "text") for number in numbers])

        ids = [post.id for post in store.iter_records(Post)]

        assert ids == [f"P-{number:04d}" for number in range(1_100)]
        assert [post.id for post in store.iter_records(Post, after="P-1097")] == ["P-1098", "P-1099"]
        assert [post.id for post in store.iter_records(Post, after="P-1097x")] == ["P-1098", "P-1099"]
        assert list(store.iter_records(Post, after="P-1099")) == []

    def test_writing_while_reading_all_of_a_kind_disturbs_nothing(self, store: Store) -> None:
        store.add([build_post(number, "text") for number in range(600)])
        seen = []

        for post in store.iter_records(Post):
            seen.append(post.id)
            store.add([build_post(int(post.id[2:]) + 5_000, "meanwhile")] if len(seen) % 200 == 1 else [])

        assert seen[:600] == [f"P-{number:04d}" for number in range(600)]
        assert len(seen) == len(set(seen))

    def test_counts_are_exact(self, store: Store) -> None:
        for number in (1, 2):
            for sample in build_samples(number).values():
                if isinstance(sample, Revised):
                    store.revise(sample, expected_revision=0)
                else:
                    store.add([sample])

        assert {kind: store.count(KINDS[kind]) for kind in KINDS} == dict.fromkeys(KINDS, 2)
