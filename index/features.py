"""Which entries of a bank share local-feature words with a picture; an inverted index in memory, which backends feed and ask.

A word is 1 to 32 of the characters ``A-Z a-z 0-9 - _``. Those of 4 characters (every word of the media engine) are packed
into 3 bytes, as base64 does; others are possible and dearer.

Segments hold at most 65,536 entries, so that a posting takes 2 bytes. New entries make segments of their own, which are
joined with their neighbours as they grow; adding one entry costs little whether the bank has ten or a million.
"""

import base64
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import QueryError, RecordFormatError
from index.model import BankEntry
from index.query import FeatureHit, check_limit

MAX_QUERY_WORDS = 10_000
"""More than five times what the media engine asks for one picture."""

_WORD = re.compile(r"[A-Za-z0-9_-]{1,32}")
_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
_PACKED_CHARACTERS, _PACKED_BYTES = 4, 3
_OTHERS_FROM = 1 << (8 * _PACKED_BYTES)
_ROW_BITS = 16
_SEGMENT_ROWS = 1 << _ROW_BITS
_EXACT = 2.0**30
"""Weights are whole multiples of 1 / this, so that their sums are exact and the same in whatever order they are added."""

Numbers = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Weights = npt.NDArray[np.float64]


class PackedWords(NamedTuple):
    """The words of one entry, each once: those of 4 characters as 3 bytes each in order, and the others in order."""

    packed: bytes
    others: tuple[str, ...] = ()


def pack_words(entry: BankEntry) -> PackedWords | None:
    """Pack the words of a bank entry; ``None`` if it has none.

    Raises:
        RecordFormatError: One is no word, so the entry must not be kept: it would be missed in silence.
    """
    for word in entry.words:
        if not _WORD.fullmatch(word):
            raise RecordFormatError(f"{entry.KIND} {entry.id!r} cannot be kept: {word[:80]!r} is no local-feature word")
    return _pack(entry.words) if entry.words else None


def check_words(words: Collection[str], limit: int) -> PackedWords:
    """Return the words of a query that entries can hold.

    Raises:
        QueryError: There are too many, or *limit* cannot be asked for.
    """
    check_limit(limit)
    if len(words) > MAX_QUERY_WORDS:
        raise QueryError(f"a picture is looked for by at most {MAX_QUERY_WORDS} words, not {len(words)}")
    if set(map(len, words)) == {_PACKED_CHARACTERS} and _LETTERS.fullmatch("".join(words)):
        return _pack(words)
    return _pack(word for word in words if _WORD.fullmatch(word))


def list_words(words: Iterable[str]) -> list[str]:
    """Those of some words that entries can hold, each once, in order."""
    return sorted({word for word in words if _WORD.fullmatch(word)})


def _pack(words: Iterable[str]) -> PackedWords:
    once = sorted(set(words))
    if set(map(len, once)) == {_PACKED_CHARACTERS}:  # as they nearly always are
        return PackedWords(base64.urlsafe_b64decode("".join(once)))
    others = tuple(word for word in once if len(word) != _PACKED_CHARACTERS)
    short = "".join(word for word in once if len(word) == _PACKED_CHARACTERS)
    return PackedWords(base64.urlsafe_b64decode(short), others)


class Candidates(NamedTuple):
    """Rows (in the order in which they were added) and their scores: the best, and all that are as good as the last of them."""

    rows: list[int]
    scores: list[float]


class FeatureTable:
    """The words of one bank. Rows are numbered from 0 as they are added. Not to be shared between threads without a lock."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._others: dict[str, int] = {}
        self._count = 0

    def __len__(self) -> int:
        """The number of rows."""
        return self._count

    @property
    def size_bytes(self) -> int:
        """What the index takes in memory, the names of words other than of 4 characters apart."""
        return sum(segment.size_bytes for segment in self._segments)

    def take_snapshot(self) -> "FeatureSnapshot":
        """Return what can be written while the table goes on: segments are never changed, only replaced."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for number, segment in enumerate(self._segments):
            arrays |= {f"{name}_{number}": array for name, array in segment.list_arrays().items()}
        return FeatureSnapshot([segment.count for segment in self._segments], list(self._others), arrays)

    @classmethod
    def restore(cls, snapshot: "FeatureSnapshot") -> "FeatureTable":
        """Make a table of what was taken from another; the arrays may be mapped from a file."""
        table = cls()
        for number, count in enumerate(snapshot.counts):
            arrays = {name: snapshot.arrays[f"{name}_{number}"] for name in ("words", "starts", "rows")}
            table._segments.append(_Segment(arrays["words"], arrays["starts"], arrays["rows"], count))
        table._others = {word: _OTHERS_FROM + number for number, word in enumerate(snapshot.others)}
        table._count = sum(snapshot.counts)
        return table

    def extend(self, rows: Sequence[PackedWords]) -> None:
        """Add rows."""
        for start in range(0, len(rows), _SEGMENT_ROWS):
            self._append(self._build(rows[start : start + _SEGMENT_ROWS]))
        self._count += len(rows)

    def search(self, words: PackedWords, limit: int) -> Candidates:
        """Find the best *limit* rows that share words, and any that tie with the last; in no order."""
        if not self._segments:
            return Candidates([], [])
        numbers = self._number(words)
        found = [segment.find(numbers) for segment in self._segments]
        held = np.stack([postings.counts for postings in found]).sum(axis=0)
        weights = _weigh(held, self._count)
        return _choose(np.concatenate([postings.score(weights) for postings in found]), limit)

    def _number(self, words: PackedWords) -> Numbers:
        others = [self._others[word] for word in words.others if word in self._others]
        return np.concatenate([_unpack(words.packed), np.array(others, dtype=np.uint32)])

    def _build(self, rows: Sequence[PackedWords]) -> "_Segment":
        numbers = _unpack(b"".join(row.packed for row in rows))
        of_rows = np.repeat(np.arange(len(rows)), [len(row.packed) // _PACKED_BYTES for row in rows])
        others = [(self._get_number(word), number) for number, row in enumerate(rows) for word in row.others]
        pairs = np.array(others, dtype=np.uint64).reshape(-1, 2)
        keys = np.concatenate([_join(numbers, of_rows), _join(pairs[:, 0], pairs[:, 1])])
        return _Segment.from_keys(keys, len(rows))

    def _get_number(self, word: str) -> int:
        return self._others.setdefault(word, _OTHERS_FROM + len(self._others))

    def _append(self, new: "_Segment") -> None:
        """Add a segment; join it with those before it that are not much larger."""
        while self._segments and self._segments[-1].count <= min(2 * new.count, _SEGMENT_ROWS - new.count):
            before = self._segments.pop()
            shift = np.uint64(before.count)
            keys = np.concatenate([before.list_keys(), new.list_keys() + shift])
            new = _Segment.from_keys(keys, before.count + new.count)
        self._segments.append(new)


class FeatureSnapshot(NamedTuple):
    """A table as it stood at one moment: rows of each segment, words of other lengths in order, and the arrays by name."""

    counts: list[int]
    others: list[str]
    arrays: Mapping[str, npt.NDArray[Any]]


class _Segment:
    """Up to 65,536 rows: the words they hold in order, and for each word its rows."""

    def __init__(self, words: Numbers, starts: Numbers, rows: npt.NDArray[np.uint16], count: int) -> None:
        """Take the words in order, where the rows of each begin (and the end of the last), the rows, and how many there are."""
        if len(starts) != len(words) + 1 or int(starts[-1]) != len(rows):
            raise ValueError("the parts of a segment do not fit each other")
        self.count = count
        self._words = words
        self._starts = starts
        self._rows = rows

    @classmethod
    def from_keys(cls, keys: Keys, count: int) -> "_Segment":
        """Take pairs of word and row, in any order."""
        keys.sort()
        numbers = (keys >> np.uint64(_ROW_BITS)).astype(np.uint32)
        begins = np.flatnonzero(np.diff(numbers, prepend=~numbers[:1]))
        return cls(numbers[begins], np.append(begins, len(numbers)).astype(np.uint32), keys.astype(np.uint16), count)

    def list_arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {"words": self._words, "starts": self._starts, "rows": self._rows}

    @property
    def size_bytes(self) -> int:
        return self._words.nbytes + self._starts.nbytes + self._rows.nbytes

    def list_keys(self) -> Keys:
        return _join(np.repeat(self._words, np.diff(self._starts)), self._rows)

    def find(self, numbers: Numbers) -> "_Postings":
        places = np.searchsorted(self._words, numbers)
        held = np.flatnonzero(places < len(self._words))
        held = held[self._words[places[held]] == numbers[held]]
        starts, counts = np.zeros((2, len(numbers)), dtype=np.int64)
        starts[held] = self._starts[places[held]]
        counts[held] = self._starts[places[held] + 1] - starts[held]
        return _Postings(self.count, self._rows, starts, counts)


@dataclass(frozen=True)
class _Postings:
    """Where in a segment the rows of each word of a query begin, and how many there are."""

    rows_in_segment: int
    rows: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    def score(self, weights: Weights) -> Weights:
        """Sum the weights of the words for each row of the segment."""
        ends = np.cumsum(self.counts)
        total = int(ends[-1]) if len(ends) else 0
        places = np.repeat(self.starts - ends + self.counts, self.counts) + np.arange(total)
        sums = np.bincount(self.rows[places], np.repeat(weights, self.counts), self.rows_in_segment)
        return sums.astype(np.float64, copy=False)


def _unpack(packed: bytes) -> Numbers:
    """Return the numbers (below 2^24) that 3 bytes each hold."""
    digits = np.frombuffer(packed, dtype=np.uint8).reshape(-1, _PACKED_BYTES).astype(np.uint32)
    high, middle, low = digits.T
    return ((high << 16) | (middle << 8) | low).astype(np.uint32, copy=False)


def _join(numbers: npt.NDArray[np.integer], rows: npt.NDArray[np.integer]) -> Keys:
    return (numbers.astype(np.uint64) << np.uint64(_ROW_BITS)) | rows.astype(np.uint64)


def _weigh(held: npt.NDArray[np.int64], entries: int) -> Weights:
    """Return the idf of words that *held* of *entries* have (:meth:`index.store.Store.find_features`)."""
    weights: Weights = np.round(np.log1p((entries - held + 0.5) / (held + 0.5)) * _EXACT) / _EXACT
    return weights


def _choose(scores: Weights, limit: int) -> Candidates:
    rows = np.flatnonzero(scores)
    if len(rows) > limit:
        found = scores[rows]
        rows = rows[found >= np.partition(found, -limit)[-limit]]
    return Candidates(rows.tolist(), scores[rows].tolist())


def rank_hits(hits: Iterable[FeatureHit], limit: int) -> tuple[FeatureHit, ...]:
    """Order hits as :meth:`index.store.Store.find_features` does, and cut them."""
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.entry_id))[:limit])
