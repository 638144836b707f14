"""Posts from a person's file: CSV (comma or semicolon) or JSON Lines, with media beside it.

The position is the byte behind the last row that was read, with a digest of everything before it: rows that were appended are
read alone, and a file that changed before that place is read again from its beginning, where the identifiers of the posts
make repetition harmless. A last row without line end is read, and read again if it grows.
"""

import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawlers.errors import RowError, SourceFormatError, SourceUnavailableError
from crawlers.guard import GuardedFetcher
from crawlers.media import fetch_media
from crawlers.posts import is_wanted
from crawlers.rows import COLUMNS, LocalMedia, parse_row
from crawlers.source import Batch, Collected, CollectRequest, FetchedMedia
from crawlers.tables import Row, TableReader, digest_prefix, read_header
from index.model import Post

BATCH_POSTS = 20
JSON_LINES_ENDINGS = (".jsonl", ".ndjson")
ENDINGS = (".csv", *JSON_LINES_ENDINGS)


@dataclass(frozen=True)
class _Position:
    """Where the next row begins. A last row without line end began at ``retry``; line 0 means that it had one."""

    offset: int = 0
    line: int = 1
    digest: str = ""
    retry: int = 0
    retry_line: int = 0

    @classmethod
    def parse(cls, text: str) -> "_Position":
        try:
            return cls(**json.loads(text)) if text else cls()
        except (ValueError, TypeError) as error:
            raise SourceFormatError(f"this is no position in a file of posts: {text[:80]!r}") from error

    def render(self) -> str:
        return json.dumps(self.__dict__, sort_keys=True)


class FileSource:
    """Reads the posts of one file, in its order. Addresses in ``media_urls`` without a file are fetched with *fetcher*."""

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        fetcher: GuardedFetcher | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._name = name or str(path)
        self._fetcher = fetcher
        self._clock = clock

    @property
    def name(self) -> str:
        """The name in the catalogue, or the file."""
        return self._name

    @property
    def tool(self) -> str:
        """What reads."""
        return f"Python {platform.python_version()}"

    def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
        """Yield the posts behind *position* in batches of 20, as in the file."""
        with self._open() as file, tempfile.TemporaryDirectory(prefix="sankofa-files-") as folder:
            columns, delimiter = self._read_head(file)
            start = self._find_start(file, _Position.parse(position))
            reading = _Reading(request, start)
            if not start.offset:
                reading.refused.extend(_list_unknown(columns))
            if reading.is_done:
                return
            for row in TableReader(file, columns, delimiter).iter_rows(start.offset, start.line):
                if columns is not None and row.start == 0:
                    reading.advance(row)
                    continue
                self._read_row(row, reading, Path(folder))
                if reading.is_full:
                    yield reading.flush()
                    _empty(Path(folder))
                if reading.is_done:
                    return
            if reading.has_news:
                yield reading.flush()

    def _open(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise SourceUnavailableError(f"{self._path}: cannot be read ({error.strerror})") from error

    def _read_head(self, file: BinaryIO) -> tuple[tuple[str, ...] | None, str]:
        if self._path.suffix.lower() in JSON_LINES_ENDINGS:
            return None, ""
        try:
            columns, delimiter = read_header(file)
        except (ValueError, UnicodeDecodeError) as error:
            raise SourceFormatError(f"{self._path}: {error}") from error
        if not set(columns) & {"id", "url"} or not set(columns) & {"text", "title", "media", "media_urls"}:
            needs = "it needs at least id or url, and text, title or media"
            raise SourceFormatError(
                f"{self._path}: the first line must name the columns; {needs} (of {', '.join(COLUMNS)})"
            )
        return columns, delimiter

    def _find_start(self, file: BinaryIO, position: _Position) -> _Position:
        if digest_prefix(file, position.offset).hexdigest() != position.digest:
            return _Position()
        if not position.retry_line or (following := file.read(1)) == b"":
            return position
        if following in b"\r\n":
            return _Position(position.offset, position.line - 1, position.digest)
        return _Position(position.retry, position.retry_line)

    def _read_row(self, row: Row, reading: "_Reading", folder: Path) -> None:
        reading.advance(row)
        try:
            if row.error:
                raise row.error
            post, media = parse_row(row.values, self._path.parent)
        except RowError as error:
            reading.refused.append((f"line {error.line}", str(error).partition(": ")[2]))
        except ValueError as error:
            reading.refused.append((f"line {row.line}", str(error)))
        else:
            if is_wanted(reading.request, post):
                reading.items.append(self._build_item(row, post, media, folder))

    def _build_item(self, row: Row, post: Post, media: tuple[LocalMedia, ...], folder: Path) -> Collected:
        return Collected(
            post=post,
            retrieved_at=self._clock(),
            capture_url=post.url or f"{self._path.name}, line {row.line}",
            media=tuple(self._get_media(medium, folder) for medium in media),
        )

    def _get_media(self, medium: LocalMedia, folder: Path) -> FetchedMedia:
        if medium.path is None and self._fetcher:
            return fetch_media(self._fetcher, medium.attachment, folder)
        if medium.path and medium.path.is_file():
            return FetchedMedia(attachment=medium.attachment, path=medium.path)
        failure = "no such file" if medium.path else "no file is named, and fetching was not asked for"
        return FetchedMedia(attachment=medium.attachment, path=None, failure=failure)


class _Reading:
    """What was read since the last batch, and how far."""

    def __init__(self, request: CollectRequest, start: _Position) -> None:
        self.request = request
        self.items: list[Collected] = []
        self.refused: list[tuple[str, str]] = []
        self._start = self._position = start
        self._left = request.limit

    @property
    def is_done(self) -> bool:
        return self._left == 0

    @property
    def is_full(self) -> bool:
        return len(self.items) + len(self.refused) >= BATCH_POSTS or len(self.items) == self._left

    @property
    def has_news(self) -> bool:
        return bool(self.items or self.refused or self._position != self._start)

    def advance(self, row: Row) -> None:
        retry = (0, 0) if row.is_terminated else (row.start, row.line)
        self._position = _Position(row.end, row.line + row.lines, row.prefix_digest, *retry)

    def flush(self) -> Batch:
        batch = Batch(items=tuple(self.items), position=self._position.render(), refused=tuple(self.refused))
        if self._left is not None:
            self._left -= len(self.items)
        self._start = self._position
        self.items, self.refused = [], []
        return batch


def _list_unknown(columns: tuple[str, ...] | None) -> list[tuple[str, str]]:
    unknown = [name for name in columns or () if name not in COLUMNS]
    known = ", ".join(COLUMNS)
    return [("line 1", f"the column {name!r} is not known and was not read; known are {known}") for name in unknown]


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
