"""What can go wrong with media.

VerifyError
├── MediaRefusedError (also ValueError)   a file that is not opened, or not opened further
├── HashFormatError (also ValueError)     a hash that cannot be read, or two that cannot be compared
├── FeatureFormatError (also ValueError)  stored local features that cannot be read
├── MissingExtraError (also ImportError)  an optional part of the installation is needed and not there
└── SandboxError                          no process can be started to open media in
"""


class VerifyError(Exception):
    """Root of this package's errors."""


class MediaRefusedError(VerifyError, ValueError):
    """A file that is refused, with a stable code and a sentence that says what to do.

    `reason` is one of: "empty", "unreadable", "not-media", "format-not-allowed", "truncated", "damaged",
    "too-large", "too-many-pixels", "too-many-scans", "too-long", "no-frames", "too-expensive",
    "needs-too-much-memory", "crashed". The last three come from the process in which it was opened.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __reduce__(self) -> tuple[type["MediaRefusedError"], tuple[str, str]]:
        return type(self), (self.reason, self.message)


class HashFormatError(VerifyError, ValueError):
    """A hash code that is not hexadecimal of the right width, or two hashes of different kinds."""


class FeatureFormatError(VerifyError, ValueError):
    """Words or codes of local features that are damaged, or of a codebook that is not this one."""


class MissingExtraError(VerifyError, ImportError):
    """An optional part that is not installed; the message names the command that installs it."""

    def __init__(self, needed_for: str, package: str, extra: str) -> None:
        super().__init__(f"{needed_for} needs {package}: pip install 'sankofa[{extra}]'")
        self.needed_for = needed_for
        self.package = package
        self.extra = extra

    def __reduce__(self) -> tuple[type["MissingExtraError"], tuple[str, str, str]]:
        return type(self), (self.needed_for, self.package, self.extra)


class SandboxError(VerifyError):
    """The process in which media are opened does not start or was ended; says nothing of any file."""
