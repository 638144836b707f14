"""The pictures of a folder, split once and for all into those that choose and those that report."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

Half = Literal["choose", "report", "all"]
HALVES: tuple[Half, ...] = ("choose", "report", "all")

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def list_pictures(folder: Path, half: Half) -> list[Path]:
    """The pictures below the folder that belong to the half, in an order that the names alone decide, as if by chance."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    return sorted((path for path in found if half in ("all", name_half(path))), key=_digest)


def name_half(path: Path) -> Half:
    """Which half a picture belongs to, by the SHA-256 of its name alone, so that it is the same everywhere."""
    return "report" if _digest(path)[0] & 1 else "choose"


def digest_names(paths: Iterable[Path]) -> str:
    """One SHA-256 for a list of pictures, by their names."""
    return hashlib.sha256("\n".join(sorted(path.name for path in paths)).encode()).hexdigest()


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.name.encode()).digest()
