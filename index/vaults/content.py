"""What both vaults do with bytes: read them in pieces, name them by their SHA-256, tell when they were altered."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from index.errors import OriginalAlteredError, OriginalMissingError

CHUNK_BYTES = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


def iter_chunks(content: bytes | Path | BinaryIO) -> Iterator[bytes]:
    """Yield the bytes in pieces; an open file is read from where it stands."""
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as file:
            yield from iter_chunks(file)
    else:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk


def locate(sha256: str) -> str:
    """Return where an original lies below the vault's root: ``ab/cd/abcd…``.

    Raises:
        OriginalMissingError: *sha256* is no SHA-256 in lowercase hexadecimal, so nothing can be kept under it.
    """
    if not _SHA256.fullmatch(sha256):
        raise OriginalMissingError(f"{sha256[:100]!r} is no SHA-256 (64 lowercase hexadecimal digits)")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def is_location(place: str) -> bool:
    """Tell whether an original can lie at *place*, a path below the vault's root."""
    name = place.rpartition("/")[2]
    return bool(_SHA256.fullmatch(name)) and place == locate(name)


def verify(chunks: Iterable[bytes], sha256: str, where: str) -> None:
    """Read all *chunks* and check them.

    Raises:
        OriginalAlteredError: They are not the bytes that were kept under *sha256*.
    """
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    if digest.hexdigest() != sha256:
        raise altered(sha256, digest.hexdigest(), where)


def altered(sha256: str, found: str, where: str) -> OriginalAlteredError:
    """Build the error for an original whose bytes now have the SHA-256 *found*."""
    message = f"the original {sha256} was altered: its bytes in {where} now have the SHA-256 {found}; "
    return OriginalAlteredError(message + "bring it back from a backup")


def missing(sha256: str, where: str) -> OriginalMissingError:
    """Build the error for an original that is not kept."""
    return OriginalMissingError(f"no original {sha256} is kept in {where}")
