from index.model import Appearance
from reports.timeline import build_timeline


def see(number: int, on: str | None) -> Appearance:
    return Appearance(id=f"A-{number}", subject_id="M", role="seen", url="", appeared_on=on)


def test_appearances_stand_in_order_of_time_those_without_date_last() -> None:
    line = build_timeline([see(1, None), see(2, "2023-11-14"), see(3, "2003-12"), see(4, "2016")])
    assert [appearance.id for appearance in line.appearances] == ["A-3", "A-4", "A-2", "A-1"]
    assert [point.appeared_on for point in line.points] == ["2003-12", "2016", "2023-11-14"]


def test_the_first_stands_at_the_start_and_the_last_at_the_end() -> None:
    points = build_timeline([see(1, "2023-01-01"), see(2, "2023-01-03"), see(3, "2023-01-05")]).points
    assert [point.permille for point in points] == [0, 500, 1000]


def test_a_single_day_stands_in_the_middle() -> None:
    assert [point.permille for point in build_timeline([see(1, "2023"), see(2, "2023-01-01")]).points] == [500, 500]


def test_nothing_gives_an_empty_line() -> None:
    assert build_timeline([]).points == ()


def test_moments_are_placed_by_the_local_day() -> None:
    late, next_day = see(1, "2023-11-30T23:30:00Z"), see(2, "2023-12-01")
    assert [point.permille for point in build_timeline([late, next_day]).points] == [0, 1000]
    assert [point.permille for point in build_timeline([late, next_day], "Africa/Niamey").points] == [500, 500]
