from datetime import UTC, date, datetime

import pytest

from reports.errors import CountryUnknownError, MonthUnknownError
from reports.period import Month, parse_country

NOVEMBER = Month(2023, 11)
BEFORE_MIDNIGHT_UTC = "2023-11-30T23:30:00Z"


@pytest.mark.parametrize("text", ["2023-11", " 2023-11 "])
def test_a_month_is_read_and_written_alike(text: str) -> None:
    assert Month.parse(text) == NOVEMBER
    assert str(NOVEMBER) == "2023-11"


@pytest.mark.parametrize(
    "text", ["", "2023", "2023-13", "2023-00", "0000-01", "11-2023", "2023-11-01", "٢٠٢٣-١١", "novembre 2023"]
)
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(MonthUnknownError, match="2023-11") as caught:
        Month.parse(text)
    assert caught.value.month == text


def test_the_moment_before_midnight_utc_is_the_next_month_one_hour_east() -> None:
    assert NOVEMBER.contains(BEFORE_MIDNIGHT_UTC, "ML")
    assert NOVEMBER.contains(BEFORE_MIDNIGHT_UTC, "BF")
    assert not NOVEMBER.contains(BEFORE_MIDNIGHT_UTC, "NE")
    assert not NOVEMBER.contains(BEFORE_MIDNIGHT_UTC, "TD")
    assert Month(2023, 12).contains(BEFORE_MIDNIGHT_UTC, "TD")


def test_a_datetime_is_read_by_the_local_day_too() -> None:
    moment = datetime(2023, 10, 31, 23, 30, tzinfo=UTC)
    assert NOVEMBER.contains(moment, "NE")
    assert not NOVEMBER.contains(moment, "ML")


def test_a_day_belongs_to_its_month_everywhere() -> None:
    for country in ("ML", "NE", "BF", "TD"):
        assert NOVEMBER.contains("2023-11-30", country)
        assert NOVEMBER.contains(date(2023, 11, 1), country)
        assert not NOVEMBER.contains("2023-12-01", country)


def test_a_year_may_lie_in_a_month_but_does_not_surely() -> None:
    assert not NOVEMBER.contains("2023", "ML")
    assert NOVEMBER.may_contain("2023", "ML")
    assert not NOVEMBER.may_contain("2022", "ML")
    assert NOVEMBER.contains("2023-11", "ML")


def test_the_bounds_are_local_midnights() -> None:
    starts, ends = NOVEMBER.bounds("NE")
    assert starts.astimezone(UTC) == datetime(2023, 10, 31, 23, 0, tzinfo=UTC)
    assert ends.astimezone(UTC) == datetime(2023, 11, 30, 23, 0, tzinfo=UTC)


def test_december_ends_with_the_year() -> None:
    assert Month(2023, 12).bounds("ML")[1] == datetime(2024, 1, 1, tzinfo=UTC)
    assert Month(2024, 2).last_day == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["ML", "ml", " Ml "])
def test_a_country_is_read_in_either_case(text: str) -> None:
    assert parse_country(text) == "ML"


@pytest.mark.parametrize("text", ["", "M", "XX", "MLI", "EU", "UN", "ZZ", "001", "Mali", "ＭＬ"])
def test_what_is_no_country_is_refused_with_examples(text: str) -> None:
    with pytest.raises(CountryUnknownError, match="ML, NE, BF or TD") as caught:
        parse_country(text)
    assert caught.value.country == text
