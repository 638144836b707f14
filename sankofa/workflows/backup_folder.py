"""A backup on disk: ``backup.json`` says what belongs to it, and a new one takes the place of the earlier at once.

A new backup is made in a hidden folder beside the earlier one. Renaming its ``backup.json`` into place is the moment from
which it counts; files that had not got their names by then are found in the hidden folder.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from index.backup import Snapshot
from index.errors import LeaseTakenError
from index.strict_json import parse_object
from sankofa.errors import BackupError, NotEmptyError

VERSION = 1
VAULT = "vault"
_NAME = "backup.json"
_DRAFT = ".new-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, kw_only=True)
class File:
    """What a file of a backup must be."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What ``backup.json`` says. `records` counts revisions by kind, and the log; `digest` is that of `store check OTHER`."""

    version: int = VERSION
    id: str
    made_at: datetime
    engine: str
    store: str
    records: Mapping[str, int]
    digest: str
    originals: int
    originals_bytes: int
    snapshot: Snapshot | None = None
    files: Mapping[str, File] = field(default_factory=dict)


class BackupFolder:
    """The folder of one desk's backup."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def vault(self) -> Path:
        """Where originals lie, if they were copied too."""
        return self.path / VAULT

    def find(self) -> Backup | None:
        """Read what is there, or nothing. Raises as :meth:`load`."""
        return self.load() if (self.path / _NAME).exists() else None

    def load(self) -> Backup:
        """Read ``backup.json``.

        Raises:
            BackupError: There is none, it is not as it was written, or it is of a newer version.
        """
        try:
            fields = parse_object((self.path / _NAME).read_text("utf-8"))
            if isinstance(version := fields.get("version"), int) and version > VERSION:
                raise BackupError(
                    f"{self.path} was written by a newer version of Sankofa: install that one to restore it"
                )
            if fields.pop("sha256", "") != _sum(fields):
                raise ValueError("it was changed after it was written")
            return TypeAdapter(Backup).validate_python(fields)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BackupError(f"{self.path} is no backup: it has no {_NAME}") from error
        except ValueError as error:
            raise BackupError(f"{self.path / _NAME} is damaged ({error}): take another backup") from error

    def locate(self, backup: Backup, name: str) -> Path:
        """Where a file of the backup lies."""
        drafted = self._get_draft(backup.id) / name
        return drafted if drafted.exists() else self.path / name

    def verify(self, backup: Backup) -> None:
        """Read every file. Raises BackupError where one is missing or altered."""
        for name, file in backup.files.items():
            path = self.locate(backup, name)
            if not path.is_file():
                raise BackupError(f"{path} is missing: the backup is not whole, take another one")
            if describe_file(path) != file:
                raise BackupError(f"{path} is not as it was written (its SHA-256 differs): take another backup")

    @contextmanager
    def draft(self, backup_id: str) -> Iterator[Path]:
        """Give a hidden folder to make a backup in; it vanishes at the end.

        Raises:
            NotEmptyError: The folder holds something else than a backup.
            LeaseTakenError: Another process makes one there.
        BackupError: There is no space.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._require_ours()
            self._tidy()
            draft = self._get_draft(backup_id)
            draft.mkdir(mode=0o700)
            try:
                yield draft
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                raise BackupError(f"no space is left in {self.path}: free some, and do this again") from error
            finally:
                shutil.rmtree(draft, ignore_errors=True)

    def publish(self, backup: Backup) -> None:
        """Make the draft, whose files *backup* names, the backup."""
        draft = self._get_draft(backup.id)
        fields = TypeAdapter(Backup).dump_python(backup, mode="json")
        text = json.dumps({**fields, "sha256": _sum(fields)}, ensure_ascii=False, indent=1)
        (draft / _NAME).write_text(text + "\n", "utf-8")
        for name in (*backup.files, _NAME, "."):
            _sync(draft / name)
        (draft / _NAME).replace(self.path / _NAME)
        _sync(self.path)
        self._settle(backup)

    def _settle(self, backup: Backup) -> None:
        """Give the files of a published draft their names."""
        for name in backup.files:
            drafted = self._get_draft(backup.id) / name
            if drafted.exists():
                drafted.replace(self.path / name)
        _sync(self.path)

    def _tidy(self) -> None:
        """Finish, or remove, what processes that died left behind."""
        if (backup := self.find()) is not None:
            self._settle(backup)
        for left in self.path.glob(f"{_DRAFT}*"):
            shutil.rmtree(left)

    def _require_ours(self) -> None:
        if (self.path / _NAME).exists():
            return
        others = sorted(
            one.name for one in self.path.iterdir() if one.name != VAULT and not one.name.startswith(_DRAFT)
        )
        if others:
            raise NotEmptyError(f"{self.path} holds {others[0]} and is no backup: give an empty folder")

    def _get_draft(self, backup_id: str) -> Path:
        return self.path / f"{_DRAFT}{backup_id}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise LeaseTakenError(f"the backup in {self.path}", "another process") from error
        finally:
            os.close(handle)


def describe_file(path: Path) -> File:
    """Read a file through."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return File(sha256=digest.hexdigest(), size_bytes=file.tell())


def _sum(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
