"""Back up a desk, and bring it back into an empty place: the records as they stood at one moment, and which originals there were.

Originals are never changed, so they need no moment: a backup holds their manifest, and their bytes only where that is wanted.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from index.backup import RECORDS_FILE, Keeper, Kept
from index.model import Record
from index.store import Store, iter_everything, iter_log
from index.strict_json import parse_object
from index.vault import Original, Vault, find_fault
from sankofa.errors import BackupError, NotEmptyError
from sankofa.workflows.backup_folder import Backup, BackupFolder, describe_file
from sankofa.workflows.compare import sum_up
from sankofa.workflows.copy import copy_originals

ORIGINALS_FILE = "originals.jsonl"

OnDone = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was backed up or restored; how many originals were copied, and which are missing or altered."""

    backup: Backup
    originals: int
    lost_originals: tuple[str, ...]


def back_up(
    folder: BackupFolder,
    keeper: Keeper,
    store_url: str,
    vault: Vault,
    now: datetime,
    *,
    copies: Vault | None = None,
    on_done: OnDone = lambda done: None,
) -> Done:
    """Make a new backup in *folder*; the earlier one there counts until the new one is whole. Originals go to *copies*, if given.

    Raises:
        NotEmptyError: The folder holds something else, or the backup of another desk.
        BackupError, StoreError, VaultError, OSError: Something failed; the earlier backup is as it was.
    """
    backup_id = f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}"
    with folder.draft(backup_id) as draft:
        earlier = folder.find()
        if earlier is not None:
            _require_earlier(folder, earlier, keeper)
        with keeper.keep(draft, backup_id, on_done) as kept:
            erased = set[str]()
            records, digest = sum_up(partial(_iter_noted, kept.iter_everything, erased), kept.iter_log(), on_done)
        try:
            number, size_bytes = _write_manifest(vault, draft / ORIGINALS_FILE)
            copied, lost = copy_originals(vault, copies, on_done) if copies is not None else (0, ())
            if copies is not None:
                _let_go(copies, {sha256 for sha256 in erased if not vault.has(sha256)})
            backup = Backup(
                id=backup_id,
                made_at=now,
                engine=keeper.engine,
                store=store_url,
                records=records,
                digest=digest,
                originals=number,
                originals_bytes=size_bytes,
                snapshot=kept.snapshot,
                files={name: describe_file(draft / name) for name in _list_files(kept)},
            )
            folder.publish(backup)
        except BaseException:
            keeper.forget(kept.snapshot)
            raise
    if earlier is not None:
        keeper.forget(earlier.snapshot)
    return Done(backup=backup, originals=copied, lost_originals=lost)


def restore(
    folder: BackupFolder,
    keeper: Keeper,
    open_store: Callable[[], Store],
    vault: Vault,
    *,
    copies: Vault | None = None,
    on_done: OnDone = lambda done: None,
) -> Done:
    """Bring the backup in *folder* back into an empty store, and see whether it holds the same; originals come from *copies*.

    Raises:
        StoreNotEmptyError: The store holds something; nothing was written.
        BackupError: The backup is not as it was written.
        StoreError, VaultError: see :mod:`index.errors`.
    """
    backup = folder.load()
    if backup.engine != keeper.engine:
        raise BackupError(
            f"{folder.path} is a backup of {backup.engine}, and is restored there only: restore it to such a store, and"
            " bring it over with `sankofa store copy`"
        )
    folder.verify(backup)
    keeper.restore(_get_folder(folder, backup), backup.snapshot, on_done)
    store = open_store()
    try:
        found = sum_up(partial(iter_everything, store), iter_log(store), on_done)
    finally:
        store.close()
    if found != (backup.records, backup.digest):
        raise BackupError(f"what was restored from {folder.path} is not what was backed up: take another backup")
    copied = copy_originals(copies, vault, on_done)[0] if copies is not None else 0
    manifest = folder.locate(backup, ORIGINALS_FILE)
    lost = tuple(original.sha256 for original in iter_manifest(manifest) if find_fault(vault, original.sha256))
    return Done(backup=backup, originals=copied, lost_originals=lost)


def iter_manifest(file: Path) -> Iterator[Original]:
    """Yield the originals that a manifest names."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Original(**parse_object(line))


def _iter_noted(
    iter_kind: Callable[[type[Record]], Iterator[Record]], erased: set[str], kind: type[Record]
) -> Iterator[Record]:
    """Yield records, and note in *erased* the originals that went with those that were erased."""
    for record in iter_kind(kind):
        erased.update(record.erased.files if record.erased else ())
        yield record


def _let_go(copies: Vault, originals: set[str]) -> None:
    for sha256 in originals:
        copies.erase(sha256)


def _require_earlier(folder: BackupFolder, earlier: Backup, keeper: Keeper) -> None:
    """Refuse to replace what another desk backed up, or what this one has lost."""
    if earlier.engine != keeper.engine or not keeper.is_earlier(_get_folder(folder, earlier), earlier.snapshot):
        raise NotEmptyError(
            f"{folder.path} holds a backup of {earlier.store} with records that are not here: give another folder"
        )


def _get_folder(folder: BackupFolder, backup: Backup) -> Path:
    """Where the file of the records lies."""
    return folder.locate(backup, RECORDS_FILE).parent


def _list_files(kept: Kept) -> tuple[str, ...]:
    return (ORIGINALS_FILE,) if kept.snapshot is not None else (RECORDS_FILE, ORIGINALS_FILE)


def _write_manifest(vault: Vault, file: Path) -> tuple[int, int]:
    """Write every original on a line; returns how many, and their bytes."""
    number = size_bytes = 0
    with file.open("w", encoding="utf-8") as lines:
        for original in vault.iter_originals():
            lines.write(json.dumps({"sha256": original.sha256, "size_bytes": original.size_bytes}) + "\n")
            number, size_bytes = number + 1, size_bytes + original.size_bytes
    return number, size_bytes
