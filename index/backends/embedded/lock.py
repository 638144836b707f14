"""One writer at a time among several processes, and the name of the one that holds the place.

Beside the store lie ``NAME.writer`` and ``NAME.next``. Whoever writes holds an advisory lock on the first, which the
system takes back when a process dies, and leaves its number and command in it. Whoever waits holds the second, so that a
process that writes all the time cannot pass by one that waits.
"""

import fcntl
import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StoreLockedError

_PAUSE_SECONDS = 0.005
_NAME_BYTES = 400


class WriterLock:
    """The right to write to one store; taken anew for every transaction. For one thread at a time."""

    def __init__(self, path: Path, timeout_seconds: float) -> None:
        """Open the two files.

        Raises:
            OSError: They cannot be made beside the store.
        """
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._place = _open(f"{path}.writer")
        try:
            self._turn = _open(f"{path}.next")
        except OSError:
            os.close(self._place)
            raise

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            StoreLockedError: Another process held it all the time; names it.
        """
        deadline = time.monotonic() + self._timeout_seconds
        self._take(self._turn, deadline)
        try:
            self._take(self._place, deadline)
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
        try:
            self._leave_name()
            yield
        finally:
            fcntl.flock(self._place, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._place)
        os.close(self._turn)

    def _take(self, file: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise self._build_error() from None
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def _leave_name(self) -> None:
        name = f"process {os.getpid()} ({shlex.join(sys.orig_argv)})".encode(errors="replace")[:_NAME_BYTES]
        try:
            os.pwrite(self._place, name, 0)
            os.ftruncate(self._place, len(name))
        except OSError:
            pass  # a full disk: the lock holds without the name

    def _build_error(self) -> StoreLockedError:
        holder = os.pread(self._place, _NAME_BYTES, 0).decode(errors="replace")
        message = f"{self._path} has been written to by {holder or 'another process'} for {self._timeout_seconds:g} s"
        return StoreLockedError(f"{message}: wait for it or end it, then do this again", holder=holder)


def _open(name: str) -> int:
    return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
