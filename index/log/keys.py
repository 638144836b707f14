"""The key that signs a log: a file that its owner alone may read, as C2SP and Go write them (``PRIVATE+KEY+NAME+ID+KEY``)."""

import base64
import os
import secrets
import stat
from pathlib import Path

from index.errors import LogKeyError
from index.log.notes import Signer, split_key

_PREFIX = "PRIVATE+KEY+"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_signer(name: str) -> Signer:
    """Draw a new key."""
    return Signer(name, secrets.token_bytes(32))


def load_signer(file: Path) -> Signer | None:
    """Read a key; ``None`` where there is none.

    Raises:
        LogKeyError: Others may read it, it cannot be read, or it is no key.
    """
    try:
        mode = file.stat().st_mode
        text = file.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LogKeyError(f"the key of the log, {file}, cannot be read: {error}") from error
    if mode & _OTHERS:
        raise LogKeyError(
            f"others may read the key of the log, {file}: chmod 600 {file}; where somebody may have read it, make a new one with"
            " sankofa log checkpoint --new-key"
        )
    return _read_signer(text, file)


def save_signer(file: Path, signer: Signer) -> None:
    """Write a key in the place of the one before, all at once, for its owner alone. Raises LogKeyError."""
    key = base64.b64encode(b"\x01" + signer.secret).decode("ascii")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as opened:
                opened.write(f"{_PREFIX}{signer.name}+{signer.public.key_id.hex()}+{key}\n")
                opened.flush()
                os.fsync(opened.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise LogKeyError(f"the key of the log, {file}, cannot be written: {error.strerror}") from error


def _read_signer(text: str, file: Path) -> Signer:
    try:
        name, key_id, secret = split_key(text.removeprefix(_PREFIX))
    except LogKeyError as error:
        raise LogKeyError(f"{file} holds no key of a log: bring it back from a copy, or move it away") from error
    signer = Signer(name, secret)
    if not text.startswith(_PREFIX) or signer.public.key_id != key_id:
        raise LogKeyError(f"{file} is damaged: bring it back from a copy, or move it away")
    return signer
