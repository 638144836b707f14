"""The one thread of a process that writes: what waits together is committed together, and acknowledged after the commit.

Each call has a savepoint of its own, so that one that is refused takes nothing of the others with it; a group that fails as
a whole is done again call by call.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import apsw

from index.backends.embedded.connections import translated
from index.backends.embedded.files import check_version
from index.backends.embedded.lock import WriterLock
from index.backends.embedded.schema import get_latest_version, is_analysed, read_version
from index.errors import StoreError, StoreLockedError, StoreUnavailableError

_MOST_TOGETHER = 256

Answer = TypeVar("Answer")
Work = Callable[[apsw.Connection], Any]


class _Job:
    """One call: what it does, and what became of it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done: Future[Any] = Future()
        self.answer: Any = None
        self.refusal: Exception | None = None

    def acknowledge(self) -> None:
        if self.refusal is None:
            self.done.set_result(self.answer)
        else:
            self.done.set_exception(self.refusal)


class Writer:
    """Runs work on the writing connection, in groups."""

    def __init__(self, path: Path, connection: apsw.Connection, lock: WriterLock) -> None:
        self._path = path
        self._connection = connection
        self._lock = lock
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run_groups, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[apsw.Connection], Answer]) -> Answer:
        """Run *work* in a transaction; when this returns, what it wrote is durable."""
        job = _Job(work)
        with self._closing:
            if self._closed:
                raise StoreUnavailableError(f"the store {self._path} was closed")
            self._jobs.put(job)
        answer: Answer = job.done.result()
        return answer

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

    def _run_groups(self) -> None:
        while (job := self._jobs.get()) is not None:
            group, is_last = self._gather(job)
            self._serve(group)
            if is_last:
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

    def _serve(self, group: list[_Job]) -> None:
        """Commit a group, and answer every call in it."""
        try:
            self._commit(group)
        except Exception as error:  # noqa: BLE001 - the thread must live, and whoever waits gets the error
            if len(group) > 1 and not isinstance(error, StoreLockedError):
                for job in group:
                    self._serve([job])
                return
            for job in group:
                job.refusal = error
        for job in group:
            job.acknowledge()

    def _commit(self, group: list[_Job]) -> None:
        with translated(self._path), self._lock.hold():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_version()
                for job in group:
                    self._try(job)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _check_version(self) -> None:
        """A newer Sankofa may have brought the file to a newer version while this process had it open."""
        version = read_version(self._connection)
        if version != get_latest_version():
            check_version(self._path, version)
            raise StoreUnavailableError(f"{self._path} was replaced while it was open: start again")
        if not is_analysed(self._connection):
            raise StoreUnavailableError(
                f"another Sankofa, with other names (names_file) or of another version, analysed the texts of {self._path} anew"
                " while it was open: start again"
            )

    def _try(self, job: _Job) -> None:
        """Run one call; what it refuses is its own affair, what SQLite refuses ends the group."""
        self._connection.execute("SAVEPOINT one")
        job.refusal = None
        try:
            job.answer = job.work(self._connection)
        except apsw.Error:
            raise
        except StoreError as refusal:
            job.refusal = refusal
            self._connection.execute("ROLLBACK TO one")
        self._connection.execute("RELEASE one")
