"""Local-feature words in the file: as in memory, from files of the version before too, and with several at work."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from index.backends.embedded import EmbeddedStore, open_embedded
from index.backends.embedded.schema import APPLICATION_ID, MIGRATIONS
from index.backends.memory import MemoryStore
from index.model import BankEntry, MediaFacts
from tests.contracts.records import build_code, build_words_entry

OLD_ENTRY = (
    '{"bank":"known","engine":"sankofa-media-1","fingerprints":[{"algorithm":"pdq","at_seconds":null,"code":"'
    + build_code(5)
    + '","flat_share":0.25,"frame_index":0,"quality":100,"region":null,"symmetry":"identity"}],'
    '"id":"M-1.known.sankofa-media-1","media_id":"M-1"}'
)
OLD_FACTS = (
    '{"duration_seconds":null,"engine":"sankofa-media-1","frame_count":1,"has_audio":null,"height":480,'
    '"id":"M-1.sankofa-media-1","media_id":"M-1","refusal":null,"width":640}'
)


@pytest.fixture
def store(path: Path) -> Iterator[EmbeddedStore]:
    store = open_embedded(path)
    yield store
    store.close()


def draw_entries(count: int) -> list[BankEntry]:
    draw = random.Random(1)
    words = [f"{number:04d}" for number in range(60)] + [f"other-{number}" for number in range(20)]
    return [build_words_entry(number, *draw.sample(words, 8)) for number in range(count)]


def test_scores_are_the_same_to_the_last_bit_as_in_memory(store: EmbeddedStore) -> None:
    memory, entries = MemoryStore(), draw_entries(300)
    memory.add(entries)
    for entry in random.Random(2).sample(entries, len(entries)):
        store.add([entry])

    for entry in entries[:20]:
        query = [*entry.words, "0001", "other-1", "none"]
        hits = store.find_features(query, limit=30, bank="known")
        assert hits == memory.find_features(query, limit=30, bank="known")
        assert hits[0].entry_id == entry.id


def test_what_another_store_object_wrote_is_found(path: Path, store: EmbeddedStore) -> None:
    other = open_embedded(path)
    for entry in draw_entries(30):
        other.add([entry])
        (hit,) = store.find_features(entry.words, limit=1, bank="known")
        assert hit.entry_id == entry.id
    other.close()


def test_asking_while_others_write_never_gives_a_nameless_or_double_hit(store: EmbeddedStore) -> None:
    entries = draw_entries(400)

    def write(start: int) -> None:
        for entry in entries[start::2]:
            store.add([entry])

    def ask(_: int) -> None:
        for _ in range(60):
            before = store.count(BankEntry)
            hits = store.find_features([f"{number:04d}" for number in range(60)], limit=1_000, bank="known")
            assert len({hit.entry_id for hit in hits}) == len(hits)
            assert before <= len(hits)

    with ThreadPoolExecutor(5) as pool:
        for job in [*(pool.submit(write, start) for start in (0, 1)), *(pool.submit(ask, n) for n in range(3))]:
            job.result()

    assert len(store.find_features([f"{number:04d}" for number in range(60)], limit=1_000, bank="known")) == 400


def make_first_version(path: Path) -> None:
    """Make a file as the first version wrote it: without the table, and records without the newer fields."""
    connection = apsw.Connection(str(path))
    connection.execute(str(MIGRATIONS[0])).fetchall()
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1; PRAGMA journal_mode = WAL")
    rows = [("bank_entry", "M-1.known.sankofa-media-1", OLD_ENTRY), ("media_facts", "M-1.sankofa-media-1", OLD_FACTS)]
    for kind, name, body in rows:
        connection.execute("INSERT INTO record (kind, id, revision, body) VALUES (?, ?, 0, ?)", (kind, name, body))
        connection.execute("INSERT INTO head VALUES (?, ?, 0)", (kind, name))
        connection.execute("INSERT INTO link VALUES (?, 'media', 'M-1', ?)", (kind, name))
    connection.execute("INSERT INTO link VALUES ('bank_entry', 'bank', 'known', 'M-1.known.sankofa-media-1')")
    connection.execute(
        "INSERT INTO fingerprint VALUES (1, 'pdq', 'known', ?, 'M-1.known.sankofa-media-1', 'M-1')",
        (bytes.fromhex(build_code(5)),),
    )
    connection.close()


def test_a_file_of_the_first_version_keeps_everything_and_gains_the_table(path: Path) -> None:
    make_first_version(path)

    store = open_embedded(path)

    entry = store.get(BankEntry, "M-1.known.sankofa-media-1")
    assert (entry.words, entry.features) == ((), "")
    facts = store.get(MediaFacts, "M-1.sankofa-media-1")
    assert (facts.width, facts.thumbnail_sha256, facts.metadata) == (640, None, ())
    assert store.find_linked(BankEntry, "bank", ["known"]) == (entry,)
    assert store.find_fingerprints("pdq", [build_code(5)], radius_bits=0, bank="known")
    assert store.add([entry, facts]) == frozenset()
    assert store.find_features(["0a1b"], limit=9, bank="known") == ()
    store.add([build_words_entry(1, "0a1b")])
    assert store.find_features(["0a1b"], limit=9, bank="known")
    store.check()
    store.close()
