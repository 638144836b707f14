"""Signed notes, and the checkpoint of a log as one: its origin, how many entries it has, and their root.

Source: C2SP signed-note and tlog-checkpoint (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint), Ed25519.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from index.errors import LogKeyError, NoteFormatError

_ED25519 = b"\x01"
_SIGNED = "signed "
_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class PublicKey:
    """What checks signatures: a name without blanks or plus signs, and 32 bytes."""

    name: str
    content: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell the keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.content).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 (hex) of the key, to be published and compared."""
        return hashlib.sha256(self.content).hexdigest()

    def write(self) -> str:
        """As a verifier key: ``NAME+ID+KEY``."""
        return f"{self.name}+{self.key_id.hex()}+{_write_base64(_ED25519 + self.content)}"

    def is_signed(self, text: str, signature: bytes) -> bool:
        """Tell whether this key made *signature* of *text*."""
        try:
            Ed25519PublicKey.from_public_bytes(self.content).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def read_public_key(text: str) -> PublicKey:
    """Read a verifier key. Raises LogKeyError."""
    name, key_id, content = split_key(text)
    key = PublicKey(name, content)
    if key.key_id != key_id:
        raise LogKeyError("the key and its name do not belong together: copy it again, whole")
    return key


def split_key(text: str) -> tuple[str, bytes, bytes]:
    """Cut a key as it is written into its name, its ID and its 32 bytes. Raises LogKeyError."""
    found = _KEY.fullmatch(text)
    content = _read_base64(found[3]) if found else b""
    if not found or content[:1] != _ED25519 or len(content) != 33:
        raise LogKeyError("this is no Ed25519 key as C2SP signed-note writes them")
    return found[1], bytes.fromhex(found[2]), content[1:]


@dataclass(frozen=True)
class Signer:
    """What signs: a name and the 32 secret bytes of a key."""

    name: str
    secret: bytes

    @property
    def public(self) -> PublicKey:
        """What checks it."""
        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        return PublicKey(self.name, key.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Sign a text."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())


@dataclass(frozen=True)
class Checkpoint:
    """How a log stood: whose it is, its entries, the root over them, and when it was signed, where it says so."""

    origin: str
    size: int
    root: bytes
    signed_at: datetime | None = None

    def write(self) -> str:
        """As the text of a note; the moment is an extension line, to the second."""
        at = f"{_SIGNED}{self.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n" if self.signed_at else ""
        return f"{self.origin}\n{self.size}\n{_write_base64(self.root)}\n{at}"


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> str:
    """Write a checkpoint as a note with a signature of each signer."""
    return sign_text(checkpoint.write(), signers)


def sign_text(text: str, signers: Sequence[Signer]) -> str:
    """Write a text, which ends with a line break, as a note with a signature of each signer."""
    lines = (f"— {signer.name} {_write_base64(signer.public.key_id + signer.sign(text))}\n" for signer in signers)
    return f"{text}\n{''.join(lines)}"


def read_checkpoint(note: str) -> Checkpoint:
    """Read what a note says, signed or not.

    Raises:
        NoteFormatError: It is no checkpoint.
    """
    text, _ = _split_note(note)
    lines = text.split("\n")
    origin, size, root, more = (*lines, "", "", "")[:4]
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,15}", size) or len(content := _read_base64(root)) != 32:
        raise NoteFormatError("this is no checkpoint: origin, size and root are its first three lines")
    return Checkpoint(origin, int(size), content, _read_moment(more))


def open_checkpoint(note: str, keys: Sequence[PublicKey]) -> Checkpoint:
    """Read a checkpoint that one of *keys* has signed.

    Raises:
        NoteFormatError: It is no checkpoint, none of them signed it, or what stands there as a signature of one is none.
    """
    checkpoint = read_checkpoint(note)
    text, signatures = _split_note(note)
    known: Mapping[tuple[str, bytes], PublicKey] = {(key.name, key.key_id): key for key in keys}
    signed = [(known[name, content[:4]], content[4:]) for name, content in signatures if (name, content[:4]) in known]
    if not signed:
        raise NoteFormatError("the checkpoint is signed by no key that is known here")
    if not all(key.is_signed(text, signature) for key, signature in signed):
        raise NoteFormatError("the signature of the checkpoint is wrong: it was changed after it was signed")
    return checkpoint


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, with its last line break, and the signatures as (name, ID and signature)."""
    text, gap, below = note.rpartition("\n\n")
    lines = [_LINE.fullmatch(line) for line in below.removesuffix("\n").split("\n")]
    if not gap or not below.endswith("\n") or not all(lines):
        raise NoteFormatError("this is no signed note: its signatures stand below an empty line")
    return f"{text}\n", [(line[1], _read_base64(line[2])) for line in lines if line]


def _read_moment(line: str) -> datetime | None:
    """Other extension lines say nothing to us."""
    try:
        return datetime.fromisoformat(line.removeprefix(_SIGNED)) if line.startswith(_SIGNED) else None
    except ValueError as error:
        raise NoteFormatError("this is no checkpoint: it says no moment at which it was signed") from error


def _write_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _read_base64(text: str) -> bytes:
    """Nothing where it is none, or where other letters would say the same."""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return content if _write_base64(content) == text else b""
