"""The hashes of a log that somebody keeps: roots and proofs without reading every entry each time.

Of each whole block of entries its hash is remembered, in memory and in a file that may be thrown away. What was remembered
of a log that has changed since gives proofs that fail; it never makes a changed entry pass.
"""

from collections import OrderedDict
from pathlib import Path
from typing import Protocol

from index.log.tree import build_root, hash_leaf, hash_node, hash_whole, prove_consistency, prove_inclusion

BLOCK = 256
_READ = 64 * BLOCK
_HASH_BYTES = 32
_MOST_BLOCKS = 64


class LogStore(Protocol):
    """What of a store the log needs."""

    def read_log(self, start: int, limit: int) -> tuple[bytes, ...]:
        """As :meth:`index.store.Store.read_log`."""

    def count_log(self) -> int:
        """As :meth:`index.store.Store.count_log`."""


class Hashes:
    """The hashes of the log in *store*; *file* remembers those of its blocks for the next process, if given."""

    def __init__(self, store: LogStore, file: Path | None = None) -> None:
        self._store, self._file = store, file
        self._blocks: list[bytes] = _load(store, file) if file is not None else []
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._leaves: OrderedDict[int, list[bytes]] = OrderedDict()

    def get_root(self, size: int) -> bytes:
        """Return the root of the first *size* entries, which there must be."""
        self._catch_up(size)
        return build_root(size, self._get_hash)

    def prove_inclusion(self, number: int, size: int) -> tuple[bytes, ...]:
        """As :func:`index.log.tree.prove_inclusion`."""
        self._catch_up(size)
        return prove_inclusion(number, size, self._get_hash)

    def prove_consistency(self, earlier: int, size: int) -> tuple[bytes, ...]:
        """As :func:`index.log.tree.prove_consistency`."""
        self._catch_up(size)
        return prove_consistency(earlier, size, self._get_hash)

    def _catch_up(self, size: int) -> None:
        """Hash the whole blocks among the first *size* entries that are new."""
        known = len(self._blocks)
        while (start := len(self._blocks) * BLOCK) + BLOCK <= size:
            wanted = min(_READ, (size - start) // BLOCK * BLOCK)
            leaves = [hash_leaf(entry) for entry in self._store.read_log(start, wanted)]
            if len(leaves) < wanted:
                raise ValueError(f"the log has no {size} entries")
            self._blocks += [hash_whole(leaves[at : at + BLOCK]) for at in range(0, wanted, BLOCK)]
        if self._file is not None and len(self._blocks) > known:
            _save(self._file, self._blocks)

    def _get_hash(self, start: int, end: int) -> bytes:
        if end - start < BLOCK:
            return hash_whole(self._get_leaves(start // BLOCK)[start % BLOCK : start % BLOCK + end - start])
        if end - start == BLOCK:
            return self._blocks[start // BLOCK]
        found = self._nodes.get((start, end))
        if found is None:
            cut = (start + end) // 2
            found = self._nodes[start, end] = hash_node(self._get_hash(start, cut), self._get_hash(cut, end))
        return found

    def _get_leaves(self, block: int) -> list[bytes]:
        if block < len(self._blocks) and block in self._leaves:
            self._leaves.move_to_end(block)
            return self._leaves[block]
        leaves = [hash_leaf(entry) for entry in self._store.read_log(block * BLOCK, BLOCK)]
        self._leaves[block] = leaves
        if len(self._leaves) > _MOST_BLOCKS:
            self._leaves.popitem(last=False)
        return leaves


def _load(store: LogStore, file: Path) -> list[bytes]:
    """What was remembered, if it is of this log: the last block tells, for what comes later in another one is other."""
    try:
        content = file.read_bytes()
    except OSError:
        return []
    blocks = [content[at : at + _HASH_BYTES] for at in range(0, len(content), _HASH_BYTES)]
    if not blocks or len(blocks[-1]) < _HASH_BYTES:
        return []
    leaves = [hash_leaf(entry) for entry in store.read_log((len(blocks) - 1) * BLOCK, BLOCK)]
    return blocks if len(leaves) == BLOCK and hash_whole(leaves) == blocks[-1] else []


def _save(file: Path, blocks: list[bytes]) -> None:
    """Where it cannot be written, the next process reads the log again."""
    draft = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(b"".join(blocks))
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
