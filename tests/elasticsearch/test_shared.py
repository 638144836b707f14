"""One node serves a run, ends with it, and what is missing for one is said in words."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.elasticsearch.errors import PartMissingError
from tests.elasticsearch.shared import find_url, is_off

_LOOKS = 240


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without mvn, Docker and a finished program."""
    monkeypatch.delenv("ES_URL", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tests.elasticsearch.distribution.get_folder", lambda: tmp_path / "none")


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own loopback
    except OSError:
        return False
    return True


def test_a_second_process_is_given_the_node_of_the_run(
    elasticsearch_url: str, run_folder: Path, run_process: int
) -> None:
    command = f"from pathlib import Path; from tests.elasticsearch.shared import find_url; print(find_url(Path(), {run_process}))"

    asked = subprocess.run(
        [sys.executable, "-c", command],
        cwd=run_folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout.strip() == elasticsearch_url


def test_a_node_ends_with_the_process_that_it_was_started_for(
    elasticsearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ES_URL", raising=False)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        url = find_url(tmp_path, owner.pid)
        assert url != elasticsearch_url
        assert answers(url)
        owner.kill()

    for _ in range(_LOOKS):
        if not answers(url):
            return
        time.sleep(0.5)
    pytest.fail("it runs on")


def test_an_address_that_a_person_gave_comes_first(bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ES_URL", "http://127.0.0.1:9200")

    assert find_url(tmp_path, os.getpid()) == "http://127.0.0.1:9200"


def test_where_nothing_is_to_be_had_it_is_said_what_to_do(bare: None, tmp_path: Path) -> None:
    with pytest.raises(PartMissingError, match=r"^needs Elasticsearch: .*(mvn|JDK).*ES_URL.*ES=off"):
        find_url(tmp_path, os.getpid())


@pytest.mark.parametrize(("given", "off"), [("off", True), ("", False), ("on", False)])
def test_only_off_is_off(monkeypatch: pytest.MonkeyPatch, given: str, off: bool) -> None:
    monkeypatch.setenv("ES", given)

    assert is_off() is off
