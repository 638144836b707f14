import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.sankofa.cli.lines import PROGRAM, CommandLine, run_program

HEAVY = (
    "numpy",
    "scipy",
    "PIL",
    "av",
    "scrapy",
    "tweepy",
    "fastapi",
    "apsw",
    "babel",
    "rich",
    "Stemmer",
)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from sankofa.cli.main import main; main(sys.argv[1:]); print('LOADED', *sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code, "check", "--help"], capture_output=True, text=True, timeout=60, check=True
    )

    loaded = done.stdout.rpartition("LOADED")[2].split()
    assert "sankofa.cli.check" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_the_version_is_that_of_the_distribution(cli: CommandLine) -> None:
    assert cli("--version").out.splitlines()[0] == f"sankofa {version('sankofa')}"
    assert cli("--json", "--version").row["version"] == version("sankofa")


@pytest.mark.parametrize("words", [[], ["claim"]])
def test_without_a_command_the_commands_are_shown_on_stderr(cli: CommandLine, words: list[str]) -> None:
    answer = cli(*words)

    assert answer.code == 2
    assert answer.out == ""
    assert "Commands:" in answer.err


@pytest.mark.parametrize(
    "words", [["chekc"], ["check"], ["check", "--nonsense", "a"], ["search", "--limit", "0", "a"], ["claim", "ad"]]
)
def test_a_line_that_cannot_be_understood_is_a_usage_error(cli: CommandLine, words: list[str]) -> None:
    answer = cli(*words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("sankofa: ")
    assert "--help" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_usage_error_is_an_object_under_json(cli: CommandLine) -> None:
    answer = cli("chekc", "--json")

    assert answer.out == ""
    assert answer.error["code"] == 2
    assert "check" in answer.error["message"]


def test_an_error_of_ours_ends_with_70_and_a_traceback(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("sankofa.workflows.judge.add_person", fail)

    answer = cli("person", "add", "awa")

    assert answer.code == 70
    assert "Traceback" in answer.err
    assert answer.out == ""


def test_an_unusable_setting_is_named(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_PORT", "many")

    answer = cli("person", "list")

    assert answer.code == 2
    assert "port" in answer.err


def test_a_list_in_the_environment_that_is_none_is_named(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_ALLOWED_NETWORKS", "10.0.0.0/33")

    answer = cli("person", "list")

    assert answer.code == 2
    assert "allowed_networks" in answer.err


def test_the_output_may_be_cut_short(tmp_path: Path) -> None:
    for number in range(3):
        assert run_program("person", "add", f"person-{number}", home=tmp_path).returncode == 0
    reader, writer = os.pipe()
    os.close(reader)

    environment = {**os.environ, "SANKOFA_HOME": str(tmp_path)}
    done = subprocess.run(
        [*PROGRAM, "person", "list", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment,
        timeout=60,
        check=False,
    )

    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c_ends_with_130_and_says_what_is_kept(tmp_path: Path) -> None:
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    environment = {**os.environ, "SANKOFA_HOME": str(tmp_path / "home")}
    command = [*PROGRAM, "import", str(pipe)]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_listen_to_ctrl_c,
    ) as process:
        try:
            writer = _open_once_it_is_read(pipe, process)
            os.write(writer, b"text\nUne affirmation\n")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
            os.close(writer)
        finally:
            process.kill()

    assert process.returncode == 130
    assert out == ""
    assert err.startswith("Stopped. ")
    assert "kept" in err


def _listen_to_ctrl_c() -> None:
    """A shell that starts the tests in the background has them ignore Ctrl-C, and their children with them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _open_once_it_is_read(pipe: Path, process: subprocess.Popen[str]) -> int:
    while process.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.02)  # nobody reads yet
    pytest.fail(f"the command ended early: {process.communicate()}")


def test_json_is_utf_8_in_every_locale(tmp_path: Path) -> None:
    environment = {**os.environ, "SANKOFA_HOME": str(tmp_path), "PYTHONIOENCODING": "latin-1"}

    done = subprocess.run(
        [*PROGRAM, "person", "add", "awa", "--name", "أوا", "--json"],
        capture_output=True,
        env=environment,
        timeout=60,
        check=True,
    )

    assert json.loads(done.stdout.decode())["name"] == "أوا"
