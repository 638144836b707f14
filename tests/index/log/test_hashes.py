"""Roots and proofs of a log that is kept somewhere, with and without what an earlier process remembered."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.log.hashes import BLOCK, Hashes
from index.log.tree import compute_root, hash_leaf, is_consistent, is_included


class Kept:
    """A log in a list, which counts what is read of it."""

    def __init__(self, size: int, word: str = "entry") -> None:
        self.entries = [f"{word} {number}".encode() for number in range(size)]
        self.read = 0

    def read_log(self, start: int, limit: int) -> tuple[bytes, ...]:
        found = tuple(self.entries[start : start + limit])
        self.read += len(found)
        return found

    def count_log(self) -> int:
        return len(self.entries)


@settings(max_examples=40)
@given(st.data())
def test_roots_and_proofs_are_those_of_the_whole_tree(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 5 * BLOCK) | st.sampled_from([BLOCK, 2 * BLOCK, 4 * BLOCK + 1]))
    number, earlier = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    kept = Kept(size)
    hashes = Hashes(kept)
    root, before = compute_root(kept.entries)[1], compute_root(kept.entries[:earlier])[1]

    assert hashes.get_root(earlier) == before
    assert hashes.get_root(size) == root
    assert is_included(hash_leaf(kept.entries[number]), number, size, hashes.prove_inclusion(number, size), root)
    assert is_consistent(earlier, size, hashes.prove_consistency(earlier, size), before, root)


def test_what_was_remembered_is_not_read_again(tmp_path: Path) -> None:
    kept = Kept(20 * BLOCK + 7)
    root = Hashes(kept, tmp_path / "log" / "blocks").get_root(kept.count_log())
    kept.read = 0

    again = Hashes(kept, tmp_path / "log" / "blocks")

    assert again.get_root(kept.count_log()) == root
    assert kept.read < 2 * BLOCK


@pytest.mark.parametrize("content", [b"", b"x", b"y" * 32, b"z" * 33])
def test_a_damaged_memory_is_not_used(tmp_path: Path, content: bytes) -> None:
    kept = Kept(3 * BLOCK)
    (tmp_path / "blocks").write_bytes(content)

    assert Hashes(kept, tmp_path / "blocks").get_root(3 * BLOCK) == compute_root(kept.entries)[1]


def test_the_memory_of_another_log_is_not_used(tmp_path: Path) -> None:
    Hashes(Kept(3 * BLOCK, "other"), tmp_path / "blocks").get_root(3 * BLOCK)
    kept = Kept(3 * BLOCK)

    assert Hashes(kept, tmp_path / "blocks").get_root(3 * BLOCK) == compute_root(kept.entries)[1]


def test_more_entries_than_there_are_have_no_root() -> None:
    with pytest.raises(ValueError, match="no 1000 entries"):
        Hashes(Kept(300)).get_root(1_000)
