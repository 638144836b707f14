"""What the server gives up once it is warm, and what each child gives up before it looks at a file."""

import os
import resource
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from verify.sandbox.limits import SandboxLimits
from verify.sandbox.linux import (
    IS_LINUX,
    close_file_system,
    die_with_parent,
    leave_network,
    renounce_privileges,
)
from verify.sandbox.seccomp import forbid_system_calls

_OPEN_FILES = 32


def confine_server(mechanisms: Iterable[str]) -> tuple[str, ...]:
    """Give up network, files and privileges for this process and all its children; returns what was granted.

    Nothing can be imported or opened afterwards.
    """
    granted = []
    wanted = set(mechanisms)
    if IS_LINUX:
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("700", "ascii")  # rather a child than the desk
    if IS_LINUX and "namespaces" in wanted and _try(leave_network):
        granted.append("namespaces")
    if IS_LINUX:
        _try(renounce_privileges)
    if IS_LINUX and "landlock" in wanted and _try(close_file_system):
        granted.append("landlock")
    return tuple(granted)


def measure_address_space() -> int:
    """Bytes of address space of this process; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def confine_child(limits: SandboxLimits, cpu_seconds: int, base_bytes: int, mechanisms: Iterable[str]) -> None:
    """Set the limits of this process for good."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)
    with suppress(ValueError, OSError):  # macOS knows the name and keeps no such limit
        _lower(resource.RLIMIT_AS, base_bytes + limits.memory_bytes)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    if IS_LINUX and "seccomp" in set(mechanisms):
        _try(forbid_system_calls)


def tie_to_parent(parent: int) -> None:
    """End with the server, also when it ended a moment ago."""
    if IS_LINUX:
        die_with_parent()
    if os.getppid() != parent:
        os._exit(1)


def _lower(limit: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, or leave what is lower already."""
    most = resource.getrlimit(limit)[1]
    wanted = (soft, soft if hard is None else hard)
    resource.setrlimit(limit, wanted if most == resource.RLIM_INFINITY else (min(most, soft), min(most, wanted[1])))


def _try(confine: Callable[[], None]) -> bool:
    try:
        confine()
    except OSError:
        return False
    return True
