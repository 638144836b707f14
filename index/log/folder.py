"""What a desk keeps of a log beside it: the key that signs, the checkpoints that were signed here, the hashes of its blocks."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from index.errors import LogAlteredError, LogKeyError
from index.log.hashes import Hashes, LogStore
from index.log.keys import load_signer, save_signer
from index.log.notes import Checkpoint, Signer, read_checkpoint

_ORIGIN = re.compile(r"sankofa/[0-9a-f]{16}")
_NO_NAME = re.compile(r"[^A-Za-z0-9.-]+")
TOKEN, PROOF = ".tsr", ".ots"
STAMPS = (TOKEN, PROOF)
"""What the files of stamps end in: tokens of RFC 3161, proofs of OpenTimestamps."""


def draw_origin() -> str:
    """Draw the name of a new log."""
    return f"sankofa/{secrets.token_hex(8)}"


class LogFolder:
    """The folder of one log in the desk's home."""

    def __init__(self, home: Path, origin: str) -> None:
        if not _ORIGIN.fullmatch(origin):
            raise LogAlteredError("the log does not begin as one of Sankofa's does: restore the store from a backup")
        self.origin = origin
        self._path = home / "log" / origin.rpartition("/")[2]
        self._key = self._path / "key"
        self._checkpoints = self._path / "checkpoints"

    def load_signer(self) -> Signer | None:
        """Read the key; ``None`` where there is none. Raises LogKeyError."""
        signer = load_signer(self._key)
        if signer is not None and signer.name != self.origin:
            raise LogKeyError(
                f"{self._key} is the key of another log ({signer.name}): bring the right one back from a copy"
            )
        return signer

    def save_signer(self, signer: Signer) -> None:
        """Keep a key in the place of the one before. Raises LogKeyError."""
        save_signer(self._key, signer)

    def open_hashes(self, store: LogStore) -> Hashes:
        """Return the hashes of the log in *store*, which are remembered here."""
        return Hashes(store, self._path / "blocks")

    def iter_notes(self) -> Iterator[tuple[Path, str]]:
        """Yield the checkpoints that were signed here, the smallest first, each with its file."""
        for file in sorted(self._checkpoints.glob("*.txt")):
            yield file, file.read_text("utf-8", "replace")

    def find_newest(self) -> tuple[Checkpoint, str] | None:
        """Return the newest checkpoint that was signed here, with its note. Raises NoteFormatError where it was damaged."""
        notes = [note for _, note in self.iter_notes()]
        return (read_checkpoint(notes[-1]), notes[-1]) if notes else None

    def iter_stamped(self) -> Iterator[tuple[Path, tuple[Path, ...]]]:
        """Yield the files of checkpoints that somebody outside has stamped, each with those of the stamps."""
        for file in sorted(self._checkpoints.glob("*.txt")):
            stamps = tuple(
                each for suffix in STAMPS for each in sorted(self._checkpoints.glob(f"{file.stem}.*{suffix}"))
            )
            if stamps:
                yield file, stamps

    def keep_stamp(self, checkpoint: Checkpoint, host: str, suffix: str, content: bytes) -> Path:
        """Keep what somebody outside said of a checkpoint, in the place of what the same *host* said of it before."""
        file = self._checkpoints / f"{checkpoint.size:012d}.{_NO_NAME.sub('-', host)}{suffix}"
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        draft.write_bytes(content)
        return draft.replace(file)

    def keep(self, checkpoint: Checkpoint, note: str) -> Path:
        """Keep a signed checkpoint, whole or not at all; returns its file."""
        file = self._checkpoints / f"{checkpoint.size:012d}.txt"
        self._checkpoints.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("w", encoding="utf-8") as opened:
                opened.write(note)
                opened.flush()
                os.fsync(opened.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
        return file
