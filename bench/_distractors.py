"""Known pictures by the hundred thousand that nobody has: features and codes of real ones, put together anew."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.model import BankEntry, MediaFacts, MediaItem, Record
from sankofa.desk import Desk
from verify.description import ENGINE
from verify.features.codebook import CODE_BYTES
from verify.hashing.base import Fingerprint

_BATCH = 1_000

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Kept:
    """What the desk keeps of one real picture."""

    item: MediaItem
    facts: MediaFacts
    entry: BankEntry


class Distractors:
    """Draws them; the same pool and seed draw the same.

    Each has as many words and features as one real picture, every one of them from any picture of the pool, so that a word
    is as frequent among many as it is in the pool. Each byte of a hash is that of one of two pictures.
    """

    def __init__(self, pool: Sequence[Kept], seed: int) -> None:
        self._pool = pool
        self._seed = seed
        self._words = [word for kept in pool for word in kept.entry.words]
        self._codes = np.concatenate([_read_codes(kept.entry) for kept in pool])

    def write(self, desk: Desk, start: int, stop: int) -> Iterator[int]:
        """Keep those from number `start` up to `stop`, and yield how many there are after each batch."""
        for first in range(start, stop, _BATCH):
            last = min(first + _BATCH, stop)
            desk.store.add([record for number in range(first, last) for record in self.draw(number)])
            yield last

    def draw(self, number: int) -> tuple[Record, ...]:
        """All that is kept of one: it looks like the thumbnail of a real picture, should anybody look."""
        chance = np.random.default_rng((self._seed, number))
        one, other = (self._pool[place] for place in chance.integers(0, len(self._pool), 2))
        media_id = f"M-{number:09d}"
        item = replace(one.item, id=media_id, sha256=f"{number:064x}")
        facts = replace(one.facts, id=f"{media_id}.{ENGINE}", media_id=media_id)
        return item, facts, self._draw_entry(chance, media_id, one.entry, other.entry)

    def _draw_entry(self, chance: np.random.Generator, media_id: str, one: BankEntry, other: BankEntry) -> BankEntry:
        size, _, _ = one.features.partition(":")
        count = len(_read_codes(one))
        words = {self._words[place] for place in chance.integers(0, len(self._words), len(one.words))}
        codes = self._codes[chance.integers(0, len(self._codes), count)]
        return replace(
            one,
            id=f"{media_id}.known.{ENGINE}",
            media_id=media_id,
            fingerprints=tuple(
                _cross(chance, *pair) for pair in zip(one.fingerprints, other.fingerprints, strict=False)
            ),
            words=tuple(sorted(words)),
            features=f"{size}:{base64.b64encode(codes.tobytes()).decode()}",
        )


def _cross(chance: np.random.Generator, one: Fingerprint, other: Fingerprint) -> Fingerprint:
    if one.algorithm != other.algorithm:
        return one
    codes = np.frombuffer(bytes.fromhex(one.code + other.code), dtype=np.uint8).reshape(2, -1)
    chosen = chance.integers(0, 2, codes.shape[1])
    return replace(one, code=codes[chosen, np.arange(codes.shape[1])].tobytes().hex())


def _read_codes(entry: BankEntry) -> Codes:
    _, _, codes = entry.features.partition(":")
    return np.frombuffer(base64.b64decode(codes), dtype=np.uint8).reshape(-1, CODE_BYTES)
