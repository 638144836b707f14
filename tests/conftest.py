"""What several kinds of tests share: the finished demonstration, made once for all workers, and the rule for missing parts."""

import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from hypothesis import settings

from index.names.gazetteer import list_shipped, use_names
from tests.e2e.runs import build_environment, run
from tests.elasticsearch.errors import PartMissingError
from tests.elasticsearch.shared import find_url, is_off

settings.register_profile("desk", deadline=None)  # tests never assert a time
settings.load_profile("desk")


_LONGEST = ("tests/chaos/test_faults.py", "tests/e2e/", "tests/docs/", "tests/chaos/", "tests/sankofa/cli/")
"""Where single tests take minutes: begun first, so that no worker waits at the end for one of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest (as the Makefile's ``--no-loadscope-reorder`` lets it)."""
    items.sort(key=lambda item: tuple(not item.nodeid.startswith(folder) for folder in _LONGEST))


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


@pytest.fixture(autouse=True)
def shipped_names() -> Iterator[None]:
    """Read texts with the names that we ship again, whatever a test used."""
    yield
    use_names(list_shipped())


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def finished_demonstration(run_folder: Path) -> Path:
    """Return the home in which ``sankofa demo --no-serve`` ran to its end; nobody may write there."""
    home, done = run_folder / "demonstration", run_folder / "demonstration.done"
    with (run_folder / "demonstration.lock").open("w") as lock:
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
def run_process(worker_id: str) -> int:
    """The process with which this run ends."""
    return os.getpid() if worker_id == "master" else os.getppid()


@pytest.fixture(scope="session")
def elasticsearch_url(run_folder: Path, run_process: int) -> str:
    """The address of a real node without security, which all tests of this run share: write under `elasticsearch_prefix`."""
    if is_off():
        pytest.skip("ES=off leaves Elasticsearch out")
    try:
        return find_url(run_folder, run_process)
    except PartMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def elasticsearch_client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """Its driver, for what no store offers."""
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        yield client


@pytest.fixture
def elasticsearch_prefix(elasticsearch_client: Elasticsearch) -> Iterator[str]:
    """Give a prefix of the test's own; the indices whose names begin with it are removed afterwards."""
    prefix = f"test-{secrets.token_hex(6)}"
    yield prefix
    names = list(elasticsearch_client.indices.get(index=f"{prefix}-*", expand_wildcards="all"))
    if names:
        elasticsearch_client.indices.delete(index=names)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Give a port of loopback that nobody listens on, or can meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """Where servers of tests listen: by number, for a bare system knows no name ``localhost``."""
    return "127.0.0.1", 0
