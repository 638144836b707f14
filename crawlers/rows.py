"""Turn one row of a person's file into a post. Columns:

``platform, id, url, author, author_name, title, text, language, country, published_at, media, media_urls``. A row needs an ``id``
or a ``url``, and a ``title``, a ``text`` or media. ``media`` are paths below the file's folder, ``media_urls`` where they were
published; several are separated by ``;`` (or are a list in JSON Lines), and where both are given they belong together in order.
"""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal

from index.addresses import parse_address
from index.dates import parse_moment
from index.model import Attachment, Post
from index.naming import name_post

COLUMNS = (
    "platform", "id", "url", "author", "author_name", "title", "text", "language", "country", "published_at",
    "media", "media_urls",
)  # fmt: skip
DEFAULT_PLATFORM = "file"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # the shape of BCP 47 tags
_COUNTRY = re.compile(r"[A-Za-z]{2}")  # ISO 3166-1 alpha-2


@dataclass(frozen=True)
class LocalMedia:
    """An attachment and the file that a row names for it; ``None`` where only its address is known."""

    attachment: Attachment
    path: Path | None


def parse_row(values: Mapping[str, Any], folder: Path) -> tuple[Post, tuple[LocalMedia, ...]]:
    """Read a post and its media; files are looked for below *folder* only.

    Raises:
        ValueError: The row cannot be used; the message names the column.
    """
    text = {name: _read_text(name, values.get(name)) for name in COLUMNS[:10]}
    media = _read_media(values, folder)
    native_id = text["id"] or text["url"]
    if not native_id:
        raise ValueError("a post needs an id or a url")
    if not (text["text"] or text["title"] or media):
        raise ValueError("a post needs a text, a title or media")
    post = Post(
        id="",
        platform=text["platform"].lower() or DEFAULT_PLATFORM,
        native_id=native_id,
        url=_check_url("url", text["url"]),
        author=text["author"],
        author_name=text["author_name"],
        title=text["title"],
        text=text["text"],
        language=_check("language", text["language"], _LANGUAGE, "fr, ar or en-GB") or "und",
        country=_check("country", text["country"].upper(), _COUNTRY, "ML or NE") or None,
        published_at=parse_published_at(text["published_at"]),
        attachments=tuple(medium.attachment for medium in media),
    )
    return name_post(post), media


def guess_kind(name: str) -> Literal["image", "video"]:
    """Tell from the ending of a path or address whether it is a video; anything else is taken for a picture."""
    media_type, _ = mimetypes.guess_type(name.partition("?")[0])
    return "video" if media_type and media_type.startswith("video/") else "image"


def find_local(folder: Path, name: str) -> Path:
    """Return the file *name* below *folder*, which need not exist.

    Raises:
        ValueError: It is not below the folder: absolute, with ``..``, or through a link that leads out.
    """
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or ".." in re.split(r"[/\\]", name):
        raise ValueError(f"media: {name} lies outside the folder of the file")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"media: {name} leads outside the folder of the file")
    return path


def parse_published_at(text: str) -> datetime | None:
    """Parse the moment of publication; ``None`` where there is none.

    Raises:
        ValueError: It is no ISO 8601 date or moment.
    """
    try:
        return parse_moment(text) if text else None
    except (ValueError, OverflowError) as error:
        raise ValueError(f"published_at: {text!r} is no date; write 2023-11-14 or 2023-11-14T10:03:00Z") from error


def _read_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{name}: a text is needed, not {type(value).__name__}")


def _read_list(name: str, value: Any) -> list[str]:
    cells = value if isinstance(value, list) else _read_text(name, value).split(";")
    return [text for cell in cells if (text := _read_text(name, cell))]


def _read_media(values: Mapping[str, Any], folder: Path) -> tuple[LocalMedia, ...]:
    paths = [(name, find_local(folder, name)) for name in _read_list("media", values.get("media"))]
    urls = [_check_url("media_urls", url) for url in _read_list("media_urls", values.get("media_urls"))]
    if not paths:
        return tuple(LocalMedia(Attachment(url=url, kind=guess_kind(url)), None) for url in urls)
    if urls and len(urls) != len(paths):
        raise ValueError(f"media and media_urls belong together: {len(paths)} files, but {len(urls)} addresses")
    named = zip(paths, urls or [name for name, _ in paths], strict=True)
    return tuple(LocalMedia(Attachment(url=url, kind=guess_kind(name)), path) for (name, path), url in named)


def _check_url(name: str, url: str) -> str:
    try:
        if url:
            parse_address(url)
    except ValueError as error:
        raise ValueError(f"{name}: {url}: {error}") from error
    return url


def _check(name: str, value: str, pattern: re.Pattern[str], example: str) -> str:
    if value and not pattern.fullmatch(value):
        raise ValueError(f"{name}: {value!r} is not understood; write for example {example}")
    return value
