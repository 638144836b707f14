"""The index that is added to, removed from and searched."""

from collections.abc import Sequence
from pathlib import Path
from typing import Generic

import numpy as np
import numpy.typing as npt

from verify.errors import HashFormatError
from verify.radius.engine import NUMPY, choose_engine
from verify.radius.files import Snapshot, load_segment
from verify.radius.keys import K, KeyColumn
from verify.radius.plan import Layout, plan_layout
from verify.radius.scan import Words
from verify.radius.segment import Segment, build_segment

Codes = npt.NDArray[np.uint8]

_WORD_BYTES = 8
_TAIL_ROWS = 16_384  # a scan of so many costs about as much as a search of the tables
_TABLE_BYTES_PER_CODE = 60.0  # with the code of 32 bytes and the key of 4: less than 100 bytes
_GROWTH = 8
_WORTH_COMPILING = 1_000_000  # below, loading the compiled search takes longer than a thousand searches without it


class RadiusIndex(Generic[K]):
    """Codes under keys. A key may carry several codes (the frames of a video); each is found by itself.

    What is added lies in a tail that is compared code by code. A search that finds the tail too long first makes
    tables of it, together with what is there already and not much larger: codes are thus sorted a few times each,
    and the first search after much was added takes as long as that. :meth:`merge` does it at a time of one's own.

    Not to be used by several threads at once.
    """

    def __init__(
        self,
        width_bytes: int = 32,
        *,
        radius_bits: int | None = None,
        table_bytes_per_code: float = _TABLE_BYTES_PER_CODE,
        engine: str | None = None,
    ) -> None:
        """For codes of `width_bytes`: 32 for PDQ, 8 for the imagehash family.

        `radius_bits` is the radius that is made fast (31 for 256 bits); any other is answered as exactly. `engine`
        is "numpy" or "numba" (the extra `fast`); None takes what is installed, once there are a million codes.
        """
        if width_bytes < 1:
            raise HashFormatError("a code has at least one byte")
        self.width_bytes = width_bytes
        self.radius_bits = width_bytes - 1 if radius_bits is None else radius_bits
        self.stamp = ""
        """What :meth:`save` was told, of the index that was opened."""
        self._table_bytes = table_bytes_per_code
        self._engine = choose_engine(engine) if engine else None
        self._segments: list[Segment[K]] = []
        self._tail_keys: list[K] = []
        self._tail = np.zeros((0, -(-width_bytes // _WORD_BYTES)), dtype=np.uint64)

    def __len__(self) -> int:
        """Number of codes."""
        return sum(segment.live for segment in self._segments) + len(self._tail_keys)

    @property
    def size_bytes(self) -> int:
        """Bytes of codes, keys and tables."""
        return sum(segment.size_bytes for segment in self._segments) + self._tail.nbytes

    @property
    def layouts(self) -> tuple[Layout | None, ...]:
        """The bands of each part of the index, None for one that is compared code by code."""
        return tuple(segment.layout for segment in self._segments)

    def add(self, keys: Sequence[K], codes: Codes) -> None:
        """Add one code for each key; `codes` is uint8 of shape (len(keys), width_bytes)."""
        words = self._as_words(codes, len(keys))
        if len(keys) >= _TAIL_ROWS:
            self._segments.append(Segment(words, KeyColumn.from_keys(keys)))
            return
        self._reserve(len(self._tail_keys) + len(keys))
        self._tail[len(self._tail_keys) : len(self._tail_keys) + len(keys)] = words
        self._tail_keys.extend(keys)
        if len(self._tail_keys) >= _TAIL_ROWS:
            self._freeze_tail()

    def remove(self, key: K) -> int:
        """Remove every code of the key and say how many there were; 0 for an unknown key. Looks at every key."""
        rows = [row for row, there in enumerate(self._tail_keys) if there == key]
        for row in reversed(rows):
            self._drop_from_tail(row)
        return len(rows) + sum(segment.remove(key) for segment in self._segments)

    def search(self, codes: Codes, radius_bits: int) -> list[list[tuple[K, int]]]:
        """For each query code every (key, distance) within the radius, nearest first, then by key."""
        queries = self._as_words(codes, len(codes))
        hits: list[list[tuple[K, int]]] = [[] for _ in range(len(queries))]
        if not len(queries) or radius_bits < 0:
            return hits
        self._merge_what_is_due()
        engine = self._engine or (choose_engine() if len(self) >= _WORTH_COMPILING else NUMPY)
        for segment in self._segments:
            for query, row, distance in zip(
                *(column.tolist() for column in segment.search(engine, queries, radius_bits)), strict=True
            ):
                hits[query].append((segment.keys.get(row), distance))
        tail = self._tail[: len(self._tail_keys)]
        for query, row, distance in zip(
            *(column.tolist() for column in engine.scan(tail, queries, radius_bits)), strict=True
        ):
            hits[query].append((self._tail_keys[row], distance))
        for found in hits:
            found.sort(key=lambda hit: (hit[1], hit[0]))
        return hits

    def merge(self) -> None:
        """Make one table of everything. For a quiet moment: takes about a second for each million of codes."""
        self._freeze_tail()
        if self._segments and (len(self._segments) > 1 or _is_due(self._segments[0])):
            self._merge_from(0)

    def take_snapshot(self, stamp: str = "") -> Snapshot[K]:
        """Merge everything, and return what can be written while the index goes on.

        `stamp` says what the index was made from (the last row read, for example); :meth:`open` gives it back.
        """
        self.merge()
        if self._segments and self._segments[0].removed:
            self._merge_from(0)
        empty = Segment(self._tail[:0].copy(), KeyColumn[K].from_keys([]))
        return Snapshot(self._segments[0] if self._segments else empty, self.width_bytes, stamp)

    def save(self, folder: Path, stamp: str = "") -> None:
        """Write the index to the folder, in the place of what was saved there, all or nothing. Raises OSError."""
        self.take_snapshot(stamp).write(folder)

    @classmethod
    def open(
        cls,
        folder: Path,
        width_bytes: int = 32,
        *,
        radius_bits: int | None = None,
        table_bytes_per_code: float = _TABLE_BYTES_PER_CODE,
        engine: str | None = None,
    ) -> "RadiusIndex[K]":
        """Open what was saved, mapped into memory and checked against its digest.

        It may be added to and removed from; the file changes only when it is saved again.

        Raises:
            RadiusFileError: It is absent, damaged, or of another width: build the index anew.
        """
        index = cls(width_bytes, radius_bits=radius_bits, table_bytes_per_code=table_bytes_per_code, engine=engine)
        segment, index.stamp = load_segment(folder, width_bytes)
        index._segments = [segment] if len(segment.words) else []
        return index

    def _merge_what_is_due(self) -> None:
        """Merge from the first segment that asks for it, or that is not much larger than all that lie behind it."""
        first, behind = len(self._segments), 0
        due = False
        for place in reversed(range(len(self._segments))):
            segment = self._segments[place]
            if _is_due(segment) or (due and segment.live <= _GROWTH * behind):
                first, due = place, True
            behind += segment.live
        if due:
            self._merge_from(first)

    def _merge_from(self, first: int) -> None:
        merged = self._segments[first:]
        count = sum(segment.live for segment in merged)
        layout = plan_layout(count, 8 * self.width_bytes, self.radius_bits, self._table_bytes)
        self._segments[first:] = [build_segment(merged, layout)] if count else []

    def _freeze_tail(self) -> None:
        if self._tail_keys:
            self._segments.append(
                Segment(self._tail[: len(self._tail_keys)].copy(), KeyColumn.from_keys(self._tail_keys))
            )
            self._tail_keys = []

    def _as_words(self, codes: Codes, count: int) -> Words:
        if codes.dtype != np.uint8 or codes.ndim != 2 or len(codes) != count:
            raise HashFormatError(f"codes must be uint8 of shape ({count}, {self.width_bytes})")
        if count and codes.shape[1] != self.width_bytes:
            raise HashFormatError(f"codes of {codes.shape[1]} bytes do not go into an index of {self.width_bytes}")
        padded = np.zeros((count, self._tail.shape[1] * _WORD_BYTES), dtype=np.uint8)
        padded[:, : self.width_bytes] = codes if count else 0
        return padded.view("<u8").astype(np.uint64, copy=False)

    def _reserve(self, rows: int) -> None:
        if rows > len(self._tail):
            grown = np.zeros((max(rows, 2 * len(self._tail), 64), self._tail.shape[1]), dtype=np.uint64)
            grown[: len(self._tail_keys)] = self._tail[: len(self._tail_keys)]
            self._tail = grown

    def _drop_from_tail(self, row: int) -> None:
        """Fill the gap with the last row. Rows must come from the highest down."""
        moved = self._tail_keys.pop()
        if row < len(self._tail_keys):
            self._tail_keys[row] = moved
            self._tail[row] = self._tail[len(self._tail_keys)]


def _is_due(segment: Segment[K]) -> bool:
    """Whether it has no tables where it could, or too many of its codes were removed."""
    return not segment.settled or 4 * segment.removed > len(segment.words)
