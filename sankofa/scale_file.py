"""Which rating scales labels are read by: those that we ship, and before them one of a newsroom's own."""

from pathlib import Path

from index.errors import RecordFormatError
from index.scales.mapping import use_scales
from index.scales.scale import load_scale
from sankofa.errors import SettingsError


def use_scale_file(path: Path | None) -> None:
    """Map the labels of this process by the scale in *path* too.

    Raises:
        SettingsError: The file cannot be read, or is no scale; the message names the label and what to write.
    """
    try:
        use_scales([load_scale(path)] if path else [])
    except OSError as error:
        raise SettingsError(f"scale_file: {path} cannot be read: {error.strerror}") from error
    except RecordFormatError as error:
        raise SettingsError(f"scale_file: {error}") from error
