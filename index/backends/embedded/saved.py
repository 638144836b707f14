"""An index over rows of the file that is opened or made when it is first asked, caught up at every question, and saved.

Whatever any process committed before the question is in the answer: the rows behind the last one read are added first.
"""

import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

import apsw

from index.backends.embedded.cache import Cache, Stamp, holds_mark, is_due, read_stamp
from verify.errors import VerifyError

Index = TypeVar("Index")
Answer = TypeVar("Answer")


class SavedIndex(ABC, Generic[Index]):
    """Any thread may ask."""

    def __init__(self, cache: Cache, name: str) -> None:
        self._cache = cache
        self._name = name
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._edition = ""
        self._last = self._rows = self._saved_rows = 0
        self._refused = ""  # the stamp of what could not be used, and is to be replaced

    def ask(self, connection: apsw.Connection, question: Callable[[Index], Answer]) -> Answer:
        """Put a question to the index, all rows of which the transaction of *connection* can see: it begins in here."""
        with self._lock:
            edition = self.read_edition(connection)
            if self._index is None or edition != self._edition:
                self._edition = edition
                self._index = self._begin(connection)
            index = self._index
            for last, rows in self.catch_up(connection, index, self._last):
                self._last, self._rows = last, self._rows + rows
            answer = question(index)
            save = self._prepare_saving(index)
        if save is not None:
            save()
        return answer

    @abstractmethod
    def read_edition(self, connection: apsw.Connection) -> str:
        """Read what an index must have been made under to be used."""

    def is_due(self, index: Index) -> bool:
        """Tell whether the index is worth saving as it stands."""
        del index
        return is_due(self._rows, self._saved_rows)

    @abstractmethod
    def make(self) -> Index:
        """An empty index."""

    @abstractmethod
    def load(self, folder: Path) -> tuple[Index, str]:
        """What was saved, with its stamp. Raises VerifyError or ValueError for what cannot be used."""

    @abstractmethod
    def read_stamp(self, folder: Path) -> str:
        """The stamp of what was saved; empty where nothing is."""

    @abstractmethod
    def catch_up(self, connection: apsw.Connection, index: Index, last: int) -> Iterable[tuple[int, int]]:
        """Add the rows behind the place *last*; yields, for each part that was added, its last place and its rows."""

    @abstractmethod
    def take_snapshot(self, index: Index, stamp: str) -> Callable[[Path], None]:
        """What writes the index as it stands now to a folder, while it goes on."""

    def _begin(self, connection: apsw.Connection) -> Index:
        folder = self._cache.get_folder(self._name)
        try:
            index, text = self.load(folder)
            stamp = read_stamp(text)
        except (VerifyError, ValueError, KeyError):
            stamp = None
        if stamp is None or stamp.mark.rpartition("-")[0] != self._edition or not holds_mark(connection, stamp):
            self._refused = self.read_stamp(folder)
            self._last = self._rows = self._saved_rows = 0
            return self.make()
        self._last, self._rows, self._saved_rows = stamp.last, stamp.rows, stamp.rows
        return index

    def _prepare_saving(self, index: Index) -> Callable[[], None] | None:
        if not self.is_due(index):
            return None
        token = secrets.token_hex(16)
        stamp = Stamp(f"{self._edition}-{token}" if self._edition else token, self._last, self._rows)
        write = self.take_snapshot(index, stamp.write())
        self._saved_rows = self._rows
        text = self.read_stamp(self._cache.get_folder(self._name))
        there = None if text == self._refused else read_stamp(text)
        return lambda: self._cache.save(self._name, stamp, there, write)
