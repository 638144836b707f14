"""The keys of codes, held compactly: numbers in an array, anything else as lines of JSON."""

import json
from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

import numpy as np
import numpy.typing as npt

K = TypeVar("K", str, int, tuple[str, int])

Arrays = dict[str, npt.NDArray[Any]]


class KeyColumn(Generic[K]):
    """The key of each row, not to be changed."""

    def __init__(self, arrays: Arrays) -> None:
        """From what :attr:`arrays` gave: "numbers", or "text" (uint8) with "ends" (where each line ends)."""
        self.arrays = arrays

    @classmethod
    def from_keys(cls, keys: Sequence[K]) -> "KeyColumn[K]":
        """Hold these."""
        if isinstance(keys, range):
            return cls({"numbers": _shrink(np.arange(keys.start, keys.stop, keys.step, dtype=np.int64))})
        if all(_is_small_number(key) for key in keys):
            return cls({"numbers": _shrink(np.array(keys, dtype=np.int64))})
        return _from_lines([_encode(key) for key in keys])

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.arrays["numbers" if "numbers" in self.arrays else "ends"])

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        return sum(array.nbytes for array in self.arrays.values())

    def get(self, row: int) -> K:
        """The key of a row."""
        return cast("K", self._get(row))

    def to_lines(self) -> bytes:
        """The keys as lines of JSON."""
        if "numbers" in self.arrays:
            return b"".join(_encode(number) for number in self.arrays["numbers"].tolist())
        return self.arrays["text"].tobytes()[1:]

    def find(self, key: K) -> npt.NDArray[np.int64]:
        """The rows of a key, ascending; found by looking at every row."""
        if "numbers" in self.arrays:
            return (
                np.flatnonzero(self.arrays["numbers"] == key) if _is_small_number(key) else np.zeros(0, dtype=np.int64)
            )
        text, line, found = self.arrays["text"].tobytes(), b"\n" + _encode(key), []
        place = text.find(line)
        while place >= 0:
            found.append(place + len(line))
            place = text.find(line, place + len(line) - 1)
        return np.searchsorted(self.arrays["ends"], np.array(found, dtype=np.uint64)).astype(np.int64)

    def _get(self, row: int) -> object:
        if "numbers" in self.arrays:
            return int(self.arrays["numbers"][row])
        ends = self.arrays["ends"]
        start = int(ends[row - 1]) if row else 1
        value = json.loads(self.arrays["text"][start : int(ends[row])].tobytes())
        return tuple(value) if isinstance(value, list) else value

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> "KeyColumn[K]":
        """The keys of these rows, in this order."""
        if "numbers" in self.arrays:
            return KeyColumn({"numbers": self.arrays["numbers"][rows]})
        text = self.arrays["text"].tobytes()
        ends = self.arrays["ends"].astype(np.int64)
        starts = np.concatenate([np.ones(1, dtype=np.int64), ends[:-1]])[rows]
        spans = zip(starts.tolist(), ends[rows].tolist(), strict=True)
        return _from_lines([text[start:end] for start, end in spans])


def join_columns(columns: Sequence[KeyColumn[K]]) -> KeyColumn[K]:
    """One after the other."""
    if len(columns) == 1:
        return columns[0]
    if all("numbers" in column.arrays for column in columns):
        return KeyColumn({"numbers": np.concatenate([column.arrays["numbers"] for column in columns])})
    lines = b"".join(column.to_lines() for column in columns)
    return _from_lines(lines.splitlines(keepends=True))


def _from_lines(lines: list[bytes]) -> KeyColumn[K]:
    ends = np.cumsum([len(line) for line in lines], dtype=np.uint64) + np.uint64(1)
    return KeyColumn({"text": np.frombuffer(b"\n" + b"".join(lines), dtype=np.uint8), "ends": ends})


def _shrink(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.integer[Any]]:
    """Row numbers need four bytes, not eight."""
    fits = not numbers.size or (numbers.min() >= 0 and numbers.max() < 2**32)
    return numbers.astype(np.uint32) if fits else numbers


def _encode(key: K) -> bytes:
    return json.dumps(key).encode("ascii") + b"\n"


def _is_small_number(key: object) -> bool:
    return type(key) is int and -(2**63) <= key < 2**63
