"""The fork server: imports everything once, confines itself, then forks one child for each file.

It never looks into a file and never reads what a child answers. It ends when its caller closes the connection or dies.
"""

import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verify.errors import MediaRefusedError
from verify.sandbox.answers import write_failure, write_refusal, write_value
from verify.sandbox.confinement import confine_child, confine_server, measure_address_space, tie_to_parent
from verify.sandbox.limits import SandboxLimits
from verify.sandbox.opened import OpenedFile

MESSAGE_BYTES = 1 << 18
EXIT_MEMORY, EXIT_FAILED = 81, 82
_LOOK_AROUND_SECONDS = 1.0
_MOST_DESCRIPTORS = 1 << 20


@dataclass(frozen=True, slots=True)
class _Running:
    """A child at work: where its outcome goes, and when it is killed."""

    status: int
    until: float


class ForkServer:
    """The loop of the server process; `setup` is what the caller's `ServerProcess` sent along."""

    def __init__(self, control: socket.socket, setup: Mapping[str, Any]) -> None:
        self._control = control
        self._limits = SandboxLimits(**setup["limits"])
        self._mechanisms: tuple[str, ...] = tuple(setup["mechanisms"])
        self._caller: int = setup["caller"]
        self._pid = os.getpid()
        self._tasks = importlib.import_module(setup["tasks"])
        self._running: dict[int, _Running] = {}
        self._base_bytes = 0
        self._woken, waker = socket.socketpair()
        for end in (self._woken, waker):
            end.setblocking(False)
        self._waker = waker

    def serve(self) -> None:
        """Warm up, confine this process, say that it is ready, and fork for each request."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._tasks.warm_up()
        self._base_bytes = measure_address_space()
        granted = confine_server(self._mechanisms)
        gc.collect()
        gc.freeze()  # so that collecting in a child does not copy what it shares with this process
        self._control.send(json.dumps({"ready": granted}).encode())
        try:
            self._loop()
        finally:
            for pid in self._running:
                os.kill(pid, signal.SIGKILL)

    def _loop(self) -> None:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        while os.getppid() == self._caller:
            ready = {descriptor for descriptor, _ in poll.poll(self._count_milliseconds())}
            if self._woken.fileno() in ready:
                self._woken.recv(MESSAGE_BYTES)
            if self._control.fileno() in ready and not self._accept():
                return
            self._reap()
            self._kill_overdue()

    def _count_milliseconds(self) -> int:
        nearest = min((child.until for child in self._running.values()), default=float("inf"))
        return max(0, round(1000 * min(_LOOK_AROUND_SECONDS, nearest - time.monotonic())))

    def _accept(self) -> bool:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 3)
        except OSError:
            return False
        if not message:
            return False
        file, answer, status = descriptors
        request = json.loads(message)
        pid = os.fork()
        if pid == 0:
            self._work(file, answer, request)
        os.close(file)
        os.close(answer)
        self._running[pid] = _Running(status, time.monotonic() + self._limits.wall_seconds)
        return True

    def _reap(self) -> None:
        while self._running:
            pid, code, used = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._running.pop(pid)
            self._report(child, os.waitstatus_to_exitcode(code), used)

    @staticmethod
    def _report(child: _Running, code: int, used: resource.struct_rusage) -> None:
        outcome = {
            "code": code,
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "timed_out": code == -signal.SIGKILL and time.monotonic() >= child.until,
        }
        try:
            os.write(child.status, json.dumps(outcome).encode())
        except OSError:
            pass  # whoever asked went away
        finally:
            os.close(child.status)

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for pid, child in self._running.items():
            if now >= child.until:
                os.kill(pid, signal.SIGKILL)

    def _work(self, file: int, answer: int, request: Mapping[str, Any]) -> None:
        """What the child does; it never returns."""
        code = EXIT_FAILED
        try:
            self._prepare(file, answer, request["cpu_seconds"])
            code = _answer(self._tasks.TASKS[request["task"]], OpenedFile.at(file), request["options"], answer)
        finally:
            os._exit(code)

    def _prepare(self, file: int, answer: int, cpu_seconds: int) -> None:
        tie_to_parent(self._pid)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _close_all_but(file, answer)
        confine_child(self._limits, cpu_seconds, self._base_bytes, self._mechanisms)


def _answer(task: Any, file: OpenedFile, options: Mapping[str, Any], answer: int) -> int:
    with open(answer, "wb") as out:
        try:
            write_value(out, task(file, options))
        except MediaRefusedError as refusal:
            write_refusal(out, refusal)
        except MemoryError:
            return EXIT_MEMORY
        except Exception as error:  # noqa: BLE001 - the caller says which one it was
            write_failure(out, error)
    return 0


def _close_all_but(*kept: int) -> None:
    """Close every descriptor above stderr except these."""
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(low, _MOST_DESCRIPTORS if most == resource.RLIM_INFINITY else most)


def main(control: int, setup: str) -> None:
    """Serve on an inherited socket until its other end is closed."""
    sys.dont_write_bytecode = True
    with socket.socket(fileno=control) as connection:
        try:
            ForkServer(connection, json.loads(setup)).serve()
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller tells a person
            connection.send(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode()[:MESSAGE_BYTES])
