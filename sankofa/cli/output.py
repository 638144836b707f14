"""Where answers go: one JSON object a line, or plain aligned text; messages and progress bars go to stderr.

What comes from outside (captions, claims, file names) may hold terminal control sequences; every line of text is cleaned of
them here, once.
"""

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Shape = Mapping[str, Any]

_BLANK = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_ISOLATES = re.compile("[\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e]")
_GAP = "  "


def clean(text: str) -> str:
    """Put *text* on one line, without control characters and without marks that turn the reading direction of what follows."""
    return _CONTROL.sub("\ufffd", _ISOLATES.sub("", _BLANK.sub(" ", text)))


def to_json(shape: Shape) -> str:
    """Write *shape* as one line of JSON; letters as they are, unless a file name is no Unicode."""
    text = json.dumps(shape, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(shape)
    return text


class Output:
    """Prints answers to stdout as JSON Lines (*as_json*) or as text."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._bar: Progress | None = None

    def answer(self, shape: Shape, lines: Iterable[str]) -> None:
        """Print one answer: *shape* as JSON, or *lines*."""
        if self.as_json:
            self._print(to_json(shape))
        else:
            self._print("\n".join(clean(line) for line in lines))

    def table(
        self, shapes: Iterable[Shape], head: Sequence[str], row: Callable[[Shape], Sequence[str]], *, empty: str
    ) -> None:
        """Print many answers: a JSON line each, or one table with a row each; *empty* says what to do when there are none."""
        if self.as_json:
            for shape in shapes:
                self.answer(shape, ())
            return
        rows = [row(shape) for shape in shapes]
        if rows:
            self._print("\n".join(align(head, rows)))
        else:
            self.note(empty)

    def note(self, text: str) -> None:
        """Tell a person something beside the answer, on stderr; nothing under ``--json``."""
        if not self.as_json:
            self._print(clean(text), sys.stderr)

    def error(self, message: str, *, code: int, kind: str) -> None:
        """Say on stderr why a command failed, or why it left something out."""
        shape = {"error": {"code": code, "type": kind, "message": message}}
        self._print(to_json(shape) if self.as_json else f"sankofa: {clean(message)}", sys.stderr)

    @contextmanager
    def progress(self, what: str, total: Callable[[], int | None] = lambda: None) -> Iterator[Callable[[int], None]]:
        """Show a bar on stderr while stdout is a terminal; yields a function that takes how much is done."""
        if self.as_json or not (is_terminal(sys.stdout) and is_terminal(sys.stderr)):
            yield lambda done: None
            return
        try:
            with _open_bar() as self._bar:
                task = self._bar.add_task(what, total=total())
                yield partial(_advance, self._bar, task)
        finally:
            self._bar = None

    def _print(self, text: str, stream: TextIO | None = None) -> None:
        """Print with the bar out of the way: through it rich would break long lines."""
        if self._bar:
            self._bar.stop()
        print(text, file=stream or sys.stdout, flush=True)
        if self._bar:
            self._bar.start()


def _open_bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)


def _advance(bar: "Progress", task: "TaskID", done: int) -> None:
    bar.update(task, completed=done)


def align(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns by the width that a terminal gives their letters; nothing is cut, no line ends in blanks."""
    from rich.cells import cell_len

    cells = [[clean(cell) for cell in row] for row in (head, *rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(head))]
    return [
        _GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def is_terminal(stream: TextIO) -> bool:
    """Tell whether somebody is looking."""
    return stream.isatty()


def use_utf8(*streams: TextIO) -> None:
    """Write UTF-8 whatever the locale says: JSON is UTF-8, and Arabic has no place in Latin-1."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
