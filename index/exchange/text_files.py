"""Open a text file that somebody sent: find out its encoding, read it line by line, never more than a line at once."""

import codecs
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from index.errors import RecordFormatError

MAX_LINE_CHARACTERS = 1_000_000
_PIECE_CHARACTERS = 65_536
_LOOKED_AT_BYTES = 4096
_SAMPLE_BYTES = 100_000
_BYTE_ORDER_MARKS = (  # longest first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What French and English texts have beyond ASCII. Windows-1252 reads nearly any bytes, so what it reads must make
# sense.
_EXPECTED = frozenset("àâäçéèêëîïíôöóùûüúÿœæñÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»‹›‘’“”–—…€°•\xa0")
_EXPECTED_SHARE = 0.95


class Line(NamedTuple):
    """A physical line with its number, from 1; ``text`` is cut where the line is longer than we read."""

    number: int
    text: str
    too_long: bool


@contextmanager
def open_text(path: Path) -> Iterator["LineReader"]:
    """Open *path* in the encoding that it is in: UTF-8, UTF-16 or UTF-32 by its mark, or Windows-1252.

    Single bytes that are no UTF-8 in a file that else is become lone surrogates, to be refused where they stand.

    Raises:
        RecordFormatError: The file cannot be read, or is in none of these.
    """
    with _open_decoded(path) as file:
        yield LineReader(file)


@contextmanager
def _open_decoded(path: Path) -> Iterator[TextIO]:
    try:
        with path.open("rb") as raw:
            encoding = find_encoding(raw)
        errors = "surrogateescape" if encoding.startswith("utf-8") else "strict"
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            yield file
    except UnicodeError as error:
        raise RecordFormatError(f"{path.name} is damaged or cut off: {error}; save it as UTF-8 again") from error
    except OSError as error:
        raise RecordFormatError(f"{path.name} cannot be read: {error.strerror or error}") from error


@contextmanager
def open_pieces(path: Path) -> Iterator[Iterator[str]]:
    """Open *path* as :func:`open_text` does, to be read in pieces, wherever its lines end.

    Raises:
        RecordFormatError: The file cannot be read, or is in none of these encodings.
    """
    with _open_decoded(path) as file:
        yield iter(lambda: file.read(_PIECE_CHARACTERS), "")


def find_encoding(file: BinaryIO) -> str:
    """Name the encoding of a file; all of it is read.

    Raises:
        RecordFormatError: It is none that we know.
    """
    start = file.read(_LOOKED_AT_BYTES)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    if b"\x00" in start:
        return _find_utf16(start)
    file.seek(0)
    return _tell_utf8_from_windows(file)


def _find_utf16(start: bytes) -> str:
    """UTF-16 without a mark shows in the zero bytes of its ASCII characters, all at odd or all at even places."""
    zeros = start[1::2].count(0), start[0::2].count(0)
    if min(zeros) == 0 and max(zeros) > len(start) // 10:
        return "utf-16-le" if zeros[0] else "utf-16-be"
    raise RecordFormatError("the file holds zero bytes, so it is no text: export it as CSV or JSON Lines in UTF-8")


def _tell_utf8_from_windows(file: BinaryIO) -> str:
    good = bad = first_bad = 0
    sample = bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")()  # a long line comes in pieces that may end inside of a character
    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_CHARACTERS), b""), start=1):
        if line.isascii():
            continue
        try:
            decoder.decode(line, final=line.endswith(b"\n"))
            good += 1
        except UnicodeDecodeError:
            decoder.reset()
            bad += 1
            first_bad = first_bad or number
            sample += line[: max(0, _SAMPLE_BYTES - len(sample))]
    if bad <= good:
        return "utf-8"
    if _reads_as_windows(bytes(sample)):
        return "cp1252"
    raise RecordFormatError(
        f"line {first_bad} is neither UTF-8 nor Windows-1252: save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"
    )


def _reads_as_windows(sample: bytes) -> bool:
    beyond = re.sub(rb"[\x00-\x7f]", b"", sample).decode("cp1252", errors="replace")
    return sum(character in _EXPECTED for character in beyond) >= _EXPECTED_SHARE * len(beyond)


class LineReader(Iterator[Line]):
    """Gives physical lines with their numbers, and takes some back."""

    def __init__(self, file: TextIO) -> None:
        self.encoding = file.encoding
        self._file = file
        self._number = 0
        self._returned: deque[Line] = deque()

    def __next__(self) -> Line:
        if self._returned:
            return self._returned.popleft()
        text = self._file.readline(MAX_LINE_CHARACTERS)
        if not text:
            raise StopIteration
        self._number += 1
        return Line(self._number, text, too_long=self._skip_rest(text))

    def push_back(self, lines: list[Line]) -> None:
        """Give *lines* once more, before all others."""
        self._returned.extendleft(reversed(lines))

    def _skip_rest(self, text: str) -> bool:
        if len(text) < MAX_LINE_CHARACTERS or text.endswith(("\n", "\r")):
            return False
        while (rest := self._file.readline(MAX_LINE_CHARACTERS)) and not rest.endswith(("\n", "\r")):
            pass
        return True
