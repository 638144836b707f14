"""THE PORT of backups: what a backend does with its records so that they can be brought back. Originals are the vault's."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.model import Record

RECORDS_FILE = "sankofa.db"
"""The file of a backup that holds the records, where they are no snapshot."""

OnKept = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Records that a cluster keeps in a repository of its own; `schema` is the version of the indices."""

    repository: str
    name: str
    cluster: str
    prefix: str
    schema: int


@dataclass(frozen=True)
class Kept:
    """What was kept, as it stood at that moment: all of a kind, in the order of :func:`index.store.iter_everything`; the log."""

    iter_everything: Callable[[type[Record]], Iterator[Record]]
    iter_log: Callable[[], Iterator[bytes]]
    snapshot: Snapshot | None = None


class Keeper(Protocol):
    """Keeps the records of one store, as they stand at one moment, while others write.

    Raises (any method): StoreError, see :mod:`index.errors`.
    """

    @property
    def engine(self) -> str:
        """Which program keeps them; a backup is restored by the same."""

    def is_earlier(self, folder: Path, snapshot: Snapshot | None) -> bool:
        """Tell whether a backup is an earlier one of this store, so that a new one may take its place."""

    def keep(self, folder: Path, name: str, on_kept: OnKept) -> AbstractContextManager[Kept]:
        """Keep everything, in *folder* or as the snapshot *name*; what was kept can be read as long as the context lasts.

        When the context ends with an error nothing stays.
        """

    def restore(self, folder: Path, snapshot: Snapshot | None, on_restored: OnKept) -> None:
        """Bring everything back into this store: all of it or nothing.

        Raises:
            StoreNotEmptyError: It holds something already; nothing was written.
            StoreFormatError: The backup was written by a newer version, or is not whole.
        """

    def forget(self, snapshot: Snapshot | None) -> None:
        """Let go of a backup whose place a new one has taken."""
