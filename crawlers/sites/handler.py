"""Scrapy's way to the network: only through the address guard, one request at a time, at the pace that the host asks for.

A redirect is handed back to Scrapy, so that the next address meets robots.txt and the guard anew.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Request, Response
from scrapy.utils.asyncio import run_in_thread

from crawlers.errors import AddressForbiddenError, CrawlError
from crawlers.guard import Fetched
from crawlers.site_job import SiteJob
from crawlers.sites.manners import ROBOTS_PATH, Manners

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_KEPT_HEADERS = ("content-type", "location", "etag", "last-modified", "retry-after")


class NoteHost:
    """Notes which host is being asked, so that a refusal can be explained after redirects too."""

    def __init__(self, crawler: "Crawler") -> None:
        self._manners: Manners = crawler.settings["SITE_MANNERS"]

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "NoteHost":
        """Build it as Scrapy does."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Look at a request before robots.txt is asked."""
        self._manners.current_host = urlsplit(request.url).netloc


class GuardedDownloadHandler(BaseDownloadHandler):
    """Downloads by :class:`crawlers.guard.GuardedFetcher` in a thread; expects ``SITE_JOB`` and ``SITE_MANNERS`` as settings."""

    lazy = False

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        job: SiteJob = crawler.settings["SITE_JOB"]
        self._manners: Manners = crawler.settings["SITE_MANNERS"]
        self._fetcher = job.open_fetcher()

    async def download_request(self, request: Request) -> Response:
        """Download what *request* names.

        Raises:
            CrawlError: The guard refuses it, or it cannot be had.
        """
        is_robots = urlsplit(request.url).path == ROBOTS_PATH and bool(request.meta.get("dont_obey_robotstxt"))
        try:
            fetched = await self._fetch(request)
        except CrawlError as error:
            if not is_robots:
                raise
            return Response(request.url, body=self._manners.learn_failure(request.url, error), request=request)
        body = fetched.content
        if is_robots and not 300 <= fetched.status < 400:
            body = self._manners.learn(request.url, fetched.status, body)
        headers = Headers({name: fetched.headers[name] for name in _KEPT_HEADERS if name in fetched.headers})
        return Response(request.url, status=fetched.status, headers=headers, body=body, request=request)

    async def _fetch(self, request: Request) -> Fetched:
        _refuse_downgrade(request)
        await self._manners.wait(request.url)
        try:
            return await run_in_thread(self._fetcher.fetch, request.url, follow_redirects=False)
        finally:
            self._manners.note_end(request.url)


def _refuse_downgrade(request: Request) -> None:
    came_by = request.meta.get("redirect_urls", ())
    if request.url.startswith("http:") and any(url.startswith("https:") for url in came_by):
        raise AddressForbiddenError(request.url, f"{came_by[-1]} leads from https back to http")
