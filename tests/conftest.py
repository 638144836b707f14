"""What several kinds of tests share: the finished demonstration, made once for all workers, and the rule for missing parts."""

import fcntl
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.e2e.runs import build_environment, run

settings.register_profile("desk", deadline=None)  # tests never assert a time
settings.load_profile("desk")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that was skipped because it *needs* a part which is missing, if this is CI; elsewhere the reason is shown."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs "):
            report.outcome = "failed"
            report.longrepr = f"missing in CI: {reason}"
    return report


@pytest.fixture(scope="session")
def finished_demonstration(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the home in which ``sankofa demo --no-serve`` ran to its end; nobody may write there."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    home, done = shared / "demonstration", shared / "demonstration.done"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            finished = run(["--home", str(home), "demo", "--no-serve"], build_environment(), timeout_seconds=1200)
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


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Where servers of tests listen: by number, for a bare system knows no name ``localhost``."""
    return "127.0.0.1", 0
