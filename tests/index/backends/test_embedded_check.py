"""Checking a store reads everything: pages, texts, and what records are found through."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from index.backends.embedded import EmbeddedStore, open_embedded
from index.errors import StoreFormatError, StoreUnavailableError
from index.model import Revised
from tests.contracts.records import build_claim, build_code, build_entry, build_post, build_samples, build_words_entry


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    """Give a store with everything in it, and claims that were revised."""
    store = open_embedded(tmp_path / "sankofa.db")
    for sample in build_samples().values():
        if isinstance(sample, Revised):
            store.revise(sample, expected_revision=0)
        else:
            store.add([sample])
    store.revise(build_claim(1, "Tunnels de Kidal", countries=("ML",)), expected_revision=0)
    store.revise(build_claim(1, ("ar", "أنفاق كيدال"), countries=("NE",)), expected_revision=1)
    store.add([build_post(1, "Tunnels"), build_entry(1, build_code(1), build_code(1)), build_entry(2, build_code(1))])
    store.add([build_words_entry(1, "0a1b", "other")])
    yield store
    store.close()


def spoil(store: EmbeddedStore, sql: str) -> None:
    connection = apsw.Connection(store.url)
    connection.execute("DROP TRIGGER record_is_never_changed; DROP TRIGGER record_is_never_deleted")
    connection.execute(sql)
    assert connection.total_changes() > 0
    connection.close()


def test_a_sound_store_passes_and_stays_as_it_is(store: EmbeddedStore) -> None:
    before = [list(store.iter_records(type(sample))) for sample in build_samples().values()]

    store.check()

    assert [list(store.iter_records(type(sample))) for sample in build_samples().values()] == before
    assert store.add([build_post(2, "Gao")]) == {"P-0002"}
    store.check()


def test_an_empty_store_passes(tmp_path: Path) -> None:
    store = open_embedded(tmp_path / "empty.db")

    store.check()

    store.close()


@pytest.mark.parametrize(
    "table", ["head", "link", "document", "facet", "passage", "text_total", "fingerprint", "feature"]
)
def test_a_row_that_is_missing_is_found(store: EmbeddedStore, table: str) -> None:
    spoil(store, f"DELETE FROM {table}")  # noqa: S608

    with pytest.raises(StoreFormatError, match=f"damaged.*{table}.*backup"):
        store.check()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE head SET revision = 1 WHERE id = 'C-2023-0001'", "head"),
        ("INSERT INTO link VALUES ('post', 'author', 'nobody', 'P-9999')", "link"),
        ("UPDATE document SET newest = '2099' WHERE id = 'P-0001'", "document"),
        ("UPDATE passage SET terms = 'nine' WHERE id = 'P-0001'", "passage"),
        ("UPDATE text_total SET terms = terms + 1", "text_total"),
        ("UPDATE fingerprint SET code = x'00' WHERE entry_id = 'B-known-0002'", "fingerprint"),
        ("UPDATE feature SET words = x'000000' WHERE entry_id = 'W-known-0001'", "feature"),
        ("UPDATE feature SET others = 'another' WHERE entry_id = 'W-known-0001'", "feature"),
        (
            "DELETE FROM fingerprint WHERE place = (SELECT min(place) FROM fingerprint WHERE entry_id = 'B-known-0001')",
            "finger",
        ),
        ("UPDATE record SET body = replace(body, 'Tunnels', 'Tunnelz') WHERE id = 'P-0001'", "passage"),
        (
            "UPDATE record SET body = replace(body, '\"text\"', '\"tezt\"') WHERE id = 'P-0001'",
            "post P-0001 cannot be read",
        ),
        (
            "UPDATE record SET body = substr(body, 2) WHERE id = 'C-2023-0001' AND revision = 1",
            "claim C-2023-0001 cannot",
        ),
        ("UPDATE record SET kind = 'pozt' WHERE id = 'P-0001'", "pozt P-0001 cannot be read"),
    ],
)
def test_what_was_changed_behind_its_back_is_found(store: EmbeddedStore, sql: str, says: str) -> None:
    spoil(store, sql)

    with pytest.raises(StoreFormatError, match=says):
        store.check()


def test_a_closed_store_is_not_checked(store: EmbeddedStore) -> None:
    store.close()

    with pytest.raises(StoreUnavailableError, match="closed"):
        store.check()
