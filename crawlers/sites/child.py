"""The child process that reads one site: a job on standard input, messages on standard output.

Safe settings of Scrapy, and why: its remote control runs code for whoever connects, it would read ``file:`` addresses, its own
downloader checks neither addresses nor certificates. Source: Scrapy 2.19, docs/topics/settings.rst.
"""

import asyncio
import os
import resource
import sys
from typing import Any, BinaryIO

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from crawlers.site_job import SiteJob
from crawlers.sites.channel import Channel
from crawlers.sites.manners import ROBOTS_NAME, Manners
from crawlers.sites.spider import SiteSpider

BEAT_SECONDS = 1.0
MAX_MEMORY_BYTES = 4 * 1024**3

_HANDLER = "crawlers.sites.handler.GuardedDownloadHandler"


def build_settings(job: SiteJob, manners: Manners) -> dict[str, Any]:
    """Build Scrapy's settings: nothing listens, nothing is cached, nothing goes around the guard."""
    return {
        "SITE_JOB": job,
        "SITE_MANNERS": manners,
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "file": None, "data": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "crawlers.sites.handler.NoteHost": 50,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
        },
        "EXTENSIONS_BASE": {},
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": ROBOTS_NAME,
        "USER_AGENT": job.user_agent,
        "REDIRECT_MAX_TIMES": job.limits.max_redirects,
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_MAXSIZE": job.limits.max_bytes,
        "COOKIES_ENABLED": False,
        "LOG_LEVEL": "WARNING",
    }


def run(job: SiteJob, outgoing: BinaryIO, incoming: BinaryIO) -> None:
    """Read the site of *job*."""
    channel = Channel(outgoing, incoming, job.folder)
    manners = Manners(job.delay_seconds)
    process = AsyncCrawlerProcess(build_settings(job, manners))
    crawler = process.create_crawler(SiteSpider)
    beats = _Beats(channel)
    crawler.signals.connect(beats.begin, signals.spider_opened)
    crawler.signals.connect(beats.end, signals.spider_closed)
    process.crawl(crawler, job=job, manners=manners, channel=channel)
    process.start()


class _Beats:
    """Tells the parent every second that the child still works: a page that hangs the parser is seen as silence."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._beat())

    def end(self) -> None:
        if self._task:
            self._task.cancel()

    async def _beat(self) -> None:
        while True:
            self._channel.send("alive")
            await asyncio.sleep(BEAT_SECONDS)


def main() -> None:
    """Take the job, keep the way to the parent to ourselves, and read."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    incoming = sys.stdin.buffer
    job = SiteJob.parse(incoming.readline().decode())
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as outgoing:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not look like a message
        run(job, outgoing, incoming)


if __name__ == "__main__":
    main()
