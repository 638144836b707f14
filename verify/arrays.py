"""Named arrays in one file, written all or nothing, mapped into memory when it is opened.

Magic, length of the header, header (JSON: what the caller says, and the arrays), the arrays, each on a multiple of 64 bytes,
and the SHA-256 of everything before it. The digest is checked whenever a file is opened, for an index that is damaged
would answer wrongly and say nothing: half a second for each gigabyte.
"""

import hashlib
import json
import mmap
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from verify.errors import VerifyError

Arrays = Mapping[str, npt.NDArray[Any]]
Header = dict[str, Any]

_ALIGN = 64
_DIGEST_BYTES = 32
_CHUNK_BYTES = 1 << 24


class ArraysFileError(VerifyError):
    """A file of arrays that cannot be used: it is absent, damaged or of another form."""


def write_arrays(path: Path, magic: bytes, header: Mapping[str, Any], arrays: Arrays) -> None:
    """Write the file, in the place of the one that is there; its folder is made when absent. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    listed = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    whole = json.dumps({**header, "byte_order": sys.byteorder, "arrays": listed}).encode()
    try:
        with unfinished.open("wb") as file:
            _write(file, magic, whole, list(arrays.values()))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def map_arrays(path: Path, magic: bytes) -> tuple[Header, dict[str, npt.NDArray[Any]]]:
    """Map what :func:`write_arrays` wrote and check it. The arrays cannot be written to.

    Raises:
        ArraysFileError: It is absent, damaged, or of another form.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise ArraysFileError(f"{path} cannot be opened: {error}") from error
    _check_digest(path, magic, content)
    try:
        header, arrays = _read(magic, content)
    except (KeyError, ValueError, TypeError) as error:
        raise ArraysFileError(f"{path} is not of this form: {error}") from error
    if header["byte_order"] != sys.byteorder:
        raise ArraysFileError(f"{path} was written by a machine of another byte order")
    return header, arrays


def read_header(path: Path, magic: bytes) -> Header:
    """Return what the header says, without a look at the arrays and unchecked.

    Raises:
        ArraysFileError: There is none.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(magic) + 8)
            if not start.startswith(magic):
                raise ArraysFileError(f"{path} is of another form")
            size = int.from_bytes(start[len(magic) :], "little")
            return cast("Header", json.loads(file.read(min(size, _CHUNK_BYTES))))
    except (OSError, ValueError) as error:
        raise ArraysFileError(f"{path} cannot be read: {error}") from error


def _write(file: BinaryIO, magic: bytes, header: bytes, arrays: list[npt.NDArray[Any]]) -> None:
    digest = hashlib.sha256()
    for part in _iter_parts(magic, header, arrays):
        file.write(part)
        digest.update(part)
    file.write(digest.digest())
    file.flush()
    os.fsync(file.fileno())


def _iter_parts(magic: bytes, header: bytes, arrays: list[npt.NDArray[Any]]) -> Iterator[bytes | memoryview]:
    start = magic + len(header).to_bytes(8, "little") + header
    yield start + b"\x00" * (-len(start) % _ALIGN)
    for array in arrays:
        content = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        for place in range(0, len(content), _CHUNK_BYTES):
            yield content[place : place + _CHUNK_BYTES]
        yield b"\x00" * (-len(content) % _ALIGN)


def _check_digest(path: Path, magic: bytes, content: mmap.mmap) -> None:
    digest, end = hashlib.sha256(), len(content) - _DIGEST_BYTES
    with memoryview(content) as view:
        for place in range(0, max(end, 0), _CHUNK_BYTES):
            digest.update(view[place : min(place + _CHUNK_BYTES, end)])
    if end < len(magic) or content[: len(magic)] != magic or content[end:] != digest.digest():
        raise ArraysFileError(f"{path} is damaged or of another form")


def _read(magic: bytes, content: mmap.mmap) -> tuple[Header, dict[str, npt.NDArray[Any]]]:
    start = len(magic) + 8
    end = start + int.from_bytes(content[len(magic) : start], "little")
    header = cast("Header", json.loads(content[start:end]))
    arrays, place = {}, end + -end % _ALIGN
    for name, dtype, shape in header["arrays"]:
        size = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(content, dtype=np.dtype(dtype), count=size, offset=place) if size else np.zeros(0, dtype)
        arrays[name] = array.reshape(shape)
        place += array.nbytes + -array.nbytes % _ALIGN
    return header, arrays
