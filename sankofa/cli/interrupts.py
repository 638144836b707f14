"""Ctrl-C is heard at the first press.

Python notes a signal at once and raises `KeyboardInterrupt` at the next instruction of its own. Two things come between:

* C code that goes on to a blocking call after the signal: ``BufferedReader.read`` waits for the rest of a pipe, and nothing wakes
  it (seen with ``sankofa import`` of a pipe, in 6 of 6 tries when the signal came with the first bytes);
* an exception in a finaliser or in a callback, which Python reports and drops.

So a thread is told of the signal by the interpreter's wake-up socket, and sends it again until the exception was raised where it
counts.
"""

import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_PATIENCE_SECONDS = 0.2
"""How long a signal may stay unheard before it is sent again. Source: own choice; below what a person notices."""

_AGAIN = bytes([signal.SIGINT])
_CHUNK_BYTES = 4096


@contextmanager
def hear_interrupts() -> Iterator[None]:
    """Inside, one Ctrl-C raises `KeyboardInterrupt` in the main thread, wherever that is.

    Does nothing outside the main thread, where somebody else handles the signal or listens to the wake-up socket, and on systems
    without signals for threads.
    """
    if not _is_ours():
        yield
        return
    listener = _Listener()
    listener.start()
    try:
        yield
    finally:
        listener.stop()


def _is_ours() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "pthread_kill") and signal.getsignal(signal.SIGINT) is signal.default_int_handler


class _Listener:
    def __init__(self) -> None:
        self._raised = False
        self._main = threading.get_ident()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._thread = threading.Thread(target=self._listen, name="ctrl-c", daemon=True)
        self._report = sys.unraisablehook

    def start(self) -> None:
        self._former = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._raise)
        sys.unraisablehook = self._look_at_dropped
        self._thread.start()

    def stop(self) -> None:
        sys.unraisablehook = self._report
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(self._former)
        self._waker.close()
        self._thread.join()
        self._woken.close()

    def _raise(self, number: int, frame: FrameType | None) -> None:
        self._raised = True
        signal.default_int_handler(number, frame)

    def _look_at_dropped(self, dropped: "sys.UnraisableHookArgs") -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            self._report(dropped)
            return
        self._raised = False
        self._waker.send(_AGAIN)

    def _listen(self) -> None:
        """Send a signal again that was not raised; what comes while one is waited for is the same press."""
        while noted := self._woken.recv(_CHUNK_BYTES):
            if signal.SIGINT not in noted:
                continue
            time.sleep(_PATIENCE_SECONDS)
            if self._raised:
                self._drain()
                self._raised = False
            else:
                signal.pthread_kill(self._main, signal.SIGINT)  # it comes back through the socket

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(_CHUNK_BYTES, socket.MSG_DONTWAIT)
