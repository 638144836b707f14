"""Read what a site lists of itself: a sitemap, a sitemap index, an RSS or an Atom feed.

Source: https://www.sitemaps.org/protocol.html, https://www.rssboard.org/rss-specification, RFC 4287 (Atom).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from crawlers.inflate import iter_gunzipped
from index.addresses import join_address
from index.dates import check_partial, last_day

MAX_ENTRIES = 50_000  # what a sitemap may hold
MAX_LISTING_BYTES = 50 * 1024 * 1024  # and how large it may be, unpacked
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Entry:
    """A listed page or sitemap: its address, and when it changed last in the site's own words (may be empty)."""

    url: str
    changed: str = ""

    @property
    def changed_before(self) -> datetime | None:
        """The first moment at which the change had surely happened; ``None`` where nothing usable is said."""
        return read_change(self.changed)


@dataclass(frozen=True)
class Listing:
    """Pages, and further sitemaps."""

    pages: tuple[Entry, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


def parse_listing(content: bytes, base_url: str) -> Listing:
    """Read a sitemap or feed, packed with gzip or not; entries keep their order, and come once each.

    Raises:
        ValueError: It is none, declares entities, or is too large.
    """
    root = _parse_xml(_unpack(content))
    kind = _local_name(root)
    match kind:
        case "urlset":
            return Listing(pages=_collect(_iter_sitemap(root, "url"), base_url))
        case "sitemapindex":
            return Listing(sitemaps=_collect(_iter_sitemap(root, "sitemap"), base_url))
        case "rss" | "RDF":
            return Listing(pages=_collect(_iter_rss(root), base_url))
        case "feed":
            return Listing(pages=_collect(_iter_atom(root), base_url))
    raise ValueError(f"neither a sitemap nor a feed: it begins with <{kind}>")


def read_change(text: str) -> datetime | None:
    """Read a date of a sitemap or feed (ISO 8601 in any precision, or RFC 822) as the end of what it may mean."""
    try:
        partial = check_partial(text)
    except (ValueError, OverflowError):
        return _read_rfc822(text)
    if len(partial) > len("2023-11-14"):
        return datetime.fromisoformat(partial)
    day = last_day(partial)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) if day.year < 9999 else None


def _read_rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _unpack(content: bytes) -> bytes:
    if not content.startswith(_GZIP_MAGIC):
        return content
    unpacked = bytearray()
    for piece in iter_gunzipped([content]):
        unpacked += piece
        if len(unpacked) > MAX_LISTING_BYTES:
            raise ValueError(f"larger than {MAX_LISTING_BYTES:,} bytes")
    return bytes(unpacked)


def _parse_xml(content: bytes) -> Element:
    try:
        root = fromstring(content.lstrip(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except ParseError as error:
        raise ValueError(f"no XML: {error}") from error
    except DefusedXmlException as error:
        raise ValueError(f"XML that declares entities is not read: {error}") from error
    if not isinstance(root, Element):
        raise ValueError("no XML")  # noqa: TRY004 - wrong text, no wrong type
    return root


def _collect(entries: Iterator[Entry], base_url: str) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        try:
            url = join_address(base_url, entry.url).partition("#")[0] if entry.url else ""
        except ValueError:
            continue
        if url:
            found.setdefault(url, Entry(url, entry.changed))
        if len(found) == MAX_ENTRIES:
            break
    return tuple(found.values())


def _iter_sitemap(root: Element, tag: str) -> Iterator[Entry]:
    for node in root:
        if _local_name(node) == tag:
            yield Entry(_find_text(node, "loc"), _find_text(node, "lastmod"))


def _iter_rss(root: Element) -> Iterator[Entry]:
    for node in root.iter():
        if _local_name(node) == "item":
            yield Entry(_find_text(node, "link"), _find_text(node, "updated", "pubDate", "date"))


def _iter_atom(root: Element) -> Iterator[Entry]:
    for node in root:
        if _local_name(node) == "entry":
            links = [
                child for child in node if _local_name(child) == "link" and child.get("rel", "alternate") == "alternate"
            ]
            yield Entry(links[0].get("href", "").strip() if links else "", _find_text(node, "updated", "published"))


def _find_text(node: Element, *names: str) -> str:
    found = {_local_name(child): (child.text or "").strip() for child in reversed(node)}
    return next((found[name] for name in names if found.get(name)), "")


def _local_name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]
