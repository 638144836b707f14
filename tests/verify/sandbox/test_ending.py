"""Nothing is left running: not after closing, not after the caller died, not while a child is at work."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from tests.verify.sandbox.pools import HOOKS, LIMITS, ask, open_pool
from verify.errors import MediaRefusedError, SandboxError
from verify.sandbox.pool import SandboxPool

_CALLER = """
import os, sys, threading
from tests.verify.sandbox.pools import HOOKS, LIMITS, ask
from verify.sandbox.pool import SandboxPool
pool = SandboxPool(LIMITS, tasks=HOOKS)
threading.Thread(target=ask, args=(pool, "sleep"), daemon=True).start()
print(pool.server_pid, flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")


def find_children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_for_child(server: int) -> int:
    for _ in range(1000):
        if children := find_children(server):
            return children[0]
        time.sleep(0.02)
    raise AssertionError("no child was started")


def wait_until_gone(pids: list[int]) -> list[int]:
    for _ in range(1000):
        if not any(is_running(pid) for pid in pids):
            break
        time.sleep(0.02)
    return [pid for pid in pids if is_running(pid)]


def sleep_in_thread(pool: SandboxPool, seen: list[BaseException]) -> Thread:
    def sleep() -> None:
        try:
            ask(pool, "sleep")
        except (MediaRefusedError, SandboxError) as error:
            seen.append(error)

    thread = Thread(target=sleep)
    thread.start()
    return thread


def test_closing_ends_the_server_and_a_child_at_work() -> None:
    seen: list[BaseException] = []
    with open_pool() as pool:
        server = pool.server_pid
        thread = sleep_in_thread(pool, seen)
        child = wait_for_child(server)
    thread.join()

    assert wait_until_gone([server, child]) == []
    assert [type(error) for error in seen] == [SandboxError]


def test_a_child_ends_with_its_server() -> None:
    seen: list[BaseException] = []
    with open_pool() as pool:
        server = pool.server_pid
        thread = sleep_in_thread(pool, seen)
        child = wait_for_child(server)
        os.kill(server, signal.SIGKILL)

        assert wait_until_gone([server, child]) == []
        pool.close()
        thread.join()


def test_a_pool_that_is_forgotten_ends_its_server() -> None:
    pool = SandboxPool(LIMITS, tasks=HOOKS)
    server = pool.server_pid
    del pool

    assert wait_until_gone([server]) == []


@pytest.mark.parametrize("how", ["killed", "ends"])
def test_everything_ends_with_the_caller(how: str) -> None:
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", _CALLER],
        cwd=root,
        env=os.environ | {"PYTHONPATH": root},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdin is not None
        server = int(caller.stdout.readline())
        child = wait_for_child(server)
        if how == "killed":
            caller.kill()
        else:
            caller.stdin.close()
        caller.wait(30)

        assert wait_until_gone([server, child]) == []
