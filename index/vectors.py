"""Vectors of texts, as backends keep and compare them: a signed byte for each dimension, and its sign to nominate by.

All of it is arithmetic with whole numbers that fit their types, so that every backend and machine gives the same answer: a sum
of 1,024 products of signed bytes is at most 2^24, which single precision holds exactly in whatever order it is added.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import QueryError, RecordFormatError
from index.model import TextVector
from index.query import VectorHit, check_limit

Codes = npt.NDArray[np.int8]
Bits = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Distances = npt.NDArray[np.uint16]

MAX_DIMENSIONS = 1_024
NOMINATED = 1_000
"""Passages that are compared by their whole vectors. Source: of 13,825 claims (CheckThat! 2021, English) half as many hold 99.3 %
of the ten nearest to a post; `docs/reference/measurements.md` has more."""

_SLACK = 8
_CHUNK_ROWS = 1 << 15
"""As many as stay in a processor's cache while they are compared."""


class Near(NamedTuple):
    """A nominated passage: whose it is, and its whole vector as a record keeps it."""

    claim_id: str
    codes: str


def quantise(vectors: npt.NDArray[np.float32]) -> Codes:
    """Write vectors [n, d] in signed bytes as :class:`index.model.TextVector` says; one without direction becomes all zero."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    scaled = np.divide(127 * vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    codes: Codes = np.rint(scaled).astype(np.int8)
    return codes


def write_codes(codes: Codes) -> str:
    """Write a vector as a record keeps it."""
    return base64.b64encode(codes.tobytes()).decode()


def read_codes(text: str) -> Codes:
    """Read what :func:`write_codes` wrote. Raises ValueError where it is no vector."""
    codes = np.frombuffer(binascii.a2b_base64(text, strict_mode=True), dtype=np.int8)
    _require_vector(codes)
    return codes


def pack_vector(vector: TextVector) -> tuple[int, bytes]:
    """Return the dimensions of a vector, and its signs (:func:`pack_signs`).

    Raises:
        RecordFormatError: It is no vector, so it must not be kept: it would be missed in silence.
    """
    try:
        codes = read_codes(vector.codes)
    except ValueError as error:
        raise RecordFormatError(f"{vector.KIND} {vector.id!r} cannot be kept: {error}") from error
    return len(codes), pack_signs(codes).tobytes()


def pack_signs(codes: Codes) -> Bits:
    """Return one bit for each component, set where it is above zero; whole words of 64."""
    signs = np.packbits(codes > 0)
    return np.pad(signs, (0, -len(signs) % 8))


def check_vector(codes: Codes, limit: int) -> Codes:
    """Return *codes* if they can be looked for. Raises QueryError."""
    check_limit(limit)
    try:
        _require_vector(codes)
    except ValueError as error:
        raise QueryError(f"{error}: it cannot be looked for") from error
    return codes


def _require_vector(codes: Codes) -> None:
    if codes.ndim != 1 or codes.dtype != np.int8 or not 1 <= codes.size <= MAX_DIMENSIONS:
        raise ValueError(f"a vector has 1 to {MAX_DIMENSIONS} signed bytes")
    if not codes.any():
        raise ValueError("a vector of zeros has no direction")


def read_many(texts: Sequence[str]) -> Codes:
    """Read the vectors [n, d] of records that are kept, all of the same width."""
    return np.frombuffer(b"".join(map(binascii.a2b_base64, texts)), dtype=np.int8).reshape(len(texts), -1)


def measure_cosines(codes: Codes, others: Codes) -> list[float]:
    """Return the cosine between a vector and each of some others [n, d]; exact but for the last division."""
    one, many = codes.astype(np.float32), others.astype(np.float32)
    # no BLAS, which would let a thread for each processor wait for the other
    products = np.einsum("ij,j->i", many, one).astype(np.float64)
    squares = np.einsum("ij,ij->i", many, many).astype(np.float64)
    cosines: list[float] = (products / (np.sqrt(squares) * np.sqrt(float(np.einsum("i,i->", one, one))))).tolist()
    return cosines


def rank_near(codes: Codes, near: Iterable[Near], limit: int) -> tuple[VectorHit, ...]:
    """Order nominated passages as :meth:`index.store.Store.find_vectors` does: each claim once."""
    given = list(near)
    if not given:
        return ()
    best: dict[str, float] = {}
    cosines = measure_cosines(codes, read_many([passage.codes for passage in given]))
    for passage, cosine in zip(given, cosines, strict=True):
        best[passage.claim_id] = max(cosine, best.get(passage.claim_id, -2.0))
    ranked = sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]
    return tuple(VectorHit(claim_id=claim_id, cosine=cosine) for claim_id, cosine in ranked)


class SignTable:
    """The signs of many vectors, each with a number, as they stood at one moment; :meth:`extend` gives another table.

    They lie in columns of 64 dimensions, so that a comparison reads each once. Parts are joined as they grow, and may be mapped
    from a file.
    """

    def __init__(self, parts: Sequence[tuple[npt.NDArray[np.uint64], Numbers]] = ()) -> None:
        """Take parts: words [columns, rows], and the number of each row."""
        if any(words.ndim != 2 or words.shape[1] != len(numbers) for words, numbers in parts):
            raise ValueError("the parts of a table do not fit each other")
        self.parts = tuple(parts)

    def __len__(self) -> int:
        """The number of vectors."""
        return sum(len(numbers) for _, numbers in self.parts)

    def extend(self, numbers: Sequence[int], signs: Sequence[bytes]) -> "SignTable":
        """Return a table with more vectors."""
        rows = np.frombuffer(b"".join(signs), dtype="<u8").reshape(len(signs), -1)
        words, named = np.ascontiguousarray(rows.T).astype(np.uint64), np.array(numbers, dtype=np.int64)
        parts = list(self.parts)
        while parts and len(parts[-1][1]) <= 2 * len(named):
            before, before_named = parts.pop()
            words, named = np.concatenate([before, words], axis=1), np.concatenate([before_named, named])
        return SignTable([*parts, (words, named)])

    def nominate(self, signs: Bits, choose: Callable[[list[int]], Iterable[int]]) -> list[int]:
        """Return the numbers of the :data:`NOMINATED` vectors nearest to *signs* among those that *choose* lets pass.

        And of all that are as near as the last of them.
        """
        distances = self._measure(signs)
        nearer = np.bincount(distances).cumsum() if len(distances) else np.zeros(1, dtype=np.int64)
        wanted = NOMINATED + NOMINATED // _SLACK
        while True:
            bound = int(np.searchsorted(nearer, min(wanted, len(distances))))
            rows = np.flatnonzero(distances <= bound)
            numbers = self._get_numbers(rows)
            passed = np.isin(numbers, np.fromiter(choose(numbers.tolist()), dtype=np.int64))
            if passed.sum() >= NOMINATED or len(rows) == len(distances):
                return cut_nominated(numbers[passed], distances[rows][passed])
            wanted = 2 * len(rows)

    def _measure(self, signs: Bits) -> Distances:
        """Return how many signs of each vector differ."""
        asked = np.frombuffer(signs.tobytes(), dtype="<u8")
        distances = np.zeros(len(self), dtype=np.uint16)
        done = 0
        for words, numbers in self.parts:
            for start in range(0, len(numbers), _CHUNK_ROWS):
                chunk = words[:, start : start + _CHUNK_ROWS]
                sums = distances[done + start : done + start + chunk.shape[1]]
                for word, column in zip(asked, chunk, strict=True):
                    sums += np.bitwise_count(column ^ word)
            done += len(numbers)
        return distances

    def _get_numbers(self, rows: npt.NDArray[np.intp]) -> Numbers:
        """The numbers of some rows, which are in order."""
        ends = np.cumsum([len(numbers) for _, numbers in self.parts], dtype=np.int64)
        found = np.zeros(len(rows), dtype=np.int64)
        for (_, numbers), start, end in zip(self.parts, [0, *ends[:-1]], ends, strict=False):
            first, last = np.searchsorted(rows, [start, end])
            found[first:last] = numbers[rows[first:last] - start]
        return found


def cut_nominated(numbers: Numbers, distances: npt.NDArray[np.integer]) -> list[int]:
    """Return the :data:`NOMINATED` nearest, and all that are as near as the last of them."""
    if len(numbers) > NOMINATED:
        numbers = numbers[distances <= np.partition(distances, NOMINATED - 1)[NOMINATED - 1]]
    return [int(number) for number in numbers]
