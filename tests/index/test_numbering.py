"""Numbers that people cite are given once, without gaps, whatever happens in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from index.backends.memory import MemoryStore
from index.errors import RecordFormatError, RecordNotFoundError
from index.model import Claim, Narrative, Serial, Wording
from index.numbering import create_numbered
from index.store import Store


class DeskDiedError(Exception):
    """Stands for a process that dies."""


class DyingStore(MemoryStore):
    """Keeps what was numbered, and dies before it keeps how far the series is."""

    dies = False

    def revise(self, record, *, expected_revision, entry=b""):  # type: ignore[no-untyped-def]
        if self.dies and isinstance(record, Serial):
            raise DeskDiedError
        return super().revise(record, expected_revision=expected_revision, entry=entry)


def create(store: Store, text: str, *, prefix: str = "C", year: int = 2023) -> Claim:
    return create_numbered(store, prefix, year, lambda given: Claim(id=given, wordings=(Wording("fr", text),)))


def test_a_series_begins_at_one_and_goes_on() -> None:
    store = MemoryStore()

    assert [create(store, text).id for text in "abc"] == ["C-2023-0001", "C-2023-0002", "C-2023-0003"]
    assert store.get(Claim, "C-2023-0002").text == "b"
    assert store.get(Claim, "C-2023-0002").revision == 1


def test_years_and_prefixes_count_by_themselves() -> None:
    store = MemoryStore()
    create(store, "a")

    assert create(store, "b", year=2024).id == "C-2024-0001"
    assert create(store, "c", prefix="D").id == "D-2023-0001"
    assert create(store, "d").id == "C-2023-0002"
    named = create_numbered(store, "N", 2023, lambda given: Narrative(id=given, names=(Wording("fr", "e"),)))
    assert named.id == "N-2023-0001"


def test_the_same_statement_twice_gets_two_numbers() -> None:
    store = MemoryStore()

    assert [create(store, "same").id, create(store, "same").id] == ["C-2023-0001", "C-2023-0002"]


def test_many_desks_at_once_share_no_number_and_leave_none_out() -> None:
    store = MemoryStore()
    at_once = threading.Barrier(8)

    def number(desk: int) -> list[str]:
        at_once.wait()
        return [create(store, f"claim {turn} of desk {desk}").id for turn in range(10)]

    with ThreadPoolExecutor(8) as pool:
        given = [number for numbers in pool.map(number, range(8)) for number in numbers]

    assert sorted(given) == [f"C-2023-{serial:04d}" for serial in range(1, 81)]
    assert len({claim.text for claim in store.iter_records(Claim)}) == 80


def test_a_desk_that_dies_after_its_number_leaves_neither_gap_nor_double() -> None:
    store = DyingStore()
    create(store, "first")
    store.dies = True
    with pytest.raises(DeskDiedError):
        create(store, "second")
    store.dies = False

    assert store.get(Claim, "C-2023-0002").text == "second"
    assert create(store, "third").id == "C-2023-0003"
    assert store.get(Serial, "C-2023").last == 3


def test_a_record_that_cannot_be_kept_takes_no_number() -> None:
    store = MemoryStore()
    with pytest.raises(RecordFormatError):
        create(store, "\ud800")

    with pytest.raises(RecordNotFoundError):
        store.get(Serial, "C-2023")
    assert create(store, "good").id == "C-2023-0001"


def test_where_to_begin_to_look_is_only_a_hint() -> None:
    store = MemoryStore()
    for text in ("a", "b", "c"):
        create(store, text)
    series = store.get(Serial, "C-2023")
    store.revise(replace(series, last=0), expected_revision=series.revision)

    assert create(store, "d").id == "C-2023-0004"
    assert store.get(Serial, "C-2023").last == 4
