"""The parent's side of a site's child process: start it, hear it, end it."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawlers.errors import (
    AddressForbiddenError,
    CrawlError,
    FetchRefusedError,
    RateLimitedError,
    SourceFormatError,
    SourceUnavailableError,
    TooLargeError,
)
from crawlers.site_job import SiteJob
from index.dates import parse_moment

SILENCE_SECONDS = 60.0  # the child beats every second; a first import on a slow disk takes a while
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
_WORDS_BYTES = 4_000
_REFUSALS = {kind.__name__: kind for kind in (FetchRefusedError, AddressForbiddenError, TooLargeError)}

Message = dict[str, Any]


class SiteProcess:
    """A child that reads one site. Its environment holds no key of ours."""

    def __init__(self, job: SiteJob, *, time_limit_seconds: float, silence_seconds: float = SILENCE_SECONDS) -> None:
        self._job = job
        self._ends_at = time.monotonic() + time_limit_seconds
        self._time_limit_seconds = time_limit_seconds
        self._silence_seconds = silence_seconds
        self._words = Path(job.folder) / "words.log"
        with self._words.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "crawlers.sites.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_build_environment(),
                start_new_session=True,
            )
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="site messages", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid

    def iter_messages(self) -> Iterator[Message]:
        """Yield what the child says until it has read everything; asking for the next message lets it go on.

        Raises:
            CrawlError: What ended the child's work.
            SourceUnavailableError: It died, fell silent or took too long; its last words are in the message.
        """
        self._tell(self._job.render())
        while (message := self._wait())["event"] != "end":
            if message["event"] == "failed":
                raise _rebuild_error(message)
            if message["event"] != "alive":
                yield message
            if message["event"] in ("page", "refused"):
                self._tell("")

    def close(self) -> None:
        """End the child, whatever it is doing; twice is harmless."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except BrokenPipeError:
                pass  # what was still to be told is told to nobody

    def _tell(self, line: str) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the child was started without a pipe")
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the child is dead: waiting for its next message will say so

    def _wait(self) -> Message:
        seconds = min(self._silence_seconds, self._ends_at - time.monotonic())
        try:
            message = self._messages.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            raise self._build_death("was silent or took too long, and was ended") from None
        if message is None:
            self._process.wait()
            raise self._build_death(f"died ({_describe_end(self._process.returncode)})")
        if time.monotonic() > self._ends_at:
            raise self._build_death(f"did not end within {self._time_limit_seconds:g} s; what was read is kept")
        return message

    def _read(self) -> None:
        """Put the child's messages in the queue, and ``None`` behind the last one."""
        if self._process.stdout:
            for line in self._process.stdout:
                try:
                    self._messages.put(json.loads(line))
                except ValueError:
                    break
        self._messages.put(None)

    def _build_death(self, how: str) -> SourceUnavailableError:
        words = self._words.read_bytes()[-_WORDS_BYTES:].decode(errors="replace").strip().splitlines()
        last = f"; its last words: {words[-1][:300]}" if words else ""
        return SourceUnavailableError(f"{self._job.address}: the process that read the site {how}{last}")


def _build_environment() -> dict[str, str]:
    ours = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **ours,
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _describe_end(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _rebuild_error(message: Message) -> CrawlError:
    """Make the child's error again on this side."""
    name, text = str(message["error"]), str(message["message"])
    if name in _REFUSALS:
        return _REFUSALS[name](message["url"], text.removeprefix(f"{message['url']}: "))
    if name == RateLimitedError.__name__:
        return RateLimitedError(text, retry_at=parse_moment(message["retry_at"]) if message["retry_at"] else None)
    return SourceFormatError(text) if name == SourceFormatError.__name__ else SourceUnavailableError(text)
