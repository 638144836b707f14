"""Articles of a site, found by its sitemap or feed and read by Scrapy in a child process.

Pages come oldest change first (by ``lastmod``, then by address); only this process keeps anything. The position holds one key per
page that was read, made of its address and of when the site says that it changed: a page that changed is another key and is
read again, and one that is listed late, with an old date, is not overlooked. Pages that cannot be had at the moment are no
part of it, so that the next run tries them again; pages that left the listing are forgotten. A site that gives no dates
is read once per page. Accounts of a request mean social platforms, and choose nothing here.
"""

import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from crawlers.errors import CrawlError, SourceFormatError
from crawlers.guard import GuardedFetcher
from crawlers.pages import PageContent, Picture, read_page
from crawlers.site_job import KEY_CHARACTERS, SiteJob
from crawlers.site_process import SiteProcess
from crawlers.source import Batch, Collected, CollectRequest, FetchedMedia

_logger = logging.getLogger(__name__)


class WebSource:
    """Reads one site. *fetcher* gives the child its limits, its allowed networks and its name."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        fetcher: GuardedFetcher,
        listing: Literal["auto", "sitemap", "feed"] = "auto",
        path: str = "",
        languages: Sequence[str] = (),
        country: str | None = None,
        speaks_for: Sequence[str] = (),
        delay_seconds: float = 1,
        time_limit_seconds: float = 3600,
    ) -> None:
        self._name = name
        self._address = address
        self._fetcher = fetcher
        self._listing = listing
        self._path = path
        self._language = languages[0] if len(languages) == 1 else "und"
        self._country = country
        self._speaks_for = tuple(speaks_for)
        self._delay_seconds = delay_seconds
        self._time_limit_seconds = time_limit_seconds

    @property
    def name(self) -> str:
        """The name in the catalogue."""
        return self._name

    @property
    def tool(self) -> str:
        """What fetches."""
        return f"Scrapy {version('scrapy')}"

    def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:
        """Yield one page at a time; see the module for their order."""
        if request.limit == 0:
            return
        with tempfile.TemporaryDirectory(prefix="sankofa-web-", ignore_cleanup_errors=True) as folder:
            reading = _Reading(_parse_position(position))
            process = SiteProcess(
                self._build_job(request, folder, reading.done), time_limit_seconds=self._time_limit_seconds
            )
            try:
                yield from self._follow(process, reading, request)
            finally:
                process.close()

    def _follow(self, process: SiteProcess, reading: "_Reading", request: CollectRequest) -> Iterator[Batch]:
        left = request.limit
        failure: CrawlError | None = None
        try:
            for message in process.iter_messages():
                if message["event"] != "page":
                    self._note(message, reading)
                    continue
                item = self._build_item(message, reading)
                yield reading.flush([item])
                _remove_files(item)
                left = None if left is None else left - 1
                if left == 0:
                    return
        except CrawlError as error:
            failure = error
        if reading.has_news:
            yield reading.flush([])
        if failure:
            raise failure

    def _note(self, message: dict[str, Any], reading: "_Reading") -> None:
        match message["event"]:
            case "listed":
                if not message["keys"]:
                    _logger.warning("%s lists no pages: the site may have changed", self._address)
                    reading.refused.append((self._address, "no pages are listed: the site may have changed"))
                elif message["complete"]:
                    reading.done &= set(message["keys"])
            case "skipped":
                reading.add(message["key"])
            case "refused":
                reading.refused.append((message["where"], message["why"]))
                if not message["again"]:
                    reading.add(message["key"])

    def _build_job(self, request: CollectRequest, folder: str, done: set[str]) -> SiteJob:
        return SiteJob(
            address=self._address,
            listing=self._listing,
            path=self._path,
            folder=folder,
            done=frozenset(done),
            request=replace(request, accounts=()),
            user_agent=self._fetcher.user_agent,
            allowed_networks=tuple(map(str, self._fetcher.allowed_networks)),
            limits=self._fetcher.limits,
            delay_seconds=self._delay_seconds,
            language=self._language,
            country=self._country,
            speaks_for=self._speaks_for,
        )

    def _build_item(self, message: dict[str, Any], reading: "_Reading") -> Collected:
        content = _parse_content(message["content"])
        page = read_page(content, language=self._language, country=self._country, speaks_for=self._speaks_for)
        loaded = {one["url"]: one for one in message["media"]}
        reading.add(message["key"])
        reading.refused.extend((said.where, said.why) for said in (*page.checks.problems, *page.checks.remarks))
        media = [
            FetchedMedia(
                attachment=wanted.attachment,
                path=Path(path) if (path := loaded[wanted.attachment.url].get("path")) else None,
                failure=loaded[wanted.attachment.url].get("failure", ""),
                bank=wanted.bank,
                caption=wanted.caption,
            )
            for wanted in page.media
        ]
        return Collected(
            post=page.post,
            retrieved_at=datetime.fromisoformat(message["retrieved_at"]),
            capture_url=content.url,
            media=tuple(media),
            claim_reviews=page.checks.claim_reviews,
        )


class _Reading:
    """The keys of the pages that were read, and what could not be used since the last batch."""

    def __init__(self, done: set[str]) -> None:
        self.done = done
        self.refused: list[tuple[str, str]] = []
        self._is_further = False

    @property
    def has_news(self) -> bool:
        return bool(self.refused) or self._is_further

    def add(self, key: str) -> None:
        self.done.add(key)
        self._is_further = True

    def flush(self, items: Sequence[Collected]) -> Batch:
        batch = Batch(items=tuple(items), position=_render_position(self.done), refused=tuple(self.refused))
        self.refused = []
        self._is_further = False
        return batch


def _parse_content(values: dict[str, Any]) -> PageContent:
    pictures = tuple(Picture(**picture) for picture in values["pictures"])
    return PageContent(
        **{**values, "pictures": pictures, "scripts": tuple(values["scripts"]), "feeds": tuple(values["feeds"])}
    )


def _remove_files(item: Collected) -> None:
    for medium in item.media:
        if medium.path:
            medium.path.unlink(missing_ok=True)


def _parse_position(text: str) -> set[str]:
    try:
        keys = str(json.loads(text)["done"]) if text else ""
    except (ValueError, TypeError, KeyError) as error:
        raise SourceFormatError(f"this is no position in a site: {text[:80]!r}") from error
    return {keys[start : start + KEY_CHARACTERS] for start in range(0, len(keys), KEY_CHARACTERS)}


def _render_position(done: set[str]) -> str:
    return json.dumps({"done": "".join(sorted(done))})
