"""Bring what one store and vault hold into another: every record with all its revisions, every original, nothing else.

A copy that was interrupted is done again, and goes on where it stopped: what is there already is only compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from index.errors import OriginalAlteredError, OriginalMissingError
from index.log.tree import compute_root
from index.model import LASTING, Record, Revised
from index.store import Store, iter_log
from index.vault import Vault
from sankofa.errors import NotEmptyError
from sankofa.workflows.compare import find_difference, iter_original_pairs, iter_pairs

_BATCH = 500
_ENTRIES = 1_000

OnCopied = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What was brought, and which originals could not be: they are missing or altered where they came from."""

    records: int
    originals: int
    lost_originals: tuple[str, ...]


def require_room(source: Store, target: Store) -> None:
    """Make sure that *target* holds nothing but what *source* holds too.

    Raises:
        NotEmptyError: It holds other work, with which a copy would mix.
    """
    there = target.count_log()
    if compute_root(islice(iter_log(source), there)) != compute_root(iter_log(target)):
        raise NotEmptyError(f"{target.url} holds another log, and a copy must not mix with it: give an empty place")
    for kind in LASTING.values():
        for one, other in iter_pairs(source, target, kind):
            difference = find_difference(one, other)
            if difference is not None and difference.says != "missing there":
                raise NotEmptyError(
                    f"{target.url} holds other work ({kind.KIND} {difference.id}), and a copy must not mix with it: give an"
                    " empty place, or see what differs with `sankofa store check`"
                )


def copy_records(source: Store, target: Store, on_copied: OnCopied = lambda done: None) -> int:
    """Bring every record and revision that *target* lacks, then what its log lacks; returns how many records.

    Raises:
        NotEmptyError: See :func:`require_room`; nothing was written.
        RecordConflictError, RevisionConflictError: Somebody else wrote there meanwhile.
    """
    require_room(source, target)
    done = 0
    for kind in LASTING.values():
        missing = _iter_missing(source, target, kind)
        while batch := list(islice(missing, _BATCH)):
            revised = [record for record in batch if isinstance(record, Revised)]
            if revised:
                target.add_revisions(revised)
            else:
                target.add(batch)
            done += len(batch)
            on_copied(done)
    missing_entries = iter_log(source, target.count_log())
    while entries := tuple(islice(missing_entries, _ENTRIES)):
        target.append_log(entries)
    return done


def copy_originals(
    source: Vault, target: Vault, on_copied: OnCopied = lambda done: None
) -> tuple[int, tuple[str, ...]]:
    """Bring every original that *target* lacks; returns how many, and those that are missing or altered in *source*."""
    done, lost = 0, []
    for one, other in iter_original_pairs(source, target):
        if one is None or other is not None:
            continue
        try:
            with source.open_local(one.sha256) as path:
                target.keep(path)
        except (OriginalMissingError, OriginalAlteredError):
            lost.append(one.sha256)
            continue
        done += 1
        on_copied(done)
    return done, tuple(lost)


def _iter_missing(source: Store, target: Store, kind: type[Record]) -> Iterator[Record]:
    return (one for one, other in iter_pairs(source, target, kind) if one is not None and other is None)
