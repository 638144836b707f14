"""Children for many threads: starts the server when first needed, again when it was killed, and judges how a child ended."""

import os
import signal
import weakref
from collections.abc import Sequence
from threading import BoundedSemaphore, Lock

from verify.errors import MediaRefusedError, SandboxError
from verify.sandbox.answers import AnswerError, read_answer
from verify.sandbox.limits import MECHANISMS, SandboxLimits
from verify.sandbox.process import Outcome, ServerGoneError, ServerProcess, Work
from verify.sandbox.server import EXIT_MEMORY

TASKS = "verify.sandbox.tasks"
_ATTEMPTS = 2


class SandboxPool:
    """Runs tasks on open files, at most `workers` at a time (default: as many as there are processors)."""

    def __init__(
        self,
        limits: SandboxLimits,
        *,
        workers: int | None = None,
        tasks: str = TASKS,
        mechanisms: Sequence[str] = MECHANISMS,
    ) -> None:
        self.limits = limits
        self._workers = workers or os.cpu_count() or 1
        self._tasks = tasks
        self._mechanisms = tuple(mechanisms)
        self._closed = False
        self._server: ServerProcess | None = None
        self.renew_locks()
        _POOLS.add(self)

    def renew_locks(self) -> None:
        """Start with free locks: in a fork of this process nobody is left who would release the old ones."""
        self._lock = Lock()
        self._slots = BoundedSemaphore(self._workers)

    def run(self, work: Work, file: int) -> bytes:
        """What the task returned for the file behind the descriptor *file*.

        Raises MediaRefusedError for what the task refuses and for a child that was killed, SandboxError where no
        child can be started.
        """
        with self._slots:
            for _ in range(_ATTEMPTS):
                server = self._get_server()
                try:
                    answer, outcome = server.call(work, file)
                except ServerGoneError:
                    self._discard(server)
                else:
                    return self._judge(work, answer, outcome)
        raise MediaRefusedError(
            "crashed", "the decoder was ended from outside twice: try again when the system is idle"
        )

    @property
    def granted(self) -> tuple[str, ...]:
        """The mechanisms that the server was granted; starts it."""
        return self._get_server().granted

    @property
    def server_pid(self) -> int:
        """The server's process; starts it."""
        return self._get_server().pid

    def close(self) -> None:
        """End the server and every child; closing twice is harmless."""
        with self._lock:
            self._closed, server, self._server = True, self._server, None
        if server is not None and server.owner == os.getpid():
            server.close()

    def _get_server(self) -> ServerProcess:
        with self._lock:
            if self._closed:
                raise SandboxError("the decoder is closed: open the desk again")
            if self._server is None or self._server.owner != os.getpid():
                self._server = ServerProcess(self.limits, self._tasks, self._mechanisms)
            return self._server

    def _discard(self, server: ServerProcess) -> None:
        with self._lock:
            if self._server is server:
                self._server = None
        server.close()

    def _judge(self, work: Work, answer: bytes, outcome: Outcome) -> bytes:
        if len(answer) > self.limits.answer_bytes:
            raise MediaRefusedError("needs-too-much-memory", "what is in it fills too much memory: give a shorter cut")
        if outcome.code != 0:
            raise _explain(work, outcome, self.limits)
        try:
            return read_answer(answer)
        except AnswerError as error:
            raise broke_off(str(error)) from error


def broke_off(why: str) -> MediaRefusedError:
    """What is said of a file at which the decoder broke off."""
    return MediaRefusedError("crashed", f"the decoder broke off at this file ({why}): save it anew and give that copy")


def _explain(work: Work, outcome: Outcome, limits: SandboxLimits) -> MediaRefusedError:
    advice = "give a smaller copy or a shorter cut"
    out_of_time = outcome.code in (-signal.SIGXCPU, -signal.SIGKILL) and outcome.cpu_seconds >= work.cpu_seconds - 0.1
    if out_of_time or outcome.code == -signal.SIGXCPU:
        return MediaRefusedError("too-expensive", f"needs more than {work.cpu_seconds} s of processor time: {advice}")
    if outcome.timed_out:
        return MediaRefusedError("too-expensive", f"needs more than {limits.wall_seconds:.0f} s: {advice}")
    if outcome.code == EXIT_MEMORY:
        size = limits.memory_bytes >> 20
        return MediaRefusedError("needs-too-much-memory", f"needs more than {size} MiB of memory: {advice}")
    if outcome.code < 0:
        return broke_off(signal.Signals(-outcome.code).name)
    return broke_off(f"exit {outcome.code}")


_POOLS: "weakref.WeakSet[SandboxPool]" = weakref.WeakSet()


def _renew_pools() -> None:
    for pool in _POOLS:
        pool.renew_locks()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_pools)
