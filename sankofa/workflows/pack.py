"""Evidence packs: one file with a report or a verdict, what it rests on, what proves it, and what verifies it.

The same act gives the same bytes, as long as the key and what is kept of it are the same.
"""

import secrets
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from pathlib import Path

from index.codec import read_said
from index.errors import LogAlteredError, LogError, OriginalAlteredError, OriginalMissingError, RecordNotFoundError
from index.log.canonical import canonicalize, canonicalize_plain
from index.log.entries import Entry, name_of
from index.log.notes import Signer
from index.model import MediaItem, Revised
from index.sensitive import find_sensitive
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.verifier import (
    ABOUT,
    ORIGINALS,
    SCHEMA,
    SCHEMA_VERSION,
    Result,
    digest_file,
    name_record,
    order_name,
    verify_path,
)
from sankofa.workflows.adopt import adopt
from sankofa.workflows.log import begin_log, is_published, open_log_folder
from sankofa.workflows.pack_file import PackFile, digest_verifier, read_verifier
from sankofa.workflows.pack_proofs import Chosen, choose_entries, prove_entries, require_signer
from sankofa.workflows.pack_records import MISSING, Contents, find_subject, gather

FOLDER = "reports"
STAYS, ALTERED, ERASED = "stays", "altered", "erased"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack that was built: its file, its SHA-256, the key that signed it, and what its own verifier says of it."""

    file: Path
    sha256: str
    size_bytes: int
    fingerprint: str
    result: Result


@dataclass(frozen=True, kw_only=True)
class PackOffer:
    """What a page says of the pack of `name`, built here or not: the key that signs, and the SHA-256 of the verifier in it."""

    name: str
    is_built: bool
    fingerprint: str
    verifier_sha256: str


def offer_pack(desk: Desk, record_id: str, revision: int) -> PackOffer:
    """Say what pages offer of the pack of a report or a verdict."""
    return PackOffer(
        name=f"{record_id}.{revision}",
        is_built=locate_pack(desk, record_id, revision).is_file(),
        fingerprint=find_fingerprint(desk),
        verifier_sha256=digest_verifier(),
    )


def build_pack(
    desk: Desk, cited: str, revision: int | None = None, *, file: Path | None = None, with_originals: bool = True
) -> Pack:
    """Build the pack of a report or a verdict, at its newest revision unless one is named; *file* is where it goes.

    Raises:
        RecordNotFoundError: There is no such report or verdict.
        InputError: It is neither, no reader may have it, or the file cannot be written.
        VaultError: A file of the report is no longer as it was frozen.
        LogError, LeaseTakenError: As :func:`sankofa.workflows.log.sign_log`.
    """
    begin_log(desk)
    contents = gather(desk, cited, revision)
    signer = require_signer(desk)
    chosen = adopt_missing(desk, contents)
    act = chosen.acts[name_of(contents.subject)]
    proofs = prove_entries(desk, chosen, signer, contents.printed_size)
    path = file or locate_pack(desk, contents.subject.id, contents.subject.revision)
    writer = _Writer(desk, contents, act, with_originals=with_originals)
    writer.write(path, proofs, signer)
    fingerprint = signer.public.fingerprint
    return Pack(
        file=path,
        sha256=digest_file(path),
        size_bytes=path.stat().st_size,
        fingerprint=fingerprint,
        result=verify_path(path, known=[fingerprint]),
    )


def adopt_missing(desk: Desk, contents: Contents) -> Chosen:
    """Read the entries of what a pack holds; what was kept before its acts were logged is taken up by the log first.

    Raises:
        LogAlteredError: Something that was published has no entry.
    """
    chosen = choose_entries(desk, contents.records.keys())
    unlogged = contents.list_unlogged(chosen.acts)
    for record in unlogged:
        if isinstance(record, Revised) and is_published(record):
            raise LogAlteredError(
                f"{record.id}.{record.revision} has no entry in the log: `sankofa store check` says more"
            )
    adopt(desk, unlogged)
    return choose_entries(desk, contents.records.keys()) if unlogged else chosen


def find_fingerprint(desk: Desk) -> str:
    """Return the fingerprint of the key with which this desk signs; empty where there is none that can be used."""
    try:
        signer = open_log_folder(desk).load_signer() if desk.store.count_log() else None
    except LogError:
        return ""
    return signer.public.fingerprint if signer else ""


def find_packs(desk: Desk, texts: Collection[str]) -> tuple[Path, ...]:
    """Find the packs in the desk's folder of reports that hold one of *texts*: what is in a pack stands there as it is."""
    marks = [text.encode() for text in texts]
    return tuple(file for file in sorted((desk.home / FOLDER).glob("*.zip")) if _holds(file, marks))


def _holds(file: Path, marks: Sequence[bytes]) -> bool:
    if not file.stat().st_size:
        return False
    with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
        return any(content.find(mark) >= 0 for mark in marks)


def find_pack(desk: Desk, cited: str, revision: int | None) -> Path:
    """Find the pack of a report or a verdict that was built on this desk.

    Raises:
        RecordNotFoundError: There is no such report or verdict, or its pack was not built here.
        InputError: It is neither, or no reader may have it.
    """
    subject = find_subject(desk.store, cited, revision)
    file = locate_pack(desk, subject.id, subject.revision)
    if not file.is_file():
        raise RecordNotFoundError(subject.KIND, f"{subject.id}.{subject.revision} as a pack")
    return file


def locate_pack(desk: Desk, record_id: str, revision: int) -> Path:
    """Return where the pack of a report or a verdict lies, if it was built."""
    return desk.home / FOLDER / f"{record_id}.{revision}.zip"


@dataclass
class _Writer:
    desk: Desk
    contents: Contents
    act: Entry
    with_originals: bool

    def write(self, path: Path, proofs: dict[str, bytes], signer: Signer) -> None:
        """Write the pack whole or not at all."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("w+b") as opened:
                self._fill(PackFile(opened, self.act.at), proofs, signer)
            draft.replace(path)
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from error
        finally:
            draft.unlink(missing_ok=True)

    def _fill(self, pack: PackFile, proofs: dict[str, bytes], signer: Signer) -> None:
        contents = self.contents
        texts = {"README.txt": _read_readme(), "verify.py": read_verifier(), **proofs}
        texts |= {name_record(*name): canonicalize(read_said(record)) for name, record in contents.records.items()}
        originals = {f"{ORIGINALS}{sha256}": sha256 for sha256 in contents.list_originals()}
        hidden = self._find_hidden()
        for name in sorted({*texts, *contents.files, *originals, ABOUT}, key=order_name):
            if name in originals:
                self._add_original(pack, name, originals[name], hidden)
            elif name in contents.files:
                with self.desk.vault.open_local(contents.files[name]) as local:
                    pack.add(name, local)
            else:
                pack.add(name, self._describe() if name == ABOUT else texts[name])
        pack.close(signer)

    def _find_hidden(self) -> frozenset[str]:
        """Find the originals (SHA-256) that are hard to look at: no reader asked for them."""
        items = {one.id: one.sha256 for one in self.contents.records.values() if isinstance(one, MediaItem)}
        return frozenset(items[media_id] for media_id in find_sensitive(self.desk.store, items))

    def _add_original(self, pack: PackFile, name: str, sha256: str, hidden: frozenset[str]) -> None:
        if not self.with_originals or sha256 in hidden:
            self.contents.absent[sha256] = STAYS
            return
        with ExitStack() as stack:
            try:
                local = stack.enter_context(self.desk.vault.open_local(sha256))
            except OriginalMissingError:
                self.contents.absent[sha256] = ERASED if self.contents.was_erased(sha256) else MISSING
            except OriginalAlteredError:
                self.contents.absent[sha256] = ALTERED
            else:
                pack.add(name, local)

    def _describe(self) -> bytes:
        kind, record_id, revision = name_of(self.contents.subject)
        return canonicalize_plain(
            {
                "absent": [{"what": what, "why": why} for what, why in sorted(self.contents.absent.items())],
                "at": _write_moment(self.act.at),
                "schema": SCHEMA,
                "schema_version": SCHEMA_VERSION,
                "subject": {"id": record_id, "kind": kind, "revision": revision},
                "version": version("sankofa"),
            }
        )


def _write_moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _read_readme() -> bytes:
    return files("sankofa.workflows").joinpath("pack_readme.txt").read_bytes()
