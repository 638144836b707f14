"""What a child might do once somebody has taken it over; runs only inside the sandbox, beside the real tasks."""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from verify.errors import MediaRefusedError
from verify.sandbox import tasks
from verify.sandbox.opened import OpenedFile

warm_up = tasks.warm_up


def _try(attempt: Callable[[], object]) -> bytes:
    """JSON: the error that ended the attempt, or that nothing did."""
    try:
        attempt()
    except (OSError, MemoryError) as error:
        return json.dumps(type(error).__name__).encode()
    return json.dumps("done").encode()


def _connect(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: socket.create_connection((options["host"], options["port"]), timeout=5).close())


def _open(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: Path(options["path"]).read_bytes())


def _write(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: Path(options["path"]).write_bytes(b"taken over"))


def _write_into_file(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: os.write(file.descriptor, b"taken over"))


def _fork(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: os.fork() or os._exit(0))


def _execute(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]))  # noqa: S606 - shall fail


def _kill_caller(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return _try(lambda: os.kill(options["pid"], signal.SIGTERM))


def _list_descriptors(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    def is_open(descriptor: int) -> bool:
        try:
            os.fstat(descriptor)
        except OSError:
            return False
        return True

    return json.dumps(sum(is_open(descriptor) for descriptor in range(256))).encode()


def _allocate(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return bytes(len(bytearray(options["bytes"])) % 2)


def _loop(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    while True:
        pass


def _loop_against_the_signal(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    return _loop(file, options)


def _sleep(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    time.sleep(600)
    return b""


def _die(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    signal.pthread_kill(threading.get_ident(), options["signal"])
    return b""


def _answer_endlessly(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return bytes(options["bytes"])


def _fail(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    raise LookupError("no such\x1b[31m thing")


def _refuse(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    raise MediaRefusedError("damaged", "the picture is damaged: fetch it again")


def _name_environment(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    return json.dumps(sorted(os.environ)).encode()


def _find_late_modules(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    before = set(sys.modules)
    tasks.read(file, {"limits": {}, "trust_anchors": "", "with_facts": True})
    tasks.thumbnail(file, {"limits": {}, "max_side": 100})
    return json.dumps(sorted(set(sys.modules) - before)).encode()


TASKS = {
    **tasks.TASKS,
    "connect": _connect,
    "open": _open,
    "write": _write,
    "write_into_file": _write_into_file,
    "fork": _fork,
    "execute": _execute,
    "kill_caller": _kill_caller,
    "list_descriptors": _list_descriptors,
    "allocate": _allocate,
    "loop": _loop,
    "loop_against_the_signal": _loop_against_the_signal,
    "sleep": _sleep,
    "die": _die,
    "answer_endlessly": _answer_endlessly,
    "fail": _fail,
    "refuse": _refuse,
    "name_environment": _name_environment,
    "find_late_modules": _find_late_modules,
}
