"""Vectors in the file: as in memory to the last digit, saved beside it, and never believed where the file says otherwise."""

from pathlib import Path

import pytest

from index import vectors
from index.backends.embedded import cache, open_embedded
from index.backends.memory import MemoryStore
from index.query import VectorHit
from index.store import Store
from tests.contracts.records import build_claim
from tests.contracts.store_vectors import ENCODER, build_vector, draw_codes, keep
from tests.index.backends.older import make_older


@pytest.fixture(autouse=True)
def save_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LEAST_ROWS", 10)
    monkeypatch.setattr(vectors, "NOMINATED", 8)


def fill(store: Store, start: int, stop: int) -> None:
    keep(store, *((build_claim(number, f"texte {number}"), draw_codes(number)) for number in range(start, stop)))


def ask(path: Path, seed: int = 999) -> tuple[VectorHit, ...]:
    store = open_embedded(path)
    hits = store.find_vectors(ENCODER, draw_codes(seed), limit=9)
    store.close()
    return hits


def find_saved(path: Path) -> Path:
    (file,) = path.with_name(f"{path.name}.cache").glob("signs-*/signs.index")
    return file


def test_what_is_found_is_the_same_to_the_last_digit_as_in_memory(path: Path) -> None:
    memory, store = MemoryStore(), open_embedded(path)
    fill(memory, 0, 60)
    fill(store, 0, 40)
    assert store.find_vectors(ENCODER, draw_codes(999), limit=3)
    other = open_embedded(path)
    fill(other, 40, 60)
    other.close()

    for seed in range(900, 920):
        hits = store.find_vectors(ENCODER, draw_codes(seed), limit=9)
        assert hits == memory.find_vectors(ENCODER, draw_codes(seed), limit=9)
    store.close()


def test_signs_are_saved_and_the_next_process_adds_what_is_behind(path: Path) -> None:
    store = open_embedded(path)
    fill(store, 0, 30)
    store.close()
    ask(path)
    saved = find_saved(path).read_bytes()

    store = open_embedded(path)
    fill(store, 30, 35)
    store.close()

    assert ask(path, 33)[0].claim_id == "C-2023-0033"
    assert find_saved(path).read_bytes() == saved


@pytest.mark.parametrize("where", [0, 40, 500, -1])
def test_damaged_signs_are_made_anew_from_the_file(path: Path, where: int) -> None:
    store = open_embedded(path)
    fill(store, 0, 30)
    store.close()
    before = ask(path)
    content = bytearray(find_saved(path).read_bytes())
    content[where] ^= 1
    find_saved(path).write_bytes(content)

    assert ask(path) == before
    assert find_saved(path).read_bytes() != bytes(content)


def test_signs_of_a_file_that_was_put_back_are_not_believed(path: Path, tmp_path: Path) -> None:
    store = open_embedded(path)
    fill(store, 0, 5)
    store.close()
    early = path.read_bytes()
    store = open_embedded(path)
    fill(store, 5, 40)
    store.close()
    assert len(ask(path)) >= 8

    for leftover in tmp_path.glob("sankofa.db-*"):
        leftover.unlink()
    path.write_bytes(early)

    assert {hit.claim_id for hit in ask(path)} == {f"C-2023-{number:04d}" for number in range(5)}


def test_claims_of_an_older_version_are_found_by_vectors_that_come_later(path: Path) -> None:
    claim = build_claim(1, "un texte", ("ar", "نص"), title="titre")
    store = open_embedded(path)
    store.revise(claim, expected_revision=0)
    store.close()
    make_older(path, 7, "DELETE FROM link WHERE name = 'text'")

    store = open_embedded(path)
    store.add([build_vector(claim, draw_codes(1), text="نص")])

    assert [hit.claim_id for hit in store.find_vectors(ENCODER, draw_codes(1), limit=9)] == [claim.id]
    store.check()
    store.close()
