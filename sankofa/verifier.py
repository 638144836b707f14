"""Verify an evidence pack of Sankofa, or the export of a log, from the file alone.

    python verify.py PACK.zip
    python verify.py PACK.zip --key FINGERPRINT --checkpoint earlier.txt
    python verify.py REPORT.pdf --pack PACK.zip
    python verify.py PACK.zip --log LATER-LOG-EXPORT/
    python verify.py LOG-EXPORT/

Needs Python 3.11 and the package ``cryptography``, no network and nothing else of Sankofa; it extracts and writes nothing. It
ends with 0 only for what is intact, with 1 for what is not, with 2 where something cannot be read or was not understood.

What is proven, from the outside in: the container holds what MANIFEST lists and not a byte more; MANIFEST and the checkpoint are
signed with a key of the log; each entry of the log lies under the root that the checkpoint signs; each record is the one whose
digest its entry names; each file of a report is the one that the record names.

Source: C2SP signed-note and tlog-checkpoint (Ed25519); RFC 6962 and RFC 9162 (the tree); APPNOTE.TXT of PKWARE (the container).
"""

import argparse
import base64
import binascii
import hashlib
import io
import json
import os
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PACK_NOTE = "sankofa/pack/v1"
SCHEMA, SCHEMA_VERSION = "sankofa-pack", 1
MANIFEST, ABOUT, CHECKPOINT, KEYS = "MANIFEST", "pack.json", "checkpoint.txt", "keys.txt"
ENTRIES, PROOFS, LEAVES, CONSISTENCY = "log/entries.jsonl", "log/proofs.txt", "log/leaves", "log/consistency.txt"
EXPORTED = "log.jsonl"
RECORDS, FILES, THUMBNAILS, ORIGINALS = "records/", "report/", "thumbnails/", "originals/"
SNAPSHOT = ".snapshot.json"

MAX_CONTENT_BYTES = 1 << 30
"""The most that one text of a pack may have; originals and files of a report are read in pieces."""
MAX_LEAVES = 65_536
"""Up to so many entries a pack holds the hashes of them all (2 MiB), so that any earlier checkpoint can be compared; above, it
holds a proof for each checkpoint that was signed by its desk."""
CLOCK_SECONDS = 600.0
"""So far may the clocks of a desk's machines lie apart, and so long may an act take to be written."""

_PIECE = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LONGEST_NAME = 240
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_ORIGIN = re.compile(r"sankofa/[0-9a-f]{16}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")
_SIGNED_AT = "signed "
_PRINTED = re.compile(
    r"(sankofa/[0-9a-f]{16})\s+(0|[1-9][0-9]{0,15})\s+([A-Za-z0-9+/]{43}=)(?:\s+(signed [0-9T:-]{19}(?:\.[0-9]{1,6})?Z))?"
)
_PRINTED_SIGNATURE = re.compile(r"\s+— (\S+)\s((?:[A-Za-z0-9+/]\s*){91}=)")
_FINGERPRINT = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_FIELDS: Mapping[str, type] = {
    "act": str, "actor": str, "at": str, "digest": str, "kind": str, "revision": int, "subject": str,
}  # fmt: skip
_SUBJECTS = ("report", "verdict")
_TOLD = ("approve", "withdraw", "suppress", "freeze", "import", "erase")
_CITED = re.compile(r"(?:(?:V|C|X|XC|N)-[0-9A-Z-]+\.[1-9][0-9]*)|(?:(?:E|CR|M)-[0-9A-Z-]+)")
_NAMES_ORIGINALS = ("media_item", "evidence")
_AT = re.compile(rb'"at":"([^"\\]*)"')
_MARK = re.compile(rb'"([0-9a-f]{64}|M-[0-9A-Z-]{19})"')
_SUFFIXES = {"bibtex": ".bib", "csl-json": ".csl.json", "snapshot": SNAPSHOT}
_ED25519 = b"\x01"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Said:
    """Something that is said of a pack: a code of :data:`WORDS`, and what stands in its words."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def write(self, language: str) -> str:
        """Say it in words."""
        return WORDS[self.code][LANGUAGES.index(language)].format(**dict(self.values))


def say(code: str, **values: object) -> Said:
    """Build what is said."""
    return Said(code, tuple((name, _clean(str(value))) for name, value in values.items()))


class BrokenError(Exception):
    """Something cannot be read further."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.said = say(code, **values)


@dataclass
class Result:
    """What came out: intact where there is no problem. `facts` are the pack's own, as far as they could be read."""

    problems: list[Said] = field(default_factory=list)
    cautions: list[Said] = field(default_factory=list)
    proven: list[Said] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def shape(self, language: str) -> dict[str, Any]:
        """Shape it as JSON."""

        def words(many: Iterable[Said]) -> list[dict[str, str]]:
            return [{"code": one.code, "text": one.write(language)} for one in many]

        found = {"problems": words(self.problems), "cautions": words(self.cautions), "proven": words(self.proven)}
        return {"intact": self.is_intact, **self.facts, **found}

    def lines(self, language: str) -> list[str]:
        """Say it in lines for people."""
        head = say("intact" if self.is_intact else "not_intact", what=self.facts.get("name", "")).write(language)
        many = ((" x ", self.problems), (" + ", self.proven), (" ! ", self.cautions))
        said = [f"{mark}{one.write(language)}" for mark, group in many for one in group]
        known = [f"   {name}: {self.facts[name]}" for name in ("log", "size", "root", "key") if name in self.facts]
        return [head.rstrip(" :"), *said, *known]


# --- the container ---------------------------------------------------------------------------------------------------

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UNIX = 20, 3 << 8
_REGULAR_FILE = 0o100644 << 16
_MOST_MEMBERS = 0xFFFE
MAX_PACK_BYTES = 0xFFFFFFFF
"""A container of this form can be no larger."""


@dataclass(frozen=True)
class Member:
    """A file of a pack; `load` gives its bytes, as long as the pack is open."""

    name: str
    sha256: str
    size: int
    crc: int
    load: Callable[[], bytes]


def write_date(at: datetime) -> tuple[int, int]:
    """Return a moment as a container writes it: time and date, in UTC, to two seconds."""
    utc = at.astimezone(UTC)
    return utc.hour << 11 | utc.minute << 5 | utc.second // 2, (utc.year - 1980) << 9 | utc.month << 5 | utc.day


def frame_member(name: str, crc: int, size: int, date: tuple[int, int]) -> bytes:
    """Return what stands before the bytes of a member: they follow as they are, not compressed."""
    text = name.encode("ascii")
    return _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, 0, *date, crc, size, size, len(text), 0) + text


def frame_end(members: Sequence[tuple[str, int, int]], date: tuple[int, int]) -> bytes:
    """Return what stands behind the members: the list of their names, checksums (CRC-32) and sizes."""
    offset, lines = 0, []
    for name, crc, size in members:
        text = name.encode("ascii")
        head = (b"PK\x01\x02", _UNIX | _VERSION, _VERSION, 0, 0, *date, crc, size, size, len(text))
        lines.append(_CENTRAL.pack(*head, 0, 0, 0, 0, _REGULAR_FILE, offset) + text)
        offset += _LOCAL.size + len(text) + size
    listed = b"".join(lines)
    return listed + _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), offset, 0)


def read_container(file: BinaryIO) -> tuple[dict[str, Member], tuple[int, int]]:
    """Read a pack from its first byte to its last: each must be as Sankofa writes it. Raises BrokenError."""
    members: dict[str, Member] = {}
    folded: set[str] = set()
    date, position = (0, 0), 0
    file.seek(0)
    while (head := file.read(_LOCAL.size))[:4] == b"PK\x03\x04":
        if len(head) < _LOCAL.size:
            raise BrokenError("cut_off")
        fields = _LOCAL.unpack(head)
        raw = file.read(fields[9])
        name = _read_name(raw, next(reversed(members), ""), folded)
        date = date if members else (fields[4], fields[5])
        if head + raw != frame_member(name, fields[6], fields[8], date):
            raise BrokenError("member_foreign", name=name)
        position += len(head) + len(raw)
        members[name] = _read_member(file, name, position, fields[8], fields[6])
        position += fields[8]
    if not members:
        raise BrokenError("no_pack")
    end = frame_end([(one.name, one.crc, one.size) for one in members.values()], date)
    if head + file.read(len(end) + 1) != end:
        raise BrokenError("container_foreign")
    return members, date


def order_name(name: str) -> tuple[bool, str]:
    """Return by what members are ordered: by their names, MANIFEST last."""
    return name == MANIFEST, name


def _read_name(raw: bytes, last: str, folded: set[str]) -> str:
    """Refuse names that leave the folder, stand twice (in whatever case) or out of order."""
    name = raw.decode("ascii", "replace")
    is_plain = _NAME.fullmatch(name) and len(name) <= _LONGEST_NAME
    if not is_plain or (last and order_name(name) <= order_name(last)) or name.lower() in folded:
        raise BrokenError("name_refused", name=name)
    if len(folded) >= _MOST_MEMBERS:
        raise BrokenError("too_large", name=name)
    folded.add(name.lower())
    return name


def _read_member(file: BinaryIO, name: str, start: int, size: int, crc: int) -> Member:
    digest, found, left = hashlib.sha256(), 0, size
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise BrokenError("cut_off")
        digest.update(piece)
        found = zlib.crc32(piece, found)
        left -= len(piece)
    if found != crc:
        raise BrokenError("member_foreign", name=name)

    def load() -> bytes:
        if size > MAX_CONTENT_BYTES:
            raise BrokenError("too_large", name=name)
        place = file.tell()
        file.seek(start)
        content = file.read(size)
        file.seek(place)
        return content

    return Member(name, digest.hexdigest(), size, crc, load)


def read_export(folder: Path) -> dict[str, Member]:
    """Read the files of a log that was exported; what else lies in the folder is no part of it. Raises OSError."""
    members: dict[str, Member] = {}
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.is_symlink():
            members[file.name] = Member(file.name, digest_file(file), file.stat().st_size, 0, _loading(file))
    return members


def digest_file(file: Path) -> str:
    """Return the SHA-256 (hex) of a file. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _loading(file: Path) -> Callable[[], bytes]:
    def load() -> bytes:
        if file.stat().st_size > MAX_CONTENT_BYTES:
            raise BrokenError("too_large", name=file.name)
        return file.read_bytes()

    return load


# --- keys, notes and the tree ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """What checks signatures."""

    name: str
    content: bytes

    @property
    def key_id(self) -> bytes:
        """What tells the keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.content).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return hashlib.sha256(self.content).hexdigest()

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Tell whether this key made *signature* of *text*."""
        try:
            Ed25519PublicKey.from_public_bytes(self.content).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def read_key(text: str) -> Key:
    """Read a public key as C2SP writes it. Raises BrokenError."""
    found = _KEY.fullmatch(text)
    content = read_base64(found[3]) if found else b""
    if not found or len(content) != 33 or content[:1] != _ED25519:
        raise BrokenError("form", name=KEYS)
    key = Key(found[1], content[1:])
    if key.key_id.hex() != found[2]:
        raise BrokenError("form", name=KEYS)
    return key


@dataclass(frozen=True)
class Note:
    """A signed text: the text with its last line break, and who signed it (name, and key ID with signature)."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]


def read_note(content: bytes, name: str) -> Note:
    """Read a signed note. Raises BrokenError."""
    text, gap, below = _decode(content, name).rpartition("\n\n")
    lines = [_SIGNATURE.fullmatch(line) for line in below.removesuffix("\n").split("\n")]
    if not gap or not below.endswith("\n") or not all(lines):
        raise BrokenError("form", name=name)
    signatures = tuple((line[1], read_base64(line[2])) for line in lines if line)
    if len(set(signatures)) < len(signatures) or not all(len(signature) == 68 for _, signature in signatures):
        raise BrokenError("form", name=name)
    return Note(f"{text}\n", signatures)


def list_signers(note: Note, keys: Iterable[Key], name: str) -> list[Key]:
    """Return who signed a note: each signature must be right, and of a key in *keys*. Raises BrokenError."""
    known = {(key.name, key.key_id): key for key in keys}
    signers = []
    for signer, signature in note.signatures:
        key = known.get((signer, signature[:4]))
        if key is None:
            raise BrokenError("signer_unknown", name=name)
        if not key.has_signed(note.text, signature[4:]):
            raise BrokenError("signature_wrong", name=name)
        signers.append(key)
    if len(set(signers)) < len(signers):
        raise BrokenError("form", name=name)
    return signers


@dataclass(frozen=True)
class Checkpoint:
    """How a log stood: whose, how many entries, the root over them, and when it was signed, where it says so."""

    origin: str
    size: int
    root: bytes
    at: float | None


def read_checkpoint(text: str, name: str) -> Checkpoint:
    """Read the text of a checkpoint. Raises BrokenError."""
    origin, size, root, *more = text.removesuffix("\n").split("\n") + [""] * 3
    more = [line for line in more if line]
    at = more[0].removeprefix(_SIGNED_AT) if more else ""
    content = read_base64(root)
    is_ours = _ORIGIN.fullmatch(origin) and _SIZE.fullmatch(size) and len(content) == 32 and len(more) < 2
    if not is_ours or (more and not (more[0].startswith(_SIGNED_AT) and _MOMENT.fullmatch(at))):
        raise BrokenError("form", name=name)
    return Checkpoint(origin, int(size), content, read_moment(at, name) if at else None)


def find_checkpoint(given: str) -> Note:
    """Find a checkpoint in a text that somebody kept, such as a page that prints it; signed or not. Raises BrokenError."""
    given = given.replace("\\n", "\n")  # as JSON writes it
    found = _PRINTED.search(given)
    if found is None:
        raise BrokenError("no_checkpoint")
    lines = [line for line in found.groups() if line]
    signatures, place = [], found.end()
    while signed := _PRINTED_SIGNATURE.match(given, place):
        signatures.append((signed[1], read_base64("".join(signed[2].split()))))
        place = signed.end()
    return Note("".join(f"{line}\n" for line in lines), tuple(signatures))


def hash_leaf(entry: bytes) -> bytes:
    """Hash an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def compute_root(leaves: bytes, size: int) -> bytes:
    """Return the root over the first *size* of leaf hashes that lie behind each other."""
    parts: list[bytes] = []
    for number in range(size):
        parts.append(leaves[number * 32 : number * 32 + 32])
        for _ in range(((number + 1) & -(number + 1)).bit_length() - 1):
            right = parts.pop()
            parts[-1] = hash_node(parts[-1], right)
    while len(parts) > 1:
        right = parts.pop()
        parts[-1] = hash_node(parts[-1], right)
    return parts[0] if parts else hashlib.sha256().digest()


def is_included(leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether *proof* leads from an entry to *root*. Source: RFC 9162, section 2.1.3.2."""
    if not 0 <= number < size:
        return False
    place, last, found = number, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = hash_node(step, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hash_node(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(earlier: int, size: int, proof: Sequence[bytes], root_earlier: bytes, root: bytes) -> bool:
    """Tell whether *proof* shows that a log only grew. Source: RFC 9162, section 2.1.4.2."""
    if not 0 < earlier < size:
        return False
    steps = [root_earlier, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = earlier - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = hash_node(step, old), hash_node(step, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = hash_node(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root_earlier and new == root


# --- what a pack says ------------------------------------------------------------------------------------------------

Name = tuple[str, str, int]
"""A revision: kind, identifier, number."""


@dataclass
class Log:
    """The entries of a pack or an export: their numbers, moments and leaf hashes, and what they say."""

    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    moments: "array[float]" = field(default_factory=lambda: array("d"))
    leaves: bytearray = field(default_factory=bytearray)
    named: dict[Name, dict[int, str]] = field(default_factory=dict)
    written_at: dict[int, str] = field(default_factory=dict)
    erased: dict[Name, str] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    first: dict[str, Any] | None = None

    def take(self, number: int, text: bytes, *, all_of_it: bool) -> None:
        """Take up an entry; of the whole log only its moment, unless it names a key. Raises BrokenError."""
        found = _AT.search(text) if all_of_it and number and b'"act":"key"' not in text else None
        fields = {"act": "", "at": found[1].decode("ascii", "replace")} if found else read_entry(text, number)
        self.numbers.append(number)
        self.moments.append(read_moment(fields["at"], f"{ENTRIES} {number}"))
        self.leaves += hash_leaf(text)
        if number == 0:
            self.first = fields
        if fields["act"] == "key":
            self.keys.append(fields)
        elif not all_of_it:
            self._name(number, fields)

    def _name(self, number: int, fields: Mapping[str, Any]) -> None:
        name = (fields["kind"], fields["subject"], fields["revision"])
        if fields["act"] == "void":
            self.named.get(name, {}).pop(fields.get("voids", -1), None)
        elif fields["act"] == "erase":
            for one in fields.get("stubs", ()):
                self.erased[name[0], name[1], one["revision"]] = one["digest"]
        elif fields["revision"] or fields["act"] == "adopt":
            self.named.setdefault(name, {})[number] = fields["digest"]
            self.written_at[number] = fields["at"]


class Pack:
    """What is verified: its files, read and understood as far as a check asks."""

    def __init__(self, members: Mapping[str, Member], date: tuple[int, int] | None = None) -> None:
        self.members, self.date = members, date
        self.is_export = date is None

    def load(self, name: str) -> bytes:
        """Return a file's bytes. Raises BrokenError where there is none."""
        if name not in self.members:
            raise BrokenError("missing", name=name)
        content = self.members[name].load()
        if hashlib.sha256(content).hexdigest() != self.members[name].sha256:
            raise BrokenError("cut_off")
        return content

    def under(self, folder: str) -> list[Member]:
        """Return the files of a folder."""
        return [one for name, one in self.members.items() if name.startswith(folder)]

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the pack says it is."""
        about = read_canonical(self.load(ABOUT), ABOUT)
        wanted = {"absent": list, "at": str, "schema": str, "schema_version": int, "subject": dict, "version": str}
        if {name: type(value) for name, value in about.items()} != wanted:
            raise BrokenError("form", name=ABOUT)
        if (about["schema"], about["schema_version"]) != (SCHEMA, SCHEMA_VERSION):
            raise BrokenError("newer")
        return about

    @cached_property
    def subject(self) -> Name:
        """What the pack is of."""
        subject = self.about["subject"]
        if {name: type(value) for name, value in subject.items()} != {"id": str, "kind": str, "revision": int}:
            raise BrokenError("form", name=ABOUT)
        return subject["kind"], subject["id"], subject["revision"]

    @cached_property
    def absent(self) -> dict[str, str]:
        """What is not in the pack, and why: by SHA-256, or as ``KIND ID.REVISION``."""
        return {str(one["what"]): str(one["why"]) for one in self.about["absent"]}

    @cached_property
    def manifest(self) -> Note:
        """The signed list of all files."""
        return read_note(self.load(MANIFEST), MANIFEST)

    @cached_property
    def keys(self) -> list[Key]:
        """The keys of the log."""
        text = _decode(self.load(KEYS), KEYS)
        keys = [read_key(line) for line in text.splitlines()]
        if not keys or text != "".join(f"{line}\n" for line in text.splitlines()):
            raise BrokenError("form", name=KEYS)
        return keys

    @cached_property
    def note(self) -> Note:
        """The checkpoint as it was signed."""
        return read_note(self.load(CHECKPOINT), CHECKPOINT)

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint."""
        return read_checkpoint(self.note.text, CHECKPOINT)

    @cached_property
    def proofs(self) -> dict[int, tuple[bytes, ...]]:
        """What leads from each entry, by its number, to the root."""
        return read_proofs(self.load(PROOFS), PROOFS)

    @cached_property
    def log(self) -> Log:
        """The entries."""
        log, name = Log(), EXPORTED if self.is_export else ENTRIES
        content = self.load(name)
        if not content.endswith(b"\n"):
            raise BrokenError("form", name=name)
        lines = (line.removesuffix(b"\n") for line in io.BytesIO(content))
        numbers = iter(range(self.checkpoint.size)) if self.is_export else iter(self.proofs)
        for line in lines:
            number = next(numbers, None)
            if number is None:
                raise BrokenError("entries_counted", name=name)
            log.take(number, line, all_of_it=self.is_export)
        if next(numbers, None) is not None:
            raise BrokenError("entries_counted", name=name)
        return log

    @cached_property
    def leaves(self) -> bytes | None:
        """The leaf hashes of the whole log, where they are there."""
        if self.is_export:
            return bytes(self.log.leaves)
        return self.load(LEAVES) if LEAVES in self.members else None

    @cached_property
    def records(self) -> dict[Name, tuple[Member, dict[str, Any]]]:
        """The records, each with its file."""
        found: dict[Name, tuple[Member, dict[str, Any]]] = {}
        for member in self.under(RECORDS):
            kind, _, _ = member.name.removeprefix(RECORDS).partition("/")
            record = read_object(self.load(member.name), member.name)
            record_id, revision = record.get("id"), record.get("revision", 0)
            if type(record_id) is not str or type(revision) is not int:
                raise BrokenError("form", name=member.name)
            if member.name != name_record(kind, record_id, revision):
                raise BrokenError("record_misplaced", name=member.name)
            found[kind, record_id, revision] = member, record
        return found


def name_record(kind: str, record_id: str, revision: int) -> str:
    """Return where in a pack a record stands."""
    is_plain = _NAME.fullmatch(record_id) and "/" not in record_id and len(record_id) < 120
    name = record_id if is_plain else f"id-{hashlib.sha256(record_id.encode()).hexdigest()[:32]}"
    return f"{RECORDS}{kind}/{name}{f'.{revision}' if revision else ''}.json"


def name_medium(sha256: str) -> str:
    """Return the identifier of a medium. Source: index.identifiers, Crockford's base 32."""
    bits = int(sha256[:20], 16)
    letters = "".join(_ALPHABET[(bits >> shift) & 31] for shift in range(75, -1, -5))
    return "M-" + "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def read_entry(text: bytes, number: int) -> dict[str, Any]:
    """Read an entry of the log in its one canonical form. Raises BrokenError."""
    name = f"{ENTRIES} {number}"
    fields = read_canonical(text, name)
    if any(type(fields.get(one)) is not kind for one, kind in _FIELDS.items()):
        raise BrokenError("form", name=name)
    return fields


def read_canonical(content: bytes, name: str) -> dict[str, Any]:
    """Read an object that must stand there in its one canonical form. Raises BrokenError."""
    value = read_object(content, name)
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if written.encode("utf-8", "replace") != content:
        raise BrokenError("form", name=name)
    return value


def read_object(content: bytes, name: str) -> dict[str, Any]:
    """Read a JSON object. Raises BrokenError."""
    try:
        value = json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BrokenError("form", name=name) from error
    if type(value) is not dict:
        raise BrokenError("form", name=name)
    return value


def read_proofs(content: bytes, name: str) -> dict[int, tuple[bytes, ...]]:
    """Read lines of a number and hashes, ordered by the number. Raises BrokenError."""
    proofs: dict[int, tuple[bytes, ...]] = {}
    text = _decode(content, name)
    for line in text.splitlines():
        number, *steps = line.split(" ")
        hashes = tuple(map(read_base64, steps))
        if not _SIZE.fullmatch(number) or not all(len(step) == 32 for step in hashes):
            raise BrokenError("form", name=name)
        if proofs and int(number) <= next(reversed(proofs)):
            raise BrokenError("form", name=name)
        proofs[int(number)] = hashes
    if text != "".join(f"{line}\n" for line in text.splitlines()):
        raise BrokenError("form", name=name)
    return proofs


def read_moment(text: str, name: str) -> float:
    """Read a moment in UTC. Raises BrokenError."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError) as error:
        raise BrokenError("form", name=name) from error


def read_base64(text: str) -> bytes:
    """Nothing where it is none, or where other letters would say the same."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return content if base64.b64encode(content).decode("ascii") == text else b""


# --- the checks ------------------------------------------------------------------------------------------------------


def check_manifest(pack: Pack) -> Iterator[Said]:
    """Every file is listed with its size and SHA-256, and no other."""
    listed = dict(_iter_listed(pack.manifest.text))
    present = {name: (one.sha256, one.size) for name, one in pack.members.items() if name != MANIFEST}
    if pack.is_export:
        present = {name: present[name] for name in listed if name in present}
    yield from (say("missing", name=name) for name in listed.keys() - present.keys())
    yield from (say("not_listed", name=name) for name in present.keys() - listed.keys())
    yield from (say("changed", name=name) for name in listed.keys() & present.keys() if listed[name] != present[name])
    if listed == present and pack.manifest.text != write_manifest((name, *one) for name, one in present.items()):
        yield say("form", name=MANIFEST)


def write_manifest(files: Iterable[tuple[str, str, int]]) -> str:
    """Write the text that is signed, from names, SHA-256 and sizes."""
    lines = (f"{sha256} {size} {name}\n" for name, sha256, size in sorted(files))
    return f"{PACK_NOTE}\n{''.join(lines)}"


def _iter_listed(text: str) -> Iterator[tuple[str, tuple[str, int]]]:
    first, *lines = text.removesuffix("\n").split("\n")
    if first != PACK_NOTE:
        raise BrokenError("newer" if first.startswith("sankofa/pack/") else "form", name=MANIFEST)
    for line in lines:
        sha256, size, name = (*line.split(" ", 2), "", "")[:3]
        if not _FINGERPRINT.fullmatch(sha256) or not _SIZE.fullmatch(size) or not name:
            raise BrokenError("form", name=MANIFEST)
        yield name, (sha256, int(size))


def check_manifest_signature(pack: Pack) -> Iterator[Said]:
    """One key of the log signed the list of files."""
    if len(list_signers(pack.manifest, pack.keys, MANIFEST)) != 1:
        yield say("form", name=MANIFEST)


def check_checkpoint_signature(pack: Pack) -> Iterator[Said]:
    """Keys of the log signed the checkpoint, the one that signed the list of files among them."""
    signers = list_signers(pack.note, pack.keys, CHECKPOINT)
    if not set(list_signers(pack.manifest, pack.keys, MANIFEST)) <= set(signers):
        yield say("signer_unknown", name=MANIFEST)


def check_keys(pack: Pack) -> Iterator[Said]:
    """The keys are those that entries of the log name, and one that takes over is signed by the one before."""
    named = [read_key(str(entry.get("key", ""))) for entry in pack.log.keys]
    if named != pack.keys:
        yield say("keys_differ")
    earlier = {key.fingerprint: key for key in named}
    for key, entry in zip(named, pack.log.keys, strict=True):
        before = earlier.get(str(entry.get("replaces", "")))
        signature = read_base64(str(entry.get("signature", "")))
        wrong = before is None or not before.has_signed(f"{entry['key']}\n", signature)
        if key.fingerprint != entry["subject"] or ("replaces" in entry and wrong):
            yield say("key_forged", key=key.fingerprint)


def check_entries(pack: Pack) -> Iterator[Said]:
    """Each entry lies under the root that was signed."""
    log, checkpoint = pack.log, pack.checkpoint
    if log.first is None or (log.first["act"], log.first["subject"]) != ("begin", checkpoint.origin):
        yield say("origin_differs")
    if any(key.name != checkpoint.origin for key in pack.keys):
        yield say("origin_differs")
    if not pack.is_export:
        for place, number in enumerate(log.numbers):
            leaf = bytes(log.leaves[place * 32 : place * 32 + 32])
            if not is_included(leaf, number, checkpoint.size, pack.proofs[number], checkpoint.root):
                yield say("entry_not_included", number=number)


def check_leaves(pack: Pack) -> Iterator[Said]:
    """The hashes of the whole log lead to the same root."""
    leaves, checkpoint = pack.leaves, pack.checkpoint
    if not pack.is_export:
        grown, other = (LEAVES, CONSISTENCY) if checkpoint.size <= MAX_LEAVES else (CONSISTENCY, LEAVES)
        yield from (say("missing", name=name) for name in (grown,) if name not in pack.members)
        if other in pack.members:
            yield say("not_listed", name=other)
            return
    is_whole = leaves is None or len(leaves) == checkpoint.size * 32
    if not is_whole or (leaves is not None and compute_root(leaves, checkpoint.size) != checkpoint.root):
        yield say("root_differs")


def check_records(pack: Pack) -> Iterator[Said]:
    """Each record is the one whose digest its entry names, or the stub that an erasure left, and each has an entry."""
    if pack.is_export:
        return
    for name, (member, _) in pack.records.items():
        entries, where = pack.log.named.get(name, {}), say_name(name)
        digests = {pack.log.erased[name]} if name in pack.log.erased else set(entries.values())
        if digests and digests != {member.sha256}:
            yield say("record_changed", name=where)
        if not entries:
            yield say("record_not_logged", name=where)
    for name, entries in pack.log.named.items():
        if entries and name not in pack.records and say_name(name) not in pack.absent:
            yield say("record_missing", name=say_name(name))


def check_subject(pack: Pack) -> Iterator[Said]:
    """What the pack is of is there with what it names: a report's files, thumbnails and verdicts."""
    if pack.is_export:
        return
    kept = pack.records.get(pack.subject)
    if kept is None or pack.subject[0] not in _SUBJECTS:
        yield say("record_missing", name=say_name(pack.subject))
        return
    if pack.about["at"] not in {pack.log.written_at[number] for number in pack.log.named.get(pack.subject, {})}:
        yield say("form", name=ABOUT)
    _, record = kept
    if pack.subject[0] == "report":
        wanted = {name_file(*pack.subject[1:], form): sha256 for form, sha256 in _iter_formats(record)}
        wanted |= {f"{THUMBNAILS}{sha256}.jpg": sha256 for sha256 in record.get("thumbnails_sha256", ())}
        present = {one.name: one.sha256 for one in (*pack.under(FILES), *pack.under(THUMBNAILS))}
        yield from (say("file_missing", name=name) for name in wanted.keys() - present.keys())
        yield from (say("file_changed", name=name) for name in present if wanted.get(name) != present[name])


def name_file(report_id: str, revision: int, form: str) -> str:
    """Return where in a pack a format of a report stands."""
    return f"{FILES}{report_id}.{revision}{_SUFFIXES.get(form, f'.{form}')}"


def _iter_formats(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from (("html", record["html_sha256"]), ("json", record["json_sha256"]))
    yield from record.get("more_sha256", ())


def check_cited(pack: Pack) -> Iterator[Said]:
    """What a report cites is there, or said to be absent."""
    if pack.is_export or pack.subject not in pack.records:
        return
    present = {what.rpartition(" ")[2] for what in (*map(say_name, pack.records), *pack.absent)}
    cited = set(pack.records[pack.subject][1].get("cites", ()))
    for member in pack.under(FILES):
        if member.name.endswith(SNAPSHOT):
            cited |= set(iter_cited(read_object(pack.load(member.name), member.name)))
    yield from (say("record_missing", name=name) for name in sorted(cited - present))


def check_printed(pack: Pack) -> Iterator[Said]:
    """The checkpoint that a report prints is of this log, and proves the entries that the report names."""
    for member in pack.under(FILES):
        if member.name.endswith(SNAPSHOT):
            report = read_object(pack.load(member.name), member.name).get("report")
            stamp = report.get("log") if type(report) is dict else None
            if stamp:
                yield from _check_stamp(pack, str(stamp["checkpoint"]), _iter_logged(report))


def _check_stamp(pack: Pack, text: str, logged: Iterable[Mapping[str, Any]]) -> Iterator[Said]:
    note = read_note(text.encode(), SNAPSHOT)
    printed = read_checkpoint(note.text, SNAPSHOT)
    list_signers(note, pack.keys, SNAPSHOT)
    if printed.origin != pack.checkpoint.origin or any(_compare_roots(pack, printed)):
        yield say("printed_differs", size=printed.size)
    for one in logged:
        leaf, proof = hash_leaf(one["entry"].encode()), [read_base64(step) for step in one["path"]]
        if not is_included(leaf, one["number"], printed.size, proof, printed.root):
            yield say("entry_not_included", number=one["number"])


def _iter_logged(value: Any) -> Iterator[Mapping[str, Any]]:
    if type(value) is dict and {"number", "entry", "path"} <= value.keys():
        yield value
    elif type(value) in (dict, list):
        for one in value.values() if type(value) is dict else value:
            yield from _iter_logged(one)


def iter_cited(value: Any) -> Iterator[str]:
    """Yield the records that a snapshot cites, as ``V-2023-0007.2`` or ``E-…``."""
    if type(value) is list:
        for one in value:
            yield from iter_cited(one)
    elif type(value) is dict:
        for name, one in value.items():
            if name == "cites" and type(one) is list:
                yield from (cited for cited in one if type(cited) is str and _CITED.fullmatch(cited))
            else:
                yield from iter_cited(one)


def check_originals(pack: Pack) -> Iterator[Said]:
    """Each original is named by a record or the snapshot, and each that is named is there, or said to be absent."""
    if pack.is_export:
        return
    holders = (record for name, (_, record) in pack.records.items() if name[0] in _NAMES_ORIGINALS)
    wanted = {str(record["sha256"]) for record in holders if record.get("sha256")}
    present = {one.sha256: one for one in pack.under(ORIGINALS)}
    yield from (say("file_missing", name=sha256) for sha256 in wanted - present.keys() - pack.absent.keys())
    texts = [one for one in pack.under(FILES) if one.name.endswith(SNAPSHOT)] + [
        one for one, _ in pack.records.values()
    ]
    named = {mark.decode() for one in texts for mark in _MARK.findall(pack.load(one.name))}
    for sha256, one in present.items():
        is_named = sha256 in named or name_medium(sha256) in named
        if one.name != f"{ORIGINALS}{sha256}" or sha256 in pack.absent or not is_named:
            yield say("file_changed", name=one.name)
    for name, (member, record) in pack.records.items():
        if name[0] == "media_item" and name[1] != name_medium(str(record["sha256"])):
            yield say("record_changed", name=member.name)


def check_places(pack: Pack) -> Iterator[Said]:
    """Nothing stands where nothing belongs, and the container says the moment of the act."""
    if pack.is_export:
        if not {CHECKPOINT, KEYS, EXPORTED} <= dict(_iter_listed(pack.manifest.text)).keys():
            yield say("form", name=MANIFEST)
        return
    single = {MANIFEST, ABOUT, CHECKPOINT, KEYS, ENTRIES, PROOFS, LEAVES, CONSISTENCY, "README.txt", "verify.py"}
    folders = (RECORDS, FILES, THUMBNAILS, ORIGINALS)
    yield from (
        say("not_listed", name=name) for name in pack.members if name not in single and not name.startswith(folders)
    )
    read_moment(pack.about["at"], ABOUT)
    if pack.date != write_date(datetime.fromisoformat(pack.about["at"])):
        yield say("container_foreign")


def check_order(pack: Pack) -> Iterator[Said]:
    """The moments of the entries go forward with their numbers, and none lies behind the checkpoint."""
    latest, last = float("-inf"), 0
    for number, at in zip(pack.log.numbers, pack.log.moments, strict=True):
        if at < latest - CLOCK_SECONDS:
            yield say("clock_back", number=number, earlier=last)
            return
        if at > latest:
            latest, last = at, number
    if pack.checkpoint.at is not None and latest > pack.checkpoint.at + CLOCK_SECONDS:
        yield say("clock_back", number=pack.checkpoint.size, earlier=last)


CHECKS: tuple[Callable[[Pack], Iterator[Said]], ...] = (
    check_manifest,
    check_manifest_signature,
    check_checkpoint_signature,
    check_keys,
    check_entries,
    check_leaves,
    check_records,
    check_subject,
    check_cited,
    check_printed,
    check_originals,
    check_places,
    check_order,
)


def check_outside(pack: Pack, given: str) -> Iterator[Said]:
    """The log has grown from an earlier checkpoint that was kept outside, and since then its clock only went forward."""
    note = find_checkpoint(given)
    earlier = read_checkpoint(note.text, "--checkpoint")
    if earlier.origin != pack.checkpoint.origin:
        yield say("outside_other_log")
        return
    if note.signatures:
        list_signers(note, pack.keys, "--checkpoint")
    yield from _compare_roots(pack, earlier)
    if earlier.at is not None:
        yield from _compare_clocks(pack, earlier, earlier.at)


def _compare_roots(pack: Pack, earlier: Checkpoint) -> Iterator[Said]:
    now = pack.checkpoint
    if earlier.size > now.size:
        yield say("outside_newer", size=now.size, known=earlier.size)
    elif earlier.size == now.size:
        if earlier.root != now.root:
            yield say("outside_rewritten", size=earlier.size)
    elif pack.leaves is not None:
        if compute_root(pack.leaves, earlier.size) != earlier.root:
            yield say("outside_rewritten", size=earlier.size)
    else:
        proofs = read_proofs(pack.load(CONSISTENCY), CONSISTENCY) if CONSISTENCY in pack.members else {}
        if earlier.size not in proofs:
            yield say("outside_unproven", size=earlier.size)
        elif not is_consistent(earlier.size, now.size, proofs[earlier.size], earlier.root, now.root):
            yield say("outside_rewritten", size=earlier.size)


def _compare_clocks(pack: Pack, earlier: Checkpoint, at: float) -> Iterator[Said]:
    for number, moment in zip(pack.log.numbers, pack.log.moments, strict=True):
        is_wrong = moment < at - CLOCK_SECONDS if number >= earlier.size else moment > at + CLOCK_SECONDS
        if is_wrong:
            yield say("outside_clock", number=number, size=earlier.size)
    now = pack.checkpoint.at
    if now is not None and earlier.size <= pack.checkpoint.size and now < at - CLOCK_SECONDS:
        yield say("outside_clock", number=pack.checkpoint.size, size=earlier.size)


def check_later(pack: Pack, later: Pack) -> Iterator[Said]:
    """The log of an export has grown from that of the pack."""
    now = pack.checkpoint
    is_grown = later.checkpoint.origin == now.origin and later.checkpoint.size >= now.size
    if not is_grown or compute_root(later.leaves or b"", now.size) != now.root:
        yield say("later_differs")


def iter_since(pack: Pack, later: Pack) -> Iterator[Said]:
    """Yield what readers were told later of the verdicts and the report of a pack."""
    newest = {name[:2]: name[2] for name in sorted(pack.records) if name[0] in _SUBJECTS}
    for number, line in enumerate(later.load(EXPORTED).splitlines()):
        if number >= pack.checkpoint.size:
            fields = read_entry(line, number)
            kind, subject, revision = fields["kind"], fields["subject"], fields["revision"]
            if fields["act"] in _TOLD and revision > newest.get((kind, subject), revision):
                name = say_name((kind, subject, revision))
                yield say("since", name=name, act=fields["act"], at=fields["at"], number=number)


def verify(
    members: Mapping[str, Member],
    date: tuple[int, int] | None = None,
    *,
    known: Sequence[str] = (),
    checkpoint: str | None = None,
    file: str | None = None,
    later: Mapping[str, Member] | None = None,
) -> Result:
    """Verify what :func:`read_container` or :func:`read_export` read.

    *known* are fingerprints of keys that are trusted, *checkpoint* is the text of an earlier one, *later* the log as it was
    exported since; the pack must hold a file whose SHA-256 is *file*.
    """
    pack, result = Pack(members, date), Result()
    newest = pack if later is None else Pack(later)
    for check in CHECKS:
        _collect(result.problems, check, pack)
        if newest is not pack:
            _collect(result.problems, check, newest)
    if newest is not pack:
        _collect(result.problems, lambda one: check_later(one, newest), pack)
    if checkpoint is not None:
        _collect(result.problems, lambda one: check_outside(one, checkpoint), newest)
    _collect(result.problems, lambda one: _check_known(one, known), pack)
    if file is not None:
        _collect(result.problems, lambda one: _check_file(one, file, result), pack)
    result.problems = list(dict.fromkeys(result.problems))
    _state_facts(pack, result)
    if result.is_intact:
        _state_proven(pack, result, checkpoint, has_known=bool(known))
        _state_since(pack, newest, result)
    return result


def _collect(problems: list[Said], check: Callable[[Pack], Iterable[Said]], pack: Pack) -> None:
    try:
        problems += check(pack)
    except BrokenError as broken:
        problems.append(broken.said)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        problems.append(say("form", name=check.__name__.removeprefix("check_")))


def _check_known(pack: Pack, known: Sequence[str]) -> Iterator[Said]:
    signers = {key.fingerprint for key in list_signers(pack.manifest, pack.keys, MANIFEST)}
    if known and not signers & set(known):
        yield say("key_other", key=", ".join(signers))


def _check_file(pack: Pack, sha256: str, result: Result) -> Iterator[Said]:
    found = [one.name for one in pack.members.values() if one.sha256 == sha256 and one.name != MANIFEST]
    if found:
        result.proven.append(say("file_is", name=found[0]))
    else:
        yield say("file_is_not", sha256=sha256)


def _state_facts(pack: Pack, result: Result) -> None:
    def name_it() -> dict[str, Any]:
        if pack.is_export:
            return {"name": pack.checkpoint.origin}
        return {"name": say_name(pack.subject), "at": pack.about["at"]}

    def tell_log() -> dict[str, Any]:
        checkpoint = pack.checkpoint
        return {"log": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}

    def tell_key() -> dict[str, Any]:
        return {"key": list_signers(pack.manifest, pack.keys, MANIFEST)[0].fingerprint}

    for tell in (name_it, tell_log, tell_key):
        try:
            result.facts |= tell()
        except (BrokenError, ValueError, KeyError, TypeError, AttributeError):
            pass  # the problem is told already


def _state_proven(pack: Pack, result: Result, checkpoint: str | None, *, has_known: bool) -> None:
    result.proven.append(say("files_kept", count=len(pack.members)))
    if pack.is_export:
        result.proven.append(say("log_kept", count=pack.checkpoint.size))
    else:
        result.proven.append(say("records_kept", count=len(pack.records)))
        result.cautions += _say_late(pack)
        erased = [say_name(name) for name in pack.records if name in pack.log.erased]
        result.cautions += [say("erased", name=name) for name in erased]
        result.cautions += [say("absent", count=len(pack.absent))] if pack.absent else []
    if checkpoint is not None:
        result.proven.append(say("outside_kept"))
        result.cautions += [] if find_checkpoint(checkpoint).signatures else [say("outside_unsigned")]
    else:
        result.cautions.append(say("no_outside"))
    if not has_known:
        result.cautions.append(say("key_unknown", key=result.facts["key"]))


def _say_late(pack: Pack) -> Iterator[Said]:
    """What goes with a report or a verdict is in the log before it; what was taken up later may have been changed until then."""
    act = max(pack.log.named[pack.subject])
    first = (min(entries) for name, entries in pack.log.named.items() if entries and not name[2])
    late = [number for number in first if number > act]
    if late:
        yield say("logged_late", count=len(late), at=pack.log.written_at[late[0]])


def _state_since(pack: Pack, newest: Pack, result: Result) -> None:
    if newest is not pack:
        since = list(iter_since(pack, newest))
        result.cautions += since
        result.proven += [] if since else [say("nothing_since", size=newest.checkpoint.size)]


def say_name(name: Name) -> str:
    """Name a revision, as ``verdict V-2023-0007.2``."""
    return f"{name[0]} {name[1]}{f'.{name[2]}' if name[2] else ''}"


# --- the command -----------------------------------------------------------------------------------------------------


def verify_path(path: Path, *, file: Path | None = None, log: Path | None = None, **given: Any) -> Result:
    """Verify a pack or the folder of an exported log, with what :func:`verify` takes besides.

    *file* must be in the pack, *log* is the folder of a later export. Raises OSError where something cannot be opened.
    """
    given["file"] = digest_file(file) if file is not None else None
    given["later"] = read_export(log) if log is not None else None
    if path.is_dir():
        return verify(read_export(path), **given)
    with path.open("rb") as opened:
        return verify_pack(opened, **given)


def verify_pack(opened: BinaryIO, **given: Any) -> Result:
    """Verify an open pack, which can be sought, with what :func:`verify` takes besides."""
    try:
        members, date = read_container(opened)
    except BrokenError as broken:
        return Result(problems=[broken.said])
    return verify(members, date, **given)


def read_fingerprints(keys: Iterable[str], file: Path | None) -> list[str]:
    """Read the fingerprints that are known: given one by one, or standing in a text file. Raises OSError, ValueError."""
    given = list(keys)
    if any(not _FINGERPRINT.fullmatch(one.lower()) for one in given):
        raise ValueError("a fingerprint has 64 digits of 0 to 9 and a to f")
    text = file.read_text("utf-8", "replace").lower() if file is not None else ""
    return [*(one.lower() for one in given), *_FINGERPRINT.findall(text)]


def guess_language() -> str:
    """Return the language that the system speaks, if it is one of ours."""
    spoken = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return spoken[:2] if spoken[:2] in LANGUAGES else "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns how it ends."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Verify an evidence pack of Sankofa, offline.")
    parser.add_argument("path", type=Path, help="a pack (.zip), the folder of an exported log, or a file with --pack")
    parser.add_argument("--pack", type=Path, help="the pack in which the file must be")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="a key that you know")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="a text file with fingerprints that you know")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="an earlier checkpoint that you kept")
    parser.add_argument("--log", type=Path, metavar="FOLDER", help="the log as it was exported later")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--language", choices=LANGUAGES, default=guess_language(), help="fr, en or ar")
    given = parser.parse_args(arguments)
    try:
        known = read_fingerprints(given.key, given.keys)
        earlier = given.checkpoint.read_text("utf-8", "replace") if given.checkpoint else None
        pack, file = (given.pack, given.path) if given.pack else (given.path, None)
        result = verify_path(pack, known=known, checkpoint=earlier, file=file, log=given.log)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"verify.py: {error}\n")
        return 2
    text = (
        json.dumps(result.shape(given.language), ensure_ascii=False)
        if given.json
        else "\n".join(result.lines(given.language))
    )
    sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "backslashreplace"))
    return 0 if result.is_intact else 1


def _clean(text: str) -> str:
    """Leave out what would steer a terminal or turn the reading direction."""
    return re.sub("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", "\ufffd", text)[:300]


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BrokenError("form", name=name) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


LANGUAGES = ("fr", "en", "ar")
WORDS: Mapping[str, tuple[str, str, str]] = {
    "intact": ("INTACT : {what}", "INTACT: {what}", "سليم: {what}"),
    "not_intact": ("PAS INTACT : {what}", "NOT INTACT: {what}", "غير سليم: {what}"),
    "no_pack": (
        "Ce fichier n'est pas un paquet de preuves de Sankofa.",
        "This file is no evidence pack of Sankofa.",
        "هذا الملف ليس حزمة أدلة من سانكوفا.",
    ),
    "cut_off": (
        "Le fichier s'arrête avant sa fin, ou changeait pendant la lecture.",
        "The file stops before its end, or changed while it was read.",
        "ينقطع الملف قبل نهايته، أو تغيّر أثناء القراءة.",
    ),
    "container_foreign": (
        "Le contenant n'est pas tel que Sankofa l'écrit : quelque chose y a été ajouté, ôté ou remballé.",
        "The container is not as Sankofa writes it: something was added, taken out or packed again.",
        "الحاوية ليست كما يكتبها سانكوفا: أضيف إليها شيء أو حُذف أو أعيد تحزيمها.",
    ),
    "member_foreign": (
        "{name} ne se trouve pas dans le contenant tel que Sankofa l'écrit.",
        "{name} does not stand in the container as Sankofa writes it.",
        "الملف {name} ليس في الحاوية كما يكتبه سانكوفا.",
    ),
    "name_refused": (
        "Le nom {name} est refusé : il sort du dossier, se répète ou n'est pas à sa place.",
        "The name {name} is refused: it leaves the folder, stands there twice or is out of place.",
        "الاسم {name} مرفوض: يخرج من المجلد أو يتكرر أو ليس في مكانه.",
    ),
    "too_large": (
        "{name} est trop grand pour être lu.",
        "{name} is too large to be read.",
        "الملف {name} أكبر من أن يُقرأ.",
    ),
    "newer": (
        "Le paquet est d'une autre version : prenez le vérificateur de cette version.",
        "The pack is of another version: take the verifier of that version.",
        "الحزمة من إصدار آخر: استعمل أداة التحقق من ذلك الإصدار.",
    ),
    "missing": ("{name} manque.", "{name} is missing.", "الملف {name} مفقود."),
    "not_listed": (
        "{name} ne fait pas partie de ce qui a été signé.",
        "{name} is no part of what was signed.",
        "الملف {name} ليس مما وُقّع.",
    ),
    "changed": (
        "{name} a été modifié après la signature.",
        "{name} was changed after it was signed.",
        "عُدّل الملف {name} بعد توقيعه.",
    ),
    "form": (
        "{name} n'est pas écrit comme Sankofa l'écrit.",
        "{name} is not written as Sankofa writes it.",
        "{name} ليس مكتوبا كما يكتبه سانكوفا.",
    ),
    "signer_unknown": (
        "{name} est signé par une clé qui n'est pas de ce journal.",
        "{name} is signed by a key that is not of this log.",
        "{name} موقّع بمفتاح ليس من هذا السجل.",
    ),
    "signature_wrong": (
        "La signature de {name} est fausse : le texte a été modifié après avoir été signé.",
        "The signature of {name} is wrong: the text was changed after it was signed.",
        "توقيع {name} خاطئ: عُدّل النص بعد توقيعه.",
    ),
    "keys_differ": (
        "Les clés ne sont pas celles que nomme le journal.",
        "The keys are not those that the log names.",
        "المفاتيح ليست تلك التي يسميها السجل.",
    ),
    "key_forged": (
        "La clé {key} n'a pas été transmise par celle d'avant.",
        "The key {key} was not handed on by the one before it.",
        "المفتاح {key} لم يسلّمه المفتاح الذي قبله.",
    ),
    "origin_differs": (
        "Les entrées, les clés et le point de contrôle ne sont pas du même journal.",
        "The entries, the keys and the checkpoint are not of one log.",
        "القيود والمفاتيح ونقطة التحقق ليست من سجل واحد.",
    ),
    "entries_counted": (
        "Le nombre des entrées du journal n'est pas celui qui a été signé.",
        "The log has not as many entries as were signed.",
        "عدد قيود السجل ليس العدد الموقّع.",
    ),
    "entry_not_included": (
        "L'entrée {number} n'est pas dans le journal qui a été signé.",
        "Entry {number} is not in the log that was signed.",
        "القيد {number} ليس في السجل الموقّع.",
    ),
    "root_differs": (
        "Les entrées du journal ne sont pas celles qui ont été signées.",
        "The entries of the log are not those that were signed.",
        "قيود السجل ليست تلك التي وُقّعت.",
    ),
    "record_changed": (
        "{name} n'est pas ce que nomme son entrée du journal.",
        "{name} is not what its entry of the log names.",
        "{name} ليس ما يسميه قيده في السجل.",
    ),
    "record_not_logged": (
        "{name} n'a pas d'entrée dans le journal.",
        "{name} has no entry in the log.",
        "{name} لا قيد له في السجل.",
    ),
    "record_missing": ("{name} manque.", "{name} is missing.", "{name} مفقود."),
    "record_misplaced": (
        "{name} contient un autre enregistrement que celui de son nom.",
        "{name} holds another record than its name says.",
        "الملف {name} يحوي تسجيلا غير الذي يدل عليه اسمه.",
    ),
    "file_missing": (
        "Un fichier qui est nommé manque : {name}",
        "A file that is named is missing: {name}",
        "ملف مذكور مفقود: {name}",
    ),
    "file_changed": (
        "{name} n'est pas un fichier que nomment les enregistrements : il a été modifié ou ajouté.",
        "{name} is no file that the records name: it was changed or added.",
        "الملف {name} ليس مما تسميه التسجيلات: عُدّل أو أضيف.",
    ),
    "clock_back": (
        "L'horloge a été reculée : l'entrée {number} se dit plus ancienne que l'entrée {earlier}, qui la précède.",
        "The clock was set back: entry {number} says that it is older than entry {earlier}, which stands before it.",
        "أُعيدت الساعة إلى الوراء: القيد {number} يقول إنه أقدم من القيد {earlier} الذي قبله.",
    ),
    "no_checkpoint": (
        "Le texte donné ne contient aucun point de contrôle.",
        "The text that was given holds no checkpoint.",
        "النص المعطى لا يحوي نقطة تحقق.",
    ),
    "outside_other_log": (
        "Le point de contrôle que vous avez gardé est d'un autre journal : celui-ci n'en est pas issu.",
        "The checkpoint that you kept is of another log: this one did not grow from it.",
        "نقطة التحقق التي احتفظت بها من سجل آخر: هذا السجل لم ينشأ منه.",
    ),
    "outside_newer": (
        "Le paquet montre un état plus ancien ({size} entrées) que votre point de contrôle ({known}) : demandez-en un autre.",
        "The pack shows an older state ({size} entries) than your checkpoint ({known}): ask for a newer one.",
        "تُظهر الحزمة حالة ({size} قيدا) أقدم من نقطة التحقق لديك ({known}): اطلب أحدث منها.",
    ),
    "outside_rewritten": (
        "Le journal a été réécrit : ses {size} premières entrées ne sont pas celles de votre point de contrôle.",
        "The log was rewritten: its first {size} entries are not those of your checkpoint.",
        "أُعيدت كتابة السجل: أول {size} قيدا فيه ليست قيود نقطة التحقق لديك.",
    ),
    "outside_unproven": (
        "Le paquet ne contient rien qui permette la comparaison avec un point de contrôle de {size} entrées.",
        "The pack holds nothing to compare with a checkpoint of {size} entries.",
        "لا تحوي الحزمة ما يقارَن بنقطة تحقق من {size} قيدا.",
    ),
    "outside_clock": (
        "L'horloge a été changée : l'entrée {number} et votre point de contrôle de {size} entrées se contredisent.",
        "The clock was changed: entry {number} and your checkpoint of {size} entries contradict each other.",
        "غُيّرت الساعة: القيد {number} ونقطة التحقق لديك ({size} قيدا) متناقضان.",
    ),
    "printed_differs": (
        "Le journal a été réécrit : le point de contrôle de {size} entrées que le rapport imprime n'en est pas un état.",
        "The log was rewritten: the checkpoint of {size} entries that the report prints is no state of it.",
        "أُعيدت كتابة السجل: نقطة التحقق ({size} قيدا) التي يطبعها التقرير ليست حالة منه.",
    ),
    "later_differs": (
        "Le journal donné (--log) n'est pas issu de celui du paquet.",
        "The log that was given (--log) did not grow from that of the pack.",
        "السجل المعطى (--log) لم ينشأ من سجل الحزمة.",
    ),
    "since": (
        "Depuis, {name} : {act}, {at} (entrée {number} du journal). Le paquet n'en dit rien.",
        "Since then {name}: {act}, {at} (entry {number} of the log). The pack says nothing of it.",
        "بعد ذلك {name}: {act}، {at} (القيد {number} من السجل). لا تذكره الحزمة.",
    ),
    "nothing_since": (
        "Jusqu'à l'entrée {size} du journal, rien dans le paquet n'a été corrigé ni retiré.",
        "Up to entry {size} of the log, nothing in the pack was corrected or taken back.",
        "حتى القيد {size} من السجل لم يُصحح شيء في الحزمة ولم يُسحب.",
    ),
    "key_other": (
        "Le paquet est signé par une clé que vous n'avez pas nommée : {key}",
        "The pack is signed by a key that you did not name: {key}",
        "الحزمة موقّعة بمفتاح لم تذكره: {key}",
    ),
    "file_is": (
        "Le fichier est {name} du paquet, à l'octet près.",
        "The file is {name} of the pack, byte for byte.",
        "الملف هو {name} من الحزمة، بايتا ببايت.",
    ),
    "file_is_not": (
        "Le fichier n'est pas dans le paquet (SHA-256 {sha256}) : il a été modifié, ou vient d'ailleurs.",
        "The file is not in the pack (SHA-256 {sha256}): it was changed, or is from elsewhere.",
        "الملف ليس في الحزمة (SHA-256 {sha256}): عُدّل أو هو من مصدر آخر.",
    ),
    "files_kept": (
        "Les {count} fichiers sont tels qu'ils ont été signés, et il n'y en a pas d'autre.",
        "The {count} files are as they were signed, and there is no other.",
        "الملفات ({count}) كما وُقّعت، ولا ملف غيرها.",
    ),
    "log_kept": (
        "Les {count} entrées du journal sont celles qui ont été signées.",
        "The {count} entries of the log are those that were signed.",
        "قيود السجل ({count}) هي التي وُقّعت.",
    ),
    "records_kept": (
        "Les {count} enregistrements sont ceux que nomme le journal.",
        "The {count} records are those that the log names.",
        "التسجيلات ({count}) هي التي يسميها السجل.",
    ),
    "outside_kept": (
        "Le journal est issu de votre point de contrôle : depuis, rien de ce qui précédait n'a été changé.",
        "The log grew from your checkpoint: nothing before it was changed since.",
        "نما السجل من نقطة التحقق لديك: لم يتغير شيء مما قبلها.",
    ),
    "outside_unsigned": (
        "Le point de contrôle donné ne porte pas de signature entière : il vaut ce que vaut l'endroit d'où vous l'avez.",
        "The checkpoint that was given has no whole signature: it is worth as much as the place where you have it from.",
        "نقطة التحقق المعطاة بلا توقيع كامل: قيمتها قيمة المكان الذي أخذتها منه.",
    ),
    "no_outside": (
        "Sans point de contrôle antérieur (--checkpoint), un état plus ancien, une seconde version du journal, une horloge"
        " reculée ou une réécriture complète par qui détient la base et la clé ne peuvent être exclus.",
        "Without an earlier checkpoint (--checkpoint), an older state, a second version of the log, a clock set back, or a full"
        " rewrite by somebody with the database and the key cannot be excluded.",
        "من دون نقطة تحقق سابقة (--checkpoint) لا يمكن استبعاد حالة أقدم، أو نسخة ثانية من السجل، أو ساعة أُعيدت إلى الوراء،"
        " أو إعادة كتابة كاملة ممن يملك قاعدة البيانات والمفتاح.",
    ),
    "key_unknown": (
        "La clé n'est pas connue ici (--key) : comparez son empreinte avec celle que publie la rédaction : {key}",
        "The key is not known here (--key): compare its fingerprint with the one that the newsroom publishes: {key}",
        "المفتاح غير معروف هنا (--key): قارن بصمته بالتي تنشرها هيئة التحرير: {key}",
    ),
    "erased": (
        "{name} a été effacé plus tard ; ce qui en reste est ce que nomme le journal.",
        "{name} was erased later; what is left of it is what the log names.",
        "مُحي {name} لاحقا؛ وما بقي منه هو ما يسميه السجل.",
    ),
    "logged_late": (
        "{count} enregistrements joints n'ont été repris dans le journal qu'après l'acte ({at}) : rien ne prouve qu'ils étaient"
        " ainsi auparavant.",
        "{count} records that go with it were taken up by the log only after the act ({at}): nothing proves that they were so"
        " before.",
        "{count} من التسجيلات المرفقة لم يأخذها السجل إلا بعد الفعل ({at}): لا شيء يثبت أنها كانت كذلك قبله.",
    ),
    "absent": (
        "{count} fichiers ou enregistrements ne sont pas dans le paquet ; pack.json dit lesquels et pourquoi.",
        "{count} files or records are not in the pack; pack.json says which and why.",
        "{count} من الملفات أو التسجيلات ليست في الحزمة؛ ويبيّن pack.json أيها ولماذا.",
    ),
}
"""What is said, by code: in French, English and Arabic."""


if __name__ == "__main__":
    sys.exit(main())
