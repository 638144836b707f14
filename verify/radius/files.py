"""One file for a saved index, written all or nothing, mapped into memory when it is opened.

Magic, length of the header, header (JSON: form, width, count, stamp, bands, arrays), the arrays, each on a multiple of
64 bytes, and the SHA-256 of everything before it.
"""

import hashlib
import json
import mmap
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from verify.radius.bands import Tables, check_tables
from verify.radius.errors import RadiusFileError
from verify.radius.keys import K, KeyColumn
from verify.radius.plan import Layout
from verify.radius.segment import Segment

FILE_NAME = "codes.radius"

_MAGIC = b"SANKOFA\x00RADIUS\x00\x01"  # the last byte is the form
_ALIGN = 64
_DIGEST_BYTES = 32
_CHUNK_BYTES = 1 << 24


def save_segment(folder: Path, segment: Segment[K], width_bytes: int, stamp: str) -> None:
    """Write it to the folder, which is made when absent."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{FILE_NAME}.{os.getpid()}.part"
    try:
        with unfinished.open("wb") as file:
            _write(file, segment, width_bytes, stamp)
        unfinished.replace(folder / FILE_NAME)
    finally:
        unfinished.unlink(missing_ok=True)


def load_segment(folder: Path, width_bytes: int) -> tuple[Segment[Any], str]:
    """Map what was saved and check it; with the stamp.

    Raises:
        RadiusFileError: It is absent, damaged, or of another width.
    """
    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise RadiusFileError(f"{path} cannot be opened: {error}") from error
    _check_digest(path, content)
    try:
        header, arrays = _read(content)
        segment = _restore(header, arrays, width_bytes)
    except (KeyError, ValueError, TypeError) as error:
        raise RadiusFileError(f"{path} is not an index of codes of {width_bytes} bytes: {error}") from error
    return segment, str(header["stamp"])


def _write(file: BinaryIO, segment: Segment[K], width_bytes: int, stamp: str) -> None:
    arrays = {f"key_{name}": array for name, array in segment.keys.arrays.items()} | {"words": segment.words}
    if segment.tables:
        arrays |= segment.tables._asdict()
    header = {
        "byte_order": sys.byteorder,
        "width_bytes": width_bytes,
        "count": len(segment.words),
        "stamp": stamp,
        "widths": segment.layout.widths if segment.layout else None,
        "arrays": [[name, array.dtype.str, array.shape] for name, array in arrays.items()],
    }
    digest = hashlib.sha256()
    for part in _iter_parts(json.dumps(header).encode(), list(arrays.values())):
        file.write(part)
        digest.update(part)
    file.write(digest.digest())
    file.flush()
    os.fsync(file.fileno())


def _iter_parts(header: bytes, arrays: list[npt.NDArray[Any]]) -> Iterator[bytes | memoryview]:
    start = _MAGIC + len(header).to_bytes(8, "little") + header
    yield start + b"\x00" * (-len(start) % _ALIGN)
    for array in arrays:
        content = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        for place in range(0, len(content), _CHUNK_BYTES):
            yield content[place : place + _CHUNK_BYTES]
        yield b"\x00" * (-len(content) % _ALIGN)


def _check_digest(path: Path, content: mmap.mmap) -> None:
    digest, end = hashlib.sha256(), len(content) - _DIGEST_BYTES
    with memoryview(content) as view:
        for place in range(0, max(end, 0), _CHUNK_BYTES):
            digest.update(view[place : min(place + _CHUNK_BYTES, end)])
    if end < len(_MAGIC) or content[: len(_MAGIC)] != _MAGIC or content[end:] != digest.digest():
        raise RadiusFileError(f"{path} is damaged or of another form")


def _read(content: mmap.mmap) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    start = len(_MAGIC) + 8
    end = start + int.from_bytes(content[len(_MAGIC) : start], "little")
    header = cast("dict[str, Any]", json.loads(content[start:end]))
    arrays, place = {}, end + -end % _ALIGN
    for name, dtype, shape in header["arrays"]:
        size = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(content, dtype=np.dtype(dtype), count=size, offset=place) if size else np.zeros(0, dtype)
        arrays[name] = array.reshape(shape)
        place += array.nbytes + -array.nbytes % _ALIGN
    return header, arrays


def _restore(header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], width_bytes: int) -> Segment[Any]:
    if header["width_bytes"] != width_bytes or header["byte_order"] != sys.byteorder:
        raise ValueError(f"it has {header['width_bytes']} bytes, {header['byte_order']}-endian")
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
