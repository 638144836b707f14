"""The file of an evidence pack: members in their order as they are, then the signed list of them; the same input, the same bytes.

How a container is framed is said once, in :mod:`sankofa.verifier`.
"""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from index.log.notes import Signer, sign_text
from sankofa.errors import InputError
from sankofa.verifier import MANIFEST, MAX_PACK_BYTES, frame_end, frame_member, write_date, write_manifest

_PIECE = 1 << 20


@dataclass
class PackFile:
    """Writes a pack to *file*, which can be sought; members are added in the order of their names."""

    file: BinaryIO
    at: datetime
    members: list[tuple[str, int, int]] = field(default_factory=list)
    listed: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, name: str, content: bytes | Path) -> None:
        """Write a member. Raises InputError where a pack gets larger than a container can be."""
        date, start = write_date(self.at), self.file.tell()
        self.file.write(frame_member(name, 0, 0, date))
        digest, crc, size = hashlib.sha256(), 0, 0
        for piece in _iter_pieces(content):
            digest.update(piece)
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            if start + size > MAX_PACK_BYTES - _PIECE:
                raise InputError("the pack would be larger than 4 GiB: --without-originals leaves the originals here")
            self.file.write(piece)
        end = self.file.tell()
        self.file.seek(start)
        self.file.write(frame_member(name, crc, size, date))
        self.file.seek(end)
        self.members.append((name, crc, size))
        self.listed.append((name, digest.hexdigest(), size))

    def close(self, signer: Signer) -> None:
        """Sign the list of the members, and write it and the end."""
        self.add(MANIFEST, sign_text(write_manifest(self.listed), [signer]).encode())
        self.file.write(frame_end(self.members, write_date(self.at)))


@cache
def read_verifier() -> bytes:
    """Return the verifier as every pack holds it."""
    return files("sankofa").joinpath("verifier.py").read_bytes()


@cache
def digest_verifier() -> str:
    """Return the SHA-256 of the verifier, to be published and compared."""
    return hashlib.sha256(read_verifier()).hexdigest()


def write_hashes(numbered: Iterator[tuple[int, tuple[bytes, ...]]]) -> bytes:
    """Write proofs, a line for each: its number and its hashes in base 64."""
    lines = (" ".join((str(number), *map(_write_base64, hashes))) for number, hashes in numbered)
    return "".join(f"{line}\n" for line in lines).encode()


def _write_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _iter_pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece
