"""The caller's side of one fork server: start it, hand it files, read what its children say, end it."""

import json
import os
import select
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import verify
from verify.errors import SandboxError
from verify.sandbox.limits import SandboxLimits
from verify.sandbox.server import MESSAGE_BYTES
from verify.vision import KEPT_BLOCK_BYTES, KEPT_BYTES

_BOOT = """
import json, sys
sys.path[:] = json.loads(sys.argv[2])
from verify.sandbox.server import main
main(int(sys.argv[1]), sys.argv[3])
"""
_START_SECONDS = 60.0
_END_SECONDS = 5.0
_GRACE_SECONDS = 30.0
_CHUNK_BYTES = 1 << 20
_KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM

# Decoders get a small environment: no credentials of the desk, one thread for what computes with arrays, freed memory kept.
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
_SET = {
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(KEPT_BLOCK_BYTES),
    "MALLOC_TRIM_THRESHOLD_": str(KEPT_BYTES),
}


class ServerGoneError(Exception):
    """The server ended before it answered."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: exit code, or minus the number of the signal; processor seconds; killed for its time."""

    code: int
    cpu_seconds: float
    timed_out: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What a child is to do."""

    task: str
    options: Mapping[str, Any]
    cpu_seconds: int


class ServerProcess:
    """A running fork server. Requests may come from any thread."""

    def __init__(self, limits: SandboxLimits, tasks: str, mechanisms: Sequence[str]) -> None:
        """Start it and wait until it is warm. Raises SandboxError where it does not start."""
        self.owner = os.getpid()
        self._limits = limits
        self._lock = Lock()
        self._control, far = socket.socketpair(socket.AF_UNIX, _KIND)
        setup = {"limits": asdict(limits), "tasks": tasks, "mechanisms": list(mechanisms), "caller": os.getpid()}
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
        with far:
            process = _start(far.fileno(), json.dumps(setup))
        self.pid = process.pid
        self._finalizer = weakref.finalize(self, _end, self.owner, process, self._control)
        self.granted = self._await_ready()

    def _await_ready(self) -> tuple[str, ...]:
        self._control.settimeout(_START_SECONDS)
        try:
            said = json.loads(self._control.recv(MESSAGE_BYTES) or b'{"failed": "it ended at once"}')
        except OSError as error:
            said = {"failed": str(error)}
        if "ready" not in said:
            self.close()
            raise SandboxError(
                f"the process that opens media does not start ({said['failed']}): check the installation"
            )
        return tuple(said["ready"])

    def call(self, work: Work, file: int) -> tuple[bytes, Outcome]:
        """Let a child work on an open file; what it wrote, and how it ended.

        Raises ServerGoneError, where nothing is known of the file.
        """
        answer, answer_end = os.pipe()
        status, status_end = os.pipe()
        try:
            try:
                self._send(work, [file, answer_end, status_end])
            finally:
                os.close(answer_end)
                os.close(status_end)
            until = time.monotonic() + self._limits.wall_seconds + _GRACE_SECONDS
            content = _read(answer, self._limits.answer_bytes, until)
            os.close(answer)
            answer = -1
            return content, _parse_outcome(_read(status, MESSAGE_BYTES, until))
        finally:
            os.close(status)
            if answer >= 0:
                os.close(answer)

    def _send(self, work: Work, descriptors: list[int]) -> None:
        message = json.dumps({"task": work.task, "options": dict(work.options), "cpu_seconds": work.cpu_seconds})
        try:
            with self._lock:
                socket.send_fds(self._control, [message.encode()], descriptors)
        except OSError as error:
            raise ServerGoneError("its connection is closed") from error

    def close(self) -> None:
        """End it and its children; harmless when it has ended."""
        self._finalizer()


def _start(control: int, setup: str) -> subprocess.Popen[bytes]:
    path = [str(Path(verify.__file__).parents[1]), *(str(Path(entry).resolve()) for entry in sys.path)]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _BOOT, str(control), json.dumps(path), setup],
        env=environment | _SET,
        pass_fds=[control],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end(owner: int, process: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()
    if os.getpid() != owner:
        return  # a fork of the caller: the server is not ours to end
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(descriptor: int, most: int, until: float) -> bytes:
    """Everything up to the end, or one byte more than *most*."""
    content = bytearray()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while len(content) <= most:
        if not poll.poll(max(0.0, 1000 * (until - time.monotonic()))):
            raise ServerGoneError("it does not answer")
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            break
        content += chunk
    return bytes(content)


def _parse_outcome(status: bytes) -> Outcome:
    if not status:
        raise ServerGoneError("it ended before its child")
    return Outcome(**json.loads(status))
