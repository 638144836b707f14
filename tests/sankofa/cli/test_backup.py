import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from index.backends.embedded import open_embedded
from tests.contracts.records import build_post
from tests.pictures import draw_picture, save_picture
from tests.sankofa.cli.lines import PROGRAM, CommandLine


@pytest.fixture
def filled(cli: CommandLine, tmp_path: Path) -> Path:
    """A desk with a known picture and a claim; returns its store's file."""
    media_id = cli.json("media", "add", save_picture(tmp_path, "a.jpg", draw_picture(1))).row["media_id"]
    cli.add_claim("Un texte", "--media", media_id)
    return cli.home / "sankofa.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go; nothing is there yet."""
    return tmp_path / "backup"


@pytest.fixture
def new(tmp_path: Path) -> tuple[str, str]:
    """The option that names an empty home."""
    return "--home", str(tmp_path / "new")


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_restored_holds_the_same(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str], tmp_path: Path
) -> None:
    made = cli.json("store", "backup", folder, "--with-originals")
    assert (made.code, made.row["originals"], made.row["copied_originals"]) == (0, 2, 2)
    assert list_names(folder) == ["backup.json", "originals.jsonl", "sankofa.db", "vault"]

    restored = cli.json(*new, "store", "restore", folder)
    assert (restored.code, restored.row["copied_originals"], restored.row["lost_originals"]) == (0, 2, [])
    assert restored.row["digest"] == made.row["digest"]
    with closing(open_embedded(filled)) as store, closing(open_embedded(tmp_path / "new" / "sankofa.db")) as copy:
        assert copy.read_log(0, 9) == store.read_log(0, 9) != ()
    compared = cli.json("store", "check", tmp_path / "new" / "sankofa.db", "--vault", tmp_path / "new" / "vault")
    assert (compared.code, compared.row["differ"]) == (0, 0)
    assert compared.row["digest_here"] == made.row["digest"]
    assert cli.json(*new, "store", "check").row["problems"] == []
    assert cli.json(*new, "search", "Un texte").row["total"] == 1


def test_a_new_backup_takes_the_place_of_the_earlier(cli: CommandLine, filled: Path, folder: Path) -> None:
    first = cli.json("store", "backup", folder, "--with-originals").row
    cli.add_claim("Un autre texte")

    second = cli.json("store", "backup", folder, "--with-originals").row

    assert second["records"]["claim"] == first["records"]["claim"] + 1
    assert second["copied_originals"] == 0
    assert list_names(folder) == ["backup.json", "originals.jsonl", "sankofa.db", "vault"]


def test_others_write_while_a_backup_is_made(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]
) -> None:
    with closing(open_embedded(filled)) as store:
        store.add([build_post(number, "texte") for number in range(3_000)])
    stop = threading.Event()
    written: list[str] = []

    def write() -> None:
        with closing(open_embedded(filled)) as store:
            while not stop.is_set():
                post = build_post(10_000 + len(written), "texte")
                store.add([post])
                written.append(post.id)

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 5:
        stop.wait(0.01)
    before = len(written)
    made = cli.json("store", "backup", folder)
    after = len(written)
    stop.set()
    writer.join()

    assert made.code == 0
    assert 3_000 + before <= made.row["records"]["post"] <= 3_001 + after
    assert cli.json(*new, "store", "restore", folder).row["records"] == made.row["records"]


def test_only_an_empty_place_is_restored_to(cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]) -> None:
    cli("store", "backup", folder)
    assert cli(*new, "person", "add", "x", "--name", "X", "--organisation", "Y").code == 0

    answer = cli(*new, "store", "restore", folder)

    assert answer.code == 7
    assert "holds work already" in answer.err
    assert cli.json(*new, "store", "info").row["records"]["claim"] == 0


def test_an_empty_store_is_an_empty_place(cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]) -> None:
    cli("store", "backup", folder, "--with-originals")
    assert cli(*new, "person", "list").code == 0

    assert cli(*new, "store", "restore", folder).code == 0


def test_originals_that_are_not_there_or_altered_are_named(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]
) -> None:
    cli("store", "backup", folder)
    originals = [json.loads(line)["sha256"] for line in (folder / "originals.jsonl").read_text().splitlines()]
    vault = Path(new[1]) / "vault"
    shutil.copytree(cli.home / "vault", vault)
    altered, missing = (next(vault.rglob(sha256)) for sha256 in originals)
    altered.chmod(0o600)
    altered.write_bytes(b"altered")
    missing.unlink()

    answer = cli.json(*new, "store", "restore", folder)

    assert answer.code == 4
    assert answer.row["lost_originals"] == originals


@pytest.mark.parametrize("name", ["sankofa.db", "originals.jsonl", "backup.json"])
def test_one_flipped_byte_is_found(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str], name: str
) -> None:
    cli("store", "backup", folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)

    answer = cli(*new, "store", "restore", folder)

    assert answer.code == 4
    assert name in answer.err
    assert "take another backup" in answer.err
    assert not Path(new[1]).exists()


def test_a_backup_of_a_newer_version_is_said(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]
) -> None:
    cli("store", "backup", folder)
    file = folder / "backup.json"
    file.write_text(file.read_text().replace('"version": 1', '"version": 2'))

    answer = cli(*new, "store", "restore", folder)

    assert answer.code == 4
    assert "newer version" in answer.err


def test_a_folder_that_is_no_backup_is_said(
    cli: CommandLine, filled: Path, tmp_path: Path, new: tuple[str, str]
) -> None:
    answer = cli(*new, "store", "restore", tmp_path / "nothing")
    assert answer.code == 4
    assert "is no backup" in answer.err

    refused = cli("store", "backup", cli.home)
    assert refused.code == 7
    assert "is no backup: give an empty folder" in refused.err


def test_the_backup_of_another_desk_is_never_replaced(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]
) -> None:
    cli("store", "backup", folder)
    before = (folder / "backup.json").read_bytes()
    assert cli(*new, "person", "add", "x", "--name", "X", "--organisation", "Y").code == 0

    answer = cli(*new, "store", "backup", folder)

    assert answer.code == 7
    assert "give another folder" in answer.err
    assert (folder / "backup.json").read_bytes() == before


def test_a_log_that_is_shorter_than_the_backup_never_replaces_it(cli: CommandLine, filled: Path, folder: Path) -> None:
    cli("store", "backup", folder)
    connection = apsw.Connection(str(filled))
    connection.execute("DROP TRIGGER log_is_never_shortened; DELETE FROM log_entry WHERE number = 1").fetchall()
    connection.close()

    assert cli("store", "backup", folder).code == 7


def test_a_full_disk_leaves_the_earlier_backup(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]
) -> None:
    cli("store", "backup", folder, "--with-originals")
    limit = filled.stat().st_size // 2

    def fill_up() -> None:  # a file may not grow any more, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environment = {**os.environ, "SANKOFA_HOME": str(cli.home)}
    done = subprocess.run(
        [*PROGRAM, "store", "backup", str(folder)],
        env=environment, preexec_fn=fill_up, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert list_names(folder) == ["backup.json", "originals.jsonl", "sankofa.db", "vault"]
    assert cli(*new, "store", "restore", folder).code == 0


_DIE = """
import os, sys
from pathlib import Path
rename, moves = Path.replace, int(sys.argv[1])
def replace(self, target):
    global moves
    if not moves:
        os._exit(9)
    moves -= 1
    return rename(self, target)
Path.replace = replace
from sankofa.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_a_backup_that_was_killed_leaves_the_earlier_or_the_new_one(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str], moves: int
) -> None:
    earlier = cli.json("store", "backup", folder, "--with-originals").row["records"]["claim"]
    cli.add_claim("Un autre texte")

    words = [sys.executable, "-c", _DIE, str(moves), "--home", str(cli.home), "store", "backup", str(folder)]
    assert subprocess.run(words, timeout=120, check=False).returncode == 9

    restored = cli.json(*new, "store", "restore", folder)
    assert restored.row["records"]["claim"] == earlier + bool(moves)
    assert cli.json("store", "backup", folder).row["records"]["claim"] == earlier + 1
    assert list_names(folder) == ["backup.json", "originals.jsonl", "sankofa.db", "vault"]


def test_a_first_backup_that_was_killed_is_none(
    cli: CommandLine, filled: Path, folder: Path, new: tuple[str, str]
) -> None:
    words = [sys.executable, "-c", _DIE, "0", "--home", str(cli.home), "store", "backup", str(folder)]
    assert subprocess.run(words, timeout=120, check=False).returncode == 9

    assert "is no backup" in cli(*new, "store", "restore", folder).err
    assert cli("store", "backup", folder).code == 0
