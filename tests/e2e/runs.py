"""Run the real command in a process of its own, and say what a store holds, retrieval times aside."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index.backends.embedded import open_embedded
from index.codec import encode
from index.model import (
    Appearance,
    BankEntry,
    Capture,
    Claim,
    ClaimMatch,
    ClaimReview,
    Cursor,
    Match,
    MediaFacts,
    MediaItem,
    Post,
    Record,
    Verdict,
)

COMMAND = [sys.executable, "-m", "sankofa.cli.main"]
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_KINDS: tuple[type[Record], ...] = (
    Post, Capture, ClaimReview, MediaItem, MediaFacts, BankEntry, Appearance, Match, Claim, ClaimMatch,
    Verdict, Cursor,
)  # fmt: skip


def build_environment(**settings: str) -> dict[str, str]:
    """Return this process's environment without settings of the desk, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANKOFA_")}
    return {**kept, **{f"SANKOFA_{name.upper()}": value for name, value in settings.items()}}


def start(
    arguments: Sequence[str], environment: Mapping[str, str], *, cwd: Path | None = None
) -> subprocess.Popen[str]:
    """Start the command in a group of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=dict(environment),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(
    arguments: Sequence[str], environment: Mapping[str, str], *, cwd: Path | None = None, timeout_seconds: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=dict(environment),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )


def read_store(home: Path) -> dict[str, list[str]]:
    """Return every record of the store in *home* as text by kind, with retrieval times set to one moment, and no salts."""
    store = open_embedded(home / "sankofa.db")
    try:
        return {kind.KIND: [encode(_without_times(record)) for record in store.iter_records(kind)] for kind in _KINDS}
    finally:
        store.close()


def _without_times(record: Record) -> Record:
    match record:
        case Capture():
            return replace(record, retrieved_at=_SOME_TIME)
        case Match() | ClaimMatch():
            return replace(record, suggested_at=_SOME_TIME)
        case Cursor():
            return replace(record, salt="")
        case _:
            return record
