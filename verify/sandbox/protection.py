"""Which limits hold on this system: not what was asked for, but what a child tried and could not do."""

import json
import os
import sys

from verify.sandbox.pool import SandboxPool
from verify.sandbox.process import Work

_BY = {
    "files": (("landlock", "Landlock"), ("seccomp", "seccomp")),
    "network": (("namespaces", "a network of its own without any interface"), ("seccomp", "seccomp")),
    "processes": (("seccomp", "seccomp"),),
}


def describe_protection(pool: SandboxPool) -> tuple[str, ...]:
    """One sentence for each limit, also for those that this system does not keep.

    Raises SandboxError where no child can be started.
    """
    limits = pool.limits
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        options = {"memory_bytes": limits.memory_bytes, "program": sys.executable}
        held = json.loads(pool.run(Work("probe", options, limits.cpu_seconds), null))
    finally:
        os.close(null)
    granted = {*pool.granted, *(["seccomp"] if held["seccomp"] else [])}
    says = {
        "memory": f"at most {limits.memory_bytes >> 20} MiB for one file",
        "cpu": f"at most {limits.cpu_seconds} s for a picture, {limits.video_cpu_seconds} s for a video",
        "files": _say("none but the one that is read", "files", granted),
        "writing": "nothing can be written to a disk",
        "network": _say("none", "network", granted),
        "processes": _say("none can be started", "processes", granted),
    }
    names = {"cpu": "processor time", "files": "other files"}
    lines = [f"{names.get(key, key)}: {text if held[key] else _MISSING}" for key, text in says.items()]
    return (f"time: every file is given up after {limits.wall_seconds:.0f} s", *lines)


_MISSING = "not limited on this system"


def _say(what: str, key: str, granted: set[str]) -> str:
    means = " and ".join(name for mechanism, name in _BY[key] if mechanism in granted)
    return f"{what} ({means})" if means else what
