from datetime import UTC, date, datetime

import pytest
import typer

from index.model import ClaimMedia, Wording
from index.ratings import Rating
from sankofa.cli import values


def test_a_month_is_a_period_to_its_last_moment() -> None:
    first, last = values.parse_period("2023-11", "2023-11")

    assert first == datetime(2023, 11, 1, tzinfo=UTC)
    assert last is not None
    assert last.isoformat() == "2023-11-30T23:59:59.999999+00:00"


def test_a_moment_stays_a_moment() -> None:
    assert values.parse_period("2023-11-14T10:03:00+01:00", None) == (datetime(2023, 11, 14, 9, 3, tzinfo=UTC), None)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(typer.BadParameter):
        values.parse_period("2023-12", "2023-11")


def test_the_bounds_of_a_search_are_days() -> None:
    assert values.parse_since("2023") == date(2023, 1, 1)
    assert values.parse_until("2023-02") == date(2023, 2, 28)
    assert values.parse_since(None) is None


@pytest.mark.parametrize("text", ["yesterday", "2023-13", "2023-11-31", "14/11/2023"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="date"):
        values.parse_since(text)


def test_a_country_name_is_answered_with_its_code() -> None:
    with pytest.raises(typer.BadParameter, match="ML"):
        values.parse_countries(["Mali"])


def test_wordings_media_ratings_and_revisions() -> None:
    assert values.parse_wording("en=a = b") == Wording("en", "a = b")
    assert values.parse_claim_media("M-1:original") == ClaimMedia("M-1", "original")
    assert values.parse_claim_media("M-1") == ClaimMedia("M-1", "shown")
    assert values.parse_rating("Missing context") is Rating.MISSING_CONTEXT
    assert values.split_revision("V-2023-0007.2") == ("V-2023-0007", 2)
    assert values.split_revision("V-2023-0007") == ("V-2023-0007", None)


@pytest.mark.parametrize("text", ["no language", "zz-=x", "fr="])
def test_a_wording_without_language_or_text_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        values.parse_wording(text)
