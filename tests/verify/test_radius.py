import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.errors import HashFormatError
from verify.radius import RadiusIndex

Codes = npt.NDArray[np.uint8]


def brute_force(keys: list[str], codes: Codes, query: Codes, radius: int) -> list[tuple[str, int]]:
    distances = [int(np.unpackbits(code ^ query).sum()) for code in codes]
    return sorted(((k, d) for k, d in zip(keys, distances, strict=True) if d <= radius), key=lambda hit: hit[::-1])


def near(random: np.random.Generator, code: Codes, bits: int) -> Codes:
    flips = np.zeros(code.size * 8, dtype=np.uint8)
    flips[random.choice(flips.size, bits, replace=False)] = 1
    return np.asarray(code ^ np.packbits(flips), dtype=np.uint8)


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
    assert index.search(queries, radius) == [brute_force(keys, stored, query, radius) for query in queries]


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
