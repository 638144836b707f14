"""No code within the radius may be missed by the bands that are asked for."""

from hypothesis import given
from hypothesis import strategies as st

from index.backends.elasticsearch.bands import cut_code, join_code, list_bands, list_near_bands


@given(
    code=st.integers(0, 2**256 - 1),
    flips=st.sets(st.integers(0, 255), max_size=47),
    spare=st.integers(0, 5),
)
def test_a_code_within_the_radius_has_one_of_the_bands(code: int, flips: set[int], spare: int) -> None:
    near = code ^ sum(1 << bit for bit in flips)
    asked = list_near_bands(f"{code:064x}", min(47, len(flips) + spare))

    assert asked is not None
    assert set(asked) & set(list_bands(f"{near:064x}"))


def test_as_many_bands_are_asked_for_as_the_field_notes_count() -> None:
    counts = [len(list_near_bands("0" * 64, radius) or ()) for radius in (0, 15, 16, 31, 32, 47)]

    assert counts == [16, 16, 272, 272, 2192, 2192]


def test_a_radius_that_no_band_can_narrow_looks_at_all_codes() -> None:
    assert list_near_bands("0" * 64, 48) is None
    assert list_near_bands("0" * 16, 12) is None
    assert len(list_near_bands("0" * 16, 11) or ()) == 4 * 137


@given(code=st.integers(0, 2**256 - 1))
def test_a_code_is_the_same_after_it_was_cut_into_signed_numbers(code: int) -> None:
    parts = cut_code(f"{code:064x}")

    assert all(-(2**63) <= part < 2**63 for part in parts)
    assert join_code(parts) == f"{code:064x}"
