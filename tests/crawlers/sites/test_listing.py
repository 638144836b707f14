"""Sitemaps and feeds."""

import gzip
from datetime import UTC, datetime

import pytest

from crawlers.sites import listing
from crawlers.sites.listing import Entry, parse_listing, read_change
from tests.crawlers.servers import build_bomb

BASE = "https://a.example/sitemap.xml"


def test_a_sitemap_gives_pages_with_their_dates() -> None:
    xml = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc> https://a.example/1#top </loc><lastmod>2023-11-14</lastmod>
        <image:image><image:loc>x</image:loc></image:image></url>
        <url><loc>/2</loc></url><url><lastmod>2023</lastmod></url><url><loc>/2</loc></url>
        <url><loc>http://[bad</loc></url></urlset>"""
    found = parse_listing(xml, BASE)
    assert found.pages == (Entry("https://a.example/1", "2023-11-14"), Entry("https://a.example/2", ""))
    assert found.sitemaps == ()


def test_a_sitemap_index_gives_sitemaps() -> None:
    xml = b"<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2023-11</lastmod></sitemap></sitemapindex>"
    assert parse_listing(xml, BASE).sitemaps == (Entry("https://a.example/a.xml.gz", "2023-11"),)


def test_rss_and_atom_give_pages() -> None:
    rss = b"""<rss><channel><item><link>https://a.example/1</link>
        <pubDate>Fri, 17 Nov 2023 08:00:00 GMT</pubDate></item></channel></rss>"""
    assert parse_listing(rss, BASE).pages == (Entry("https://a.example/1", "Fri, 17 Nov 2023 08:00:00 GMT"),)
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="/x"/><link href="/1"/>
        <published>2023-11-17T08:00:00Z</published><updated>2023-11-18T08:00:00Z</updated></entry><entry><title>a</title></entry></feed>"""
    assert parse_listing(atom, BASE).pages == (Entry("https://a.example/1", "2023-11-18T08:00:00Z"),)


def test_a_packed_sitemap_is_unpacked() -> None:
    assert (
        parse_listing(gzip.compress(b"<urlset><url><loc>/1</loc></url></urlset>"), BASE).pages[0].url
        == "https://a.example/1"
    )


HOSTILE = [
    b"", b"<html></html>", b"<urlset>", b"no xml", b"\xff\xfe\x00",
    b'<!DOCTYPE a [<!ENTITY b "cccccccccc"><!ENTITY d "&b;&b;&b;&b;">]><urlset><url><loc>&d;</loc></url></urlset>',
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><urlset><url><loc>&b;</loc></url></urlset>',
    gzip.compress(b"<urlset/>", mtime=0)[:-4],
]  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE)
def test_what_is_no_listing_or_declares_entities_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_listing(content, BASE)


def test_a_packed_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_LISTING_BYTES", 1_000_000)
    with pytest.raises(ValueError, match="larger than"):
        parse_listing(build_bomb(20_000_000), BASE)


def test_entries_are_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_ENTRIES", 3)
    rows = "".join(f"<url><loc>/{number}</loc></url>" for number in range(9))
    assert len(parse_listing(f"<urlset>{rows}</urlset>".encode(), BASE).pages) == 3


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-11-14T10:00:00+01:00", datetime(2023, 11, 14, 9, tzinfo=UTC)),
        ("2023-11-14", datetime(2023, 11, 15, tzinfo=UTC)),
        ("2023-11", datetime(2023, 12, 1, tzinfo=UTC)),
        ("2023", datetime(2024, 1, 1, tzinfo=UTC)),
        ("Fri, 17 Nov 2023 08:00:00 +0100", datetime(2023, 11, 17, 7, tzinfo=UTC)),
        ("9999", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_the_end_of_what_it_may_mean(text: str, moment: datetime | None) -> None:
    assert read_change(text) == moment
