"""One desk for all page tests that only read; those that change something build their own."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from sankofa.desk import Desk
from sankofa.web.app import create_app
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


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A filled desk; nothing that uses it changes it."""
    return build_case(tmp_path_factory.mktemp("case"))


@pytest.fixture
def fresh_case(tmp_path: Path) -> Case:
    """A filled desk of the test's own."""
    return build_case(tmp_path)


def open_client(desk: Desk, **settings: int) -> TestClient:
    """Open the pages of a desk as a browser on the same machine would."""
    return TestClient(create_app(desk, **settings), base_url=OURS, raise_server_exceptions=False)


@pytest.fixture
def client(case: Case) -> Iterator[TestClient]:
    with open_client(case.desk) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; missing, it is a failure in CI and a skip elsewhere."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "no chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
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
        assert ready.wait(20)
        yield server.url
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def address(case: Case) -> Iterator[str]:
    """The address of the filled desk."""
    with serve(case.desk) as url:
        yield url
