"""Which names are found in texts: those that we ship, and those of a file that the newsroom keeps."""

import hashlib
from functools import cache, partial
from pathlib import Path

from index.errors import RecordFormatError
from index.exchange.text_files import open_text
from index.names.gazetteer import Gazetteer, NameList, iter_shipped, list_shipped, use_names
from index.names.rows import parse_rows
from sankofa.errors import SettingsError


def use_names_file(path: Path | None) -> None:
    """Read the texts of this process with the names that we ship, and above them those of a newsroom's own file.

    The rows are read when a text first needs them (:func:`load_names`).

    Raises:
        SettingsError: The file cannot be read.
    """
    if path is None:
        use_names(list_shipped())
        return
    try:
        own = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SettingsError(f"names_file: {path} cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(f"{list_shipped().digest} {own}".encode()).hexdigest()
    use_names(NameList(digest, cache(partial(load_names, path))))


def load_names(path: Path | None) -> Gazetteer:
    """Load the names that we ship, and above them those of a newsroom's own file, if one is named.

    Raises:
        SettingsError: The file cannot be read, or a row of it cannot be used: then none is, since a name that is
            silently missing is not found by anybody. The message names every problem by line and column.
    """
    if path is None:
        return list_shipped().load()
    try:
        with open_text(path) as lines:
            own = parse_rows((line.text for line in lines), path.name)
        return Gazetteer([*iter_shipped(), *own])
    except RecordFormatError as error:
        raise SettingsError(f"names_file: {error}") from error
