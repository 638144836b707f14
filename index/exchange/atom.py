"""A feed of changes as Atom (RFC 4287)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from index.exchange.xml_text import escape_xml


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One change: its permanent address, when it was made, by whom, and what it says."""

    url: str
    title: str
    at: datetime
    author: str
    summary: str = ""


def render_feed(entries: Iterable[Entry], *, url: str, title: str, language: str, now: datetime) -> Iterator[str]:
    """Yield the pieces of a feed that lies at *url*; an empty one is as new as *now*."""
    listed = list(entries)
    newest = max((entry.at for entry in listed), default=now)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>\n'
    yield f'<id>{escape_xml(url)}</id>\n<title>{escape_xml(title)}</title>\n<link rel="self" href={quoteattr(url)}/>\n'
    yield f"<updated>{_moment(newest)}</updated>\n"
    for entry in listed:
        yield f"<entry><id>{escape_xml(entry.url)}</id><link href={quoteattr(entry.url)}/>"
        yield f"<title>{escape_xml(entry.title)}</title>"
        yield f"<updated>{_moment(entry.at)}</updated><author><name>{escape_xml(entry.author)}</name></author>"
        yield f"<summary>{escape_xml(entry.summary)}</summary></entry>\n"
    yield "</feed>\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
