"""Local-feature words in memory: whatever the order and the portions, the same exact sums."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import QueryError, RecordFormatError
from index.features import FeatureTable, PackedWords, check_words, pack_words, rank_hits
from index.query import FeatureHit
from tests.contracts.records import build_words_entry, draw_words


def pack(*words: str) -> PackedWords:
    packed = pack_words(build_words_entry(1, *words))
    assert packed is not None
    return packed


def search(table: FeatureTable, *words: str, limit: int = 1_000) -> dict[int, float]:
    return dict(zip(*table.search(check_words(words, limit), limit), strict=True))


def test_words_of_four_characters_take_three_bytes_each() -> None:
    assert pack("0a1b", "vvvv", "0a1b", "-_-_") == PackedWords(b"\xfb\xff\xbf\xd1\xad\x5b\xbe\xfb\xef")
    assert pack("0a1b", "long-word", "a") == PackedWords(b"\xd1\xad\x5b", ("a", "long-word"))


def test_an_entry_without_words_is_not_packed() -> None:
    assert pack_words(build_words_entry(1)) is None


def test_a_word_that_cannot_be_found_again_is_named() -> None:
    with pytest.raises(RecordFormatError, match=r"W-known-0001.*'a b'"):
        pack_words(build_words_entry(1, "0a1b", "a b"))


def test_a_query_keeps_what_can_be_found_and_each_once() -> None:
    assert check_words(["0a1b", "é", "0a1b", "x"], 1) == PackedWords(b"\xd1\xad\x5b", ("x",))
    with pytest.raises(QueryError):
        check_words(["0a1b"], 0)


def test_an_empty_table_finds_nothing() -> None:
    assert search(FeatureTable(), "0a1b") == {}
    assert FeatureTable().size_bytes == 0


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.sets(draw_words(), min_size=1, max_size=6), max_size=40),
    query=st.sets(draw_words(), max_size=12),
    cuts=st.lists(st.integers(0, 40), max_size=6),
)
def test_the_portions_in_which_rows_come_change_nothing(rows: list[set[str]], query: set[str], cuts: list[int]) -> None:
    packed = [pack(*row) for row in rows]
    whole, parts = FeatureTable(), FeatureTable()
    whole.extend(packed)
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), 40], strict=True):
        parts.extend(packed[start:stop])

    assert search(parts, *query) == search(whole, *query)
    assert set(search(whole, *query)) == {number for number, row in enumerate(rows) if row & query}


def test_sums_are_exact_in_any_order_of_the_words() -> None:
    names = [f"word-{number}" for number in range(300)]
    rows = [random.Random(number).sample(names, 200) for number in range(50)]
    one, other = FeatureTable(), FeatureTable()
    one.extend([pack(*row) for row in rows])
    other.extend([PackedWords(b"", tuple(reversed(pack(*row).others))) for row in rows])

    assert search(one, *names) == search(other, *names)


def test_more_rows_than_a_segment_holds_are_all_found() -> None:
    table = FeatureTable()
    rows = [PackedWords((number % 5_000).to_bytes(3, "big")) for number in range(70_000)]
    table.extend(rows[:66_000])
    for row in rows[66_000:66_050]:
        table.extend([row])
    table.extend(rows[66_050:])

    found = table.search(PackedWords((4_321).to_bytes(3, "big")), 100)

    assert sorted(found.rows) == list(range(4_321, 70_000, 5_000))
    assert len(set(found.scores)) == 1
    assert len(table) == 70_000


def test_rows_added_one_by_one_do_not_pile_up() -> None:
    table = FeatureTable()
    for number in range(1_000):
        table.extend([PackedWords(number.to_bytes(3, "big"))])

    assert len(table._segments) <= 10
    assert len(search(table, "AAAA", "AAAB")) == 2


def test_all_that_tie_with_the_last_are_named_so_that_identifiers_decide() -> None:
    table = FeatureTable()
    table.extend([pack("0a1b"), pack("0a1b", "0c2d"), pack("0a1b"), pack("vvvv")])

    assert set(search(table, "0a1b", "0c2d", limit=1)) == {1}
    assert set(search(table, "0a1b", "0c2d", limit=2)) == {0, 1, 2}


def test_hits_are_ranked_and_cut() -> None:
    hits = [
        FeatureHit(entry_id=name, media_id="M", score=score) for name, score in (("b", 1.0), ("a", 1.0), ("c", 2.0))
    ]

    assert [hit.entry_id for hit in rank_hits(hits, 2)] == ["c", "a"]
