"""The log of the desk: it begins before the first act, is signed, read and given out."""

import base64
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import sleep
from typing import BinaryIO
from weakref import WeakSet

from index.errors import LeaseTakenError, LogAlteredError, LogKeyError, NoteFormatError
from index.leases import hold
from index.log.entries import ADOPT, BEGIN, KEY, Entry, build_entry, read_entry
from index.log.folder import LogFolder, draw_origin
from index.log.hashes import Hashes
from index.log.keys import make_signer
from index.log.notes import (
    Checkpoint,
    PublicKey,
    Signer,
    open_checkpoint,
    read_public_key,
    sign_checkpoint,
    sign_text,
)
from index.log.tree import compute_root
from index.model import Report, Revised, Verdict
from index.store import Store, iter_log
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.verifier import MANIFEST, digest_file, write_manifest

_BATCH = 1_000
_WAIT_SECONDS = 0.05

_BEGUN: WeakSet[Store] = WeakSet()
"""Stores whose log has begun, as it does once and for ever."""
_UNPUBLISHED = ("draft", "in_review")
ENTRIES_FILE, CHECKPOINT_FILE, KEYS_FILE = "log.jsonl", "checkpoint.txt", "keys.txt"
STAMPED_FOLDER = "timestamped"


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A checkpoint that was signed: `note` is what can be printed and published, `fingerprint` that of the key."""

    checkpoint: Checkpoint
    note: str
    fingerprint: str
    file: Path


@dataclass(frozen=True, kw_only=True)
class Proven:
    """An entry with its number, and what leads from it to the root of the first `size` entries."""

    number: int
    entry: Entry
    size: int
    root: bytes
    proof: tuple[bytes, ...]


def is_published(record: Revised) -> bool:
    """Whether somebody outside may have read it as this desk's word, so that the log must name it."""
    if isinstance(record, Verdict):
        return not record.external and record.status not in _UNPUBLISHED
    return isinstance(record, Report)


def begin_log(desk: Desk) -> None:
    """Let the log begin, if it has not, and take up what was published before; of several that would, one does."""
    if desk.store in _BEGUN:
        return
    while not desk.store.count_log():
        try:
            with hold(desk.store, "beginning of the log"):
                if not desk.store.count_log():
                    _begin(desk)
        except LeaseTakenError:
            sleep(_WAIT_SECONDS)
    _BEGUN.add(desk.store)


def _begin(desk: Desk) -> None:
    at = desk.clock()
    origin = Entry(act=BEGIN, actor=desk.person_id, at=at, kind="log", subject=draw_origin())
    desk.store.append_log([origin.encode()])
    adopted = (build_entry(one, ADOPT, actor=desk.person_id, at=at).encode() for one in _iter_published(desk))
    while batch := list(islice(adopted, _BATCH)):
        desk.store.append_log(batch)


def open_log_folder(desk: Desk) -> LogFolder:
    """Return what this desk keeps of its log, which has begun. Raises LogAlteredError where it begins with something else."""
    try:
        first = read_entry(b"".join(desk.store.read_log(0, 1)))
    except ValueError as error:
        raise LogAlteredError("the first entry of the log was altered: restore the store from a backup") from error
    return LogFolder(desk.home, first.subject if first.act == BEGIN else "")


def sign_log(desk: Desk, *, new_key: bool = False) -> Signed:
    """Sign how the log stands now, with a key that is made at first use; one process at a time.

    Where it has not grown since, the checkpoint before is given again. With *new_key* another key takes over: the old one
    signs it, and both sign this checkpoint.

    Raises:
        LogKeyError: The key cannot be used.
        LogAlteredError: The log does not begin with what the checkpoint before says of it; nothing was signed.
        LeaseTakenError: Another process signs it now.
    """
    begin_log(desk)
    folder = open_log_folder(desk)
    with hold(desk.store, f"signing of {folder.origin}"):
        hashes = folder.open_hashes(desk.store)
        require_grown(desk, folder, hashes)
        signers = _settle_signers(desk, folder, new_key=new_key)
        size = desk.store.count_log()
        found = folder.find_newest()
        if found is not None and found[0].size == size and is_signed(found[1], signers[-1].public):
            checkpoint, note = found
        else:
            checkpoint = Checkpoint(folder.origin, size, hashes.get_root(size), desk.clock().replace(microsecond=0))
            note = sign_checkpoint(checkpoint, signers)
            folder.save_signer(signers[-1])
        file = folder.keep(checkpoint, note)
    return Signed(checkpoint=checkpoint, note=note, fingerprint=signers[-1].public.fingerprint, file=file)


def is_signed(note: str, key: PublicKey) -> bool:
    """Tell whether *key* signed a checkpoint."""
    try:
        open_checkpoint(note, [key])
    except NoteFormatError:
        return False
    return True


def require_grown(desk: Desk, folder: LogFolder, hashes: Hashes) -> None:
    """Make sure that the log begins with what the newest checkpoint here says of it. Raises LogAlteredError."""
    found = folder.find_newest()
    if found is None:
        return
    before, size = found[0], desk.store.count_log()
    if before.size > size or hashes.get_root(before.size) != before.root:
        raise LogAlteredError(
            f"the log has {size} entries and does not begin with the {before.size} that were signed before: was an older backup"
            " restored, or was it changed? `sankofa store check` says more; nothing was signed"
        )


def prove_entry(desk: Desk, number: int) -> Proven:
    """Read an entry, and prove that it is in the log as it stands now.

    Raises:
        InputError: There is no such entry.
        ValueError: It is none that Sankofa wrote.
    """
    size = desk.store.count_log()
    if not 0 <= number < size:
        raise InputError(f"the log has no entry {number}: it has {size}, from 0 on")
    hashes = open_log_folder(desk).open_hashes(desk.store)
    (text,) = desk.store.read_log(number, 1)
    root, proof = hashes.get_root(size), hashes.prove_inclusion(number, size)
    return Proven(number=number, entry=read_entry(text), size=size, root=root, proof=proof)


def iter_entries(desk: Desk, *, subject: str = "", last: int | None = None) -> Iterator[tuple[int, Entry]]:
    """Yield entries with their numbers: those on *subject*, if given; of all, only the *last* so many. Raises ValueError."""
    start = max(desk.store.count_log() - last, 0) if last is not None and not subject else 0
    for number, text in enumerate(iter_log(desk.store, start), start):
        entry = read_entry(text)
        if not subject or entry.subject == subject:
            yield number, entry


def list_keys(desk: Desk) -> list[PublicKey]:
    """List the keys that the log names, the oldest first. Raises ValueError, LogKeyError where an entry was altered."""
    return [read_public_key(entry.more["key"]) for _, entry in iter_entries(desk) if entry.act == KEY]


def export_log(desk: Desk, folder: Path, on_written: Callable[[int], None] = lambda done: None) -> Signed:
    """Sign the log and write what an outsider checks it with: every entry on a line, the checkpoint, the keys, a signed list.

    The earlier checkpoints that somebody outside has stamped stand beside.

    Raises:
        InputError: *folder* cannot be written.
        LogError, LeaseTakenError: As :func:`sign_log`.
    """
    signed = sign_log(desk)
    keys = list_keys(desk)
    open_checkpoint(signed.note, keys)
    entries = islice(iter_log(desk.store), signed.checkpoint.size)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ENTRIES_FILE).open("wb") as file:
            _, root = compute_root(_iter_written(entries, file, on_written))
        (folder / CHECKPOINT_FILE).write_text(signed.note, "utf-8")
        (folder / KEYS_FILE).write_text("".join(f"{key.write()}\n" for key in keys), "utf-8")
        for checkpoint, stamps in open_log_folder(desk).iter_stamped():
            (folder / STAMPED_FOLDER).mkdir(exist_ok=True)
            for stamped in (checkpoint, *stamps):
                shutil.copyfile(stamped, folder / STAMPED_FOLDER / stamped.name)
        _sign_files(desk, folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from error
    if root != signed.checkpoint.root:
        raise LogAlteredError("entries of the log were changed after they were hashed: `sankofa store check` says more")
    return signed


def _sign_files(desk: Desk, folder: Path) -> None:
    """Write the list of the files, signed by the key that signs the log now."""
    signer = open_log_folder(desk).load_signer()
    files = [folder / name for name in (ENTRIES_FILE, CHECKPOINT_FILE, KEYS_FILE)]
    listed = [(file.name, digest_file(file), file.stat().st_size) for file in files]
    (folder / MANIFEST).write_text(sign_text(write_manifest(listed), [signer] if signer else []), "utf-8")


def _iter_written(entries: Iterable[bytes], file: BinaryIO, on_written: Callable[[int], None]) -> Iterator[bytes]:
    for done, entry in enumerate(entries, 1):
        file.write(entry + b"\n")
        on_written(done)
        yield entry


def _iter_published(desk: Desk) -> Iterator[Revised]:
    for kind in (Verdict, Report):
        yield from filter(is_published, desk.store.iter_revisions(kind))


def _settle_signers(desk: Desk, folder: LogFolder, *, new_key: bool) -> list[Signer]:
    """Who signs: the key, or the old and the new one. A new one is in the log before it is used."""
    try:
        known = folder.load_signer()
    except LogKeyError:
        if not new_key:
            raise
        known = None
    if known is not None and not new_key:
        return [known]
    signer = make_signer(folder.origin)
    key = signer.public.write()
    more = {"key": key}
    if known is not None:
        signature = base64.b64encode(known.sign(f"{key}\n")).decode("ascii")
        more |= {"replaces": known.public.fingerprint, "signature": signature}
    entry = Entry(
        act=KEY, actor=desk.person_id, at=desk.clock(), kind="key", subject=signer.public.fingerprint, more=more
    )
    desk.store.append_log([entry.encode()])
    return [signer] if known is None else [known, signer]
