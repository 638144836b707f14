from datetime import UTC, datetime

import pytest

from index.backends.memory import MemoryStore
from index.errors import LogAlteredError
from index.log.entries import Entry, build_void
from index.log.finding import find_entries

NOON = datetime(2023, 11, 20, 12, tzinfo=UTC)


def write(act: str, subject: str, revision: int, kind: str = "verdict") -> bytes:
    return Entry(act=act, actor="awa", at=NOON, kind=kind, subject=subject, revision=revision, digest="0" * 64).encode()


def test_each_revision_is_found_with_its_number_however_far_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.log.finding._PAGE", 7)
    store = MemoryStore()
    entries = [write("approve", f"V-{number}", 2) for number in range(40)]
    store.append_log(entries)

    found = find_entries(store, [("verdict", f"V-{number}", 2) for number in (0, 6, 7, 39)])

    assert found == {("verdict", f"V-{number}", 2): (number, entries[number]) for number in (0, 6, 7, 39)}


def test_what_did_not_come_about_and_what_was_only_erased_names_no_revision() -> None:
    store = MemoryStore()
    void, erased = write("approve", "V-1", 2), write("approve", "V-2", 3)
    other_kind = write("claim", "V-3", 1, kind="claim")
    store.append_log([void, build_void(void, 0, NOON), erased, write("erase", "V-2", 3), other_kind])

    wanted = [("verdict", "V-1", 2), ("verdict", "V-2", 3), ("verdict", "V-3", 1)]

    assert find_entries(store, wanted) == {("verdict", "V-2", 3): (2, erased)}


def test_an_altered_entry_is_told() -> None:
    store = MemoryStore()
    store.append_log([write("approve", "V-1", 2) + b" "])
    with pytest.raises(LogAlteredError, match="entry 0 of the log was altered"):
        find_entries(store, [("verdict", "V-1", 2)])
