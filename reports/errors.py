"""What can go wrong in ``reports``.

::

    ReportError
    ├── CountryUnknownError    (also ValueError) no ISO 3166-1 country has this code
    ├── MonthUnknownError      (also ValueError) not written as a month, 2023-11
    └── LanguageUnknownError   (also ValueError) reports are not written in this language

A month in which nothing was logged is no error: its report says so.
"""

from collections.abc import Sequence


class ReportError(Exception):
    """Root of the errors of ``reports``."""


class CountryUnknownError(ReportError, ValueError):
    """No country has this code."""

    def __init__(self, country: str) -> None:
        super().__init__(
            f"no country has the code {country!r}: write two letters, such as ML, NE, BF or TD (ISO 3166-1)"
        )
        self.country = country


class MonthUnknownError(ReportError, ValueError):
    """The text is no month."""

    def __init__(self, month: str) -> None:
        super().__init__(f"{month!r} is no month: write year and month, such as 2023-11")
        self.month = month


class LanguageUnknownError(ReportError, ValueError):
    """There are no words in this language."""

    def __init__(self, language: str, known: Sequence[str]) -> None:
        super().__init__(f"nothing is written in {language!r}: choose one of {', '.join(known)}")
        self.language = language
