"""What every store promises of local-feature words; part of :class:`tests.contracts.store.StoreContract`."""

import math
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import QueryError, RecordFormatError
from index.features import MAX_QUERY_WORDS
from index.model import Bank, BankEntry
from index.query import MAX_LIMIT, FeatureHit
from index.store import Store
from tests.contracts.records import build_words_entry, draw_words

HOSTILE = [
    "",
    " ",
    "0a1b 0c2d",
    "\x00\x00\x00\x00",
    "أنفا",
    "０a1b",
    "\ud800",
    "a" * 33,
    "*",
    "0a1*",
    "(((",
    "0a1b\n",
    "+/+/",
]


class FeaturesContract:
    """Exact, whatever was added before; the store is the inheriting class's fixture."""

    SCORE_TOLERANCE: ClassVar[float] = 1e-8
    """How far a score may lie from the formula's, as a share of it."""

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(data=st.data(), limit=st.integers(1, 12))
    def test_the_words_find_what_brute_force_finds(self, store: Store, data: Any, limit: int) -> None:
        bank = data.draw(st.sampled_from(["known", "seen"]))
        for words in data.draw(st.lists(st.lists(draw_words(), max_size=6), min_size=1, max_size=4)):
            store.add([build_words_entry(store.count(BankEntry), *words, bank=bank)])
        query = data.draw(st.lists(draw_words(), max_size=12))

        hits = store.find_features(query, limit=limit, bank="known")

        expected = rank_by_hand([e for e in store.iter_records(BankEntry) if e.bank == "known"], query)
        self.assert_same(hits, expected, limit)

    def test_many_entries_in_one_call_are_ranked_as_by_hand(self, store: Store) -> None:
        entries = [build_words_entry(n, *(f"{n * k % 97:04d}" for k in (1, 2, 3, 5)), f"w{n % 7}") for n in range(400)]
        store.add(entries)
        query = [f"{n:04d}" for n in range(0, 97, 2)] + ["w3"]

        self.assert_same(store.find_features(query, limit=50, bank="known"), rank_by_hand(entries, query), limit=50)

    def assert_same(self, hits: Sequence[FeatureHit], expected: dict[str, float], limit: int) -> None:
        best = sorted(expected.values(), reverse=True)[:limit]
        assert [hit.score for hit in hits] == [pytest.approx(score, rel=self.SCORE_TOLERANCE) for score in best]
        assert len({hit.entry_id for hit in hits}) == len(hits)
        for hit in hits:
            assert hit.score == pytest.approx(expected[hit.entry_id], rel=self.SCORE_TOLERANCE)
            assert hit.media_id == f"M-{hit.entry_id[-4:]}"

    def test_what_ties_is_ordered_by_identifier_and_cut_there(self, store: Store) -> None:
        for number in (7, 3, 9, 1, 8):
            store.add([build_words_entry(number, "0a1b", f"{number:04d}")])
        store.add([build_words_entry(5, "0a1b", "0c2d")])

        hits = store.find_features(["0a1b", "0c2d"], limit=4, bank="known")

        assert [hit.entry_id for hit in hits] == [f"W-known-000{number}" for number in (5, 1, 3, 7)]
        assert len({hit.score for hit in hits[1:]}) == 1

    def test_a_word_counts_once_in_an_entry_and_once_in_a_query(self, store: Store) -> None:
        store.add([build_words_entry(1, "0a1b", "0c2d"), build_words_entry(2, "0a1b", "0a1b", "0c2d")])

        once = store.find_features(["0a1b"], limit=9, bank="known")

        assert once[0].score == once[1].score
        assert store.find_features(["0a1b", "0a1b"], limit=9, bank="known") == once

    def test_banks_are_apart_also_in_how_rare_a_word_is(self, store: Store) -> None:
        banks: list[Bank] = ["known", "seen", "negative"]
        store.add([build_words_entry(1, "0a1b", bank=bank) for bank in banks])
        before = store.find_features(["0a1b"], limit=9, bank="known")

        store.add([build_words_entry(number, "0a1b", bank="seen") for number in range(2, 9)])

        assert store.find_features(["0a1b"], limit=9, bank="known") == before
        assert [hit.entry_id for hit in before] == ["W-known-0001"]
        assert [h.entry_id for h in store.find_features(["0a1b"], limit=9, bank="negative")] == ["W-negative-0001"]

    def test_entries_without_words_make_no_word_rarer(self, store: Store) -> None:
        store.add([build_words_entry(1, "0a1b")])
        before = store.find_features(["0a1b"], limit=9, bank="known")

        store.add([build_words_entry(number) for number in range(2, 9)])

        assert store.find_features(["0a1b"], limit=9, bank="known") == before

    def test_what_was_just_added_is_found_by_its_words(self, store: Store) -> None:
        for number in range(20):
            store.add([build_words_entry(number, f"{number:04d}", f"other-{number % 3}")])
            hits = store.find_features([f"{number:04d}"], limit=9, bank="known")
            assert [hit.entry_id for hit in hits] == [f"W-known-{number:04d}"]
        assert len(store.find_features(["other-0"], limit=9, bank="known")) == 7

    def test_no_words_and_unknown_words_find_nothing(self, store: Store) -> None:
        assert store.find_features(["0a1b"], limit=9, bank="known") == ()
        store.add([build_words_entry(1, "0a1b")])

        assert store.find_features([], limit=9, bank="known") == ()
        assert store.find_features(["0a1c", "unknown", "zzzz"], limit=9, bank="known") == ()
        assert store.find_features(["0a1b"], limit=9, bank="seen") == ()

    def test_capital_letters_make_another_word(self, store: Store) -> None:
        store.add([build_words_entry(1, "0a1b")])

        assert store.find_features(["0A1B"], limit=9, bank="known") == ()

    @pytest.mark.parametrize("word", HOSTILE)
    def test_what_is_no_word_is_not_kept(self, store: Store, word: str) -> None:
        with pytest.raises(RecordFormatError):
            store.add([build_words_entry(1, "0a1b", word)])

        assert store.count(BankEntry) == 0

    def test_what_is_no_word_finds_nothing_beside_what_is(self, store: Store) -> None:
        store.add([build_words_entry(1, "0a1b"), build_words_entry(2, "a" * 32)])

        assert store.find_features(HOSTILE, limit=9, bank="known") == ()
        hits = store.find_features([*HOSTILE, "0a1b"], limit=9, bank="known")
        assert hits == store.find_features(["0a1b"], limit=9, bank="known")

    @pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
    def test_a_limit_that_cannot_be_asked_for_is_refused(self, store: Store, limit: int) -> None:
        with pytest.raises(QueryError, match="limit"):
            store.find_features(["0a1b"], limit=limit, bank="known")

    def test_a_query_of_too_many_words_is_refused(self, store: Store) -> None:
        words = [f"w{number}" for number in range(MAX_QUERY_WORDS + 1)]

        assert store.find_features(words[1:], limit=1, bank="known") == ()
        with pytest.raises(QueryError, match="words"):
            store.find_features(words, limit=1, bank="known")


def rank_by_hand(entries: Collection[BankEntry], query: Collection[str]) -> dict[str, float]:
    """Return the score of every entry that shares a word with *query*."""
    held = {entry.id: set(entry.words) for entry in entries if entry.words}
    rarity = {}
    for word in set(query):
        n = sum(word in words for words in held.values())
        rarity[word] = math.log(1 + (len(held) - n + 0.5) / (n + 0.5))
    return {
        entry_id: math.fsum(rarity[word] for word in words & set(query))
        for entry_id, words in held.items()
        if words & set(query)
    }
