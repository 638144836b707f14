"""Which names are found in texts: those that we ship, and those of a file that the newsroom keeps."""

from pathlib import Path

from index.errors import RecordFormatError
from index.exchange.text_files import open_text
from index.names.gazetteer import Gazetteer, iter_shipped, load_gazetteer
from index.names.rows import parse_rows
from sankofa.errors import SettingsError


def load_names(path: Path | None) -> Gazetteer:
    """Load the names that we ship, and above them those of a newsroom's own file, if one is named.

    Raises:
        SettingsError: The file cannot be read, or a row of it cannot be used: then none is, since a name that is
            silently missing is not found by anybody. The message names every problem by line and column.
    """
    if path is None:
        return load_gazetteer()
    try:
        with open_text(path) as lines:
            own = parse_rows((line.text for line in lines), path.name)
        return Gazetteer([*iter_shipped(), *own])
    except RecordFormatError as error:
        raise SettingsError(f"names_file: {error}") from error
