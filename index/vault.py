"""Original bytes under their SHA-256, written once, verified whenever they are read.

Nothing here ever re-encodes an original. The port has two implementations: a folder, and any S3-compatible store.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from index.errors import OriginalAlteredError, OriginalMissingError


@dataclass(frozen=True)
class Original:
    """What the vault knows of one original."""

    sha256: str
    size_bytes: int


class Vault(Protocol):
    """Keeps originals.

    Raises (any method):
        VaultUnavailableError: The folder or object store cannot be read or written; a full disk says so.
    """

    @property
    def url(self) -> str:
        """Where the originals lie, without secrets."""

    def keep(self, content: bytes | Path | BinaryIO) -> Original:
        """Keep an original; durable when this returns, and the same content again is no error.

        An open file is read from where it stands; what goes wrong with a source is raised as it is.

        Raises:
            OriginalAlteredError: What is kept under this SHA-256 is no longer this content; it was left as it is.
        """

    def has(self, sha256: str) -> bool:
        """Tell whether an original is kept under this SHA-256 (its bytes are not read)."""

    def read(self, sha256: str) -> bytes:
        """Return the bytes, verified.

        Raises:
            OriginalMissingError: Nothing is kept under it.
            OriginalAlteredError: The bytes are no longer those that were kept.
        """

    def erase(self, sha256: str) -> bool:
        """Remove an original for ever; tells whether it was there. What versions a bucket or file system keeps is its affair."""

    def open_local(self, sha256: str) -> AbstractContextManager[Path]:
        """Give a read-only local file with the verified bytes, as long as the context lasts; raises as :meth:`read`."""

    def iter_originals(self) -> Iterator[Original]:
        """Yield everything kept, ordered by SHA-256; bytes are not read."""


def find_fault(vault: Vault, sha256: str) -> Literal["missing", "altered"] | None:
    """Read an original's bytes again; ``None`` where they are what was kept."""
    try:
        with vault.open_local(sha256):
            return None
    except OriginalMissingError:
        return "missing"
    except OriginalAlteredError:
        return "altered"
