"""Type a command line in this process, and read what it answered."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sankofa.cli.main import main

PROGRAM = [sys.executable, "-m", "sankofa.cli.main"]


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Stdout as JSON Lines: every line must be an object."""
        rows = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(row, dict) for row in rows)
        return rows

    @property
    def row(self) -> dict[str, Any]:
        """The one line of the answer."""
        (row,) = self.rows
        return row

    @property
    def error(self) -> dict[str, Any]:
        """The one error on stderr, under ``--json``."""
        error: dict[str, Any] = json.loads(self.err)["error"]
        return error


@dataclass(frozen=True)
class CommandLine:
    """The real commands on a home folder of their own."""

    home: Path
    captured: pytest.CaptureFixture[str]

    def __call__(self, *words: object) -> Answer:
        """Run a command line."""
        self.captured.readouterr()
        code = main(["--home", str(self.home), *map(str, words)])
        out, err = self.captured.readouterr()
        return Answer(code, out, err)

    def json(self, *words: object) -> Answer:
        """Run a command line under ``--json``."""
        return self("--json", *words)

    def add_person(self) -> str:
        """Add somebody who may judge."""
        assert self("person", "add", "awa.diarra", "--name", "Awa Diarra", "--organisation", "Kidal Checks").code == 0
        return "awa.diarra"

    def add_colleague(self) -> str:
        """Add somebody who may approve."""
        assert self("person", "add", "ines.keita", "--name", "Inès Keïta", "--role", "editor").code in (0, 2)
        return "ines.keita"

    def publish(self, claim_id: str, *options: object) -> str:
        """Let one person draft a verdict and another approve it; returns its number."""
        why = ("--explanation", "The place is another one.", "--as", "awa.diarra")
        verdict_id: str = self.json("verdict", "draft", claim_id, *why, *options).row["verdict_id"]
        assert self("verdict", "submit", verdict_id, "--as", "awa.diarra").code == 0
        assert self("verdict", "approve", verdict_id, "--as", self.add_colleague()).code == 0
        return verdict_id

    def add_claim(self, text: str = "Des tunnels ont été découverts à Kidal", *options: object) -> str:
        """Keep a claim; returns its number."""
        person = self.add_person() if not self("person", "list").out else "awa.diarra"
        claim_id: str = self.json("claim", "add", text, "--anyway", "--as", person, *options).row["claim_id"]
        return claim_id


def run_program(*words: object, home: Path, stdin: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANKOFA_")}
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        env={**kept, "SANKOFA_HOME": str(home)},
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
