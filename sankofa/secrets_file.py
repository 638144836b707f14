"""A file of settings that are secret: whoever else may read it makes it unusable."""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sankofa.errors import SettingsError

SECRETS_NAME = "secrets.toml"
"""In the home folder, where no other is named."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_secrets_file(file: Path) -> Path:
    """Return *file* if its owner alone may read it.

    Raises:
        SettingsError: It is not there, or others may read it; the message says what to do.
    """
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise SettingsError(f"the secrets file {file} cannot be read: {error.strerror}") from error
    if mode & _OTHERS:
        raise SettingsError(f"others may read the secrets file {file}: chmod 600 {file}, then do this again")
    return file


@contextmanager
def draft_secrets(file: Path) -> Iterator[Callable[[str, str], None]]:
    """Give a function that adds a line (name, value without quotes or backslashes) to *file*; what stands in it stays.

    Whether the file can be written is known before a secret is made that could not be kept.

    Raises:
        SettingsError: It cannot be written, or others may read it.
    """
    try:
        earlier = check_secrets_file(file).read_text("utf-8") if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".secrets-")  # mkstemp: its owner alone may read it
        os.close(handle)
    except OSError as error:
        raise SettingsError(f"the secrets file {file} cannot be written: {error.strerror}") from error

    def save(name: str, value: str) -> None:
        Path(draft).write_text(f'{name} = "{value}"\n{earlier}', "utf-8")  # first, for the last line may be in a table
        Path(draft).replace(file)

    try:
        yield save
    finally:
        Path(draft).unlink(missing_ok=True)
