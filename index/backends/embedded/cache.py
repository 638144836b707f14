"""Indexes saved beside the store's file, so that a new process maps them into memory instead of making them anew.

In ``sankofa.db.cache/`` each has a folder of its own. It may be thrown away at any time: what is absent, damaged, of another
version or of another store is made again from the file, and no search ever misses anything for it. A saved index holds
the rows up to a place; those behind are added at the first question.

Whether it belongs to this very file is told by a mark, a random name that is committed to the file before the index is
saved. Rows are only ever added, or erased, which makes every index of them anew; so a file that holds the mark holds all the
rows that the index was made from, as they were. A backup from before the mark does not hold it, whatever was added to it since.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import apsw

from index.errors import StoreError

LEAST_ROWS = 4_096
"""Fewer rows than this are made into an index faster than one is opened."""

_GROWTH = 32
"""Saved again when this fraction was added: each row is written so many times at most, and few are left to be added."""

_FORM = 1


class Stamp(NamedTuple):
    """What a saved index says of itself: its mark, the place of its last row, and how many rows it has."""

    mark: str
    last: int
    rows: int

    def write(self) -> str:
        """As text."""
        return json.dumps([_FORM, *self])


def read_stamp(text: str) -> Stamp | None:
    """Read what :meth:`Stamp.write` gave; ``None`` for anything else."""
    try:
        form, mark, last, rows = json.loads(text)
        return Stamp(str(mark), int(last), int(rows)) if form == _FORM else None
    except (ValueError, TypeError):
        return None


def are_many(rows: int) -> bool:
    """Tell whether an index of so many rows is slower to make than to open."""
    return rows >= LEAST_ROWS


def is_due(rows: int, saved: int) -> bool:
    """Tell whether so much was added to the *saved* rows that it is worth saving all of them."""
    return rows - saved >= max(LEAST_ROWS, saved // _GROWTH)


def holds_mark(connection: apsw.Connection, stamp: Stamp) -> bool:
    """Tell whether an index with this stamp was made from the rows of this file."""
    return connection.execute("SELECT 1 FROM mark WHERE name = ?", (stamp.mark,)).get is not None


class Cache:
    """The folder beside one store's file. *commit* runs work in a transaction that writes, and returns when it is durable."""

    def __init__(self, store: Path, commit: Callable[[Callable[[apsw.Connection], None]], None]) -> None:
        self._folder = store.with_name(f"{store.name}.cache")
        self._commit = commit

    def get_folder(self, name: str) -> Path:
        """Return where the index of this name is saved."""
        return self._folder / name

    def save(self, name: str, stamp: Stamp, there: Stamp | None, write: Callable[[Path], None]) -> None:
        """Save an index with *write*, in the place of the one with the stamp *there*.

        Nothing is done where another process does it now or has just done it, and where it cannot be done: a folder that
        cannot be written to, a full disk, a store that somebody else has locked. The index in memory answers as well.
        """
        folder = self.get_folder(name)
        try:
            with self._try_lock() as is_ours:
                if is_ours and (there is None or there.last > stamp.last or is_due(stamp.rows, there.rows)):
                    self._commit(lambda connection: _mark(connection, stamp))
                    _remove_unfinished(folder)
                    write(folder)
        except (OSError, StoreError):
            pass  # tried again when as much has been added once more

    def forget(self, names: Collection[str]) -> None:
        """Remove every index that was saved of what begins with one of *names*, and what processes hold of it for themselves.

        Whoever works with one has it in memory until the next question, and makes it anew then.
        """
        for folder in self._folder.glob("*"):
            if folder.is_dir() and folder.name.startswith(tuple(f"{name}-" for name in names)):
                shutil.rmtree(folder)

    @contextmanager
    def _try_lock(self) -> Iterator[bool]:
        self._folder.mkdir(exist_ok=True)
        file = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(file)


def _mark(connection: apsw.Connection, stamp: Stamp) -> None:
    connection.execute("INSERT INTO mark VALUES (?)", (stamp.mark,))


def _remove_unfinished(folder: Path) -> None:
    """Remove what processes left behind that were killed while they saved; the caller holds the lock."""
    for leftover in folder.glob("*.part"):
        leftover.unlink(missing_ok=True)
