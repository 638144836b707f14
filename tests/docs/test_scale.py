"""The table of what a large desk needs is what its formulas give."""

from pathlib import Path

from bench.scale import CLAIMS, PICTURES, Line, iter_lines

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "scale.md"


def test_the_table_on_the_page_is_the_one_that_is_computed() -> None:
    assert "\n".join(iter_lines()) in PAGE.read_text("utf-8")


def test_what_the_table_is_computed_from_stands_on_the_page() -> None:
    text = PAGE.read_text("utf-8")

    for kind in (PICTURES, CLAIMS):
        assert f"{kind.disk_bytes:,.0f} bytes" in text
        for count, seconds in (kind.seconds.small, kind.seconds.large):
            assert f"{seconds:g} s at {count:,}" in text


def test_a_line_runs_through_both_points_and_never_falls() -> None:
    rising, falling = Line((1_000, 1.0), (3_000, 3.0)), Line((1_000, 2.0), (3_000, 1.0))

    assert (rising.at(1_000), rising.at(3_000), rising.at(10_000)) == (1.0, 3.0, 10.0)
    assert falling.at(10_000) == 2.0
