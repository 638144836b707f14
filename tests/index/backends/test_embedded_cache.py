"""Indexes saved beside the file: opened by the next process, made anew where they cannot be used, and never believed wrongly."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index.backends.embedded import EmbeddedStore, banks, cache, open_embedded, words
from index.model import BankEntry
from tests.contracts.records import build_code, build_entry, build_words_entry

Answers = tuple[list[str], list[str]]


@pytest.fixture(autouse=True)
def save_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LEAST_ROWS", 10)


@pytest.fixture
def folder(path: Path) -> Path:
    return path.with_name("sankofa.db.cache")


def build(start: int, stop: int) -> list[BankEntry]:
    codes = [build_entry(number, build_code(number)) for number in range(start, stop)]
    return codes + [build_words_entry(number, f"{number:04d}", "same") for number in range(start, stop)]


def fill(path: Path, start: int, stop: int) -> None:
    store = open_embedded(path)
    store.add(build(start, stop))
    ask(store, start)
    store.close()


def ask(store: EmbeddedStore, number: int) -> Answers:
    """The entries with the number's code, and with its own word first."""
    codes = store.find_fingerprints("pdq", [build_code(number)], radius_bits=0, bank="known")
    words = store.find_features([f"{number:04d}", "same"], limit=1, bank="known")
    return [hit.entry_id for hit in codes], [hit.entry_id for hit in words]


def expect(number: int) -> Answers:
    return [build_entry(number, build_code(number)).id], [build_words_entry(number, "same").id]


def open_and_ask(path: Path, *numbers: int) -> list[Answers]:
    store = open_embedded(path)
    answers = [ask(store, number) for number in numbers]
    store.close()
    return answers


def count_rows_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    read: list[int] = []
    for table in (banks._Codes, words._Words):
        original = table.catch_up

        def catch_up(*given: Any, original: Any = original) -> Iterator[tuple[int, int]]:
            for place, rows in original(*given):
                read.append(rows)
                yield place, rows

        monkeypatch.setattr(table, "catch_up", catch_up)
    return read


def list_files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_the_next_process_opens_what_was_saved_and_reads_only_the_rest(
    path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(path, 0, 30)
    assert list_files(folder) == ["lock", "pdq-known/codes.radius", "words-known/words.index"]
    fill(path, 30, 33)
    read = count_rows_read(monkeypatch)

    assert open_and_ask(path, 0, 29, 31) == [expect(0), expect(29), expect(31)]
    assert sum(read) == 6


def test_few_rows_are_not_saved(path: Path, folder: Path) -> None:
    fill(path, 0, 9)

    assert not folder.exists()
    assert open_and_ask(path, 8) == [expect(8)]


def test_it_is_saved_again_when_enough_was_added(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path, 0, 30)
    fill(path, 30, 45)
    read = count_rows_read(monkeypatch)

    assert open_and_ask(path, 44) == [expect(44)]
    assert not read


@pytest.mark.parametrize("name", ["pdq-known/codes.radius", "words-known/words.index"])
@pytest.mark.parametrize("where", [0, 30, 700, -1])
def test_a_damaged_file_is_made_anew_from_the_store(path: Path, folder: Path, name: str, where: int) -> None:
    fill(path, 0, 30)
    content = bytearray((folder / name).read_bytes())
    content[where] ^= 1
    (folder / name).write_bytes(content)

    assert open_and_ask(path, 0, 29) == [expect(0), expect(29)]
    assert (folder / name).read_bytes() != bytes(content)


@pytest.mark.parametrize("length", [0, 10, 200])
def test_a_file_cut_short_is_made_anew_from_the_store(path: Path, folder: Path, length: int) -> None:
    fill(path, 0, 30)
    for name in ("pdq-known/codes.radius", "words-known/words.index"):
        (folder / name).write_bytes((folder / name).read_bytes()[:length])

    assert open_and_ask(path, 0, 29) == [expect(0), expect(29)]


def test_a_restored_backup_does_not_take_the_index_of_what_came_after_it(path: Path, tmp_path: Path) -> None:
    fill(path, 0, 5)
    shutil.copy(path, tmp_path / "backup")
    fill(path, 5, 40)
    for leftover in tmp_path.glob("sankofa.db-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup", path)
    store = open_embedded(path)
    store.add([*build(50, 84), *build(39, 40)])  # as many rows, the last ones the same
    store.close()

    assert open_and_ask(path, 39, 50, 70) == [expect(39), expect(50), expect(70)]
    assert open_and_ask(path, 7)[0][0] == []


def test_a_backup_from_after_it_was_saved_takes_it(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path, 0, 30)
    shutil.copy(path, tmp_path / "backup")
    fill(path, 30, 35)
    shutil.copy(tmp_path / "backup", path)
    read = count_rows_read(monkeypatch)

    assert open_and_ask(path, 29) == [expect(29)]
    assert not read


def test_the_index_of_another_store_is_not_taken(path: Path, folder: Path, tmp_path: Path) -> None:
    fill(path, 0, 30)
    fill(tmp_path / "other.db", 100, 130)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "other.db.cache", folder)

    assert open_and_ask(path, 0, 29) == [expect(0), expect(29)]


def test_where_it_cannot_be_saved_the_search_goes_on_in_memory(path: Path, folder: Path) -> None:
    folder.write_text("a file where the folder would be")
    fill(path, 0, 30)

    assert open_and_ask(path, 0, 29) == [expect(0), expect(29)]
    assert folder.read_text() == "a file where the folder would be"


def test_while_another_process_saves_nobody_waits_for_it(path: Path, folder: Path) -> None:
    folder.mkdir()
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        fill(path, 0, 30)
        assert open_and_ask(path, 0) == [expect(0)]
        assert list_files(folder) == ["lock"]
    finally:
        os.close(lock)

    assert open_and_ask(path, 0) == [expect(0)]
    assert "pdq-known/codes.radius" in list_files(folder)


def test_what_a_killed_process_left_unfinished_is_removed(path: Path, folder: Path) -> None:
    (folder / "pdq-known").mkdir(parents=True)
    (folder / "pdq-known" / "codes.radius.123.part").write_bytes(b"half")
    fill(path, 0, 30)

    assert "pdq-known/codes.radius.123.part" not in list_files(folder)


def test_several_that_save_and_write_at_once_find_everything(path: Path) -> None:
    stores = [open_embedded(path) for _ in range(3)]

    def work(number: int) -> None:
        for start in range(number * 100, number * 100 + 60, 6):
            stores[number].add(build(start, start + 6))
            assert ask(stores[number], start) == expect(start)

    with ThreadPoolExecutor(3) as pool:
        for job in [pool.submit(work, number) for number in range(3)]:
            job.result()
    for store in stores:
        store.close()

    assert open_and_ask(path, 0, 59, 100, 255) == [expect(0), expect(59), expect(100), expect(255)]
