"""A site, read in a child process."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from crawlers import site_process
from crawlers.errors import (
    AddressForbiddenError,
    FetchRefusedError,
    RateLimitedError,
    SourceFormatError,
    SourceUnavailableError,
)
from crawlers.guard import FetchLimits, GuardedFetcher
from crawlers.site_process import SiteProcess
from crawlers.source import Batch, Collected, CollectRequest, Source
from crawlers.sources.web import WebSource
from tests.contracts.source import PICTURE, POST_COUNT, SourceContract, day, read_number, read_numbers
from tests.crawlers.servers import LOOPBACK, Answer, serve
from tests.crawlers.site_world import Site, build_article, build_script

ALL = CollectRequest()
LIMITS = FetchLimits(1_000_000, 10)


@dataclass
class Desk:
    site: Site

    def open(self, **changes: Any) -> WebSource:
        settings: dict[str, Any] = {
            "address": f"{self.site.url}/sitemap.xml",
            "fetcher": GuardedFetcher(LIMITS, LOOPBACK, "Sankofa-Test/1"),
            "delay_seconds": 0,
            "time_limit_seconds": 60,
            **changes,
        }
        return WebSource("site-test", **settings)

    def collect(self, request: CollectRequest = ALL, position: str = "", **changes: Any) -> list[Batch]:
        return list(self.open(**changes).iter_batches(request, position))

    def read_all(self, **changes: Any) -> tuple[list[Collected], list[tuple[str, str]], str]:
        """Collect everything; the bytes of media are gone afterwards."""
        batches = self.collect(**changes)
        items = [item for batch in batches for item in batch.items]
        return (
            items,
            [refusal for batch in batches for refusal in batch.refused],
            batches[-1].position if batches else "",
        )


@pytest.fixture
def desk() -> Iterator[Desk]:
    site = Site()
    with serve(site.respond) as server:
        site.url = server.url
        yield Desk(site)


def add_post(site: Site, number: int, body: str = "") -> None:
    moment = day(number).isoformat()
    site.add(f"/post-{number}", build_article(f"number {number}", published=moment, body=body), moment)


class TestSitemap(SourceContract):
    site: Site

    @pytest.fixture
    def source(self, desk: Desk) -> Source:
        self.site = desk.site
        desk.site.answers["/two.jpg"] = Answer(PICTURE, headers={"Content-Type": "image/jpeg"})
        for number in range(POST_COUNT):
            add_post(desk.site, number, '<img src="two.jpg">' if number == 2 else "")
        return desk.open()

    def add_post(self, number: int) -> None:
        add_post(self.site, number)


CHECK = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": "Un tunnel à Kidal",
    "reviewRating": {"alternateName": "Faux"},
    "author": {"name": "Des Vérificateurs"},
}


def test_an_article_becomes_a_post_with_its_check_and_its_media(desk: Desk) -> None:
    site = desk.site
    media = {
        "@type": "MediaReview",
        "mediaAuthenticityCategory": "DecontextualizedContent",
        "originalMediaLink": f"{site.url}/bunker.jpg",
        "originalMediaContextDescription": "Un bunker, 2019",
        "itemReviewed": {"mediaItemAppearance": {"contentUrl": f"{site.url}/shown.mp4"}},
    }
    head = (
        build_script("broken")[:-12]
        + "{</script>"
        + build_script({"@graph": [{**CHECK, "url": f"{site.url}/a", "associatedMediaReview": media}]})
        + '<meta property="og:image" content="/shown.jpg?width=600"><meta name="author" content="A. Maïga">'
        + '<link rel="canonical" href="/a">'
    )
    body = (
        '<p>Second &amp; last.</p><img src="/shown.jpg" alt="Une  porte"><img src="/bunker.jpg"><img src="/gone.jpg">'
        '<img src="data:image/gif;base64,AAAA"><img src="http://169.254.169.254/a.jpg"><img src="/page.html">'
    )
    site.add(
        "/a", build_article("number 1 تونيل", published="2023-11-17T08:00:00+01:00", head=head, body=body), "2023-11-17"
    )
    for name in ("shown.jpg", "bunker.jpg"):
        site.answers[f"/{name}"] = Answer(
            f"original bytes of {name}\xff".encode("latin-1"), headers={"Content-Type": "image/jpeg"}
        )
    site.answers["/shown.mp4"] = Answer(b"video", headers={"Content-Type": "video/mp4"})
    site.answers["/page.html"] = Answer(b"<html>", headers={"Content-Type": "text/html"})

    found: dict[str, tuple[bytes | None, str, str, str]] = {}
    for batch in desk.open(country="ML").iter_batches(ALL, ""):
        [item] = batch.items
        refused = batch.refused
        for one in item.media:
            content = one.path.read_bytes() if one.path else None
            found[one.attachment.url.removeprefix(site.url)] = (content, one.bank, one.caption, one.attachment.alt_text)

    post = item.post
    assert (post.platform, post.native_id, post.url) == ("web", f"{site.url}/a", f"{site.url}/a")
    assert (post.author, post.author_name) == (site.url.removeprefix("http://"), "A. Maïga")
    assert (post.title, post.language, post.country) == ("Title of number 1 تونيل", "fr", "ML")
    assert post.text == "Title of number 1 تونيل\nnumber 1 تونيل\nSecond & last."
    assert post.published_at is not None
    assert post.published_at.isoformat() == "2023-11-17T07:00:00+00:00"
    assert found == {
        "/bunker.jpg": (b"original bytes of bunker.jpg\xff", "known", "Un bunker, 2019", ""),
        "/shown.jpg": (b"original bytes of shown.jpg\xff", "seen", "", "Une porte"),
        "/gone.jpg": (None, "seen", "", ""),
        "http://169.254.169.254/a.jpg": (None, "seen", "", ""),
        "/page.html": (None, "seen", "", ""),
        "/shown.mp4": (b"video", "seen", "", ""),
    }
    assert {one.url for one in post.attachments} == {one.attachment.url for one in item.media}
    failures = {one.attachment.url.removeprefix(site.url): one.failure for one in item.media if one.failure}
    assert "404" in failures["/gone.jpg"]
    assert "link-local" in failures["http://169.254.169.254/a.jpg"]
    assert "text/html" in failures["/page.html"]
    [review] = item.claim_reviews
    assert (review.claim_reviewed, review.publisher, review.url) == (
        "Un tunnel à Kidal",
        "Des Vérificateurs",
        f"{site.url}/a",
    )
    assert review.media_reviews[0].original_url == f"{site.url}/bunker.jpg"
    assert review.media_reviews[0].media_urls == (f"{site.url}/shown.mp4",)
    assert any("JSON-LD script 1" in why for _, why in refused)


def test_pages_come_oldest_change_first_and_those_without_a_date_before_them(desk: Desk) -> None:
    for path, lastmod in [
        ("/c", "2023-11-14"),
        ("/a", "2023-11-15T08:00:00Z"),
        ("/d", ""),
        ("/b", "2023-11-14"),
        ("/e", "2022"),
    ]:
        desk.site.add(path, build_article(f"number 1 {path}"), lastmod)
    desk.collect()
    assert desk.site.pages_asked == ["/d", "/e", "/b", "/c", "/a"]


def test_the_next_run_fetches_only_what_is_new_or_changed(desk: Desk) -> None:
    for number in range(3):
        add_post(desk.site, number)
    _, _, position = desk.read_all()
    add_post(desk.site, 3)
    desk.site.add("/post-1", build_article("number 1, corrected", published=day(1).isoformat()), day(9).isoformat())
    desk.site.add("/late", build_article("number 77, listed late", published=day(0).isoformat()), day(0).isoformat())
    desk.site.asked.clear()
    batches = desk.collect(position=position)
    assert desk.site.pages_asked == ["/late", "/post-3", "/post-1"]
    assert read_numbers(batches) == [77, 3, 1]


def test_pages_that_left_the_listing_are_forgotten(desk: Desk) -> None:
    for number in range(3):
        add_post(desk.site, number)
    _, _, position = desk.read_all()
    del desk.site.listed[:2]
    add_post(desk.site, 3)
    _, _, later = desk.read_all(position=position)
    assert len(later) < len(position)


def test_only_the_asked_part_of_the_site_is_read(desk: Desk) -> None:
    desk.site.add("/checks/a", build_article("number 1"))
    desk.site.add("/about", build_article("number 2"))
    desk.site.listed.append(("http://elsewhere.example/checks/b", ""))
    assert read_numbers(desk.collect(path="/checks/")) == [1]
    assert desk.site.pages_asked == ["/checks/a"]


def test_pages_unchanged_since_before_the_period_are_not_fetched(desk: Desk) -> None:
    for number in range(4):
        add_post(desk.site, number)
    assert read_numbers(desk.collect(CollectRequest(since=day(2)))) == [2, 3]
    assert desk.site.pages_asked == ["/post-2", "/post-3"]


def test_accounts_of_social_platforms_choose_nothing_on_a_site(desk: Desk) -> None:
    add_post(desk.site, 1)
    assert read_numbers(desk.collect(CollectRequest(accounts=("@RFI",)))) == [1]


def test_media_of_pages_that_nobody_asked_for_are_not_fetched(desk: Desk) -> None:
    add_post(desk.site, 1, '<img src="/one.jpg">')
    desk.site.add("/other", build_article("something else", body='<img src="/other.jpg">'))
    batches = desk.collect(CollectRequest(words=("number",)))
    assert read_numbers(batches) == [1]
    assert desk.site.pages_asked == ["/other", "/post-1", "/one.jpg"]
    assert desk.collect(CollectRequest(words=("number",)), batches[-1].position) == []


# --- listings ------------------------------------------------------------------------------------------------------------

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><link>{url}/</link>
<item><title>x</title><link>{url}/b</link><pubDate>Fri, 17 Nov 2023 08:00:00 GMT</pubDate></item>
<item><title>y</title><link>{url}/a</link><pubDate>Thu, 16 Nov 2023 08:00:00 GMT</pubDate></item></channel></rss>"""


def add_pair(desk: Desk) -> None:
    desk.site.add("/a", build_article("number 1"))
    desk.site.add("/b", build_article("number 2"))


def test_a_feed_is_read(desk: Desk) -> None:
    add_pair(desk)
    desk.site.answers["/feed"] = Answer(
        RSS.format(url=desk.site.url).encode(), headers={"Content-Type": "application/rss+xml"}
    )
    assert read_numbers(desk.collect(address=f"{desk.site.url}/feed", listing="feed")) == [1, 2]


def test_a_sitemap_index_is_followed_and_a_broken_part_costs_only_itself(desk: Desk) -> None:
    add_pair(desk)
    parts = "".join(
        f"<sitemap><loc>{desk.site.url}/{name}</loc></sitemap>" for name in ("gone.xml", "sitemap.xml", "bad.xml")
    )
    desk.site.answers["/index.xml"] = Answer(f"<sitemapindex>{parts}</sitemapindex>".encode())
    desk.site.answers["/bad.xml"] = Answer(b'<!DOCTYPE a [<!ENTITY b "c">]><urlset>&b;</urlset>')
    items, refused, position = desk.read_all(address=f"{desk.site.url}/index.xml")
    assert [read_number(item) for item in items] == [1, 2]
    assert [where.rpartition("/")[2] for where, _ in refused] == ["gone.xml", "bad.xml"]
    assert len(position) > len('{"done": ""}')


def test_a_page_leads_to_its_feed(desk: Desk) -> None:
    add_pair(desk)
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    desk.site.answers["/"] = Answer(build_article("home", head=link), headers={"Content-Type": "text/html"})
    desk.site.answers["/feed"] = Answer(RSS.format(url=desk.site.url).encode())
    assert read_numbers(desk.collect(address=desk.site.url)) == [1, 2]


def test_a_page_without_a_feed_is_read_by_the_sitemap_that_robots_names(desk: Desk) -> None:
    add_pair(desk)
    desk.site.robots = Answer(f"Sitemap: {desk.site.url}/other.xml\n".encode())
    desk.site.answers["/"] = Answer(build_article("home"), headers={"Content-Type": "text/html"})
    desk.site.answers["/other.xml"] = Answer(desk.site.render_sitemap())
    assert read_numbers(desk.collect(address=desk.site.url)) == [1, 2]


def test_a_site_without_any_listing_is_a_format_error(desk: Desk) -> None:
    desk.site.answers["/"] = Answer(build_article("home"), headers={"Content-Type": "text/html"})
    desk.site.answers["/sitemap.xml"] = Answer(b"nothing", 404)
    with pytest.raises(SourceFormatError, match="no sitemap and no feed"):
        desk.collect(address=desk.site.url)
    with pytest.raises(SourceFormatError):
        desk.collect(address=f"{desk.site.url}/", listing="sitemap")


def test_a_listing_without_pages_is_warned_of(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    [batch] = desk.collect()
    assert batch.refused == ((f"{desk.site.url}/sitemap.xml", "no pages are listed: the site may have changed"),)
    assert "lists no pages" in caplog.text


# --- manners -------------------------------------------------------------------------------------------------------------


def test_robots_txt_is_obeyed_for_pages_and_pictures(desk: Desk) -> None:
    desk.site.robots = Answer(b"User-agent: Sankofa\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n")
    add_post(desk.site, 1, '<img src="/private/a.jpg">')
    desk.site.add("/private/b", build_article("number 2"), day(2).isoformat())
    items, refused, _ = desk.read_all()
    assert [read_number(item) for item in items] == [1]
    assert "robots.txt" in items[0].media[0].failure
    assert [(where.rpartition("/")[2], "robots.txt" in why) for where, why in refused] == [("b", True)]
    assert desk.site.pages_asked == ["/post-1"]


def test_a_site_whose_robots_txt_forbids_everything_is_refused(desk: Desk) -> None:
    desk.site.robots = Answer(b"User-agent: *\nDisallow: /\n")
    add_post(desk.site, 1)
    with pytest.raises(FetchRefusedError, match=r"robots\.txt"):
        desk.collect()
    assert desk.site.asked == ["/robots.txt"]


def test_while_robots_txt_cannot_be_had_nothing_is_asked(desk: Desk) -> None:
    desk.site.robots = Answer(b"oops", 503)
    add_post(desk.site, 1)
    with pytest.raises(FetchRefusedError, match=r"robots\.txt"):
        desk.collect()
    assert desk.site.asked == ["/robots.txt"]


def test_we_say_who_we_are_and_bring_nothing_else(desk: Desk) -> None:
    with serve(desk.site.respond) as server:
        desk.site.url = server.url
        add_post(desk.site, 1)
        desk.collect()
        for headers in server.headers:
            assert headers["user-agent"] == "Sankofa-Test/1"
            assert not {"cookie", "referer", "authorization"} & set(headers)


# --- bad input -----------------------------------------------------------------------------------------------------------


def test_pages_that_cannot_be_used_are_said_and_the_rest_is_read(desk: Desk) -> None:
    add_post(desk.site, 1)
    add_post(desk.site, 9)
    site = desk.site
    site.listed += [
        ("/gone", "2023-11-12"),
        ("/doc.pdf", "2023-11-13"),
        ("/moved", "2023-11-14"),
        ("/trap", "2023-11-15"),
    ]
    site.answers["/doc.pdf"] = Answer(b"%PDF", headers={"Content-Type": "application/pdf"})
    site.answers["/moved"] = Answer(status=301, headers={"Location": "/target"})
    site.answers["/target"] = Answer(build_article("number 5"), headers={"Content-Type": "text/html"})
    site.answers["/trap"] = Answer(status=302, headers={"Location": "http://169.254.169.254/"})
    items, refused, position = desk.read_all()
    assert [read_number(item) for item in items] == [1, 5, 9]
    assert items[1].post.url == f"{site.url}/target"
    assert [(where.rpartition("/")[2], why) for where, why in refused if "doc.pdf" in where] == [
        ("doc.pdf", "no HTML page")
    ]
    reasons = " ".join(why for _, why in refused)
    assert "404" in reasons
    assert "link-local" in reasons
    site.asked.clear()
    assert desk.collect(position=position) == []
    assert site.pages_asked == []


def test_a_page_that_fails_now_is_tried_again_by_the_next_run(desk: Desk) -> None:
    add_post(desk.site, 1)
    add_post(desk.site, 2)
    page, desk.site.answers["/post-1"] = desk.site.answers["/post-1"], Answer(b"busy", 500)
    items, refused, position = desk.read_all()
    assert [read_number(item) for item in items] == [2]
    assert "500" in refused[0][1]
    desk.site.answers["/post-1"] = page
    assert read_numbers(desk.collect(position=position)) == [1]


def test_a_site_that_fails_again_and_again_is_left_alone(desk: Desk) -> None:
    for number in range(9):
        add_post(desk.site, number)
        if number > 1:
            desk.site.answers[f"/post-{number}"] = Answer(b"busy", 500)
    batches: list[Batch] = []
    with pytest.raises(SourceUnavailableError, match="500"):
        batches.extend(desk.open().iter_batches(ALL, ""))
    assert len(desk.site.pages_asked) == 5


def test_a_site_that_asks_us_to_wait_is_left_at_once(desk: Desk) -> None:
    for number in range(3):
        add_post(desk.site, number)
    desk.site.answers["/post-1"] = Answer(status=429, headers={"Retry-After": "120"})
    kept: list[Batch] = []
    running = desk.open().iter_batches(ALL, "")
    kept.append(next(running))
    with pytest.raises(RateLimitedError) as caught:
        next(running)
    assert caught.value.retry_at is not None
    desk.site.answers["/post-1"] = Answer(build_article("number 1"), headers={"Content-Type": "text/html"})
    assert read_numbers(desk.collect(position=kept[0].position)) == [1, 2]


def test_a_redirect_loop_is_refused(desk: Desk) -> None:
    desk.site.listed = [("/loop", "")]
    desk.site.answers["/loop"] = Answer(status=302, headers={"Location": "/loop2"})
    desk.site.answers["/loop2"] = Answer(status=302, headers={"Location": "/loop"})
    _, refused, _ = desk.read_all()
    assert "redirect" in refused[0][1]
    assert len(desk.site.pages_asked) == 6


def test_a_site_that_is_not_public_is_forbidden(desk: Desk) -> None:
    add_post(desk.site, 1)
    for fetcher in (GuardedFetcher(LIMITS), GuardedFetcher(LIMITS, (ip_network("127.0.0.2/32"),))):
        with pytest.raises(AddressForbiddenError, match="loopback"):
            desk.collect(fetcher=fetcher)
    assert desk.site.asked == []


def test_an_unreachable_site_is_unavailable(desk: Desk, closed_port: int) -> None:
    with pytest.raises(SourceUnavailableError, match="no connection"):
        desk.collect(address=f"http://127.0.0.1:{closed_port}/sitemap.xml")


def test_a_missing_listing_is_unavailable(desk: Desk) -> None:
    with pytest.raises(SourceUnavailableError, match="404"):
        desk.collect(address=f"{desk.site.url}/nowhere.xml")


@pytest.mark.parametrize("position", ["{", "[]", '{"since": 1}', "3"])
def test_a_foreign_position_is_an_error(desk: Desk, position: str) -> None:
    with pytest.raises(SourceFormatError, match="no position"):
        desk.collect(position=position)


HOSTILE = [
    b"", b"\x00\x01\x02", b"<" * 10_000, b"<div>" * 20_000, "<p>number 1 \ud83d\ude00</p>".encode("utf-16-le", "surrogatepass"),
    b'<html lang="x y z"><link rel=canonical href="http://[::1"><base href="http://[bad"><img src="http://[::1">',
    b"<script type='application/ld+json'>" + b"[" * 50_000 + b"</script><p>number 1</p>",
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_html_stops_nothing(desk: Desk, body: bytes) -> None:
    desk.site.add("/a", body, "2023-11-01")
    desk.site.add("/b", build_article("the last one, number 2"), "2023-11-02")
    items, _, _ = desk.read_all()
    assert "number 2" in items[-1].post.text


# --- the child -----------------------------------------------------------------------------------------------------------


def record_children(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Remember the process numbers of the children that are started."""
    pids: list[int] = []
    iter_messages = SiteProcess.iter_messages

    def remember(self: SiteProcess) -> Iterator[dict[str, Any]]:
        pids.append(self.pid)
        return iter_messages(self)

    monkeypatch.setattr(SiteProcess, "iter_messages", remember)
    return pids


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_that_is_killed_costs_nothing_that_was_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        add_post(desk.site, number)
    pids = record_children(monkeypatch)
    running = desk.open().iter_batches(ALL, "")
    kept = [next(running), next(running)]
    os.kill(pids[0], signal.SIGKILL)
    with pytest.raises(SourceUnavailableError, match="signal 9"):
        next(running)
    assert read_numbers(kept) + read_numbers(desk.collect(position=kept[-1].position)) == [0, 1, 2, 3, 4]


def test_a_run_that_is_given_up_leaves_no_child_and_no_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for number in range(3):
        add_post(desk.site, number)
    pids = record_children(monkeypatch)
    running = desk.open().iter_batches(ALL, "")
    next(running)
    assert is_alive(pids[0])
    running.close()  # type: ignore[attr-defined]  # a generator
    assert not is_alive(pids[0])
    assert list(tmp_path.iterdir()) == []


def test_the_child_reads_no_further_than_its_parent_asks(desk: Desk) -> None:
    for number in range(5):
        add_post(desk.site, number)
    desk.collect(CollectRequest(limit=2))
    assert desk.site.pages_asked == ["/post-0", "/post-1"]


def test_a_run_that_takes_too_long_is_ended_while_it_keeps_the_delay_of_robots_txt(desk: Desk) -> None:
    add_post(desk.site, 1)
    desk.site.robots = Answer(b"User-agent: *\nCrawl-delay: 60\n")
    with pytest.raises(SourceUnavailableError, match=r"too long|did not end"):
        desk.collect(time_limit_seconds=3)
    assert desk.site.pages_asked == []


def test_a_child_that_cannot_begin_is_reported_with_its_last_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_process, "_build_environment", lambda: {"PYTHONHOME": "/nowhere"})
    with pytest.raises(SourceUnavailableError, match=r"exit code 1.*last words"):
        desk.collect()


def test_the_child_holds_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_X_BEARER_TOKEN", "secret")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    environment = site_process._build_environment()
    assert "secret" not in environment.values()
    assert "http_proxy" not in environment
