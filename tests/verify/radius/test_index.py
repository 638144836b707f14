import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.radius.drawing import brute_force, draw_words, near
from verify.errors import HashFormatError
from verify.radius import RadiusIndex

Codes = npt.NDArray[np.uint8]


def list_near(keys: list[str], codes: Codes, query: Codes, radius: int) -> list[tuple[str, int]]:
    distances = [int(np.unpackbits(code ^ query).sum()) for code in codes]
    return sorted(((k, d) for k, d in zip(keys, distances, strict=True) if d <= radius), key=lambda hit: hit[::-1])


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 7, 8, 9, 32]), st.integers(0, 60), st.integers(0, 70))
@settings(max_examples=80, deadline=None)
def test_finds_exactly_what_brute_force_finds(seed: int, width: int, count: int, radius: int) -> None:
    random = np.random.default_rng(seed)
    centre = random.integers(0, 256, width, dtype=np.uint8)
    codes = [near(random, centre, int(random.integers(0, min(8 * width, 80) + 1))) for _ in range(count)]
    stored = np.array(codes, dtype=np.uint8).reshape(count, width)
    keys = [f"k{random.integers(0, 20):02d}" for _ in range(count)]
    index: RadiusIndex[str] = RadiusIndex(width)
    index.add(keys, stored)
    queries = np.stack([centre, random.integers(0, 256, width, dtype=np.uint8)])
    assert index.search(queries, radius) == [list_near(keys, stored, query, radius) for query in queries]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_after_any_adding_and_removing_it_equals_a_fresh_index(seed: int) -> None:
    random = np.random.default_rng(seed)
    index: RadiusIndex[int] = RadiusIndex(8)
    kept: list[tuple[int, Codes]] = []
    for _ in range(30):
        if kept and random.random() < 0.4:
            gone = kept[int(random.integers(0, len(kept)))][0]
            assert index.remove(gone) == sum(key == gone for key, _ in kept)
            kept = [(key, code) for key, code in kept if key != gone]
        else:
            key, code = int(random.integers(0, 9)), random.integers(0, 256, (1, 8), dtype=np.uint8)
            index.add([key], code)
            kept.append((key, code))
    fresh: RadiusIndex[int] = RadiusIndex(8)
    for key, code in kept:
        fresh.add([key], code)
    queries = random.integers(0, 256, (3, 8), dtype=np.uint8)
    assert len(index) == len(kept)
    assert index.search(queries, 40) == fresh.search(queries, 40)


def test_finds_across_the_blocks_of_the_scan() -> None:
    random = np.random.default_rng(1)
    codes = random.integers(0, 256, (140_000, 32), dtype=np.uint8)
    index: RadiusIndex[int] = RadiusIndex()
    index.add(range(len(codes)), codes)
    for row in (0, 65_535, 65_536, 139_999):
        assert index.search(near(random, codes[row], 31)[None, :], 31) == [[(row, 31)]]
        assert index.search(near(random, codes[row], 32)[None, :], 31) == [[]]


def test_hits_come_nearest_first_then_by_key() -> None:
    index: RadiusIndex[str] = RadiusIndex(1)
    index.add(["b", "a", "c"], np.array([[1], [2], [0]], dtype=np.uint8))
    assert index.search(np.zeros((1, 1), dtype=np.uint8), 8) == [[("c", 0), ("a", 1), ("b", 1)]]


def test_every_code_of_a_key_is_found_and_removed() -> None:
    index: RadiusIndex[tuple[str, int]] = RadiusIndex(1)
    index.add([("v", 1), ("v", 1), ("v", 2)], np.array([[0], [1], [3]], dtype=np.uint8))
    assert index.search(np.zeros((1, 1), dtype=np.uint8), 1) == [[(("v", 1), 0), (("v", 1), 1)]]
    assert (index.remove(("v", 1)), index.remove(("v", 1)), len(index)) == (2, 0, 1)


def test_an_empty_index_finds_nothing_and_no_query_gets_no_answer() -> None:
    index: RadiusIndex[str] = RadiusIndex()
    assert index.search(np.zeros((2, 32), dtype=np.uint8), 256) == [[], []]
    assert index.search(np.zeros((0, 32), dtype=np.uint8), 31) == []
    index.add([], np.zeros((0, 32), dtype=np.uint8))
    assert len(index) == 0


@pytest.mark.parametrize(
    "codes",
    [np.zeros((1, 8), np.uint8), np.zeros((2, 32), np.uint8), np.zeros(32, np.uint8), np.zeros((1, 32), np.int64)],
)
def test_codes_of_another_shape_are_refused_and_change_nothing(codes: Codes) -> None:
    index: RadiusIndex[str] = RadiusIndex()
    with pytest.raises(HashFormatError):
        index.add(["a"], codes)
    assert len(index) == 0


def test_a_width_of_nothing_is_refused() -> None:
    with pytest.raises(HashFormatError):
        RadiusIndex[str](0)


@pytest.mark.parametrize("width", [8, 32])
def test_adding_and_removing_among_many_equals_brute_force_at_every_radius(width: int) -> None:
    random = np.random.default_rng(width)
    words = draw_words(random, 80_000, width)
    index: RadiusIndex[int] = RadiusIndex(width, table_bytes_per_code=1000.0)
    there: dict[int, int] = {}
    for start, stop in ((0, 45_000), (45_000, 45_200), (45_200, 62_000), (62_000, 80_000)):
        index.add(range(start, stop), words[start:stop].view(np.uint8))
        there |= {row: row for row in range(start, stop)}
        for key in random.choice(stop, 200, replace=False).tolist():
            assert index.remove(key) == (there.pop(key, None) is not None)
        queries = np.concatenate([words[random.integers(0, stop, 4)] ^ np.uint64(5), draw_words(random, 1, width)])
        kept = np.array(sorted(there))
        for radius in (0, 3, width - 1, 2 * width - 2):
            expected = [
                sorted(
                    ((int(kept[row]), bits) for q, row, bits in brute_force(words[kept], query[None, :], radius)),
                    key=lambda hit: hit[::-1],
                )
                for query in queries
            ]
            assert index.search(queries.view(np.uint8), radius) == expected
    assert len(index) == len(there)
    assert any(index.layouts)


def test_many_queries_at_once_are_answered_as_one_by_one() -> None:
    random = np.random.default_rng(6)
    codes = draw_words(random, 50_000, 32).view(np.uint8)
    index: RadiusIndex[int] = RadiusIndex(table_bytes_per_code=1000.0)
    index.add(range(len(codes)), codes)
    queries = np.concatenate([codes[:100], random.integers(0, 256, (40, 32), dtype=np.uint8)])

    assert index.search(queries, 31) == [index.search(query[None, :], 31)[0] for query in queries]


def test_small_additions_are_merged_into_few_parts() -> None:
    random = np.random.default_rng(7)
    index: RadiusIndex[int] = RadiusIndex(8)
    codes = random.integers(0, 256, (120_000, 8), dtype=np.uint8)
    for start in range(0, len(codes), 4_000):
        index.add(range(start, start + 4_000), codes[start : start + 4_000])
        assert index.search(codes[start : start + 1], 0) == [[(start, 0)]]

    assert len(index.layouts) <= 3


def test_everything_removed_leaves_nothing_behind() -> None:
    random = np.random.default_rng(8)
    codes = random.integers(0, 256, (20_000, 8), dtype=np.uint8)
    index: RadiusIndex[str] = RadiusIndex(8)
    index.add(["same"] * 20_000, codes)
    assert index.remove("same") == 20_000

    assert (len(index), index.search(codes[:2], 64)) == (0, [[], []])
    assert index.remove("same") == 0
    index.merge()
    assert index.layouts == ()


def test_a_negative_radius_finds_nothing() -> None:
    index: RadiusIndex[int] = RadiusIndex(8)
    index.add([1], np.zeros((1, 8), dtype=np.uint8))

    assert index.search(np.zeros((1, 8), dtype=np.uint8), -1) == [[]]
