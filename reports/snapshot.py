"""A report as it was frozen: one canonical JSON text, from which every format can be rendered without the store.

Canonical as RFC 8785 says: keys in order, no spaces, characters as they are, UTF-8. All numbers are whole: a length of time is
a decimal in a string. Moments are UTC with ``Z``. Thumbnails stand by their SHA-256 and lie in the vault. The moment of freezing
and the words of the report's language are facts of the report; nothing comes from the machine that writes or reads it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from index.log.canonical import canonicalize_plain
from reports.content import MediumEntry, MonthlyReport
from reports.errors import SnapshotUnreadableError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA = "sankofa-report-snapshot"
SCHEMA_VERSION = 2
_READABLE = (1, 2)
"""Of version 1 are reports without what the log says of them; a field that a version has not keeps its default."""

_THUMBNAIL = "thumbnail"


def write_snapshot(report: MonthlyReport) -> bytes:
    """Write a report as its canonical text; equal reports give equal bytes."""
    content = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "report": _write(report)}
    return canonicalize_plain(content)


def read_snapshot(snapshot: bytes, read_thumbnail: Callable[[str], bytes]) -> MonthlyReport:
    """Read what :func:`write_snapshot` wrote; *read_thumbnail* gives the bytes of a SHA-256.

    Raises:
        SnapshotUnreadableError: It is no snapshot, or one of a newer version.
    """
    try:
        content = json.loads(snapshot)
        if content["schema"] != SCHEMA or content["schema_version"] not in _READABLE:
            raise SnapshotUnreadableError(f"this is no snapshot of version {SCHEMA_VERSION} or before")
        report: MonthlyReport = _build_adapter().validate_python(_fill(content["report"], read_thumbnail))
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotUnreadableError(f"this is no snapshot of a report: {error}") from error
    return report


def collect_thumbnails(report: MonthlyReport) -> Mapping[str, bytes]:
    """Collect the pictures of a report by their SHA-256, ordered by it."""
    contents = {entry.thumbnail for entry in _iter_media(report) if entry.thumbnail is not None}
    return dict(sorted((hashlib.sha256(content).hexdigest(), content) for content in contents))


def _iter_media(report: MonthlyReport) -> Iterator[MediumEntry]:
    for case in report.cases:
        for pair in case.comparisons:
            yield from (pair.known, pair.use)
        yield from case.media
    for medium in report.reused:
        yield from medium.pictures


def _write(value: object) -> object:
    match value:
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case float():
            return repr(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple():
            return [_write(item) for item in value]
    return {name: _write(field) for name, field in vars(value).items()} if is_dataclass(value) else value


def _fill(value: Any, read_thumbnail: Callable[[str], bytes]) -> Any:
    match value:
        case list():
            return [_fill(item, read_thumbnail) for item in value]
        case dict():
            return {
                name: read_thumbnail(field) if name == _THUMBNAIL and field else _fill(field, read_thumbnail)
                for name, field in value.items()
            }
    return value


@cache
def _build_adapter() -> "TypeAdapter[MonthlyReport]":
    from pydantic import TypeAdapter  # 0.1 s, which a command that only helps need not wait

    return TypeAdapter(MonthlyReport)
