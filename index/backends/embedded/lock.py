"""One writer at a time among several processes, and the name of the one that holds the place.

Beside the store lies ``NAME.writer``. Whoever writes holds an advisory lock on it, which the system takes back when a process
dies, and leaves its number and command in it.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StoreLockedError

_PAUSE_SECONDS = 0.01


class WriterLock:
    """The right to write to one store; taken anew for every transaction."""

    def __init__(self, path: Path, timeout_seconds: float) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._file = os.open(f"{path}.writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._name = f"process {os.getpid()} ({' '.join(sys.argv)[:200]})".encode(errors="replace")

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            StoreLockedError: Another process held it all the time; names it.
        """
        self._take()
        try:
            os.pwrite(self._file, self._name, 0)
            os.ftruncate(self._file, len(self._name))
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _take(self) -> None:
        deadline = time.monotonic() + self._timeout_seconds
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise self._build_error() from None
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def _build_error(self) -> StoreLockedError:
        holder = os.pread(self._file, 1000, 0).decode(errors="replace")
        message = f"{self._path} has been written to by {holder or 'another process'} for {self._timeout_seconds:g} s"
        return StoreLockedError(f"{message}: wait for it or end it, then do this again", holder=holder)
