"""Opening what may be no store: a clear error, and nothing on disk is changed."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from index.backends.embedded import open_embedded, schema
from index.backends.embedded.connections import refuse_old_sqlite
from index.errors import StoreFormatError, StoreFullError, StoreUnavailableError
from index.model import Post, Verdict
from index.query import ClaimQuery, parse_query
from index.ratings import Rating
from tests.contracts.records import build_claim, build_post, build_sample
from tests.contracts.store_search import find
from tests.index.backends.older import make_older
from tests.index.backends.processes import start_writer

_NOBODY = 65534


def make_store(path: Path, posts: int = 1) -> None:
    store = open_embedded(path)
    store.add([build_post(number, f"tunnels de Kidal {number}") for number in range(posts)])
    store.close()
    for lock in path.parent.glob("*.db.*"):
        lock.unlink()


def photograph(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def refuse(path: Path, error: type[Exception], says: str) -> None:
    """Open, expect the error, and expect every file as it was and none beside it."""
    before = photograph(path.parent)
    with pytest.raises(error, match=says):
        open_embedded(path)
    assert photograph(path.parent) == before


# --- a new one -------------------------------------------------------------------------------------------------------


def test_a_new_store_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "sankofa.db"

    open_embedded(path).close()

    store = open_embedded(path, create=False)
    assert store.count(Post) == 0
    assert store.url == str(path)
    store.close()


def test_a_relative_path_is_taken_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    store = open_embedded("sankofa.db")
    monkeypatch.chdir("/")
    store.add([build_post(1, "text")])
    store.close()

    assert store.url == str(tmp_path / "sankofa.db")


@pytest.mark.parametrize("name", ["été 2023.db", "a'b\"c.db", "q?x=1&immutable=1.db", "%41#.db", "أنفاق.db", "-wal"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        store = open_embedded(tmp_path / name)
        store.add([build_post(1, "text")])
        store.close()

    assert (tmp_path / name).is_file()


def test_a_link_leads_to_the_one_store_with_its_one_lock(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)

    store, same = open_embedded(link), open_embedded(path)
    store.add([build_post(1, "text")])
    same.add([build_post(2, "text")])

    assert store.url == same.url == str(path)
    assert store.count(Post) == 2
    store.close()
    same.close()
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "link.db",
        *("sankofa.db", "sankofa.db.next", "sankofa.db.writer"),
    ]


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()

    make_store(path)

    assert path.read_bytes().startswith(b"SQLite format 3\x00")


def test_a_missing_store_is_said_to_be_missing_where_none_shall_be_made(path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="no store at"):
        open_embedded(path, create=False)
    assert list(path.parent.iterdir()) == []


def test_many_that_open_a_new_store_at_once_share_it(path: Path) -> None:
    together = threading.Barrier(6)

    def open_and_add(number: int) -> None:
        together.wait(20)
        store = open_embedded(path)
        store.add([build_post(number, "text")])
        store.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(open_and_add, range(6)))

    store = open_embedded(path)
    assert store.count(Post) == 6
    store.close()
    assert [file.name for file in path.parent.iterdir() if "new" in file.name] == []


# --- what is none ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"hello, this is a text\n" * 50,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        b"SQLite format 3\x00",
        b"\x00" * 8192,
    ],
)
def test_a_file_of_another_kind_is_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    refuse(path, StoreFormatError, "no store of Sankofa|another program")


def test_the_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 252006673")
        connection.execute("CREATE TABLE record (id)")
    connection.close()

    refuse(path, StoreFormatError, "another program")


def test_a_database_in_use_by_another_program_is_left_as_it_is(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE notes (x)")

    refuse(path, StoreFormatError, "another program")

    connection.close()


def test_a_store_of_a_newer_version_is_left_as_it_is(path: Path) -> None:
    make_store(path)
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA user_version = {schema.get_latest_version() + 1}")
    connection.close()

    refuse(path, StoreFormatError, "newer version.*update Sankofa")


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2 - 100]


def _zero_a_page(content: bytes) -> bytes:
    return content[:8192] + bytes(4096) + content[12288:]


def _scramble(content: bytes) -> bytes:
    return content[:4096] + bytes(byte ^ 0xA5 for byte in content[4096:])


def _spoil_schema(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 60 + content[160:]


@pytest.mark.parametrize("spoil", [_cut, _zero_a_page, _scramble, _spoil_schema])
def test_a_damaged_store_is_left_as_it_is(path: Path, spoil: Callable[[bytes], bytes]) -> None:
    make_store(path, posts=50)
    path.write_bytes(spoil(path.read_bytes()))

    refuse(path, StoreFormatError, "damaged.*backup")


def test_damage_that_comes_while_a_store_is_open_is_told(path: Path) -> None:
    make_store(path, posts=500)
    store = open_embedded(path)
    content = path.read_bytes()
    path.write_bytes(_scramble(content))

    with pytest.raises(StoreFormatError, match="damaged"):
        list(store.iter_records(Post))

    path.write_bytes(content)
    store.close()


def test_checking_finds_an_index_that_does_not_fit_its_table(path: Path) -> None:
    make_store(path, posts=20)
    connection = apsw.Connection(str(path))
    connection.execute(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'place)', 'place DESC)')"
        " WHERE name = 'fingerprint_of_bank'"
    )
    connection.execute("PRAGMA writable_schema = OFF")
    connection.execute(
        "INSERT INTO fingerprint (algorithm, bank, code, entry_id, media_id) VALUES ('a', 'b', x'00', 'c', 'd')"
    )
    connection.execute(
        "INSERT INTO fingerprint (algorithm, bank, code, entry_id, media_id) VALUES ('a', 'b', x'00', 'c', 'd')"
    )
    connection.close()

    store = open_embedded(path)

    with pytest.raises(StoreFormatError, match="damaged"):
        store.check()

    store.close()


def test_a_folder_where_the_store_should_be_is_refused(path: Path) -> None:
    path.mkdir()

    with pytest.raises(StoreUnavailableError, match=r"folder.*sankofa\.db"):
        open_embedded(path)
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_ordinary_file_is_refused_without_waiting_for_it(path: Path) -> None:
    os.mkfifo(path)

    with pytest.raises(StoreUnavailableError, match="ordinary"):
        open_embedded(path)


def test_a_folder_below_a_file_cannot_be_made(path: Path) -> None:
    path.write_text("a file")

    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        open_embedded(path / "below" / "sankofa.db")
    assert path.read_text() == "a file"


@pytest.fixture
def plain_path() -> Iterator[Path]:
    """Give a path in a folder of one's own, and act as a user to whom rights apply, also where the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
    try:
        yield folder / "sankofa.db"
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o222])
def test_a_file_without_the_rights_is_refused(plain_path: Path, mode: int) -> None:
    make_store(plain_path)
    plain_path.chmod(mode)

    with pytest.raises(StoreUnavailableError, match="check the rights"):
        open_embedded(plain_path)

    assert [file.name for file in plain_path.parent.iterdir()] == ["sankofa.db"]


@pytest.mark.parametrize("mode", [0o000, 0o555])
def test_a_folder_without_the_rights_is_refused(plain_path: Path, mode: int) -> None:
    plain_path.parent.chmod(mode)

    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        open_embedded(plain_path)


def test_a_new_store_on_a_full_disk_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    too_large = "CREATE TABLE filler (x); PRAGMA max_page_count = 8; INSERT INTO filler VALUES (zeroblob(1000000));"
    monkeypatch.setattr(schema, "MIGRATIONS", (too_large,))

    with pytest.raises(StoreFullError, match="space"):
        open_embedded(path)

    assert not path.exists()
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []


def test_a_new_store_has_the_rights_that_the_user_gives_to_new_files(path: Path) -> None:
    before = os.umask(0o027)
    try:
        make_store(path)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) & 0o137 == 0


def test_opening_a_store_twice_in_one_process_keeps_its_locks(path: Path) -> None:
    """Where a lock is lost, another process takes itself for the last one and removes the write-ahead log."""
    first = open_embedded(path)
    first.add([build_post(1, "text")])
    assert is_locked(path)

    open_embedded(path).close()

    assert is_locked(path)
    first.close()
    assert not is_locked(path)


def is_locked(path: Path) -> bool:
    """Ask from another process whether somebody shares the file. Source: SHARED_FIRST, https://sqlite.org/src/file/src/os.h"""
    take = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)"
    return subprocess.run([sys.executable, "-c", take, str(path)], capture_output=True, check=False).returncode != 0


# --- versions --------------------------------------------------------------------------------------------------------


def test_a_store_of_an_older_version_is_brought_up_with_all_it_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_store(path, posts=3)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (x ANY) STRICT;"))

    store = open_embedded(path)

    assert store.count(Post) == 3
    assert store.add([build_post(9, "new")])
    store.close()
    connection = apsw.Connection(str(path))
    assert connection.pragma("user_version") == schema.get_latest_version()
    assert connection.execute("SELECT count(*) FROM later").get == 0
    connection.close()


def test_verdicts_of_an_older_version_are_found_by_their_rating_and_publisher(path: Path) -> None:
    older = open_embedded(path)
    verdict = older.revise(replace(build_sample(Verdict), rating=Rating.FALSE), expected_revision=0)
    older.revise(replace(verdict, rating=Rating.MISLEADING), expected_revision=1)
    older.close()
    make_older(path, 3, "DELETE FROM link WHERE name IN ('rating', 'publisher')")

    store = open_embedded(path)

    assert store.count_by(Verdict, "rating") == {"misleading": 1}
    assert store.count_by(Verdict, "publisher") == {verdict.publisher: 1}
    store.close()


def test_a_migration_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_store(path, posts=3)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (x); SELECT nonsense;"))
    with pytest.raises(apsw.SQLError):
        open_embedded(path)
    monkeypatch.undo()

    store = open_embedded(path)
    assert store.count(Post) == 3
    store.close()
    connection = apsw.Connection(str(path))
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'later'").get == 0
    connection.close()


def test_a_process_that_had_the_store_open_writes_nothing_into_a_newer_version(path: Path) -> None:
    make_store(path)
    store = open_embedded(path)
    other = apsw.Connection(str(path))
    other.execute(f"PRAGMA user_version = {schema.get_latest_version() + 1}")

    with pytest.raises(StoreFormatError, match="newer version"):
        store.revise(build_claim(1, "one"), expected_revision=0)

    other.close()
    store.close()


def test_what_a_killed_process_left_is_taken_up(path: Path) -> None:
    with start_writer(path, "add", 0, 0) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(20)]
    assert path.with_name("sankofa.db-wal").exists()

    store = open_embedded(path)

    assert set(acknowledged) <= {post.id for post in store.iter_records(Post)}
    store.close()
    assert not path.with_name("sankofa.db-wal").exists()


@pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.51.2"])
def test_a_sqlite_that_can_corrupt_a_shared_store_is_refused(version: str) -> None:
    with pytest.raises(StoreUnavailableError, match="apsw"):
        refuse_old_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.53.0", "4.0.0"])
def test_a_sound_sqlite_is_taken(version: str) -> None:
    refuse_old_sqlite(version)


def test_the_sqlite_that_is_installed_is_sound() -> None:
    refuse_old_sqlite(apsw.sqlite_lib_version())


def test_claims_of_an_older_version_are_found_as_they_are_read_now(path: Path) -> None:
    older = open_embedded(path)
    older.revise(build_claim(1, ("fr", "Des tunnels sous Kidal")), expected_revision=0)
    older.close()
    make_older(path, 6, "UPDATE passage SET terms = 'tunnels'")

    store = open_embedded(path)

    assert [hit.claim.id for hit in store.find_claims(ClaimQuery(text=parse_query("tunnel"))).hits] == ["C-2023-0001"]
    store.check()
    store.close()


def test_texts_that_were_read_with_other_names_are_read_anew_when_the_store_is_opened(path: Path) -> None:
    store = open_embedded(path)
    store.revise(build_claim(1, "Des tunnels sous Kidal"), expected_revision=0)
    assert find(store, "Kidal") == ["C-2023-0001"]
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE analysis SET mark = 'other'; UPDATE passage SET terms = 'other'; DELETE FROM facet")
    connection.close()

    with pytest.raises(StoreUnavailableError, match="start again"):
        store.revise(build_claim(2, "Kidal"), expected_revision=0)
    again = open_embedded(path)
    for opened in (store, again):  # whoever had it open sees it too
        assert find(opened, "", places=("ml-kidal",)) == ["C-2023-0001"]
        assert find(opened, "tunnels") == ["C-2023-0001"]
    store.revise(build_claim(2, "Kidal"), expected_revision=0)
    again.check()
    store.close()
    again.close()
