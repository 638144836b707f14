"""What several kinds of tests share: the finished demonstration, made once for all workers."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.runs import build_environment, run


@pytest.fixture(scope="session")
def finished_demonstration(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the home in which ``sankofa demo --no-serve`` ran to its end; nobody may write there."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    home, done = shared / "demonstration", shared / "demonstration.done"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            finished = run(["--home", str(home), "demo", "--no-serve"], build_environment())
            assert finished.returncode == 0, finished.stderr
            done.write_text(finished.stdout, "utf-8")
    return home


@pytest.fixture
def demonstration(finished_demonstration: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a copy of the finished demonstration's home, to read and to write."""
    home = tmp_path / "demonstration"
    shutil.copytree(finished_demonstration, home)
    yield home
    shutil.rmtree(home, ignore_errors=True)
