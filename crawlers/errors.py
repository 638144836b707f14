"""What can go wrong while collecting.

::

    CrawlError
    ├── SourceUnknownError          (also LookupError) no such name in the catalogue, and no such file
    ├── SourceFormatError           (also ValueError) a source says something that we do not understand
    │   └── RowError                one row of a file; carries its line number
    ├── SourceUnavailableError      the other side does not answer, or answers with an error
    │   └── RateLimitedError        come back at ``retry_at``
    ├── CredentialsMissingError     the source needs a key that the settings do not hold
    └── FetchRefusedError           we refuse to fetch this
        ├── AddressForbiddenError   not http(s), or the address is not public
        └── TooLargeError           more bytes or more seconds than allowed
"""

from datetime import datetime


class CrawlError(Exception):
    """Root of the errors of ``crawlers``."""


class SourceUnknownError(CrawlError, LookupError):
    """No such name in the catalogue, and no such file."""


class SourceFormatError(CrawlError, ValueError):
    """A source says something that we do not understand; nothing was guessed."""


class RowError(SourceFormatError):
    """One row of a file cannot be used; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class SourceUnavailableError(CrawlError):
    """The other side does not answer, or answers with an error."""


class RateLimitedError(SourceUnavailableError):
    """The other side asks us to wait until ``retry_at`` (aware UTC; ``None`` where it does not say)."""

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class CredentialsMissingError(CrawlError):
    """The source needs a key that the settings do not hold."""


class FetchRefusedError(CrawlError):
    """We refuse to fetch this address."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url


class AddressForbiddenError(FetchRefusedError):
    """Not http or https, or the address behind the name is not public."""


class TooLargeError(FetchRefusedError):
    """More bytes or more seconds than the limits allow."""
