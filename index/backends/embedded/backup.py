"""A copy of the file as it stands at one moment, made while others write; and the way back into an empty store."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import apsw

from index.backends.embedded.connections import open_reader, open_writer, translated
from index.backends.embedded.files import check_version, open_immutable
from index.backends.embedded.lock import WriterLock
from index.backends.embedded.schema import read_version
from index.backends.embedded.store import open_embedded
from index.backup import RECORDS_FILE, Kept, OnKept, Snapshot
from index.errors import StoreFormatError, StoreNotEmptyError
from index.store import iter_everything, iter_log

_PAGES = 1_000
_FOREIGN = (
    "SELECT 1 FROM record AS earlier WHERE NOT EXISTS (SELECT 1 FROM kept.record AS here WHERE here.kind = earlier.kind"
    " AND here.id = earlier.id AND here.revision = earlier.revision"
    " AND (here.body = earlier.body OR json_extract(here.body, '$.erased') IS NOT NULL)) LIMIT 1"
)


_OTHER_LOG = (
    "SELECT 1 FROM log_entry AS earlier WHERE NOT EXISTS (SELECT 1 FROM kept.log_entry AS here WHERE here.number = earlier.number"
    " AND here.body = earlier.body) LIMIT 1"
)


class FileKeeper:
    """Documented at :class:`index.backup.Keeper`; *path* is the store's file."""

    engine = "SQLite"

    def __init__(self, path: str | Path, lock_timeout_seconds: float) -> None:
        self._path = Path(os.path.realpath(path))
        self._seconds = lock_timeout_seconds

    def is_earlier(self, folder: Path, snapshot: Snapshot | None) -> bool:
        """Records are never changed or deleted, but for the stubs of what was erased: a store holds all that an earlier backup
        of it holds.
        """
        file = folder / RECORDS_FILE
        if snapshot is not None or not file.is_file():
            return False
        with translated(file), closing(open_immutable(file)) as connection:
            connection.execute("ATTACH ? AS kept", (str(self._path),))
            return not any(connection.execute(foreign).get for foreign in _list_foreign(connection))

    @contextmanager
    def keep(self, folder: Path, name: str, on_kept: OnKept) -> Iterator[Kept]:
        del name
        file = folder / RECORDS_FILE
        open_embedded(self._path, lock_timeout_seconds=self._seconds, create=False).close()  # ours, and of this version
        with translated(self._path), closing(open_reader(self._path, self._seconds)) as source:
            source.execute("BEGIN; SELECT 1 FROM record LIMIT 1").fetchall()  # from here on one moment is seen
            with translated(file), closing(apsw.Connection(str(file))) as target:
                _copy(source, target, on_kept)
                _require_sound(target, self._path)
        with closing(open_embedded(file, create=False)) as kept:
            yield Kept(partial(iter_everything, kept), partial(iter_log, kept))

    def restore(self, folder: Path, snapshot: Snapshot | None, on_restored: OnKept) -> None:
        del snapshot
        file = folder / RECORDS_FILE
        with translated(file), closing(open_immutable(file)) as source:
            check_version(file, read_version(source))
            open_embedded(self._path, lock_timeout_seconds=self._seconds).close()
            with (
                closing(WriterLock(self._path, self._seconds)) as lock,
                translated(self._path),
                lock.hold(),
                closing(open_writer(self._path, self._seconds)) as target,
            ):
                _require_empty(target, self._path)
                _copy(source, target, on_restored)
        open_embedded(self._path, lock_timeout_seconds=self._seconds).close()  # brings it to this version

    def forget(self, snapshot: Snapshot | None) -> None:
        """Nothing to do: the file was replaced."""


def _list_foreign(connection: apsw.Connection) -> list[str]:
    """What finds that a backup holds something which is not here; one of an older version has no log."""
    has_log = connection.execute("SELECT 1 FROM main.sqlite_schema WHERE name = 'log_entry'").get
    return [_FOREIGN, _OTHER_LOG] if has_log else [_FOREIGN]


def _copy(source: apsw.Connection, target: apsw.Connection, on_copied: OnKept) -> None:
    """Make *target* the same, all at once: until the last page it is what it was."""
    with target.backup("main", source, "main") as copying:
        while not copying.done:
            copying.step(_PAGES)
            on_copied(copying.page_count - copying.remaining)


def _require_sound(connection: apsw.Connection, path: Path) -> None:
    found = str(connection.execute("PRAGMA integrity_check(1)").get)
    if found != "ok":
        raise StoreFormatError(f"{path} is damaged ({found.splitlines()[-1]}): restore it from an earlier backup")


def _require_empty(connection: apsw.Connection, path: Path) -> None:
    kept = "SELECT 1 FROM record WHERE kind != 'lease' UNION ALL SELECT 1 FROM log_entry LIMIT 1"
    if connection.execute(kept).get is not None:
        raise StoreNotEmptyError(str(path))
