"""What can go wrong in ``reports``.

::

    ReportError
    ├── CountryUnknownError    (also ValueError) no ISO 3166-1 country has this code
    ├── MonthUnknownError      (also ValueError) not written as a month, 2023-11
    ├── LanguageUnknownError   (also ValueError) reports are not written in this language
    ├── CitationRefusedError   (also ValueError) the editor's text cites what cannot be cited; says where
    ├── SnapshotUnreadableError (also ValueError) this is no snapshot of a report, or one of a newer version
    ├── RuleUnreadableError    (also ValueError) a file of public accounts is none; says what is wrong
    └── PartMissingError       what a format needs is not installed; says what to install

A month in which nothing was logged is no error: its report says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass


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


@dataclass(frozen=True)
class CitationFault:
    """A citation that is refused: where it stands (from 1), what it says, and why not."""

    line: int
    column: int
    cited: str
    reason: str


class CitationRefusedError(ReportError, ValueError):
    """Some citations of the editor's text cannot be printed; all of them are named."""

    def __init__(self, faults: Sequence[CitationFault]) -> None:
        places = (f"line {each.line}, column {each.column}: {each.cited!r} {each.reason}" for each in faults)
        super().__init__("the text cites what cannot be cited. " + "; ".join(places))
        self.faults = tuple(faults)


class SnapshotUnreadableError(ReportError, ValueError):
    """What was given is no snapshot of a report, or one of a newer version."""


class RuleUnreadableError(ReportError, ValueError):
    """A file that says which accounts are public is none."""


class PartMissingError(ReportError):
    """What a format needs is not installed."""
