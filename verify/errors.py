"""What can go wrong with media.

VerifyError
├── MediaRefusedError (also ValueError)   a file that is not opened, or not opened further
└── HashFormatError (also ValueError)     a hash that cannot be read, or two that cannot be compared
"""


class VerifyError(Exception):
    """Root of this package's errors."""


class MediaRefusedError(VerifyError, ValueError):
    """A file that is refused, with a stable code and a sentence that says what to do.

    `reason` is one of: "empty", "unreadable", "not-media", "format-not-allowed", "truncated", "damaged",
    "too-large", "too-many-pixels", "too-many-scans", "too-long", "no-frames".
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __reduce__(self) -> tuple[type["MediaRefusedError"], tuple[str, str]]:
        return type(self), (self.reason, self.message)


class HashFormatError(VerifyError, ValueError):
    """A hash code that is not hexadecimal of the right width, or two hashes of different kinds."""
