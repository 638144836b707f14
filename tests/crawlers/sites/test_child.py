"""The child's settings and its talk with its parent."""

import os
import subprocess
import sys
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.settings import default_settings

from crawlers.errors import AddressForbiddenError
from crawlers.guard import FetchLimits
from crawlers.site_job import SiteJob, name_page
from crawlers.sites.child import build_settings
from crawlers.sites.handler import _refuse_downgrade
from crawlers.sites.manners import ALLOW_ALL, ALLOW_NOTHING, Manners
from crawlers.source import CollectRequest
from tests.crawlers.servers import serve
from tests.crawlers.site_world import Site, build_article

JOB = SiteJob(
    address="http://127.0.0.1:1/sitemap.xml",
    listing="auto",
    path="/checks/",
    folder="/nowhere",
    done=frozenset({"abcdefgh", "12345678"}),
    request=CollectRequest(words=("Kidal", "كيدال"), since=datetime(2023, 11, 1, tzinfo=UTC), limit=3),
    user_agent="Test/1",
    allowed_networks=("127.0.0.0/8",),
    limits=FetchLimits(1000, 2.5, 3),
    delay_seconds=0,
    speaks_for=("a.example",),
)


def test_a_job_is_read_as_it_was_written() -> None:
    assert SiteJob.parse(JOB.render()) == JOB
    assert "\n" not in JOB.render()


def test_a_page_is_named_by_address_and_change() -> None:
    names = {
        name_page("https://a.example/1", "2023"),
        name_page("https://a.example/1", ""),
        name_page("https://a.example/2", ""),
    }
    assert {len(name) for name in names} == {8}
    assert len(names) == 3


def test_scrapy_listens_nowhere_and_reaches_the_network_through_the_guard_only() -> None:
    settings = build_settings(JOB, Manners(0))
    assert settings["EXTENSIONS_BASE"] == {}
    assert not settings["REMOTE_CONTROL_ENABLED"]
    assert not settings["TELNETCONSOLE_ENABLED"]
    assert settings["ROBOTSTXT_OBEY"]
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
    schemes = set(default_settings.DOWNLOAD_HANDLERS_BASE) | set(settings["DOWNLOAD_HANDLERS"])
    handlers = {scheme: settings["DOWNLOAD_HANDLERS"].get(scheme, "scrapy's own") for scheme in schemes}
    guarded = "crawlers.sites.handler.GuardedDownloadHandler"
    assert handlers == {"http": guarded, "https": guarded, "file": None, "data": None, "ftp": None, "s3": None}


def test_robots_txt_is_understood_as_the_standard_says() -> None:
    manners = Manners(0)
    url = "https://a.example/robots.txt"
    assert manners.learn(url, 404, b"<html>") == ALLOW_ALL
    assert manners.learn(url, 503, b"User-agent: *\nAllow: /") == ALLOW_NOTHING
    robots = b"User-agent: *\nDisallow: /x\nSitemap: https://a.example/s.xml\n\xff"
    assert manners.learn(url, 200, robots) == robots
    assert manners.sitemaps == {"a.example": ("https://a.example/s.xml",)}


def test_the_longer_of_our_delay_and_that_of_robots_txt_is_kept_per_host(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def remember(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("crawlers.sites.manners.time.monotonic", lambda: 1000.0)
    monkeypatch.setattr("crawlers.sites.manners.asyncio.sleep", remember)
    manners = Manners(2)
    manners.learn("https://slow.example/robots.txt", 200, b"User-agent: Sankofa\nCrawl-delay: 7\n")
    manners.learn("https://quick.example/robots.txt", 200, b"User-agent: Other\nCrawl-delay: 9\n")
    for host in ("slow", "quick", "unknown"):
        manners.note_end(f"https://{host}.example/1")
        go_through(manners.wait(f"https://{host}.example/2"))
    go_through(manners.wait("https://new.example/"))
    assert slept == [7, 2, 2, 0]


def go_through(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never really waits, without an event loop: a browser's may be running in this thread."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


def test_a_child_whose_parent_is_gone_ends_and_clears_up(tmp_path: Path) -> None:
    folder = tmp_path / "job"
    folder.mkdir()
    site = Site()
    with serve(site.respond) as server:
        site.url = server.url
        for number in range(3):
            site.add(f"/{number}", build_article(f"number {number}"))
        job = replace(
            JOB,
            address=f"{server.url}/sitemap.xml",
            path="",
            folder=str(folder),
            done=frozenset(),
            request=CollectRequest(),
        )
        with subprocess.Popen(
            [sys.executable, "-m", "crawlers.sites.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        ) as child:  # fmt: skip
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(job.render().encode() + b"\n")
            child.stdin.flush()
            while b'"page"' not in child.stdout.readline():
                pass
            child.stdin.close()  # as when the parent dies
            assert child.wait(20) == 1
    assert not folder.exists()
    assert site.pages_asked == ["/0"]


def test_a_step_back_to_http_is_refused() -> None:
    plain = Request("http://a.example/", meta={"redirect_urls": ["https://a.example/"]})
    with pytest.raises(AddressForbiddenError, match="back to http"):
        _refuse_downgrade(plain)
    _refuse_downgrade(Request("https://a.example/", meta={"redirect_urls": ["http://a.example/"]}))
