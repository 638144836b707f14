"""One table: which error ends a command with which exit code. ``docs/reference/exit-codes.md`` says it to users.

The numbers are stable: scripts rely on them.
"""

from enum import IntEnum

from crawlers.errors import (
    CrawlError,
    CredentialsMissingError,
    SourceUnknownError,
)
from index.errors import (
    EncoderError,
    IndexingError,
    LeaseTakenError,
    LogKeyError,
    QueryError,
    RecordConflictError,
    RecordErasedError,
    RecordFormatError,
    RecordNotFoundError,
    RevisionConflictError,
    StoreAccessError,
    StoreError,
    StoreNotEmptyError,
    VaultError,
)
from reports.errors import ReportError
from sankofa.errors import (
    ActRefusedError,
    BackupError,
    DeskError,
    NotEmptyError,
    PersonRequiredError,
    PersonUnknownError,
    RoleMissingError,
)
from verify.errors import VerifyError


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    OUTSIDE = 3
    DATA = 4
    PERSON = 5
    NOT_FOUND = 6
    CONFLICT = 7
    OURS = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141


MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "every input was answered",
    ExitCode.REFUSED: "some input was refused; the others were answered",
    ExitCode.USAGE: "the command, a value or a setting cannot be used as it is written",
    ExitCode.OUTSIDE: "the outside failed: network, site or platform",
    ExitCode.DATA: "the place where data lie cannot be used: store, vault, disk",
    ExitCode.PERSON: "the act needs a person",
    ExitCode.NOT_FOUND: "what was named is not there",
    ExitCode.CONFLICT: "something else is already there",
    ExitCode.OURS: "an error of ours",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C",
    ExitCode.PIPE_CLOSED: "whoever read the output went away",
}

EXIT_CODES: dict[type[BaseException], ExitCode] = {
    CrawlError: ExitCode.OUTSIDE,
    SourceUnknownError: ExitCode.NOT_FOUND,
    CredentialsMissingError: ExitCode.USAGE,
    IndexingError: ExitCode.DATA,
    StoreError: ExitCode.DATA,
    StoreAccessError: ExitCode.USAGE,
    StoreNotEmptyError: ExitCode.CONFLICT,
    RecordNotFoundError: ExitCode.NOT_FOUND,
    RecordErasedError: ExitCode.NOT_FOUND,
    RecordConflictError: ExitCode.CONFLICT,
    LeaseTakenError: ExitCode.CONFLICT,
    RevisionConflictError: ExitCode.CONFLICT,
    VaultError: ExitCode.DATA,
    QueryError: ExitCode.USAGE,
    EncoderError: ExitCode.USAGE,
    LogKeyError: ExitCode.USAGE,
    RecordFormatError: ExitCode.REFUSED,
    VerifyError: ExitCode.REFUSED,
    ReportError: ExitCode.USAGE,
    DeskError: ExitCode.USAGE,
    PersonRequiredError: ExitCode.PERSON,
    PersonUnknownError: ExitCode.PERSON,
    RoleMissingError: ExitCode.PERSON,
    ActRefusedError: ExitCode.CONFLICT,
    NotEmptyError: ExitCode.CONFLICT,
    BackupError: ExitCode.DATA,
    OSError: ExitCode.DATA,
}
"""An error that is not named here has the code of its nearest ancestor that is."""

_OF_ONE_INPUT = frozenset({ExitCode.REFUSED, ExitCode.USAGE, ExitCode.NOT_FOUND, ExitCode.CONFLICT})


def exit_code(error: BaseException) -> ExitCode:
    """Return the code for *error*; :attr:`ExitCode.OURS` for one that nobody foresaw."""
    for ancestor in type(error).__mro__:
        if ancestor in EXIT_CODES:
            return EXIT_CODES[ancestor]
    return ExitCode.OURS


def concerns_one_input(error: BaseException) -> bool:
    """Tell whether only the input at hand is refused; a store that is gone would refuse every other one too."""
    return exit_code(error) in _OF_ONE_INPUT


def explain(error: BaseException) -> str:
    """Say what happened in one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
