"""One desk for all page tests that only read; those that change something take a copy."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from starlette.testclient import TestClient

from index.backends.memory import MemoryStore
from index.model import RECORDS, REVISED
from index.store import Store
from index.vaults import open_vault
from sankofa.desk import Desk
from sankofa.web.app import DEFAULT_MAX_UPLOAD_BYTES, create_app
from sankofa.web.server import build_server
from tests.sankofa.web.case import Case, build_case

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OURS = "http://127.0.0.1"


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A filled desk; nothing that uses it changes it."""
    return build_case(tmp_path_factory.mktemp("case"))


@pytest.fixture
def fresh_case(case: Case, tmp_path: Path) -> Case:
    """A filled desk of the test's own: a copy, since reading media takes its time."""
    shutil.copytree(case.desk.home / "vault", tmp_path / "vault")
    vault = open_vault(str(tmp_path / "vault"))
    return replace(case, desk=replace(case.desk, store=copy_store(case.desk.store), vault=vault, home=tmp_path))


def copy_store(store: Store) -> MemoryStore:
    """Copy everything that a store holds, histories too."""
    copied = MemoryStore()
    for kind in RECORDS:
        copied.add(store.iter_records(kind))
    for kind in REVISED:
        for found in store.iter_records(kind):
            for revision in store.get_history(kind, found.id):
                copied.revise(revision, expected_revision=revision.revision - 1)
    return copied


def open_client(desk: Desk, *, max_upload_bytes: int = DEFAULT_MAX_UPLOAD_BYTES) -> TestClient:
    """Open the pages of a desk as a browser on the same machine would."""
    return TestClient(create_app(desk, max_upload_bytes=max_upload_bytes), base_url=OURS, raise_server_exceptions=False)


@pytest.fixture
def client(case: Case) -> Iterator[TestClient]:
    with open_client(case.desk) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs Chromium (Debian: apt install chromium)")
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@contextmanager
def serve(desk: Desk) -> Iterator[str]:
    """Serve a desk on a free port of loopback; gives its address."""
    ready = threading.Event()
    told: Callable[[str], None] = lambda url: ready.set()  # noqa: E731 - a name for the type
    server = build_server(create_app(desk), "127.0.0.1", 0, told)
    thread = threading.Thread(target=server.serve_until_told)
    thread.start()
    try:
        assert ready.wait(60)
        yield server.url
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def address(case: Case) -> Iterator[str]:
    """The address of the filled desk."""
    with serve(case.desk) as url:
        yield url
