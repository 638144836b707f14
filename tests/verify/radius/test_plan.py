import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.radius.plan import SKIPPED, Layout, count_bytes, count_values, plan_layout, plan_radii


@pytest.mark.parametrize("count", [50_000, 250_000, 1_000_000, 10_000_000, 100_000_000])
def test_the_bands_fill_the_code_and_the_tables_keep_to_their_budget(count: int) -> None:
    layout = plan_layout(count, 256, 31, 80.0)

    assert layout is not None
    assert sum(layout.widths) == 256
    assert layout.codes == count
    assert count_bytes(layout.widths, count) <= 80 * count


def test_more_codes_are_cut_into_fewer_and_wider_bands() -> None:
    layouts = [plan_layout(count, 256, 31, 1000.0) for count in (50_000, 1_000_000, 100_000_000)]

    bands = [len(layout.widths) for layout in layouts if layout]
    assert len(bands) == 3
    assert bands[0] > bands[1] > bands[2]


def test_few_codes_and_narrow_ones_get_no_bands() -> None:
    assert plan_layout(1_000, 256, 31, 1000.0) is None
    assert plan_layout(1_000_000, 4, 1, 1000.0) is None
    assert plan_layout(1_000_000, 256, 31, 0.0) is None


@given(st.lists(st.integers(4, 20), min_size=1, max_size=16), st.integers(0, 70), st.integers(20_000, 10**8))
@settings(max_examples=150, deadline=None)
def test_the_radii_of_the_bands_leave_no_room_for_a_miss(widths: list[int], radius: int, count: int) -> None:
    radii = plan_radii(Layout(tuple(widths), count), radius)

    if radii is not None:
        assert len(radii) == len(widths)
        assert sum(band + 1 for band in radii) >= radius + 1
        assert all(SKIPPED <= band < width for band, width in zip(radii, widths, strict=True))


def test_a_small_radius_leaves_bands_out() -> None:
    radii = plan_radii(Layout((20,) * 8 + (16,) * 6, 1_000_000), 3)

    assert radii is not None
    assert sorted(radii)[-4:] == [0, 0, 0, 0]
    assert radii.count(SKIPPED) == 10


def test_a_radius_too_wide_for_the_bands_is_left_to_a_scan() -> None:
    assert plan_radii(Layout((16,) * 16, 1_000_000), 200) is None


def test_values_within_a_radius_are_counted() -> None:
    within = [bits for bits in itertools.product((0, 1), repeat=6) if sum(bits) <= 2]

    assert count_values(6, 2) == len(within)
