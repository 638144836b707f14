"""Dates keep the precision of their source, and mean every day that they may mean."""

import calendar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.countries import check_country
from index.dates import TIME_ZONES, check_partial, first_day, last_day, parse_moment, zone_of

at_any_pace = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-11-14T10:03:00Z", datetime(2023, 11, 14, 10, 3, tzinfo=UTC)),
        ("2023-11-14T10:03:00+01:00", datetime(2023, 11, 14, 9, 3, tzinfo=UTC)),
        ("2023-11-14 10:03", datetime(2023, 11, 14, 10, 3, tzinfo=UTC)),
        (" 2023-11-14T10:03:00.250 ", datetime(2023, 11, 14, 10, 3, 0, 250_000, tzinfo=UTC)),
        ("2023-11-14", datetime(2023, 11, 14, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc_whatever_its_offset(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment
    assert parse_moment(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "yesterday", "2023-13-01T00:00", "14/11/2023", "2023-11-14T25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2016", "2016"),
        ("2016-12", "2016-12"),
        (" 2003-12-13\n", "2003-12-13"),
        ("2024-02-29", "2024-02-29"),
        ("2023-11-14T10:03:00Z", "2023-11-14T10:03:00Z"),
        ("2023-11-14T10:03:00+01:00", "2023-11-14T09:03:00Z"),
        ("2023-11-14 10:03", "2023-11-14T10:03:00Z"),
    ],
)
def test_each_precision_is_kept_and_moments_are_written_in_utc(text: str, canonical: str) -> None:
    assert check_partial(text) == canonical
    assert check_partial(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("", "0000", "16", "20166", "2016-", "2016-1", "2016-13", "2016-12-", "2003-12-32", "2023-02-29"),
        *(
            "13.12.2003",
            "2003/12/13",
            "2003-12-13T",
            "2003-12-13Tnoon",
            "2003-12-13T10:00\n2004",
            "-2016",
            "2016-W50-2",
        ),
        *("yesterday", "2016\x00", "9" * 5_000, "\ud800"),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_what_is_no_date_is_refused_and_the_message_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2016, 2016-12, 2003-12-13"):
        check_partial(text)


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("2003-12-13", date(2003, 12, 13), date(2003, 12, 13)),
        ("2023-11-14T10:03:00Z", date(2023, 11, 14), date(2023, 11, 14)),
    ],
)
def test_a_date_means_every_day_that_it_may_mean(partial: str, first: date, last: date) -> None:
    assert (first_day(partial), last_day(partial)) == (first, last)


@at_any_pace
@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_a_day_lies_in_its_month_and_year(day: date, characters: int) -> None:
    partial = day.isoformat()[:characters]

    assert check_partial(partial) == partial
    assert first_day(partial) <= day <= last_day(partial)
    days = (last_day(partial) - first_day(partial)).days + 1
    expected = {4: 365 + calendar.isleap(day.year), 7: calendar.monthrange(day.year, day.month)[1], 10: 1}
    assert days == expected[characters]


def test_the_day_of_a_moment_is_that_of_the_place() -> None:
    late = "2023-11-30T23:30:00Z"

    assert first_day(late, zone_of("ML")) == date(2023, 11, 30)
    assert first_day(late, zone_of("TD")) == date(2023, 12, 1)
    assert last_day(late, zone_of("NE")) == date(2023, 12, 1)


def test_days_months_and_years_are_the_same_everywhere() -> None:
    for partial in ("2016", "2016-12", "2003-12-13"):
        assert first_day(partial, zone_of("TD")) == first_day(partial)
        assert last_day(partial, zone_of("TD")) == last_day(partial)


@pytest.mark.parametrize("country", TIME_ZONES)
def test_the_covered_countries_are_countries_with_a_time_zone_of_their_own(country: str) -> None:
    assert check_country(country) == country
    assert ZoneInfo(zone_of(country)).utcoffset(datetime(2023, 11, 14)) is not None  # noqa: DTZ001 - the zone is asked


def test_other_countries_are_counted_in_utc() -> None:
    assert zone_of("FR") == zone_of("") == "UTC"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00", "٢٠١٦"])
def test_what_no_calendar_of_ours_holds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        check_partial(text)


def test_the_last_moment_of_the_calendar_has_a_day_in_every_zone() -> None:
    assert first_day("9999-12-31T23:59:59Z", zone_of("TD")) == date(9999, 12, 31)
