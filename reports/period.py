"""The month of a country: from local midnight to local midnight."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from index.dates import first_day, last_day, zone_of
from reports.errors import CountryUnknownError, MonthUnknownError

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
# Codes of CLDR's list of territories that are no countries of ISO 3166-1.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


def parse_country(text: str) -> str:
    """Parse an ISO 3166-1 alpha-2 code, in either case.

    Raises:
        CountryUnknownError: No country has it.
    """
    code = text.strip().upper()
    known = Locale.parse("en").territories
    if not (code.isascii() and len(code) == len("ML") and code in known) or code in _NO_COUNTRIES:
        raise CountryUnknownError(text)
    return code


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; ``str()`` writes it as it is parsed."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Parse ``2023-11``.

        Raises:
            MonthUnknownError: *text* is no month.
        """
        match = _MONTH.fullmatch(text.strip())
        if match is None or not 1 <= int(match[2]) <= 12 or not 1 <= int(match[1]) < 9999:
            raise MonthUnknownError(text)
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day."""
        return last_day(str(self))

    def bounds(self, country: str) -> tuple[datetime, datetime]:
        """Return the moment at which the month begins in *country*, and the one at which it is over (exclusive)."""
        zone = ZoneInfo(zone_of(country))
        ends = self.last_day + timedelta(days=1)
        return datetime.combine(self.first_day, time(), zone), datetime.combine(ends, time(), zone)

    def contains(self, when: str | date | datetime, country: str) -> bool:
        """Tell whether *when* surely lies in the month, by the local days of *country*.

        A partial date (:mod:`index.dates`) that only says the year lies in no month for sure.
        """
        earliest, latest = _bound(when, country)
        return self.first_day <= earliest and latest <= self.last_day

    def may_contain(self, when: str | date | datetime, country: str) -> bool:
        """Tell whether *when* is not precise enough to be said to lie outside the month."""
        earliest, latest = _bound(when, country)
        return earliest <= self.last_day and self.first_day <= latest


def _bound(when: str | date | datetime, country: str) -> tuple[date, date]:
    """Return the first and the last local day that *when* may mean."""
    zone = zone_of(country)
    if isinstance(when, datetime):
        day = when.astimezone(ZoneInfo(zone)).date()
        return day, day
    text = when if isinstance(when, str) else when.isoformat()
    return first_day(text, zone), last_day(text, zone)
