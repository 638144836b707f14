"""Exact radius search over the fingerprints of a bank, kept in memory; backends feed it and ask it."""

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.errors import QueryError, RecordFormatError
from index.model import BankEntry
from index.query import FingerprintHit
from verify.errors import HashFormatError
from verify.hashing import HASHERS
from verify.hashing.base import pack_codes
from verify.radius import RadiusIndex


class FingerprintRow(NamedTuple):
    """One code (hex) of a bank entry."""

    code: str
    entry_id: str
    media_id: str


class FingerprintTable:
    """All codes of one hash type in one bank. Not to be shared between threads without :attr:`lock`."""

    def __init__(self, algorithm: str) -> None:
        """Begin empty.

        Raises:
            HashFormatError: There is no hash type of this name.
        """
        self.lock = threading.Lock()
        self._index: RadiusIndex[int] = RadiusIndex(width_bytes=get_width_bits(algorithm) // 8)
        self._rows: list[tuple[str, str]] = []

    def extend(self, rows: Sequence[FingerprintRow]) -> None:
        """Add codes."""
        if rows:
            start = len(self._rows)
            self._index.add(range(start, start + len(rows)), pack_codes([row.code for row in rows]))
            self._rows.extend((row.entry_id, row.media_id) for row in rows)

    def search(self, codes: Sequence[str], radius_bits: int) -> tuple[FingerprintHit, ...]:
        """Answer :meth:`index.store.Store.find_fingerprints`; *codes* were checked."""
        hits: dict[tuple[int, int, str], FingerprintHit] = {}
        for query_index, found in enumerate(self._index.search(pack_codes(codes), radius_bits) if codes else ()):
            for row, distance in found:
                entry_id, media_id = self._rows[row]
                hit = FingerprintHit(
                    query_index=query_index, entry_id=entry_id, media_id=media_id, distance_bits=distance
                )
                hits[query_index, distance, entry_id] = hit
        return tuple(hits[key] for key in sorted(hits))


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
        pack_codes([code])
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
