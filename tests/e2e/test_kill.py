"""A collection that is killed again and again ends as one that was never disturbed."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from index.vaults import open_vault
from sankofa.demo.replay import Replay, open_replay
from sankofa.demo.run import write_catalogue
from tests.e2e.runs import build_environment, read_store, run, start

_FEW = 6
KILLS = int(os.environ.get("SANKOFA_TEST_KILLS", _FEW))
"""More read the words in pictures too, which takes most of the time."""
FINISHED = (0, 1)  # 1: some pages of the replayed site have broken data blocks, which is told
SOURCES = ["demo-x", "demo-site", "demo-posts"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    with open_replay(tmp_path_factory.mktemp("world")) as replay:
        yield replay


def environment_for(world: Replay, home: Path) -> dict[str, str]:
    write_catalogue(world, home)
    return build_environment(
        home=str(home),
        x_api_base=world.x_base_url,
        x_bearer_token=world.x_bearer_token,
        allowed_networks="127.0.0.0/8",
        read_text=str(KILLS > _FEW).lower(),
    )


def kill_at_random(environment: dict[str, str], most_seconds: float, chance: random.Random) -> bool:
    """Start collecting and kill the whole group after a while; tell whether it was still at work."""
    process = start(["collect", *SOURCES], environment)
    deadline = time.monotonic() + chance.uniform(0.3, most_seconds)
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    was_alive = process.poll() is None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return was_alive


def test_a_killed_collection_run_again_gives_what_one_clean_run_gives(world: Replay, tmp_path: Path) -> None:
    clean, killed = tmp_path / "clean", tmp_path / "killed"
    started = time.monotonic()
    undisturbed = run(["collect", *SOURCES], environment_for(world, clean))
    took = time.monotonic() - started
    assert undisturbed.returncode in FINISHED, undisturbed.stderr
    environment = environment_for(world, killed)
    chance = random.Random(2023)

    interrupted = sum(kill_at_random(environment, took, chance) for _ in range(KILLS))
    finished = run(["collect", *SOURCES], environment)

    assert finished.returncode in FINISHED, finished.stderr
    assert interrupted > 0
    assert read_store(killed) == read_store(clean)
    assert list(open_vault(str(killed / "vault")).iter_originals()) == list(
        open_vault(str(clean / "vault")).iter_originals()
    )
