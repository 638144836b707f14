"""A file that is open already, for code that expects a path: the child has no right to open anything."""

import io
import os
import stat
from pathlib import PosixPath
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class OpenedFile(PosixPath):
    """A path whose every `open` reads the same descriptor, each from its own position. Made by `at`."""

    descriptor: int

    @staticmethod
    def at(descriptor: int) -> "OpenedFile":
        """The file behind a descriptor, which stays the caller's."""
        opened = OpenedFile("opened")
        opened.descriptor = descriptor
        return opened

    def open(self, mode: str = "r", *_: Any, **__: Any) -> IO[Any]:  # type: ignore[override]  # one mode of many
        """A new reader from the first byte. Raises ValueError for every mode but "rb"."""
        if mode != "rb":
            raise ValueError(f"an opened file is read as bytes, not with mode {mode!r}")
        return io.BufferedReader(_Reader(self.descriptor))

    def read_bytes(self) -> bytes:
        with self.open("rb") as file:
            content: bytes = file.read()
        return content

    def stat(self, **_: Any) -> os.stat_result:
        return os.fstat(self.descriptor)

    def is_file(self, **_: Any) -> bool:
        return stat.S_ISREG(self.stat().st_mode)

    def exists(self, **_: Any) -> bool:
        return True


class _Reader(io.RawIOBase):
    """Reads at its own position; the descriptor's own is not touched, so that several readers do not meet."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        chunk = os.pread(self._descriptor, len(view), self._position)
        view[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        starts = {
            os.SEEK_SET: 0,
            os.SEEK_CUR: self._position,
            os.SEEK_END: os.fstat(self._descriptor).st_size,
        }
        target = starts[whence] + offset
        if target < 0:
            raise OSError(22, "the position lies before the first byte")
        self._position = target
        return target

    def tell(self) -> int:
        return self._position
