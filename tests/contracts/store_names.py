"""What every store promises of names, media and spellings; part of :class:`tests.contracts.store.StoreContract`."""

from typing import Any

import pytest

from index.model import ClaimMedia
from index.query import ClaimQuery, parse_query
from index.spelling import TermUse
from index.store import Store
from tests.contracts.records import build_claim, build_post
from tests.contracts.store_search import find, keep_claims

TUNNELS, CONVOY, NOBODY = (f"C-2023-{number:04d}" for number in (1, 2, 3))


class NamesContract:
    """The store is the inheriting class's fixture."""

    @pytest.fixture
    def named(self, store: Store) -> Store:
        """Keep two claims that name somebody, and one that names nobody."""
        keep_claims(
            store,
            build_claim(
                1,
                "Des tunnels découverts à Kidal par les FAMa",
                ("ar", "الجيش المالي يعثر على أنفاق في كيدال"),
                media=(ClaimMedia("M-1", "shown"),),
            ),
            build_claim(2, ("en", "Wagner convoy ambushed near Aguelhok and Kidal")),
            build_claim(3, "Une rumeur sans nom"),
        )
        return store

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({"places": ("ml-kidal",)}, {TUNNELS, CONVOY}),
            ({"places": ("ml-aguelhok",)}, {CONVOY}),
            ({"places": ("ml-aguelhok", "ml-kidal")}, {TUNNELS, CONVOY}),
            ({"actors": ("fama",)}, {TUNNELS}),
            ({"actors": ("wagner",)}, {CONVOY}),
            ({"actors": ("fama",), "places": ("ml-aguelhok",)}, set()),
            ({"places": ("fama",)}, set()),
            ({"actors": ("ml-kidal",)}, set()),
            ({"places": ("nowhere", "\ud800")}, set()),
            ({"with_media": True}, {TUNNELS}),
            ({"with_media": True, "places": ("ml-aguelhok",)}, set()),
        ],
    )
    def test_claims_are_found_by_whom_and_what_they_name(
        self, named: Store, filters: dict[str, Any], found: set[str]
    ) -> None:
        assert set(find(named, "", **filters)) == found
        assert set(find(named, "Kidal tunnels convoy rumeur", **filters)) == found
        assert named.count_claims(ClaimQuery(**filters)).total == len(found)

    def test_what_they_name_is_counted_once_for_a_claim(self, named: Store) -> None:
        counted = named.count_claims(ClaimQuery(text=parse_query("Kidal")))

        assert counted.places == {"ml-kidal": 2, "ml-aguelhok": 1}
        assert counted.actors == {"fama": 1, "wagner": 1}
        assert counted.media == {"yes": 1}

    def test_a_claim_that_was_reworded_is_found_by_what_it_names_now(self, named: Store) -> None:
        named.revise(build_claim(1, "Rien à Gao"), expected_revision=1)

        assert find(named, "", places=("ml-kidal",)) == [CONVOY]
        assert find(named, "", places=("ml-gao",)) == [TUNNELS]
        assert named.count_claims(ClaimQuery()).actors == {"wagner": 1}
        assert named.count_claims(ClaimQuery()).media == {}

    @pytest.mark.parametrize(
        ("terms", "edits", "near"),
        [
            (["fr:tunel", "en:tunel", "tunel"], 1, {"fr:tunnel": TermUse(1, TUNNELS)}),
            (["fr:tnunel"], 1, {"fr:tunnel": TermUse(1, TUNNELS)}),
            (["fr:tnuel"], 1, {}),
            (["fr:tnuel"], 2, {"fr:tunnel": TermUse(1, TUNNELS)}),
            (["fr:unnel", "fr:runnel"], 2, {}),
            (["ar:انفاف"], 1, {"ar:انفاق": TermUse(1, TUNNELS)}),
            (["@ml-kidal"], 1, {"@ml-kidal": TermUse(2, TUNNELS)}),
            (["", "\ud800", "a(b|c", ":", "@", "fr:\x00", "fr:*", "*", "."], 1, {}),
            ([], 2, {}),
        ],
    )  # fmt: skip
    def test_terms_near_a_word_are_told_with_the_claims_that_hold_them(
        self, named: Store, terms: list[str], edits: int, near: dict[str, TermUse]
    ) -> None:
        assert named.find_near_terms(terms, edits=edits) == near

    def test_the_claims_that_hold_a_term_are_counted_and_what_none_holds_is_left_out(self, named: Store) -> None:
        terms = [
            "fr:tunnel",
            "fr:tunel",
            "@ml-kidal",
            "@td-ndjamena",
            "en:convoy",
            "convoy",
            "",
            "\ud800",
            "fr:\x00",
            "fr:*",
        ]

        assert named.count_holders(terms) == {"fr:tunnel": 1, "@ml-kidal": 2, "en:convoy": 1}
        assert named.count_holders([]) == {}

    def test_more_terms_are_counted_than_an_engine_takes_at_once(self, named: Store) -> None:
        many = [f"fr:mot{number}" for number in range(12_000)]

        assert named.count_holders([*many, "fr:tunnel", *many]) == {"fr:tunnel": 1}

    def test_only_what_claims_hold_now_is_counted(self, named: Store) -> None:
        named.revise(build_claim(1, "Des grottes"), expected_revision=1)

        assert named.count_holders(["fr:tunnel", "fr:grott", "@ml-kidal"]) == {"fr:grott": 1, "@ml-kidal": 1}

    def test_only_what_claims_hold_now_is_near(self, named: Store) -> None:
        named.add([build_post(1, "des tunnelles", language="fr")])
        named.revise(build_claim(1, "Rien du tout"), expected_revision=1)

        assert named.find_near_terms(["fr:tunnel", "fr:tunel"], edits=2) == {}
