"""How we behave towards a host: what its robots.txt says of speed and sitemaps, and what became of asking for it."""

import asyncio
import time
from urllib.parse import urlsplit

from protego import Protego

from crawlers.errors import CrawlError

ROBOTS_NAME = "Sankofa"
ROBOTS_PATH = "/robots.txt"

ALLOW_ALL = b""
ALLOW_NOTHING = b"User-agent: *\nDisallow: /\n"


class Manners:
    """Remembers each host's robots.txt and when we may come again."""

    def __init__(self, delay_seconds: float) -> None:
        self.current_host = ""
        self.problems: dict[str, CrawlError] = {}
        self.sitemaps: dict[str, tuple[str, ...]] = {}
        self._delay_seconds = delay_seconds
        self._crawl_delays: dict[str, float] = {}
        self._free_at: dict[str, float] = {}

    def learn(self, url: str, status: int, content: bytes) -> bytes:
        """Take in the answer for a robots.txt, and return what stands for it.

        Without one everything is allowed; while it cannot be had, nothing is. Source: RFC 9309, sections 2.3.1.3 and 2.3.1.4.
        ``Crawl-delay`` is no part of the standard, and is obeyed all the same.
        """
        if 400 <= status < 500:
            return ALLOW_ALL
        if status >= 500:
            return ALLOW_NOTHING
        if status == 200:
            robots = Protego.parse(content.decode(errors="replace"))
            self._crawl_delays[urlsplit(url).netloc] = float(robots.crawl_delay(ROBOTS_NAME) or 0)
            self.sitemaps[urlsplit(url).netloc] = tuple(robots.sitemaps)
        return content

    def learn_failure(self, url: str, error: CrawlError) -> bytes:
        """Take in that robots.txt cannot be had: nothing may be asked of this host."""
        self.problems[urlsplit(url).netloc] = error
        return ALLOW_NOTHING

    async def wait(self, url: str) -> None:
        """Wait until the host of *url* may be asked again."""
        host = urlsplit(url).netloc
        delay = max(self._delay_seconds, self._crawl_delays.get(host, 0))
        await asyncio.sleep(max(0, self._free_at.get(host, 0) + delay - time.monotonic()))

    def note_end(self, url: str) -> None:
        """Remember that a request to the host of *url* has just ended."""
        self._free_at[urlsplit(url).netloc] = time.monotonic()
