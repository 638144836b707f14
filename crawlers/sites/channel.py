"""The child's side of the talk with its parent; a parent that is gone ends the child."""

import os
import shutil
from typing import Any, BinaryIO

from scrapy.utils.asyncio import run_in_thread

from crawlers.errors import CrawlError, RateLimitedError
from crawlers.site_job import render_message


class Channel:
    """Sends messages, and after each page waits until the parent has taken it."""

    def __init__(self, outgoing: BinaryIO, incoming: BinaryIO, folder: str) -> None:
        self.count = 0
        self._outgoing = outgoing
        self._incoming = incoming
        self._folder = folder

    def send(self, event: str, **values: Any) -> None:
        """Send one message."""
        try:
            self._outgoing.write(render_message(event, values))
            self._outgoing.flush()
        except OSError:
            self._leave()

    def send_failure(self, error: CrawlError) -> None:
        """Say why the run ends before its end."""
        retry_at = error.retry_at if isinstance(error, RateLimitedError) else None
        values = {
            "message": str(error),
            "url": getattr(error, "url", ""),
            "retry_at": retry_at and retry_at.isoformat(),
        }
        self.send("failed", error=type(error).__name__, **values)

    async def hand_over(self, event: str, **values: Any) -> None:
        """Send a message and wait until the parent asks for the next one."""
        self.send(event, **values)
        self.count += 1
        if not await run_in_thread(self._incoming.readline):
            self._leave()

    async def refuse(self, key: str, where: str, why: str, *, again: bool) -> None:
        """Say what could not be used; *again*: the next run tries it once more."""
        await self.hand_over("refused", key=key, where=where, why=why, again=again)

    def _leave(self) -> None:
        """End at once: nobody is left to hand anything to, nor to clear up behind us."""
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(1)
