"""The one thread of a process that writes: what waits together is committed together, and acknowledged after the commit.

Each call has a savepoint of its own, so that one that is refused takes nothing of the others with it.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import apsw

from index.backends.embedded.connections import translated
from index.backends.embedded.lock import WriterLock
from index.errors import StoreUnavailableError

_MOST_TOGETHER = 256

Answer = TypeVar("Answer")
Work = Callable[[apsw.Connection], Any]
_Job = tuple[Work, "Future[Any]"]


class Writer:
    """Runs work on the writing connection, in groups."""

    def __init__(self, path: Path, connection: apsw.Connection, lock: WriterLock) -> None:
        self._path = path
        self._connection = connection
        self._lock = lock
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[apsw.Connection], Answer]) -> Answer:
        """Run *work* in a transaction; when this returns, what it wrote is durable."""
        done: Future[Answer] = Future()
        with self._closing:
            if self._closed:
                raise StoreUnavailableError(f"the store {self._path} was closed")
            self._jobs.put((work, done))
        return done.result()

    def close(self) -> None:
        """Finish what waits, and end the thread."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._connection.close()
        self._lock.close()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            group, ends = self._gather(job)
            self._commit(group)
            if ends:
                return

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < _MOST_TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: list[_Job]) -> None:
        answers: list[tuple[Future[Any], Any]] = []
        try:
            with translated(self._path), self._lock.hold():
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    answers = [(done, answer) for work, done in group for answer in self._try(work, done)]
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._roll_back()
                    raise
        except BaseException as error:  # noqa: BLE001 - the thread must live; whoever waits gets the error
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
            return
        for done, answer in answers:
            done.set_result(answer)

    def _try(self, work: Work, done: "Future[Any]") -> list[Any]:
        """Run one call; its refusal is its own, unless SQLite had to give up the whole transaction."""
        self._connection.execute("SAVEPOINT one")
        try:
            answer = work(self._connection)
        except Exception as error:
            if not self._connection.in_transaction:
                raise
            self._connection.execute("ROLLBACK TO one; RELEASE one")
            if isinstance(error, apsw.Error):
                raise
            done.set_exception(error)
            return []
        self._connection.execute("RELEASE one")
        return [answer]

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
