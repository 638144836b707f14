"""The secret from which pseudonyms in reports are drawn: a file in the desk's home that its owner alone may read."""

import os
import secrets
import stat
from pathlib import Path

from sankofa.errors import InputError

NAME = "pseudonyms.key"
_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load_pseudonym_key(home: Path) -> bytes:
    """Read the key, which is made at first use.

    Raises:
        InputError: Others may read it, it is none, or it cannot be written.
    """
    file = home / NAME
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
    key = secrets.token_bytes(_BYTES)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(f"{key.hex()}\n")
    return key


def _read(file: Path) -> bytes:
    try:
        mode, text = file.stat().st_mode, file.read_text("ascii")
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise InputError(f"{file} holds no key: bring it back from a copy, or move it away") from error
    if mode & _OTHERS:
        raise InputError(f"others may read {file}, from which pseudonyms could be guessed: chmod 600 {file}")
    if len(key) != _BYTES:
        raise InputError(f"{file} holds no key: bring it back from a copy, or move it away")
    return key
