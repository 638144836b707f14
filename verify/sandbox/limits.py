"""How much one file may cost, and by which means of the system a child is confined."""

from dataclasses import dataclass

MECHANISMS = ("namespaces", "landlock", "seccomp")
"""Means of Linux that are used where the system grants them; the limits of `SandboxLimits` hold without them."""


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What one child may use; beyond it the file is refused.

    `memory_bytes` is address space beyond that of an idle child. A video has its own `video_cpu_seconds`, because
    up to 96 frames of it are measured like 96 pictures. `wall_seconds` ends a child that waits instead of working.
    """

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 10
    video_cpu_seconds: int = 60
    wall_seconds: float = 180.0
    answer_bytes: int = 256 << 20
