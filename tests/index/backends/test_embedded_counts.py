"""Counts are kept until the file changes, by whoever changes it."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from index.backends.embedded import EmbeddedStore, open_embedded
from index.backends.embedded.counts import Counts
from index.model import BankEntry
from tests.contracts.records import build_code, build_entry

NAME = (BankEntry.KIND, "bank")


@pytest.fixture
def store(path: Path) -> Iterator[EmbeddedStore]:
    store = open_embedded(path)
    store.add([build_entry(1, build_code(1))])
    yield store
    store.close()


def test_one_state_is_counted_once(store: EmbeddedStore) -> None:
    counts, asked = Counts(), list[str]()

    def note(cursor: object, sql: str, bindings: object) -> bool:
        asked.append(sql)
        return True

    with store._readers.borrow() as connection:
        connection.exec_trace = note
        answers = [(counts.count_by(connection, *NAME), counts.count(connection, BankEntry.KIND)) for _ in range(3)]
        connection.exec_trace = None

    assert answers == [({"known": 1}, 1)] * 3
    assert sum("count(*)" in sql for sql in asked) == 2


def test_what_anybody_writes_is_counted(store: EmbeddedStore, path: Path) -> None:
    assert store.count_by(BankEntry, "bank") == {"known": 1}
    other = open_embedded(path)
    for number, writer in enumerate((store, other, store), 2):
        writer.add([build_entry(number, build_code(number))])
        assert [one.count_by(BankEntry, "bank") for one in (store, other)] == [{"known": number}] * 2
        assert [one.count(BankEntry) for one in (store, other)] == [number] * 2
    other.close()


def test_what_is_done_to_an_answer_is_not_kept(store: EmbeddedStore) -> None:
    counts = Counts()
    with store._readers.borrow() as connection:
        dict.clear(counts.count_by(connection, *NAME))  # type: ignore[arg-type]

        assert counts.count_by(connection, *NAME) == {"known": 1}


def test_each_connection_counts_for_itself(store: EmbeddedStore, path: Path) -> None:
    counts, mine = Counts(), apsw.Connection(str(path))
    mine.execute("BEGIN")
    assert counts.count_by(mine, *NAME) == {"known": 1}
    store.add([build_entry(2, build_code(2))])

    with store._readers.borrow() as connection:
        assert counts.count_by(connection, *NAME) == {"known": 2}
    assert counts.count_by(mine, *NAME) == {"known": 1}, "it reads the state in which it began"
    mine.execute("ROLLBACK")
    assert counts.count_by(mine, *NAME) == {"known": 2}
    mine.close()
