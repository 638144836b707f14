"""Pools whose children can be asked to misbehave."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from verify.sandbox.limits import MECHANISMS, SandboxLimits
from verify.sandbox.pool import SandboxPool
from verify.sandbox.process import Work

HOOKS = "tests.verify.sandbox.hooks"
LIMITS = SandboxLimits(memory_bytes=256 << 20, cpu_seconds=1, video_cpu_seconds=5, wall_seconds=30)


@contextmanager
def open_pool(
    limits: SandboxLimits = LIMITS, mechanisms: tuple[str, ...] = MECHANISMS, workers: int | None = None
) -> Iterator[SandboxPool]:
    """Open a pool with the hooks as its tasks."""
    pool = SandboxPool(limits, tasks=HOOKS, mechanisms=mechanisms, workers=workers)
    try:
        yield pool
    finally:
        pool.close()


def ask(pool: SandboxPool, task: str, path: Path | str = os.devnull, /, **options: Any) -> bytes:
    """Let a child do a task with a file."""
    file = os.open(path, os.O_RDONLY)
    try:
        return pool.run(Work(task, options, pool.limits.cpu_seconds), file)
    finally:
        os.close(file)


def attempt(pool: SandboxPool, task: str, path: Path | str = os.devnull, /, **options: Any) -> Any:
    """Let a child do a task that answers in JSON."""
    return json.loads(ask(pool, task, path, **options))
