"""Read JSON of any size item by item: each is cut out as it stands and parsed by itself, so that a broken one costs only itself.

Items are the elements of the first list that a document is about (``@graph``, ``dataFeedElement``, ``claims``, or the document
itself), and otherwise the document, or several one after the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from index.strict_json import MAX_CHARACTERS, parse_json

_LONGEST_NAME = 40
LISTS = frozenset({"@graph", "dataFeedElement", "claims"})
_MARK = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)


@dataclass(frozen=True)
class Item:
    """The text of an item and its number, from 1; ``flaw`` says why it cannot be read, and is mostly empty."""

    number: int
    text: str
    flaw: str = ""

    def parse(self) -> Any:
        """Parse it. Raises ValueError, which says what is wrong with it."""
        if self.flaw:
            raise ValueError(self.flaw)
        return parse_json(self.text)


def iter_items(pieces: Iterable[str]) -> Iterator[Item]:
    """Cut a document that comes in *pieces* into its items; no more than one item is held at a time."""
    cutter = _Cutter()
    for piece in pieces:
        yield from cutter.feed(piece)
    yield from cutter.finish()


class _Cutter:
    """Follows strings and brackets, and nothing else: what is between them is the parser's business."""

    def __init__(self) -> None:
        self._buffer = ""
        self._at = 0  # how far the buffer was looked through
        self._start = 0  # where the item begins that is being read
        self._depth = 0
        self._items_depth = 0  # 0: not inside of a list of items
        self._number = 0
        self._name = ""  # the last string, which may name a list
        self._is_behind = False  # the list of items has ended, the document has not
        self._is_skipping = False  # the item is too long
        self._is_lost = False  # a string has no end

    def feed(self, piece: str) -> Iterator[Item]:
        """Take the next piece, and yield the items that it completes."""
        if self._is_lost:
            return
        self._buffer += piece
        for mark in _MARK.finditer(self._buffer, self._at):
            if mark[0] == '"':  # a string that a later piece ends
                self._at = mark.start()
                break
            if mark[0] != "," or self._depth == self._items_depth:
                yield from self._step(mark[0], mark.start(), mark.end())
        else:
            self._at = len(self._buffer)
        yield from self._shorten()

    def finish(self) -> Iterator[Item]:
        """Yield what is left when the document ends."""
        rest = self._buffer[self._start :].strip()
        if self._is_skipping or self._is_lost:
            return
        if self._items_depth or (self._depth and not self._is_behind):
            yield self._take(
                "", f"the file ends inside of it, or a bracket before it is missing; its end is {rest[-40:]!r}"
            )
        elif rest and not self._is_behind:
            yield self._take(rest)

    def _step(self, mark: str, start: int, end: int) -> Iterator[Item]:
        if mark[0] == '"':
            self._name = mark[1:-1] if end - start < _LONGEST_NAME else ""
        elif mark in "{[":
            self._open(mark, end)
        elif mark in "]}":
            yield from self._close(start, end)
        else:
            yield from self._cut(start, end)

    def _open(self, mark: str, end: int) -> None:
        self._depth += 1
        is_first = mark == "[" and not self._items_depth and not self._is_behind
        if is_first and (self._depth == 1 or (self._depth == 2 and self._name in LISTS)):
            self._items_depth, self._start = self._depth, end

    def _close(self, start: int, end: int) -> Iterator[Item]:
        self._depth = max(0, self._depth - 1)
        if self._items_depth > self._depth:
            yield from self._cut(start, end)
            self._items_depth, self._is_behind = 0, True
        elif self._depth == 0:
            yield from self._cut(end, end)
        if self._depth == 0:
            self._is_behind = False

    def _cut(self, start: int, end: int) -> Iterator[Item]:
        text = self._buffer[self._start : start].strip()
        self._start = end
        if text and not self._is_behind and not self._is_skipping:
            yield self._take(text)
        self._is_skipping = False

    def _take(self, text: str, flaw: str = "") -> Item:
        self._number += 1
        return Item(self._number, text, flaw)

    def _shorten(self) -> Iterator[Item]:
        """Forget what was cut, and an item that is too long to be read."""
        if len(self._buffer) - self._start > MAX_CHARACTERS:
            self._is_lost = self._at < len(self._buffer)
            if not self._is_skipping and not self._is_behind:
                rest = "; a string in it has no end, so nothing after it was read" if self._is_lost else ""
                yield self._take("", f"longer than {MAX_CHARACTERS:,} characters{rest}")
            self._is_skipping = not self._is_behind
            self._start = self._at
        self._buffer, self._at, self._start = self._buffer[self._start :], self._at - self._start, 0
