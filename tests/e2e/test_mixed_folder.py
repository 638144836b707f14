"""A folder of mixed files: each has an outcome with a reason, nothing else is touched, and the rest of the folder is done.

``make mixed`` takes ten thousand files and says what it cost.
"""

import hashlib
import json
import os
import resource
import stat
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.mixed import Outcome, make_mixed_folder
from tests.e2e.runs import build_environment, start

COUNT = int(os.environ.get("SANKOFA_TEST_MIXED", "60"))


@dataclass(frozen=True)
class Finished:
    """How a command over the folder ended: its answers by the file's path below the folder, in their order, and what it cost."""

    code: int
    answers: dict[str, dict[str, Any]]
    lines: int
    complaints: str
    seconds: float
    cpu_seconds: float
    memory_mib: int


@dataclass(frozen=True)
class Visit:
    """The folder, what should become of its files, what it was before and after, and how the two commands went."""

    outcomes: dict[str, Outcome]
    before: dict[str, str]
    after: dict[str, str]
    elsewhere: list[str]
    added: Finished
    checked: Finished


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Add the folder and check it, each in a process of its own whose home and temporary folder lie apart."""
    root = tmp_path_factory.mktemp("mixed")
    folder = root / "given"
    outcomes = make_mixed_folder(folder, COUNT)
    for name in ("home", "tmp", "cwd"):
        (root / name).mkdir()
    before = fingerprint(folder)
    added = run_over(folder, root, "media", "add")
    checked = run_over(folder, root, "check")
    elsewhere = [str(path.relative_to(root)) for name in ("home", "tmp", "cwd") for path in (root / name).rglob("*")]
    return Visit(outcomes, before, fingerprint(folder), elsewhere, added, checked)


def run_over(folder: Path, root: Path, *command: str) -> Finished:
    environment = {**build_environment(), "HOME": str(root / "home"), "TMPDIR": str(root / "tmp")}
    environment.pop("XDG_DATA_HOME", None)
    began, used = time.monotonic(), read_cpu_seconds()
    with start(
        ["--home", str(root / "desk"), *command, str(folder), "--json"], environment, cwd=root / "cwd"
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines, memory = [], 0
        for line in process.stdout:
            lines.append(json.loads(line))
            memory = read_high_water(process) or memory
        complaints = process.stderr.read()
    answers = {line["input"].removeprefix(f"{folder}/"): line for line in lines}
    seconds, cpu_seconds = time.monotonic() - began, read_cpu_seconds() - used
    return Finished(process.returncode, answers, len(lines), complaints, seconds, cpu_seconds, memory)


def read_cpu_seconds() -> float:
    """Of all processes that were started and have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_high_water(process: subprocess.Popen[str]) -> int:
    """The most memory that the process had so far, in MiB; nought where the system does not say."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def fingerprint(folder: Path) -> dict[str, str]:
    """What each file below is: kind, rights, size, time of writing, and its bytes or where it leads."""
    return {str(path.relative_to(folder)): _describe(path) for path in sorted(folder.rglob("*"))}


def _describe(path: Path) -> str:
    state = path.lstat()
    content = ""
    if stat.S_ISLNK(state.st_mode):
        content = str(path.readlink())
    elif stat.S_ISREG(state.st_mode) and os.access(path, os.R_OK):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{state.st_mode:o} {state.st_nlink} {state.st_size} {state.st_mtime_ns} {content}"


def test_every_file_has_one_answer_in_the_order_of_names(visit: Visit) -> None:
    for finished in (visit.added, visit.checked):
        assert list(finished.answers) == sorted(visit.outcomes)
        assert finished.lines == len(visit.outcomes)


def test_every_answer_is_an_outcome_or_a_reason(visit: Visit) -> None:
    for finished in (visit.added, visit.checked):
        unlike = {
            name: answer["error"]
            for name, answer in finished.answers.items()
            if visit.outcomes[name] not in ("either", "refused" if answer["error"] else "known")
        }
        assert unlike == {}


def test_it_ends_with_refused_and_without_a_complaint(visit: Visit) -> None:
    assert [(finished.code, finished.complaints) for finished in (visit.added, visit.checked)] == [(1, "")] * 2


def test_what_was_added_is_known_and_what_was_refused_is_refused_again(visit: Visit) -> None:
    for name, added in visit.added.answers.items():
        checked = visit.checked.answers[name]
        assert (added["error"] is None) == (checked["error"] is None), name
        if added["error"] is None:
            assert added["media_id"] in [match["media_id"] for match in checked["matches"]]


def test_links_are_refused_as_links(visit: Visit) -> None:
    links = [answer for name, answer in visit.added.answers.items() if name.endswith((".link.jpg", ".lost.jpg"))]

    assert links
    assert all("links are not followed" in answer["error"] for answer in links)


def test_the_folder_is_as_it_was_and_nothing_lies_elsewhere(visit: Visit) -> None:
    assert visit.after == visit.before
    assert visit.elsewhere == []


def test_what_it_cost_is_said(visit: Visit) -> None:
    for command, finished in (("media add", visit.added), ("check", visit.checked)):
        says = Counter(name_outcome(answer["error"]) for answer in finished.answers.values())
        told = {
            "command": command,
            "files": finished.lines,
            "files_per_second": round(finished.lines / finished.seconds, 2),
            "cpu_seconds_per_file": round(finished.cpu_seconds / finished.lines, 2),
            "memory_mib": finished.memory_mib,
            "deaths": sum(number for why, number in says.items() if "broke off" in why),
            "outcomes": dict(says.most_common()),
        }
        print(json.dumps(told, indent=2))  # noqa: T201 - what `make mixed` is for
        assert says.total() == COUNT


def name_outcome(error: str | None) -> str:
    """The error without what differs from file to file."""
    return "read" if error is None else error.partition(":")[0].partition(" (")[0]
