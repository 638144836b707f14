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
    _require_same_log(source, target)
    for kind in LASTING.values():
        for one, other in iter_pairs(source, target, kind):
            difference = find_difference(one, other)
            if difference is not None and difference.says != "missing there" and not _is_erased_since(one, other):
                raise NotEmptyError(
                    f"{target.url} holds other work ({kind.KIND} {difference.id}), and a copy must not mix with it: give an"
                    " empty place, or see what differs with `sankofa store check`"
                )


def _require_same_log(source: Store, target: Store) -> None:
    """Make sure that the log of *target* is the beginning of that of *source*. Raises NotEmptyError."""
    here, there = source.count_log(), target.count_log()
    both = min(here, there)
    if compute_root(islice(iter_log(source), both)) != compute_root(islice(iter_log(target), both)):
        raise NotEmptyError(f"{target.url} holds another log, and a copy must not mix with it: give an empty place")
    if there > here:
        raise NotEmptyError(
            f"{target.url} holds a newer state of the same log ({there} entries, {source.url} has {here}): what was erased there"
            " since must not come back. Copy the other way, or into an empty place"
        )


def _carry_erasures(source: Store, target: Store, vault: Vault | None) -> None:
    """Erase in *target*, and from the *vault* of its originals, what was erased in *source* since."""
    stubs, files = list[Record](), dict[str, None]()
    for kind in LASTING.values():
        for one, other in iter_pairs(source, target, kind):
            files |= dict.fromkeys(one.erased.files if one is not None and one.erased else ())
            if one is not None and _is_erased_since(one, other):
                stubs.append(one)
    if stubs:
        target.erase(stubs, [])
    if vault is not None:
        for sha256 in files:
            vault.erase(sha256)


def copy_records(
    source: Store, target: Store, on_copied: OnCopied = lambda done: None, *, vault: Vault | None = None
) -> int:
    """Bring every record and revision that *target* lacks, then what its log lacks; returns how many records.

    What was erased in *source* since an earlier copy is erased in *target* first, and its originals in *vault*, that of *target*.

    Raises:
        NotEmptyError: See :func:`require_room`; nothing was written.
        RecordConflictError, RevisionConflictError: Somebody else wrote there meanwhile.
        StoreLockedError: As :meth:`index.store.Store.erase`.
    """
    require_room(source, target)
    _carry_erasures(source, target, vault)
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


def _is_erased_since(one: Record | None, other: Record | None) -> bool:
    """Whether *one* stands in the place of what *other* is."""
    if one is None or other is None or one.erased is None or one == other:
        return False
    return other.erased is None or other.erased.at < one.erased.at


def _iter_missing(source: Store, target: Store, kind: type[Record]) -> Iterator[Record]:
    return (one for one, other in iter_pairs(source, target, kind) if one is not None and other is None)
