"""Dates as people know them: a year, a month, a day or a moment.

Written as ISO 8601 with reduced precision (``2016``, ``2016-12``, ``2003-12-13``, ``2023-11-14T10:03:00Z``), so that
nothing pretends to be more exact than its source.
"""

import calendar
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ].+)?)?)?")

# Local time of the countries that the desk covers first; others fall back to UTC. Source: IANA time zone database.
TIME_ZONES = {"ML": "Africa/Bamako", "NE": "Africa/Niamey", "BF": "Africa/Ouagadougou", "TD": "Africa/Ndjamena"}


def parse_moment(text: str) -> datetime:
    """Parse an ISO 8601 moment into an aware UTC datetime; without an offset it is taken as UTC.

    Raises:
        ValueError: *text* is no ISO 8601 date and time.
    """
    moment = datetime.fromisoformat(text.strip())
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} lies outside of the years 1 to 9999 in UTC") from error


def check_partial(text: str) -> str:
    """Return *text* in canonical form if it is a year, month, day or moment.

    Raises:
        ValueError: It is none of these; the message says what is expected.
    """
    text = text.strip()
    try:
        if not _PARTIAL.fullmatch(text):
            raise ValueError(text)
        if len(text) > len("2003-12-13"):
            return parse_moment(text).isoformat().replace("+00:00", "Z")
        first_day(text)
    except ValueError as error:
        message = f"{text!r} is no date: write 2016, 2016-12, 2003-12-13 or 2023-11-14T10:03:00Z"
        raise ValueError(message) from error
    return text


def first_day(partial: str, zone: str = "UTC") -> date:
    """Return the first day that *partial* may mean; a moment is read in the time zone *zone*."""
    if len(partial) > len("2003-12-13"):
        try:
            return parse_moment(partial).astimezone(ZoneInfo(zone)).date()
        except OverflowError:
            return parse_moment(partial).date()
    numbers = [int(part) for part in partial.split("-")]
    return date(*[*numbers, 1, 1][:3])


def last_day(partial: str, zone: str = "UTC") -> date:
    """Return the last day that *partial* may mean."""
    first = first_day(partial, zone)
    match len(partial):
        case 4:
            return first.replace(month=12, day=31)
        case 7:
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        case _:
            return first


def zone_of(country: str) -> str:
    """Return the time zone in which the months of *country* (ISO 3166-1 alpha-2) are counted."""
    return TIME_ZONES.get(country, "UTC")
