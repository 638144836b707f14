"""Whoever collects and edits while the faults come."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.errors import RecordConflictError, RecordNotFoundError, RevisionConflictError, StoreError
from index.model import Claim, Record
from index.store import Store
from tests.chaos.journal import Journal
from tests.contracts.records import build_claim, build_code, build_entry, build_post

_CLAIMS = 40
_PAUSE_SECONDS = 0.1
_MOST_TOGETHER = 12


class Writer(threading.Thread):
    """Adds posts and bank entries, and revises claims that all writers share, until it is told to stop."""

    def __init__(self, number: int, store: Store, journal: Journal, stop: threading.Event) -> None:
        super().__init__(name=f"writer {number}")
        self._next = number * 1_000_000
        self._store, self._journal, self._stopped = store, journal, stop
        self._chance = random.Random(number)
        self.errors = 0
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self._stopped.wait(_PAUSE_SECONDS):
                self._chance.choice((self._add_posts, self._add_entries, self._revise))()
        except Exception as failure:  # noqa: BLE001 - the judge names it
            self.failure = failure

    def _add_posts(self) -> None:
        self._add([build_post(n, f"Une image de Kidal, numéro {n}") for n in self._take()])

    def _add_entries(self) -> None:
        codes = [(n, self._chance.getrandbits(256), self._chance.getrandbits(256)) for n in self._take()]
        self._add([build_entry(n, build_code(one), build_code(other)) for n, one, other in codes])

    def _add(self, records: Sequence[Record]) -> None:
        self._journal.intend(records)

        def add() -> Sequence[Record]:
            self._store.add(records)
            return records

        self._try(add)

    def _revise(self) -> None:
        number, (unique, *_) = self._chance.randrange(_CLAIMS), self._take()
        claim = build_claim(number, f"Une rumeur, version {unique}")
        try:
            expected = self._store.get(Claim, claim.id).revision
        except RecordNotFoundError:
            expected = 0
        except StoreError:
            self.errors += 1
            return
        self._journal.intend([replace(claim, revision=expected + 1)])
        self._try(lambda: [self._store.revise(claim, expected_revision=expected)])

    def _try(self, write: Callable[[], Sequence[Record]]) -> None:
        """Write; after an error the half of all try the same again, the others leave it as it is."""
        while True:
            try:
                self._journal.acknowledge(write())
            except RevisionConflictError:
                return
            except RecordConflictError:
                raise  # nobody else writes under these identifiers
            except StoreError:
                self.errors += 1
                if self._stopped.is_set() or self._chance.random() < 0.5:
                    return
            else:
                return

    def _take(self) -> range:
        first, self._next = self._next, self._next + self._chance.randint(1, _MOST_TOGETHER)
        return range(first, self._next)
