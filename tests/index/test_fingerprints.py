"""Exact radius search over the codes of one bank."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import QueryError, RecordFormatError
from index.fingerprints import FingerprintRow, FingerprintTable, check_codes, get_width_bits, iter_rows
from tests.contracts.records import build_code, build_entry
from verify.errors import HashFormatError
from verify.hashing import HASHERS
from verify.hashing.base import distance_bits

CODES = st.integers(0, 2**64 - 1) | st.sampled_from([0, 1, 3, 2**64 - 1])


at_any_pace = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def build_row(number: int, value: int) -> FingerprintRow:
    return FingerprintRow(build_code(value, "phash"), f"E-{number % 7}", f"M-{number % 5}")


@at_any_pace
@given(st.lists(CODES, max_size=30), st.lists(CODES, max_size=4), st.integers(0, 70), st.integers(0, 30))
def test_the_search_finds_what_brute_force_finds(values: list[int], queries: list[int], radius: int, cut: int) -> None:
    rows = [build_row(number, value) for number, value in enumerate(values)]
    table = FingerprintTable("phash")
    table.extend(rows[:cut])
    table.extend(rows[cut:])
    codes = [build_code(value, "phash") for value in queries]

    hits = table.search(codes, radius)

    expected = {
        (index, distance_bits(code, row.code), row.entry_id)
        for index, code in enumerate(codes)
        for row in rows
        if distance_bits(code, row.code) <= radius
    }
    assert [(hit.query_index, hit.distance_bits, hit.entry_id) for hit in hits] == sorted(expected)


def test_a_hit_names_the_medium_of_its_entry() -> None:
    table = FingerprintTable("pdq")
    table.extend([FingerprintRow(build_code(1), "E-1", "M-1"), FingerprintRow(build_code(2), "E-2", "M-2")])

    assert {(hit.entry_id, hit.media_id) for hit in table.search([build_code(0)], 1)} == {
        ("E-1", "M-1"),
        ("E-2", "M-2"),
    }


def test_many_codes_over_several_blocks_are_all_searched() -> None:
    chance = random.Random(3)
    values = [chance.getrandbits(64) for _ in range(70_000)]
    table = FingerprintTable("phash")
    for start in range(0, len(values), 30_000):
        part = values[start : start + 30_000]
        table.extend([FingerprintRow(build_code(value, "phash"), f"E-{value}", "M") for value in part])

    for place in (0, 65_535, 65_536, 69_999):
        near = values[place] ^ 0b101
        assert f"E-{values[place]}" in {hit.entry_id for hit in table.search([build_code(near, "phash")], 2)}


def test_an_empty_table_and_an_empty_question_find_nothing() -> None:
    table = FingerprintTable("pdq")
    table.extend([])

    assert table.search([build_code(0)], 256) == ()
    table.extend([FingerprintRow(build_code(0), "E", "M")])
    assert table.search([], 256) == ()


@pytest.mark.parametrize("algorithm", HASHERS)
def test_codes_of_the_right_width_are_taken_in_lower_case(algorithm: str) -> None:
    width = get_width_bits(algorithm)

    assert width == HASHERS[algorithm].bits
    assert check_codes(algorithm, ("AB" * (width // 8), "cd" * (width // 8)), 0) == (
        "ab" * (width // 8),
        "cd" * (width // 8),
    )
    for code in ("", "ab", "ab" * (width // 8 + 1), "a" * (width // 4 - 1), "zz" * (width // 8), "é" * (width // 4)):
        with pytest.raises(HashFormatError):
            check_codes(algorithm, (code,), 0)


def test_unknown_hash_types_and_negative_radii_are_refused() -> None:
    for refused in (get_width_bits, FingerprintTable):
        with pytest.raises(HashFormatError, match="no hash type 'md5': use one of pdq"):
            refused("md5")
    with pytest.raises(QueryError, match="-1"):
        check_codes("pdq", (), -1)


def test_the_rows_of_an_entry_name_it_and_its_medium() -> None:
    entry = build_entry(1, build_code(1), build_code(2))

    assert list(iter_rows(entry)) == [
        ("pdq", FingerprintRow(build_code(1), entry.id, entry.media_id)),
        ("pdq", FingerprintRow(build_code(2), entry.id, entry.media_id)),
    ]


@pytest.mark.parametrize(("code", "algorithm"), [("00", "pdq"), ("00" * 32, "phash"), ("00" * 16, "md5")])
def test_an_entry_that_could_not_be_found_is_refused(code: str, algorithm: str) -> None:
    with pytest.raises(RecordFormatError, match="B-known-0001"):
        list(iter_rows(build_entry(1, code, algorithm=algorithm)))
