"""A vault in a local folder: ``ab/cd/<SHA-256>``, read-only files that are written once.

An original is written to a temporary file of the same file system, flushed to the disk, and only then linked under its
name, so that a process that dies at any moment leaves either the whole original or none.
"""

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from index.errors import VaultUnavailableError
from index.vault import Original
from index.vaults.content import is_location, iter_chunks, locate, missing, verify

_TEMPORARY = "tmp"
_STALE_SECONDS = 24 * 60 * 60  # a temporary file that nobody wrote to for a day has lost its process
_READ_ONLY = 0o444
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class FolderVault:
    """Keeps originals in a folder, which is made when the first one comes; several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._swept = False

    @property
    def url(self) -> str:
        return str(self._root)

    def keep(self, content: bytes | Path | BinaryIO) -> Original:
        with self._open_temporary() as (file, temporary):
            original = self._copy(content, file)
            self._publish(temporary, original.sha256)
        return original

    def has(self, sha256: str) -> bool:
        with self._translated(), suppress(LookupError):
            return self._locate(sha256).is_file()
        return False

    def read(self, sha256: str) -> bytes:
        with self._translated(), self._open(sha256) as file:
            content = file.read()
        verify([content], sha256, self.url)
        return content

    def erase(self, sha256: str) -> bool:
        with self._translated(), suppress(LookupError, FileNotFoundError):
            file = self._locate(sha256)
            file.unlink()
            _sync_folder(file.parent)
            return True
        return False

    @contextmanager
    def open_local(self, sha256: str) -> Iterator[Path]:
        self._verify(sha256)
        yield self._locate(sha256)

    def iter_originals(self) -> Iterator[Original]:
        for first in self._list(self._root):
            for second in self._list(first):
                for file in self._list(second):
                    if is_location(file.relative_to(self._root).as_posix()):
                        with self._translated():
                            size_bytes = file.stat().st_size
                        yield Original(file.name, size_bytes)

    def _locate(self, sha256: str) -> Path:
        return self._root / locate(sha256)

    @contextmanager
    def _open(self, sha256: str) -> Iterator[BinaryIO]:
        try:
            file = self._locate(sha256).open("rb")
        except FileNotFoundError as error:
            raise missing(sha256, self.url) from error
        with file:
            yield file

    def _verify(self, sha256: str) -> None:
        with self._translated(), self._open(sha256) as file:
            verify(iter_chunks(file), sha256, self.url)

    def _list(self, folder: Path) -> list[Path]:
        with self._translated(), suppress(FileNotFoundError, NotADirectoryError):
            return sorted(folder.iterdir())
        return []

    @contextmanager
    def _open_temporary(self) -> Iterator[tuple[BinaryIO, Path]]:
        """Give a new file that vanishes at the end, unless it has another name by then."""
        with self._translated():
            _make_folder(self._root / _TEMPORARY)
            self._sweep_once()
            path = self._root / _TEMPORARY / f"{os.getpid()}-{secrets.token_hex(8)}"
            file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        try:
            with file:
                yield file, path
        finally:
            with suppress(OSError):  # what stays is swept another day
                path.unlink()

    def _copy(self, content: bytes | Path | BinaryIO, file: BinaryIO) -> Original:
        """Write everything to *file* and to the disk; what goes wrong with the source is raised as it is."""
        digest = hashlib.sha256()
        size_bytes = 0
        for chunk in iter_chunks(content):
            digest.update(chunk)
            size_bytes += len(chunk)
            with self._translated():
                _write_all(file, chunk)
        with self._translated():
            os.fchmod(file.fileno(), _READ_ONLY)
            os.fsync(file.fileno())
        return Original(digest.hexdigest(), size_bytes)

    def _publish(self, temporary: Path, sha256: str) -> None:
        """Give the finished file its name; one that is there already stays, and must be whole."""
        final = self._locate(sha256)
        with self._translated():
            _make_folder(final.parent)
            is_new = _link(temporary, final)
        if not is_new:
            self._verify(sha256)
        with self._translated():
            for folder in (final.parent, final.parent.parent, self._root):
                _sync_folder(folder)

    def _sweep_once(self) -> None:
        """Remove what processes that died left behind."""
        if self._swept:
            return
        self._swept = True
        stale_before = time.time() - _STALE_SECONDS
        for path in (self._root / _TEMPORARY).iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < stale_before:
                    path.unlink()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                message = f"no space left for the vault in {self.url} ({error.strerror}): make room and try again; "
                raise VaultUnavailableError(message + "nothing of this original was kept") from error
            what = error.strerror or error
            raise VaultUnavailableError(f"the vault in {self.url} cannot be used: {what}") from error


def _write_all(file: BinaryIO, chunk: bytes) -> None:
    """Write every byte: an unbuffered file may take a part only, for instance of a disk that is nearly full."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _link(temporary: Path, final: Path) -> bool:
    """Name a finished file; false where the name is taken. Where there are no hard links, it is renamed."""
    try:
        os.link(temporary, final)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if final.exists():
            return False
        temporary.rename(final)
    return True


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
