"""A small newsroom with a report and its pack, and tools to take a pack apart and to put it together again."""

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from index.backends.memory import MemoryStore
from index.log.notes import Signer
from index.model import Person, Wording
from index.ratings import Rating
from index.store import Store
from reports.formats import FORMATS
from sankofa.desk import Desk
from sankofa.verifier import (
    MANIFEST,
    Member,
    Result,
    frame_end,
    frame_member,
    order_name,
    read_container,
    verify,
    verify_pack,
)
from sankofa.workflows.judge import add_person
from sankofa.workflows.log import export_log, open_log_folder, sign_log
from sankofa.workflows.pack import build_pack
from sankofa.workflows.pack_file import PackFile
from sankofa.workflows.publish import freeze_report
from sankofa.workflows.verdicts import Written, approve, draft_verdict, submit
from tests.reports.sample import NOW, fill
from tests.sankofa.desks import open_test_desk

AUTHOR, EDITOR = "awa.diarra", "ines.keita"
SMALL = ("html", "json", "csv", "snapshot")


@dataclass
class Clock:
    """A clock that goes on by a minute whenever somebody looks at it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@dataclass(frozen=True)
class World:
    """A desk, the pack of its report, the log as it was exported, and a checkpoint from before the report."""

    desk: Desk
    pack: bytes
    export: Mapping[str, bytes]
    earlier: str

    @property
    def signer(self) -> Signer:
        """The key of the log."""
        signer = open_log_folder(self.desk).load_signer()
        assert signer is not None
        return signer


@contextmanager
def small_reports() -> Iterator[None]:
    """Let reports be frozen in the formats that are made in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sankofa.workflows.publish.FORMATS", {name: FORMATS[name] for name in SMALL})
        yield


def open_newsroom(folder: Path, store: Store | None = None) -> Desk:
    """Open a desk with one case of November 2023 and two persons; in memory, or in *store*."""
    sample = fill(folder, store or MemoryStore())
    desk = open_test_desk(folder, person_id=AUTHOR)
    desk = replace(desk, store=sample.store, vault=sample.vault, clock=Clock())
    add_person(desk, AUTHOR, name="Awa Diarra", organisation="Desk")
    person = Person(id=EDITOR, name="Inès Keïta", roles=("editor",))
    desk.store.revise(person, expected_revision=0)
    return desk


def publish(desk: Desk, claim_id: str = "C-2023-0001", rating: Rating = Rating.FALSE) -> str:
    """Publish a verdict; returns its number."""
    written = Written(rating=rating, explanation=(Wording("fr", f"C'est {rating}."),), review_date=NOW.date())
    draft = submit(desk, draft_verdict(desk, claim_id, written).id)
    return approve(replace(desk, person_id=EDITOR), draft.id).id


def freeze(desk: Desk, text: str = "", language: str = "fr") -> str:
    """Freeze the report of November; returns its number and revision."""
    record = freeze_report(desk, country="ML", month="2023-11", language=language, text=text).record
    return f"{record.id}.{record.revision}"


def pack(desk: Desk, cited: str) -> bytes:
    """Build the pack of what is cited with its revision."""
    name, _, revision = cited.rpartition(".")
    return build_pack(desk, name, int(revision)).file.read_bytes()


def export(desk: Desk) -> dict[str, bytes]:
    """Export the log."""
    folder = desk.home / "export"
    export_log(desk, folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def build_world(folder: Path) -> World:
    """Let a newsroom publish a verdict, sign its log, and freeze a report that cites the verdict."""
    with small_reports():
        desk = open_newsroom(folder)
        verdict_id = publish(desk)
        earlier = sign_log(desk).note
        return World(desk, pack(desk, freeze(desk, f"Voir [@{verdict_id}].")), export(desk), earlier)


def judge(content: bytes, checkpoint: str | None = None, known: Sequence[str] = ()) -> Result:
    """Verify a pack."""
    return verify_pack(io.BytesIO(content), checkpoint=checkpoint, known=known)


def judge_export(files: Mapping[str, bytes], checkpoint: str | None = None) -> Result:
    """Verify an export."""
    return verify(read_files(files), checkpoint=checkpoint)


def read_files(files: Mapping[str, bytes]) -> dict[str, Member]:
    """Hold files as the verifier holds those of a folder."""

    def keep(name: str, content: bytes) -> Member:
        return Member(name, hashlib.sha256(content).hexdigest(), len(content), 0, lambda: content)

    return {name: keep(name, content) for name, content in files.items()}


def unpack(content: bytes) -> tuple[dict[str, bytes], tuple[int, int]]:
    """Take a pack apart."""
    members, date = read_container(io.BytesIO(content))
    return {name: one.load() for name, one in members.items()}, date


def repack(files: Mapping[str, bytes], date: tuple[int, int]) -> bytes:
    """Put files into a container as somebody does who has no key; MANIFEST stays what it was."""
    parts, listed = [], []
    for name in sorted(files, key=order_name):
        crc = zlib.crc32(files[name])
        parts.append(frame_member(name, crc, len(files[name]), date) + files[name])
        listed.append((name, crc, len(files[name])))
    return b"".join(parts) + frame_end(listed, date)


def resign(files: Mapping[str, bytes], at: datetime, signer: Signer) -> bytes:
    """Put files into a pack as somebody does who holds the key: the list of files is signed anew."""
    opened = io.BytesIO()
    written = PackFile(opened, at)
    for name in sorted(files.keys() - {MANIFEST}, key=order_name):
        written.add(name, files[name])
    written.close(signer)
    return opened.getvalue()
