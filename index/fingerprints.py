"""Exact radius search over the fingerprints of a bank, kept in memory; backends feed it and ask it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import QueryError, RecordFormatError
from index.model import BankEntry
from index.query import FingerprintHit
from verify.errors import HashFormatError
from verify.hashing import HASHERS
from verify.hashing.base import pack_codes
from verify.radius import RadiusIndex

Codes = npt.NDArray[np.uint8]


class FingerprintRow(NamedTuple):
    """One code (hex) of a bank entry."""

    code: str
    entry_id: str
    media_id: str


class CodeHit(NamedTuple):
    """A code within the radius: of which query, under which number, how far."""

    query_index: int
    number: int
    distance_bits: int


class CodeTable:
    """Codes of one hash type under whole numbers, a code under each. Not to be shared between threads without a lock."""

    def __init__(self, algorithm: str, index: RadiusIndex[int] | None = None) -> None:
        """Begin empty, or with an *index* that was opened.

        Raises:
            HashFormatError: There is no hash type of this name.
        """
        width_bytes = get_width_bits(algorithm) // 8
        self.index: RadiusIndex[int] = RadiusIndex(width_bytes) if index is None else index

    def extend(self, numbers: Sequence[int], codes: Codes) -> None:
        """Add codes, (n, width in bytes)."""
        if len(numbers):
            self.index.add(numbers, codes)

    def search(self, codes: Sequence[str], radius_bits: int) -> list[CodeHit]:
        """Find every code within the radius of one of *codes*, which were checked; in no order."""
        found = self.index.search(pack_codes(codes), radius_bits) if codes else []
        return [CodeHit(query, number, distance) for query, hits in enumerate(found) for number, distance in hits]


def name_hits(hits: Iterable[CodeHit], names: Mapping[int, tuple[str, str]]) -> tuple[FingerprintHit, ...]:
    """Answer :meth:`index.store.Store.find_fingerprints`; *names* are entry and medium of each number."""
    named: dict[tuple[int, int, str], FingerprintHit] = {}
    for query_index, number, distance in hits:
        entry_id, media_id = names[number]
        hit = FingerprintHit(query_index=query_index, entry_id=entry_id, media_id=media_id, distance_bits=distance)
        named[query_index, distance, entry_id] = hit
    return tuple(named[key] for key in sorted(named))


class FingerprintTable:
    """All codes of one hash type in one bank, with the names of their entries in memory."""

    def __init__(self, algorithm: str) -> None:
        """Begin empty.

        Raises:
            HashFormatError: There is no hash type of this name.
        """
        self._codes = CodeTable(algorithm)
        self._names: dict[int, tuple[str, str]] = {}

    def extend(self, rows: Sequence[FingerprintRow]) -> None:
        """Add codes."""
        numbers = range(len(self._names), len(self._names) + len(rows))
        self._codes.extend(numbers, pack_codes([row.code for row in rows]))
        self._names.update(zip(numbers, ((row.entry_id, row.media_id) for row in rows), strict=True))

    def search(self, codes: Sequence[str], radius_bits: int) -> tuple[FingerprintHit, ...]:
        """Answer :meth:`index.store.Store.find_fingerprints`; *codes* were checked."""
        return name_hits(self._codes.search(codes, radius_bits), self._names)


def get_width_bits(algorithm: str) -> int:
    """Return the width of a hash type's codes.

    Raises:
        HashFormatError: There is no hash type of this name.
    """
    try:
        return HASHERS[algorithm].bits
    except KeyError as error:
        raise HashFormatError(f"there is no hash type {algorithm!r}: use one of {', '.join(HASHERS)}") from error


def check_codes(algorithm: str, codes: Sequence[str], radius_bits: int) -> tuple[str, ...]:
    """Return *codes* in lower case, if they can be searched for.

    Raises:
        HashFormatError: One has not the width of the hash type.
        QueryError: The radius is negative.
    """
    if radius_bits < 0:
        raise QueryError(f"a radius cannot be {radius_bits} bits")
    width = get_width_bits(algorithm)
    for code in codes:
        if len(code) * 4 != width:
            raise HashFormatError(f"{algorithm} codes have {width} bits, not {len(code) * 4}: {code[:80]!r}")
    pack_codes(codes)
    return tuple(code.lower() for code in codes)


def iter_rows(entry: BankEntry) -> Iterator[tuple[str, FingerprintRow]]:
    """Yield (hash type, row) for each fingerprint of a bank entry.

    Raises:
        RecordFormatError: A code cannot be searched for, so the entry must not be kept: it would be missed in silence.
    """
    for fingerprint in entry.fingerprints:
        try:
            (code,) = check_codes(fingerprint.algorithm, (fingerprint.code,), 0)
        except HashFormatError as error:
            raise RecordFormatError(f"{entry.KIND} {entry.id!r} cannot be kept: {error}") from error
        yield fingerprint.algorithm, FingerprintRow(code, entry.id, entry.media_id)
