"""The embedded store keeps the contract, and shares its file with other processes."""

import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import apsw
import pytest

from index.backends.embedded import EmbeddedStore, open_embedded
from index.backends.embedded.store import FIND_LINKED, FIND_LINKED_TO_ONE
from index.backends.embedded.texts import CHANGED, JUDGED
from index.backends.memory import MemoryStore
from index.errors import (
    RecordConflictError,
    RevisionConflictError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    StoreUnavailableError,
)
from index.model import Claim, Evidence, Post, Serial
from index.query import ClaimQuery, PostQuery, TextQuery, parse_query
from index.store import Store
from tests.contracts.records import build_claim, build_code, build_entry, build_post, build_sample
from tests.contracts.store import StoreContract
from tests.index.backends.processes import start_writer

ORDERS: tuple[Literal["relevance", "date"], ...] = ("relevance", "date")


@contextmanager
def opened(path: Path, **options: float) -> Iterator[EmbeddedStore]:
    store = open_embedded(path, **options)  # type: ignore[arg-type]  # all of them are numbers
    try:
        yield store
    finally:
        store.close()


class TestEmbeddedStore(StoreContract):
    @pytest.fixture
    def store(self, path: Path) -> Iterator[Store]:
        with opened(path) as store:
            yield store

    def reopen(self, store: Store) -> Store:
        return open_embedded(store.url)


# --- several threads -------------------------------------------------------------------------------------------------


def test_a_refused_call_spoils_no_other_of_its_group(path: Path) -> None:
    with opened(path) as store:
        store.add([build_post(0, "first")])
        outcomes = _run_together(store, [build_post(number % 2 * number, f"text {number}") for number in range(40)])

        assert sorted(outcomes) == sorted([f"P-{number:04d}" for number in range(1, 40, 2)] + ["refused"] * 20)
        assert store.count(Post) == 21
        assert store.get(Post, "P-0000").text == "first"


def _run_together(store: EmbeddedStore, posts: list[Post]) -> list[str]:
    """Queue one call for each post while the writer is busy, so that they are committed in one group."""
    gate, began = threading.Event(), threading.Event()

    def wait(_: apsw.Connection) -> None:
        began.set()
        gate.wait(20)

    def add(post: Post) -> str:
        try:
            (new,) = store.add([post])
        except (RecordConflictError, StoreFullError):
            return "refused"
        return new

    with ThreadPoolExecutor(len(posts) + 1) as pool:
        busy = pool.submit(store._writer.run, wait)
        began.wait(20)
        waiting = [pool.submit(add, post) for post in posts]
        while store._writer._jobs.qsize() < len(posts):
            time.sleep(0.001)
        gate.set()
        busy.result()
        return [call.result() for call in waiting]


def test_calls_that_wait_together_share_one_commit(path: Path) -> None:
    commits = []

    def count() -> bool:
        commits.append(1)
        return False

    with opened(path) as store:
        store._writer._connection.set_commit_hook(count)
        _run_together(store, [build_post(number, "text") for number in range(60)])

        assert len(commits) == 2
        assert store.count(Post) == 60


def test_a_reader_sees_the_state_before_while_a_writer_is_at_work(path: Path) -> None:
    with opened(path) as store:
        store.add([build_post(1, "tunnels")])
        began, gate = threading.Event(), threading.Event()

        def write_slowly(connection: apsw.Connection) -> None:
            connection.execute("INSERT INTO record (kind, id, revision, body) VALUES ('post', 'P-2', 0, '{}')")
            connection.execute("INSERT INTO head VALUES ('post', 'P-2', 0)")
            began.set()
            gate.wait(20)
            raise StoreError("enough")

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(store._writer.run, write_slowly)
            began.wait(20)
            try:
                assert [post.id for post in store.iter_records(Post)] == ["P-0001"]
                assert store.find_posts(PostQuery(text=TextQuery(words="tunnel"))).total == 1
            finally:
                gate.set()
            with pytest.raises(StoreError, match="enough"):
                writing.result()
        assert store.count(Post) == 1


def test_closing_while_others_read_lets_them_finish_or_tells_them(path: Path) -> None:
    store = open_embedded(path)
    store.add([build_post(number, "text") for number in range(300)])

    def read(_: int) -> str:
        while True:
            try:
                assert store.count(Post) == 300
            except StoreUnavailableError:
                return "told"

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        store.close()
        assert [reader.result(30) for reader in readers] == ["told"] * 4


# --- several processes -----------------------------------------------------------------------------------------------


def test_what_another_process_wrote_is_seen_at_once(path: Path) -> None:
    with opened(path) as here, opened(path) as there:
        there.add([build_post(1, "tunnels"), build_entry(1, build_code(1))])
        assert here.find_posts(PostQuery(text=TextQuery(words="tunnels"))).total == 1
        assert len(here.find_fingerprints("pdq", [build_code(0)], radius_bits=1, bank="known")) == 1
        there.add([build_entry(2, build_code(2))])
        assert len(here.find_fingerprints("pdq", [build_code(0)], radius_bits=1, bank="known")) == 2


def test_two_processes_write_at_once_and_nothing_is_lost(path: Path) -> None:
    with opened(path) as store, start_writer(path, "add", 0, 150) as one, start_writer(path, "add", 100, 150) as two:
        for number in range(500, 550):
            store.add([build_post(number, "from here", id=f"P-{number:06d}")])
        assert one.wait(60) == two.wait(60) == 0

        assert [post.id for post in store.iter_records(Post)] == [
            f"P-{number:06d}" for number in (*range(250), *range(500, 550))
        ]
        assert store.find_posts(PostQuery(text=TextQuery(words="tunnels"), limit=1)).total == 250
        store.check()


def test_two_processes_count_one_number_up_without_losing_a_step(path: Path) -> None:
    with start_writer(path, "revise", 40) as one, start_writer(path, "revise", 40) as two:
        assert one.wait(60) == two.wait(60) == 0

    with opened(path) as store:
        assert [serial.last for serial in store.get_history(Serial, "S")] == list(range(1, 81))


def test_a_process_that_waits_gets_its_turn_while_another_writes_all_the_time(path: Path) -> None:
    with opened(path, lock_timeout_seconds=20) as store, start_writer(path, "add", 0, 0, 50) as other:
        for number in range(20):
            store.add([build_post(number, "mine", id=f"mine-{number}")])
        assert other.poll() is None

        assert store.get(Post, "mine-19").text == "mine"


def test_killing_a_writing_process_loses_nothing_that_was_acknowledged(path: Path) -> None:
    acknowledged: list[str] = []
    moments = random.Random(11)
    for turn in range(10):
        with start_writer(path, "add", 10_000 * turn, 0, 1 + turn % 3) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(5)]
            time.sleep(moments.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
            process.wait(30)
            lines += process.stdout.readlines()
        acknowledged += " ".join(line for line in lines if line.endswith("\n")).split()

    with opened(path) as store:
        store.check()
        kept = [post.id for post in store.iter_records(Post)]
        assert set(acknowledged) <= set(kept)
        assert len(acknowledged) > 50
        assert store.find_posts(PostQuery(text=TextQuery(words="tunnels"), limit=1)).total == len(kept)
        assert store.count_by(Post, "author") == {"nomade": len(kept)}


def test_a_locked_store_names_who_holds_it_and_is_free_again_when_that_one_dies(path: Path) -> None:
    with start_writer(path, "hold") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        with pytest.raises(StoreLockedError) as locked:
            open_embedded(path, lock_timeout_seconds=0.2)
        holder.kill()
        holder.wait(30)

    assert f"process {holder.pid} " in str(locked.value)
    assert "writer_process" in locked.value.holder
    with opened(path, lock_timeout_seconds=5) as store:
        assert store.add([build_post(1, "free")])


def test_reading_goes_on_while_another_process_holds_the_lock(path: Path) -> None:
    with opened(path, lock_timeout_seconds=0.2) as store:
        store.add([build_post(1, "tunnels")])
        with start_writer(path, "hold") as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "holding\n"

            assert store.find_posts(PostQuery(text=TextQuery(words="tunnels"))).total == 1
            with pytest.raises(StoreLockedError, match=str(holder.pid)):
                store.add([build_post(2, "refused")])
        assert store.add([build_post(3, "again")]) == {"P-0003"}
        assert store.count(Post) == 2


def test_a_program_that_is_not_ours_is_waited_for_too(path: Path) -> None:
    with opened(path, lock_timeout_seconds=0.2) as store:
        other = apsw.Connection(str(path))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match="another program"):
            store.add([build_post(1, "refused")])
        other.execute("ROLLBACK")
        other.close()

        assert store.add([build_post(1, "again")])


# --- nothing changes what was kept -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql", ["UPDATE record SET body = '{}'", "DELETE FROM record", "DELETE FROM record WHERE 0 = 0"]
)
def test_the_file_itself_refuses_to_change_or_delete_a_record(path: Path, sql: str) -> None:
    with opened(path) as store:
        store.revise(build_claim(1, "one"), expected_revision=0)
    connection = apsw.Connection(str(path))

    with pytest.raises(apsw.ConstraintError, match="records are never"):
        connection.execute(sql)

    connection.close()


def test_a_store_that_is_closed_is_one_file_and_two_empty_handed_locks(path: Path) -> None:
    with opened(path) as store:
        store.add([build_post(1, "text")])

    assert sorted(file.name for file in path.parent.iterdir()) == ["sankofa.db", "sankofa.db.next", "sankofa.db.writer"]
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (1,)
    connection.close()


def test_durability_is_asked_of_the_disk_at_every_commit(path: Path) -> None:
    with opened(path) as store:
        connection = store._writer._connection
        settings = {name: connection.pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert (connection.pragma("trusted_schema"), connection.pragma("cell_size_check")) == (0, 1)
        assert connection.pragma("secure_delete") == 1


# --- no space --------------------------------------------------------------------------------------------------------


def _fill(store: EmbeddedStore, kept: list[str]) -> None:
    for number in range(1_000):
        store.add([build_post(number, "x" * 5_000)])
        kept.append(f"P-{number:04d}")


def test_a_full_disk_refuses_the_write_and_loses_nothing(path: Path) -> None:
    with opened(path, max_size_bytes=400_000) as store:
        kept: list[str] = []
        with pytest.raises(StoreFullError, match="space"):
            _fill(store, kept)

        assert 10 < len(kept) < 100
        assert [post.id for post in store.iter_records(Post)] == kept
        assert store.add([build_post(0, "x" * 5_000)]) == frozenset()
    with opened(path) as store:
        assert [post.id for post in store.iter_records(Post)] == kept
        assert store.add([build_post(999, "x" * 5_000)]) == {"P-0999"}
        store.check()


def test_of_calls_that_wait_together_only_what_does_not_fit_is_refused(path: Path) -> None:
    posts = [build_post(number, "z" * (500_000 if number == 7 else 5)) for number in range(20)]
    with opened(path, max_size_bytes=400_000) as store:
        outcomes = _run_together(store, posts)

        assert sorted(outcomes) == sorted(["refused", *(post.id for post in posts if post.id != "P-0007")])
        assert store.count(Post) == 19


# --- the same answers as memory --------------------------------------------------------------------------------------


def test_scores_and_order_are_those_of_the_memory_store(path: Path) -> None:
    words = [
        "tunnels",
        "kidal",
        "camp",
        "armée",
        "gold",
        "vidéo",
        "malienne",
        "soldiers",
        "أنفاق",
        "كيدال",
        "mali",
        "gaza",
        "2003",
        "or",
    ]
    chance = random.Random(5)
    memory = MemoryStore()
    with opened(path) as store:
        for number in range(120):
            wordings = [
                (language, " ".join(chance.choices(words, k=chance.randint(1, 12))))
                for language in chance.sample(["fr", "en", "ar", "und", "ha"], k=chance.randint(1, 3))
            ]
            claim = build_claim(number, *wordings, first_appeared_on=chance.choice([None, "2023", "2023-11-04"]))
            for where in (store, memory):
                where.revise(claim, expected_revision=0)
        for number in range(0, 120, 3):
            for where in (store, memory):
                where.revise(build_claim(number, " ".join(words[: number % 9 + 1])), expected_revision=1)
        for text in ("tunnels Kidal", '"kidal camp"', "gold -armée", "أنفاق camp soldiers vidéos", "", "-mali -or"):
            for order in ORDERS:
                query = ClaimQuery(text=parse_query(text), order=order, limit=1_000)
                assert store.find_claims(query) == memory.find_claims(query)


def test_records_that_an_earlier_version_wrote_with_fewer_fields_are_the_same_records(path: Path) -> None:
    sample = replace(build_sample(Evidence), note="")
    with opened(path) as store:
        store.add([sample])

        def shorten(connection: apsw.Connection) -> None:
            connection.execute("DROP TRIGGER record_is_never_changed")
            connection.execute("UPDATE record SET body = replace(body, '\"note\":\"\",', '')")

        store._writer.run(shorten)

        assert store.get(Evidence, sample.id) == sample
        assert store.add([sample]) == frozenset()
        with pytest.raises(RecordConflictError):
            store.add([replace(sample, note="other")])


def test_an_unexpected_failure_of_one_call_is_told_to_it_alone(path: Path) -> None:
    with opened(path) as store:
        with pytest.raises(ZeroDivisionError):
            store._writer.run(lambda _: 1 / 0)
        store.revise(build_claim(1, "one"), expected_revision=0)
        with pytest.raises(RevisionConflictError):
            store.revise(build_claim(1, "two"), expected_revision=0)
        assert store.get(Claim, "C-2023-0001").text == "one"


def test_the_pool_keeps_few_connections(path: Path) -> None:
    with opened(path) as store:
        barrier = threading.Barrier(20)

        def read(_: int) -> None:
            with store._readers.borrow():
                barrier.wait(20)

        with ThreadPoolExecutor(20) as pool:
            list(pool.map(read, range(20)))
        assert len(store._readers._idle) <= 8


@pytest.mark.parametrize("sql", [FIND_LINKED, FIND_LINKED_TO_ONE])
def test_what_is_linked_is_found_by_its_value_however_much_there_is(path: Path, sql: str) -> None:
    with closing(open_embedded(path)) as store, store._readers.borrow() as connection:
        given = ("post", "native_id", '["x:7"]', "", -1)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", given)]

    assert [step for step in plan if "link" in step and "PRIMARY KEY (kind=? AND name=? AND value=?" not in step] == []
    assert [step for step in plan if "SEARCH" in step and "id=?" not in step and "link" not in step] == []


@pytest.mark.parametrize("sql", [CHANGED, JUDGED])
def test_what_is_new_is_found_by_its_place_however_much_is_older(path: Path, sql: str) -> None:
    with closing(open_embedded(path)) as store, store._readers.borrow() as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", (1, "claim"))]

    assert "SEARCH record USING INTEGER PRIMARY KEY (rowid>?)" in plan
    assert [step for step in plan if step.endswith("(kind=?)")] == []
