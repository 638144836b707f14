"""Do two stores, and two vaults, hold the same? Both are gone through side by side, in constant memory."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal, TypeVar, cast

from index.codec import encode
from index.model import LASTING, Record, Revised
from index.store import Store, iter_everything, iter_log
from index.vault import Original, Vault, find_fault

MOST_NAMED = 1_000
"""Differences that are named; the others are only counted."""

LOG = "log"

Says = Literal["missing here", "missing there", "differs", "altered here", "altered there"]
OnCompared = Callable[[int], None]
_Held = TypeVar("_Held")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What one side holds and the other does not, or holds otherwise; ``revision`` is 0 for what has no history."""

    kind: str
    id: str
    revision: int
    says: Says


@dataclass(kw_only=True)
class Comparison:
    """What was compared. The digests cover every record with all its revisions, and the log; they are equal when both sides
    hold the same.
    """

    records: int = 0
    entries: int = 0
    originals: int = 0
    digest_here: str = ""
    digest_there: str = ""
    counts: Counter[Says] = field(default_factory=Counter)
    named: list[Difference] = field(default_factory=list)

    def note(self, difference: Difference) -> None:
        """Count it, and name it where not too many are named."""
        self.counts[difference.says] += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(difference)


def compare_stores(here: Store, there: Store, on_compared: OnCompared = lambda done: None) -> Comparison:
    """Compare every record with all its revisions, and the logs entry by entry."""
    found = Comparison()
    digests = hashlib.sha256(), hashlib.sha256()
    for kind in LASTING.values():
        for one, other in iter_pairs(here, there, kind):
            for digest, record in zip(digests, (one, other), strict=True):
                if record is not None:
                    digest.update(write_line(record))
            if (difference := find_difference(one, other)) is not None:
                found.note(difference)
            found.records += 1
            on_compared(found.records)
    for number, pair in enumerate(zip_longest(iter_log(here), iter_log(there))):
        for digest, entry in zip(digests, pair, strict=True):
            if entry is not None:
                digest.update(write_entry(entry))
        if (says := _say_difference(*pair)) is not None:
            found.note(Difference(kind=LOG, id=str(number), revision=0, says=says))
        found.entries += 1
    found.digest_here, found.digest_there = (digest.hexdigest() for digest in digests)
    return found


def sum_up(
    iter_kind: Callable[[type[Record]], Iterator[Record]],
    entries: Iterable[bytes],
    on_read: OnCompared = lambda done: None,
) -> tuple[Mapping[str, int], str]:
    """Read everything; returns how many revisions there are of each kind, entries of the log too, and the digest over all."""
    counts: Counter[str] = Counter()
    digest = hashlib.sha256()
    for kind in LASTING.values():
        for record in iter_kind(kind):
            digest.update(write_line(record))
            counts[record.KIND] += 1
            on_read(counts.total())
    for entry in entries:
        digest.update(write_entry(entry))
        counts[LOG] += 1
        on_read(counts.total())
    return dict(counts), digest.hexdigest()


def write_line(record: Record) -> bytes:
    """What of a record goes into a digest."""
    return f"{record.KIND} {encode(record)}\n".encode()


def write_entry(entry: bytes) -> bytes:
    """What of an entry of the log goes into a digest."""
    return b"%s %s\n" % (LOG.encode(), entry)


def compare_vaults(here: Vault, there: Vault, found: Comparison, on_compared: OnCompared = lambda done: None) -> None:
    """Read every original on both sides, and add to *found* what is missing or altered."""
    for one, other in iter_original_pairs(here, there):
        sha256 = _first(one, other).sha256
        for where, fault in (
            ("here", find_fault(here, sha256) if one else "missing"),
            ("there", find_fault(there, sha256) if other else "missing"),
        ):
            if fault is not None:
                found.note(Difference(kind="original", id=sha256, revision=0, says=cast("Says", f"{fault} {where}")))
        found.originals += 1
        on_compared(found.originals)


def iter_pairs(here: Store, there: Store, kind: type[Record]) -> Iterator[tuple[Record | None, Record | None]]:
    """Go through all revisions of a kind on both sides, by identifier and number; ``None`` where a side has it not."""
    return _walk(iter_everything(here, kind), iter_everything(there, kind), lambda r: (r.id, _get_revision(r)))


def iter_original_pairs(here: Vault, there: Vault) -> Iterator[tuple[Original | None, Original | None]]:
    """Go through both vaults, ordered by SHA-256; no bytes are read."""
    return _walk(here.iter_originals(), there.iter_originals(), lambda original: original.sha256)


def find_difference(one: Record | None, other: Record | None) -> Difference | None:
    """Say how what is here and what is there differ."""
    says = _say_difference(one, other)
    if says is None:
        return None
    record = _first(one, other)
    return Difference(kind=record.KIND, id=record.id, revision=_get_revision(record), says=says)


def _say_difference(one: object, other: object) -> Says | None:
    if one == other:
        return None
    return "missing here" if one is None else "missing there" if other is None else "differs"


def _walk(
    left: Iterator[_Held], right: Iterator[_Held], get_key: Callable[[_Held], Any]
) -> Iterator[tuple[_Held | None, _Held | None]]:
    """Pair what has the same key; both sides are ordered by it."""
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        first = min(get_key(held) for held in (one, other) if held is not None)
        pair = (
            one if one is not None and get_key(one) == first else None,
            other if other is not None and get_key(other) == first else None,
        )
        yield pair
        one = one if pair[0] is None else next(left, None)
        other = other if pair[1] is None else next(right, None)


def _first(one: _Held | None, other: _Held | None) -> _Held:
    held = one if one is not None else other
    if held is None:
        raise ValueError("of a pair one side holds something")
    return held


def _get_revision(record: Record) -> int:
    return record.revision if isinstance(record, Revised) else 0
