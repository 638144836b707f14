"""What was tried and what was acknowledged, by a hand that does not ask the store."""

import threading
from collections import defaultdict
from collections.abc import Iterable

from index.backends.memory import MemoryStore
from index.errors import RecordNotFoundError, StoreError
from index.model import Record, Revised
from index.store import Store

Key = tuple[str, str, int]


def name(record: Record) -> Key:
    """Kind, identifier, and revision (0 for what has no history)."""
    return record.KIND, record.id, record.revision if isinstance(record, Revised) else 0


class Journal:
    """Keeps every record that somebody tried to write, and in `store` those that must be there."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.acknowledged = 0
        self._lock = threading.Lock()
        self._tried: dict[Key, list[Record]] = defaultdict(list)
        self._new: dict[Key, Record] = {}
        self._twice: list[str] = []

    def intend(self, records: Iterable[Record]) -> None:
        """Note what is about to be written."""
        with self._lock:
            for record in records:
                self._tried[name(record)].append(record)

    def acknowledge(self, records: Iterable[Record]) -> None:
        """Note what the store said that it keeps."""
        with self._lock:
            for record in records:
                if self._new.setdefault(name(record), record) != record:
                    self._twice.append(f"two contents acknowledged as {name(record)}")
                self.acknowledged += 1

    def was_tried(self, record: Record) -> bool:
        """Whether somebody tried to write exactly this."""
        return record in self._tried.get(name(record), ())

    def settle(self, store: Store) -> list[str]:
        """Bring what was acknowledged into the journal's store, with the revisions before it; says what that found wrong."""
        found, self._twice = self._twice, []
        for key in sorted(self._new):
            try:
                self._keep(self._new[key], store)
            except StoreError as error:
                found.append(f"{key} was acknowledged: {error}")
        self._new.clear()
        return found

    def keep(self, record: Record) -> None:
        """What was seen must be there from now on, acknowledged or not."""
        if isinstance(record, Revised):
            self.store.add_revisions([record])
        else:
            self.store.add([record])

    def _keep(self, record: Record, store: Store) -> None:
        if isinstance(record, Revised):
            for number in range(self._count_revisions(record) + 1, record.revision):
                before = store.get(type(record), record.id, revision=number)
                if not self.was_tried(before):
                    raise StoreError(f"revision {number} says what nobody wrote")
                self.keep(before)
        self.keep(record)

    def _count_revisions(self, record: Revised) -> int:
        try:
            return self.store.get(type(record), record.id).revision
        except RecordNotFoundError:
            return 0
