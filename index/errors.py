"""What can go wrong in ``index``.

::

    IndexingError
    ├── StoreError
    │   ├── StoreUnavailableError      the backend does not answer, or its file cannot be opened now
    │   │   └── StoreLockedError       another process held the write lock for longer than we wait
    │   ├── StoreFormatError           the file is not ours, is damaged, or was written by a newer version
    │   ├── StoreAccessError           (also ValueError) its address, key or certificate cannot be used as written
    │   ├── StoreNotEmptyError         what is to be brought back would mix with what is there
    │   ├── StoreFullError             no space left; nothing of the refused write was kept
    │   ├── RecordNotFoundError        (also LookupError)
    │   ├── RecordConflictError        an immutable record exists with other content
    │   ├── RevisionConflictError      somebody else revised the record first
    │   ├── RecordErasedError          (also LookupError) it was erased; a stub says by whom, when and why
    │   └── LeaseTakenError            somebody else does this piece of work now
    ├── VaultError
    │   ├── OriginalMissingError       (also LookupError)
    │   ├── OriginalAlteredError       the bytes no longer have the SHA-256 under which they were kept
    │   └── VaultUnavailableError      folder or object store cannot be read or written
    ├── LogError
    │   ├── LogKeyError                the key that signs cannot be read, or others may read it
    │   ├── LogAlteredError            the log is not what an earlier checkpoint says of it
    │   ├── NoteFormatError            (also ValueError) no signed checkpoint, or its signature is wrong
    │   └── TimestampError             nobody outside says when they saw a checkpoint, or not of this one
    ├── EncoderError                   a model that encodes texts cannot be used
    ├── QueryError                     (also ValueError) a query that cannot be asked
    └── RecordFormatError              (also ValueError) a record that cannot be read
"""


class IndexingError(Exception):
    """Root of the errors of ``index``."""


class StoreError(IndexingError):
    """A store could not do what was asked."""


class StoreUnavailableError(StoreError):
    """The backend does not answer."""


class StoreLockedError(StoreUnavailableError):
    """Another process holds the write lock.

    ``holder`` names it in words (process and command), or is empty where the system cannot tell.
    """

    def __init__(self, message: str, *, holder: str = "") -> None:
        super().__init__(message)
        self.holder = holder


class StoreFormatError(StoreError):
    """The file is not ours, is damaged, or is newer than this version; it was left as it is."""


class StoreAccessError(StoreError, ValueError):
    """The address, key or certificate with which a store is reached cannot be used as it is written; nothing was sent."""


class StoreFullError(StoreError):
    """No space left; nothing of the refused write was kept."""


class StoreNotEmptyError(StoreError):
    """A backup is restored into an empty place only; nothing was written."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} holds work already, and a backup must not mix with it: name an empty place with --store"
        )
        self.place = place


class RecordNotFoundError(StoreError, LookupError):
    """No record of this kind has this identifier (or this revision)."""

    def __init__(self, kind: str, record_id: str, revision: int | None = None) -> None:
        which = record_id if revision is None else f"{record_id}.{revision}"
        super().__init__(f"no {kind} {which}")
        self.kind = kind
        self.record_id = record_id
        self.revision = revision


class RecordConflictError(StoreError):
    """An immutable record with this identifier exists and says something else; it was kept as it was."""

    def __init__(self, kind: str, record_id: str) -> None:
        super().__init__(f"{kind} {record_id} exists with other content")
        self.kind = kind
        self.record_id = record_id


class RevisionConflictError(StoreError):
    """The record moved on since it was read: read it again and decide again."""

    def __init__(self, kind: str, record_id: str, expected: int, found: int) -> None:
        super().__init__(f"{kind} {record_id} is at revision {found}, not {expected}: read it again")
        self.kind = kind
        self.record_id = record_id
        self.expected = expected
        self.found = found


class RecordErasedError(StoreError, LookupError):
    """What is asked for, or was to be kept again, was erased; only its stub is here. ``on`` is the day in ISO 8601."""

    def __init__(self, kind: str, record_id: str, *, by: str, on: str, reason: str) -> None:
        super().__init__(f"{kind} {record_id} was erased on {on} by {by} ({reason}); what it said is kept nowhere here")
        self.kind = kind
        self.record_id = record_id
        self.by = by
        self.on = on
        self.reason = reason


class LeaseTakenError(StoreError):
    """Somebody else does this piece of work now, or took it over from this process."""

    def __init__(self, work: str, holder: str) -> None:
        super().__init__(f"{work} is being done by {holder}: let it finish, or stop it")
        self.work = work
        self.holder = holder


class VaultError(IndexingError):
    """The vault could not do what was asked."""


class OriginalMissingError(VaultError, LookupError):
    """No original is kept under this SHA-256."""


class OriginalAlteredError(VaultError):
    """The bytes on disk no longer have the SHA-256 under which they were kept."""


class VaultUnavailableError(VaultError):
    """The vault's folder or object store cannot be read or written now."""


class LogError(IndexingError):
    """The log cannot be signed, or does not hold what it held."""


class LogKeyError(LogError):
    """A key of the log cannot be used: the message says what is wrong with it, and what to do."""


class LogAlteredError(LogError):
    """The log is not what an earlier checkpoint says of it: entries were changed, or are gone."""


class NoteFormatError(LogError, ValueError):
    """Text that is no checkpoint, or that nobody who is known has signed."""


class TimestampError(LogError):
    """No timestamp of a checkpoint, or one that does not prove it: the message says what is wrong."""


class EncoderError(IndexingError):
    """A model that encodes texts cannot be used: the message says what is wrong with which part."""


class QueryError(IndexingError, ValueError):
    """A query that cannot be asked: the message says what to change."""


class RecordFormatError(IndexingError, ValueError):
    """Text that is no record of the kind that was expected."""
