import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import draw_picture, save_picture
from tests.sankofa.cli.lines import PROGRAM, CommandLine, run_program


@pytest.fixture
def filled(cli: CommandLine, tmp_path: Path) -> Path:
    """A desk with a known picture and a claim that is made with it."""
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))
    media_id = cli.json("media", "add", picture).row["media_id"]
    cli.add_claim("Un texte", "--media", media_id)
    return picture


def test_info_counts_what_is_kept(cli: CommandLine, filled: Path) -> None:
    row = cli.json("store", "info").row

    assert (row["records"]["media_item"], row["records"]["claim"], row["records"]["post"]) == (1, 1, 0)
    assert row["originals"] == 2  # the picture, and the thumbnail with which others are compared
    assert row["size_bytes"] > filled.stat().st_size
    assert row["versions"].keys() >= {"sankofa", "python", "apsw"}
    assert str(cli.home) in cli("store", "info").out


def test_info_says_under_which_limits_media_are_opened(cli: CommandLine, filled: Path) -> None:
    limits = cli.json("store", "info").row["protection"]

    assert "memory: at most 1024 MiB for one file" in limits
    assert {"network", "other files", "processes"} <= {limit.split(":")[0] for limit in limits}
    assert all(limit in cli("store", "info").out for limit in limits)


def test_a_good_store_is_all_good(cli: CommandLine, filled: Path) -> None:
    answer = cli.json("store", "check")

    assert answer.code == 0
    assert answer.row["problems"] == []
    assert (answer.row["records"] > 3, answer.row["originals"]) == (True, 1)


def _find_original(home: Path) -> Path:
    """Return the picture's file; its thumbnail beside it is smaller."""
    return max((path for path in (home / "vault").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def test_an_altered_original_is_found(cli: CommandLine, filled: Path) -> None:
    original = _find_original(cli.home)
    data = bytearray(original.read_bytes())
    data[500] ^= 1
    original.chmod(0o600)
    original.write_bytes(data)

    answer = cli.json("store", "check")

    assert answer.code == 4
    assert "altered" in answer.row["problems"][0]["says"]


def test_a_missing_original_is_found(cli: CommandLine, filled: Path) -> None:
    _find_original(cli.home).unlink()

    answer = cli("store", "check")

    assert answer.code == 4
    assert "missing" in answer.out


def test_a_link_to_nothing_is_found(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    cli("export", "--kind", "claim", "--out", file)

    assert cli("import", file, "--kind", "records", "--home", tmp_path / "other").code == 0
    answer = cli.json("store", "check", "--home", tmp_path / "other")

    assert answer.code == 4
    assert "media_item" in answer.row["problems"][0]["says"]


def test_a_store_that_somebody_else_writes_to_is_said_after_a_wait(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.add_person()
    monkeypatch.setenv("SANKOFA_LOCK_TIMEOUT_SECONDS", "0.3")
    hold = (
        "import sqlite3, sys; store = sqlite3.connect(sys.argv[1]); store.execute('BEGIN IMMEDIATE'); "
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(cli.home / "sankofa.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        answer = cli.json("person", "add", "ali")
        readable = cli.json("person", "list")
        other.communicate()

    assert (answer.code, answer.out) == (4, "")
    assert answer.error["type"] == "StoreLockedError"
    assert [row["person_id"] for row in readable.rows] == ["awa.diarra"]


@pytest.mark.parametrize("words", [["store", "info"], ["store", "check"]])
def test_a_store_that_is_not_there_is_an_error_and_is_not_made(cli: CommandLine, words: list[str]) -> None:
    answer = cli.json(*words)

    assert (answer.code, answer.out) == (4, "")
    assert not (cli.home / "sankofa.db").exists()


def _write_foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "write", [lambda path: path.write_text("my novel, chapter 1"), _write_foreign], ids=["text", "sqlite"]
)
def test_a_file_that_is_not_ours_is_left_as_it_is(cli: CommandLine, tmp_path: Path, write: object) -> None:
    file = tmp_path / "mine.db"
    write(file)  # type: ignore[operator]  # one of the functions above
    before = file.read_bytes()

    answer = cli.json("person", "add", "awa", "--store", file)

    assert (answer.code, answer.out) == (4, "")
    assert str(file) in answer.error["message"]
    assert file.read_bytes() == before


def test_a_backend_that_does_not_exist_is_a_usage_error(cli: CommandLine) -> None:
    answer = cli("person", "list", "--store", "mongodb://localhost/desk")

    assert answer.code == 2
    assert "mongodb" in answer.err


def test_a_home_that_cannot_be_made_is_said(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    answer = cli.json("person", "add", "awa", "--home", tmp_path / "file" / "desk")

    assert (answer.code, answer.out) == (4, "")
    assert "file" in answer.error["message"]


def test_a_full_disk_is_said_and_what_was_kept_stays(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    rows = tmp_path / "claims.csv"
    rows.write_text("text\n" + "".join(f"Affirmation numero {number} {'mot ' * 200}\n" for number in range(400)))
    limit = (cli.home / "sankofa.db").stat().st_size + 200_000

    def fill_up() -> None:  # a file may not grow any more, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environment = {**os.environ, "SANKOFA_HOME": str(cli.home)}
    command = [*PROGRAM, "import", str(rows), "--json"]
    done = subprocess.run(
        command, env=environment, preexec_fn=fill_up, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 4, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert run_program("store", "check", home=cli.home).returncode == 0
    assert cli.json("search", "Un texte").row["total"] >= 1
