"""Start :mod:`tests.index.backends.writer_process` in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]


@contextmanager
def start_writer(path: Path, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """Give the process once it has opened the store, and see that it is gone at the end."""
    command = [sys.executable, "-m", "tests.index.backends.writer_process", str(path), *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)
        process.stdout.close()
        process.stdin.close()
