"""What the tests of stores have in common."""

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store is made."""
    return tmp_path / "sankofa.db"


@pytest.fixture
def do_not_await_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the half minute after which Elasticsearch lets go of the bytes of what was just written."""
    monkeypatch.setattr("index.backends.elasticsearch.clearing._await_leases", lambda indices, names: None)
