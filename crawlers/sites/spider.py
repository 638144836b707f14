"""The spider: list the site, then read what is new, oldest change first, one page after the other."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from w3lib.encoding import html_to_unicode

from crawlers.errors import CrawlError, FetchRefusedError, SourceFormatError, SourceUnavailableError
from crawlers.guard import get_media_type, raise_for_status
from crawlers.media import is_media_type
from crawlers.pages import PageContent, WantedMedia, read_page
from crawlers.posts import is_wanted
from crawlers.site_job import SiteJob, name_page
from crawlers.sites.channel import Channel
from crawlers.sites.listing import Entry, Listing, parse_listing
from crawlers.sites.manners import Manners
from crawlers.sites.page import parse_page

MAX_PAGE_BYTES = 8 * 1024 * 1024
MAX_SITEMAPS = 50
MAX_FAILURES_IN_A_ROW = 3
_HTML = ("text/html", "application/xhtml+xml", "")


class SiteSpider(Spider):
    """Reads one site for one :class:`~crawlers.site_job.SiteJob`, and reports to its parent over the channel."""

    name = "site"

    def __init__(self, job: SiteJob, manners: Manners, channel: Channel, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._job = job
        self._manners = manners
        self._channel = channel
        self._failures = 0
        self._is_listing_complete = True

    async def start(self) -> AsyncIterator[Any]:
        """Do everything; Scrapy is given nothing to do beside it."""
        try:
            await self._run()
        except CrawlError as error:
            self._channel.send_failure(error)
        return
        yield

    async def _run(self) -> None:
        entries = await self._list_pages()
        keys = [name_page(entry.url, entry.changed) for entry in entries]
        self._channel.send("listed", keys=keys, complete=self._is_listing_complete)
        for key, entry in zip(keys, entries, strict=True):
            if key not in self._job.done and self._may_be_in_period(entry):
                await self._read(key, entry)
        self._channel.send("end")

    # --- the list ----------------------------------------------------------------------------------------------------

    async def _list_pages(self) -> list[Entry]:
        """Return the site's pages below the job's path, oldest change first, those without a date before all others."""
        pages: dict[str, Entry] = {}
        waiting = [await self._find_listing()]
        for _ in range(MAX_SITEMAPS):
            if not waiting:
                break
            listing = waiting.pop(0)
            for entry in listing.pages:
                if self._belongs(entry.url):
                    pages.setdefault(entry.url, entry)
            for sitemap in listing.sitemaps:
                waiting += await self._load_sitemap(sitemap)
        self._is_listing_complete = self._is_listing_complete and not waiting
        earliest = datetime.min.replace(tzinfo=UTC)
        return sorted(pages.values(), key=lambda entry: (entry.changed_before or earliest, entry.url))

    async def _find_listing(self) -> Listing:
        """Read the job's address as a listing; a page is asked which feed or sitemap it has."""
        response = await self._load(self._job.address)
        raise_for_status(response.url, response.status, _read_headers(response))
        problem = ""
        try:
            return parse_listing(response.body, response.url)
        except ValueError as error:
            problem = str(error)
        if self._job.listing == "auto":
            for address in self._guess_listings(response):
                try:
                    found = await self._load(address)
                    raise_for_status(found.url, found.status, _read_headers(found))
                    return parse_listing(found.body, found.url)
                except (ValueError, SourceUnavailableError, FetchRefusedError) as error:
                    problem = f"no sitemap and no feed was found; the last that was tried: {error}"
        raise SourceFormatError(f"{response.url}: {problem}")

    def _guess_listings(self, response: Response) -> list[str]:
        parts = urlsplit(response.url)
        root = f"{parts.scheme}://{parts.netloc}"
        feeds = parse_page(_decode(response), response.url).feeds[:1]
        return [*feeds, *self._manners.sitemaps.get(parts.netloc, ())[:3], f"{root}/sitemap.xml"]

    async def _load_sitemap(self, sitemap: Entry) -> list[Listing]:
        if not self._may_be_in_period(sitemap):
            self._is_listing_complete = False
            return []
        try:
            response = await self._load(sitemap.url)
            raise_for_status(response.url, response.status, _read_headers(response))
            return [parse_listing(response.body, response.url)]
        except (ValueError, SourceUnavailableError, FetchRefusedError) as error:
            self._is_listing_complete = False
            await self._channel.refuse("", sitemap.url, str(error), again=True)
            return []

    def _belongs(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self._job.address)
        same_host = parts.netloc.lower().removeprefix("www.") == own.netloc.lower().removeprefix("www.")
        return same_host and parts.path.startswith(self._job.path)

    def _may_be_in_period(self, entry: Entry) -> bool:
        """Tell whether *entry* may have been published in the period: it is not, if it has not changed since before it."""
        since, changed = self._job.request.since, entry.changed_before
        return since is None or changed is None or changed >= since

    # --- the pages ---------------------------------------------------------------------------------------------------

    async def _read(self, key: str, entry: Entry) -> None:
        try:
            content = await self._load_page(entry)
        except FetchRefusedError as error:
            await self._channel.refuse(key, entry.url, str(error), again=False)
        except SourceUnavailableError as error:
            await self._note_failure(key, entry, error)
        else:
            self._failures = 0
            if content is None:
                await self._channel.refuse(key, entry.url, "no HTML page", again=False)
            else:
                await self._hand_over(key, content)

    async def _note_failure(self, key: str, entry: Entry, error: SourceUnavailableError) -> None:
        """Say that a page cannot be had now; a site that fails again and again is left alone."""
        self._failures += 1
        if type(error) is not SourceUnavailableError or self._failures >= MAX_FAILURES_IN_A_ROW:
            raise error
        await self._channel.refuse(key, entry.url, str(error), again=True)

    async def _load_page(self, entry: Entry) -> PageContent | None:
        response = await self._load(entry.url)
        headers = _read_headers(response)
        if 400 <= response.status < 500 and response.status != 429:
            raise FetchRefusedError(response.url, f"answers with status {response.status}")
        raise_for_status(response.url, response.status, headers)
        if get_media_type(headers) not in _HTML:
            return None
        if len(response.body) > MAX_PAGE_BYTES:
            raise FetchRefusedError(response.url, f"a page of more than {MAX_PAGE_BYTES:,} bytes")
        return parse_page(_decode(response), response.url)

    async def _hand_over(self, key: str, content: PageContent) -> None:
        retrieved_at = datetime.now(UTC)
        job = self._job
        page = read_page(content, language=job.language, country=job.country, speaks_for=job.speaks_for)
        if not is_wanted(job.request, page.post):
            self._channel.send("skipped", key=key)
            return
        media = [await self._load_medium(number, wanted) for number, wanted in enumerate(page.media)]
        await self._channel.hand_over(
            "page", key=key, content=asdict(content), media=media, retrieved_at=retrieved_at.isoformat()
        )

    async def _load_medium(self, number: int, wanted: WantedMedia) -> dict[str, str]:
        """Keep the original bytes of a medium in the folder; ``failure`` says why there are none."""
        url = wanted.attachment.url
        try:
            response = await self._load(url)
            raise_for_status(response.url, response.status, _read_headers(response))
        except (FetchRefusedError, SourceUnavailableError) as error:
            return {"url": url, "failure": str(error)}
        media_type = get_media_type(_read_headers(response))
        if not is_media_type(media_type):
            return {"url": url, "failure": f"{url}: {media_type} is no picture or video"}
        path = Path(self._job.folder) / f"{self._channel.count}-{number}"
        path.write_bytes(response.body)
        return {"url": url, "path": str(path)}

    async def _load(self, url: str) -> Response:
        """Download *url* through robots.txt and guard, redirects included.

        Raises:
            FetchRefusedError: Robots.txt or the guard forbids it.
            SourceUnavailableError: It cannot be had now.
        """
        engine = self.crawler.engine
        if engine is None:
            raise RuntimeError("the engine has not begun")
        try:
            return await engine.download_async(Request(url, dont_filter=True))
        except IgnoreRequest as error:
            raise self._manners.problems.get(self._manners.current_host) or FetchRefusedError(
                url, str(error)
            ) from error
        except ValueError as error:  # an address that Scrapy cannot read
            raise FetchRefusedError(url, str(error)) from error


def _read_headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): values[0].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _decode(response: Response) -> str:
    """Decode a page as browsers do: by its byte order mark, its header, its own declaration, UTF-8."""
    declared = _read_headers(response).get("content-type")
    return html_to_unicode(declared, response.body, default_encoding="utf-8")[1]
