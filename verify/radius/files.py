"""One file for a saved index (:mod:`verify.arrays`): its header says width, count, stamp and bands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

import numpy.typing as npt

from verify.arrays import ArraysFileError, map_arrays, read_header, write_arrays
from verify.radius.bands import Tables, check_tables
from verify.radius.errors import RadiusFileError
from verify.radius.keys import K, KeyColumn
from verify.radius.plan import Layout
from verify.radius.segment import Segment

FILE_NAME = "codes.radius"

_MAGIC = b"SANKOFA\x00RADIUS\x00\x02"  # the last byte is the form


@dataclass(frozen=True)
class Snapshot(Generic[K]):
    """An index as it stood at one moment: it may be written while the index is searched and added to."""

    segment: Segment[K]
    width_bytes: int
    stamp: str

    def write(self, folder: Path) -> None:
        """Write it to the folder, which is made when absent, all or nothing. Raises OSError."""
        segment = self.segment
        arrays = {f"key_{name}": array for name, array in segment.keys.arrays.items()} | {"words": segment.words}
        if segment.tables:
            arrays |= segment.tables._asdict()
        header = {
            "width_bytes": self.width_bytes,
            "count": len(segment.words),
            "stamp": self.stamp,
            "widths": segment.layout.widths if segment.layout else None,
        }
        write_arrays(folder / FILE_NAME, _MAGIC, header, arrays)


def load_segment(folder: Path, width_bytes: int) -> tuple[Segment[Any], str]:
    """Map what was saved and check it; with the stamp.

    Raises:
        RadiusFileError: It is absent, damaged, or of another width.
    """
    path = folder / FILE_NAME
    try:
        header, arrays = map_arrays(path, _MAGIC)
        segment = _restore(header, arrays, width_bytes)
    except ArraysFileError as error:
        raise RadiusFileError(str(error)) from error
    except (KeyError, ValueError, TypeError) as error:
        raise RadiusFileError(f"{path} is not an index of codes of {width_bytes} bytes: {error}") from error
    return segment, str(header["stamp"])


def read_stamp(folder: Path) -> str:
    """Return the stamp of what was saved, unchecked; empty where nothing is."""
    try:
        return str(read_header(folder / FILE_NAME, _MAGIC).get("stamp", ""))
    except ArraysFileError:
        return ""


def _restore(header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], width_bytes: int) -> Segment[Any]:
    if header["width_bytes"] != width_bytes:
        raise ValueError(f"it has {header['width_bytes']} bytes")
    keys: KeyColumn[Any] = KeyColumn({name[4:]: array for name, array in arrays.items() if name.startswith("key_")})
    segment = Segment(arrays["words"], keys)
    if header["widths"] is not None:
        segment.layout = Layout(tuple(header["widths"]), header["count"])
        segment.tables = Tables(arrays["steps"], arrays["ids"])
        if not check_tables(segment.tables, segment.layout):
            raise ValueError("its tables have other lengths than its bands")
    if not len(segment.words) == len(keys) == header["count"]:
        raise ValueError("codes, keys and count differ")
    segment.settled = True
    return segment
