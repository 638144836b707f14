"""The words of the file in tantivy: published for the next process, made anew where damaged, and complete for everybody."""

import fcntl
import os
import shutil
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.backends.embedded import EmbeddedStore, cache, finding, open_embedded, postings, texts
from index.backends.memory import MemoryStore
from index.errors import StoreError
from index.model import Claim
from index.query import ClaimQuery, parse_query
from tests.contracts.records import build_claim


@pytest.fixture(autouse=True)
def publish_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LEAST_ROWS", 10)


def build(number: int, more: str = "") -> Claim:
    return replace(build_claim(number, f"Tunnels Kidal mot{number} {more}"), revision=1)


def fill(path: Path, start: int, stop: int) -> None:
    store = open_embedded(path)
    store.add_revisions([build(number) for number in range(start, stop)])
    find(store, "tunnels")
    store.close()


def find(store: EmbeddedStore | MemoryStore, text: str, limit: int = 1_000) -> list[str]:
    return [hit.claim.id for hit in store.find_claims(ClaimQuery(text=parse_query(text), limit=limit)).hits]


def open_and_find(path: Path, text: str) -> list[str]:
    store = open_embedded(path)
    try:
        return find(store, text)
    finally:
        store.close()


def list_names(numbers: Collection[int]) -> list[str]:
    return [build(number).id for number in numbers]


def get_published(path: Path) -> Path:
    (folder,) = path.with_name("sankofa.db.cache").glob("text-claim-*")
    return folder / (folder / "current").read_text()


def count_rows_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    read: list[int] = []
    original = texts.Texts._list_changed

    def list_changed(*given: Any) -> Collection[str]:
        changed = original(*given)
        read.append(len(changed))
        return changed

    monkeypatch.setattr(texts.Texts, "_list_changed", list_changed)
    return read


def test_the_next_process_opens_what_was_published_and_reads_only_the_rest(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(path, 0, 30)
    fill(path, 30, 33)
    read = count_rows_read(monkeypatch)

    assert sorted(open_and_find(path, "tunnels")) == list_names(range(33))
    assert open_and_find(path, "mot31") == list_names([31])
    assert read == [3, 3]


def test_a_claim_that_was_revised_is_found_as_it_is_now(path: Path) -> None:
    fill(path, 0, 30)
    store = open_embedded(path)
    store.revise(build(4, "désert"), expected_revision=1)

    assert find(store, "désert") == list_names([4])
    assert len(find(store, "tunnels")) == 30
    store.add_revisions([build(number) for number in range(40, 70)])  # enough for another base
    store.revise(build(5, "désert"), expected_revision=1)
    assert sorted(find(store, "désert")) == list_names([4, 5])
    assert len(find(store, "tunnels")) == 60
    store.close()
    assert sorted(open_and_find(path, "désert")) == list_names([4, 5])


def test_any_damaged_file_is_made_anew_from_the_store(path: Path) -> None:
    fill(path, 0, 30)
    names = [file.name for file in get_published(path).iterdir() if file.stat().st_size]
    assert len(names) > 5
    for name in names:
        place = get_published(path)
        file = next((one for one in place.iterdir() if one.name == name), max(place.iterdir(), key=os.path.getsize))
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)

        assert sorted(open_and_find(path, "tunnels")) == list_names(range(30)), name
        assert get_published(path) != place


@pytest.mark.parametrize("gone", ["current", "meta.json", "manifest.json", ""])
def test_a_part_that_is_missing_is_made_anew_from_the_store(path: Path, gone: str) -> None:
    fill(path, 0, 30)
    place = get_published(path)
    if gone:
        (place.parent if gone == "current" else place).joinpath(gone).unlink()
    else:
        shutil.rmtree(place)

    assert sorted(open_and_find(path, "tunnels")) == list_names(range(30))


def test_a_restored_backup_does_not_take_what_came_after_it(path: Path, tmp_path: Path) -> None:
    fill(path, 0, 5)
    shutil.copy(path, tmp_path / "backup")
    fill(path, 5, 40)
    for leftover in tmp_path.glob("sankofa.db-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup", path)

    assert sorted(open_and_find(path, "tunnels")) == list_names(range(5))


def test_while_another_process_publishes_nobody_waits_for_it(path: Path) -> None:
    folder = path.with_name("sankofa.db.cache")
    folder.mkdir()
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        fill(path, 0, 30)
        assert len(open_and_find(path, "tunnels")) == 30
        assert not list(folder.glob("text-claim-*/current"))
    finally:
        os.close(lock)

    assert len(open_and_find(path, "tunnels")) == 30
    assert get_published(path).is_dir()


def test_where_nothing_can_be_published_the_search_goes_on(path: Path) -> None:
    path.with_name("sankofa.db.cache").write_text("a file where the folder would be")
    fill(path, 0, 30)

    assert len(open_and_find(path, "tunnels")) == 30


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_works_on_stays(path: Path) -> None:
    fill(path, 0, 30)
    folder = get_published(path).parent
    for name in (f"own-{os.getpid()}-abc", "own-4194304999-abc", "half-done"):
        (folder / name).mkdir()
    for start in (100, 200, 300):
        fill(path, start, start + 60)

    left = {one.name for one in folder.iterdir() if one.is_dir() and one != get_published(path)}
    assert f"own-{os.getpid()}-abc" in left
    assert not {"own-4194304999-abc", "half-done"} & left
    assert len(left) == 2  # and the one before, which somebody may be opening


def test_several_that_write_and_ask_at_once_find_everything(path: Path) -> None:
    stores = [open_embedded(path) for _ in range(3)]

    def work(number: int) -> None:
        for start in range(number * 1_000, number * 1_000 + 60, 6):
            stores[number].add_revisions([build(one) for one in range(start, start + 6)])
            assert find(stores[number], f"mot{start + 5}") == list_names([start + 5])

    with ThreadPoolExecutor(3) as pool:
        for job in [pool.submit(work, number) for number in range(3)]:
            job.result()
    assert [len(find(store, "tunnels")) for store in stores] == [180] * 3
    for store in stores:
        store.close()
    assert len(open_and_find(path, "tunnels")) == 180


@pytest.mark.parametrize("text", ["tunnels kidal", "mot7 tunnels désert", '"tunnels kidal" désert', "-désert", ""])
@pytest.mark.parametrize("limit", [1, 4, 7])
def test_blocks_leave_nothing_out_and_repeat_nothing(
    path: Path, text: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_FIRST_BLOCK", 3)
    memory, store = MemoryStore(), open_embedded(path)
    for number in range(40):
        claim = build(number, "désert " * (number % 4) + "sable " * (number % 7))
        memory.revise(replace(claim, revision=0), expected_revision=0)
        store.revise(replace(claim, revision=0), expected_revision=0)
        find(store, "tunnels")

    pages: list[str] = []
    query = ClaimQuery(text=parse_query(text), limit=limit)
    while True:
        page = store.find_claims(query)
        pages += [hit.claim.id for hit in page.hits]
        if not page.next_cursor:
            break
        query = replace(query, cursor=page.next_cursor)
    store.close()

    assert page.total == len(pages)
    assert sorted(pages) == sorted(find(memory, text))


def test_more_values_than_can_be_counted_are_an_error_and_no_wrong_count(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "_FACETS", {"facets": {"terms": {"field": "facets", "size": 3}}})
    store = open_embedded(path)
    store.add_revisions(
        [replace(build(number), countries=(country,)) for number, country in enumerate(("ML", "NE", "TD"))]
    )

    with pytest.raises(StoreError, match="narrow the search"):
        store.count_claims(ClaimQuery())
    store.close()
