"""No code within the radius may be missed by the bands that are asked for."""

from hypothesis import given
from hypothesis import strategies as st

from index.backends.elasticsearch.bands import cut_code, join_code, list_bands, list_near_bands


@given(code=st.integers(0, 2**256 - 1), flips=st.sets(st.integers(0, 255), max_size=33), spare=st.integers(0, 5))
def test_a_code_within_the_radius_has_one_of_the_bands(code: int, flips: set[int], spare: int) -> None:
    near = code ^ sum(1 << bit for bit in flips)
    asked = list_near_bands(f"{code:064x}", min(33, len(flips) + spare))

    assert asked is not None
    assert set(asked) & set(list_bands(f"{near:064x}"))


@given(code=st.integers(0, 2**64 - 1), flips=st.sets(st.integers(0, 63), max_size=15))
def test_so_has_a_narrow_code(code: int, flips: set[int]) -> None:
    near = code ^ sum(1 << bit for bit in flips)

    assert set(list_near_bands(f"{code:016x}", len(flips)) or ()) & set(list_bands(f"{near:016x}"))


def test_every_bit_lies_in_one_band() -> None:
    whole = [band.split(".") for band in list_bands("f" * 64)]

    assert [int(value, 16).bit_length() for _, value in whole] == [24, 24, 24, *[23] * 8]
    assert len({place for place, _ in whole}) == 11
    assert [len(set(list_bands("0" * 64)) ^ set(list_bands(f"{1 << bit:064x}"))) for bit in range(256)] == [2] * 256


def test_a_small_radius_looks_at_few_bands_and_a_wide_one_at_all_codes() -> None:
    counts = [len(list_near_bands("0" * 64, radius) or ()) for radius in (0, 3, 10, 21, 31, 32)]

    assert counts == [1, 4, 11, 3 * 25 + 8 * 24, 25 + 2 * 301 + 8 * 277, 3 * 301 + 8 * 277]
    assert list_near_bands("0" * 64, 62) is None
    assert list_near_bands("0" * 16, 20) is None


@given(code=st.integers(0, 2**256 - 1))
def test_a_code_is_the_same_after_it_was_cut_into_signed_numbers(code: int) -> None:
    parts = cut_code(f"{code:064x}")

    assert all(-(2**63) <= part < 2**63 for part in parts)
    assert join_code(parts) == f"{code:064x}"
