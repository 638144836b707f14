"""The one guard through which every address from a person, a page or a feed goes.

Only http and https, only public addresses (every answer of the resolver is checked, and the connection is made to
a checked one), redirects by hand with the same checks, no step from https back to http, and limits on bytes and on
the whole time.
Nothing is taken from the environment: no proxy, no ``.netrc``, no cookies.
"""

import os
import ssl
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path

import httpcore2

from crawlers.admission import WEB_PORTS, Admission, Resolver, resolve
from crawlers.errors import (
    AddressForbiddenError,
    FetchRefusedError,
    RateLimitedError,
    SourceUnavailableError,
    TooLargeError,
)
from crawlers.guard_network import Budget, BudgetSpentError, CheckedBackend
from crawlers.inflate import iter_gunzipped
from crawlers.networks import Address as Answer
from crawlers.networks import Network
from index.addresses import Address, join_address, parse_address

USER_AGENT = "Sankofa/0.1 (desk for verifying media)"

# Source: RFC 9110, section 15.4; 300 and 304 carry no step to take.
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class FetchLimits:
    """What one fetch may use: bytes (packed and unpacked each), seconds with all redirects, and redirects."""

    max_bytes: int = 64 * 1024 * 1024
    timeout_seconds: float = 60
    max_redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """An answer, whatever its status; header names are lower case, ``content`` is unpacked."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """The type that the answer declares, without parameters and in lower case; may be empty."""
        return get_media_type(self.headers)


@dataclass(frozen=True)
class FetchedFile:
    """An answer that was written to a file as it came."""

    path: Path
    final_url: str
    media_type: str
    size_bytes: int


class GuardedFetcher:
    """Fetches public addresses within limits. May be used by several threads.

    *allowed_networks* opens networks that are not public (``127.0.0.0/8`` for the demonstration), on any port;
    *allowed_ports* are those of public addresses. *resolver* gives every address of a name.
    """

    def __init__(
        self,
        limits: FetchLimits = FetchLimits(),
        allowed_networks: tuple[Network, ...] = (),
        user_agent: str = USER_AGENT,
        resolver: Resolver | None = None,
        allowed_ports: frozenset[int] = WEB_PORTS,
    ) -> None:
        self.limits = limits
        self.user_agent = user_agent
        self.allowed_networks = allowed_networks
        self._admission = Admission(
            allowed_networks=allowed_networks, allowed_ports=allowed_ports, resolver=resolver or resolve
        )
        self._is_closed = False

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None, follow_redirects: bool = True) -> Fetched:
        """Fetch *url* into memory; the answer's status is the caller's to judge.

        Raises:
            AddressForbiddenError: The address, or one that it redirects to, is not public http or https.
            TooLargeError: More bytes or seconds than the limits allow.
            FetchRefusedError: Too many redirects, or a packing that we did not ask for.
            SourceUnavailableError: No such name, no connection, or an answer that breaks off.
        """
        content = bytearray()
        head = self._fetch(url, content.extend, headers or {}, follow_redirects)
        return Fetched(url, head.url, head.status, head.headers, bytes(content))

    def send(self, url: str, content: bytes, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Send *content* with POST; no redirect is followed. Raises as :meth:`fetch`."""
        answer = bytearray()
        head = self._fetch(url, answer.extend, headers or {}, follow=False, content=content)
        return Fetched(url, head.url, head.status, head.headers, bytes(answer))

    def fetch_to(self, url: str, folder: Path) -> FetchedFile:
        """Fetch *url* into a new file in *folder*; only a complete answer of status 200 leaves one.

        Raises:
            RateLimitedError: The other side says 429, or 503 with a time.
            SourceUnavailableError: It says anything else than 200; further as :meth:`fetch`.
        """
        handle, name = tempfile.mkstemp(prefix="fetched-", dir=folder)
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                head = self._fetch(url, file.write, {}, follow=True)
            raise_for_status(head.url, head.status, head.headers)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return FetchedFile(path, head.url, get_media_type(head.headers), path.stat().st_size)

    def close(self) -> None:
        """Let go; a fetch afterwards is an error. Connections live no longer than their fetch."""
        self._is_closed = True

    def _fetch(
        self,
        url: str,
        keep: Callable[[bytes], object],
        headers: Mapping[str, str],
        follow: bool,
        content: bytes | None = None,
    ) -> "_Head":
        if self._is_closed:
            raise RuntimeError("this fetcher was closed")
        budget = Budget(max_bytes=self.limits.max_bytes, timeout_seconds=self.limits.timeout_seconds)
        address = _parse(url)
        for _ in range(self.limits.max_redirects + 1):
            with self._answer(address, headers, budget, content) as response:
                head = _Head(address.url, response.status, _read_headers(response))
                location = head.location if follow else None
                if location is None:
                    self._keep_body(head, response, keep)
                    return head
            address = _step(address, location)
        raise FetchRefusedError(url, f"more than {self.limits.max_redirects} redirects")

    @contextmanager
    def _answer(
        self, address: Address, headers: Mapping[str, str], budget: Budget, content: bytes | None
    ) -> Iterator[httpcore2.Response]:
        """Answer a GET, or a POST of *content*."""
        asked = "GET" if content is None else "POST"
        length = {} if content is None else {"Content-Length": str(len(content))}
        sent = self._build_headers(address, {**headers, **length})
        try:
            answers = self._admission.admit(address, budget.get_seconds())
            with (
                self._open_pool(address, answers, budget) as pool,
                pool.stream(asked, _build_url(address), headers=sent, content=content) as response,
            ):
                yield response
        except BudgetSpentError as error:
            raise TooLargeError(address.url, str(error)) from error
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            raise SourceUnavailableError(f"{address.url}: no connection ({_describe(error)})") from error
        except httpcore2.TimeoutException as error:
            message = f"no complete answer within {self.limits.timeout_seconds:g} s"
            raise TooLargeError(address.url, message) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise SourceUnavailableError(f"{address.url}: the answer broke off ({_describe(error)})") from error

    def _open_pool(self, address: Address, answers: tuple[Answer, ...], budget: Budget) -> httpcore2.ConnectionPool:
        context = self._tls if address.scheme == "https" else None
        return httpcore2.ConnectionPool(
            ssl_context=context, max_connections=1, network_backend=CheckedBackend(answers, budget)
        )

    def _build_headers(self, address: Address, headers: Mapping[str, str]) -> list[tuple[bytes | str, bytes | str]]:
        ours = {
            "Host": address.authority,
            "User-Agent": self.user_agent,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        return [*({"Accept": "*/*", **headers} | ours).items()]

    def _keep_body(self, head: "_Head", response: httpcore2.Response, keep: Callable[[bytes], object]) -> None:
        declared = head.headers.get("content-length", "")
        if declared.isdigit() and int(declared[:20]) > self.limits.max_bytes:
            raise self._build_size_error(head.url)
        size_bytes = 0
        try:
            for piece in _unpack(head, response.iter_stream()):
                size_bytes += len(piece)
                if size_bytes > self.limits.max_bytes:
                    raise self._build_size_error(head.url)
                keep(piece)
        except ValueError as error:
            raise SourceUnavailableError(f"{head.url}: {error}") from error

    def _build_size_error(self, url: str) -> TooLargeError:
        return TooLargeError(url, f"more than the {self.limits.max_bytes:,} bytes that are allowed")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpcore2.default_ssl_context()


def get_media_type(headers: Mapping[str, str]) -> str:
    """Return what ``content-type`` declares, without parameters and in lower case; empty where it is absent."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def raise_for_status(url: str, status: int, headers: Mapping[str, str]) -> None:
    """Let only 200 pass.

    Raises:
        RateLimitedError: 429, or 503 that says when to come back.
        SourceUnavailableError: Any other status.
    """
    if status == 200:
        return
    retry_at = parse_retry_after(headers.get("retry-after", ""))
    if status == 429 or (status == 503 and retry_at):
        raise RateLimitedError(f"{url}: asks us to wait (status {status})", retry_at=retry_at)
    raise SourceUnavailableError(f"{url}: answers with status {status}")


def parse_retry_after(text: str) -> datetime | None:
    """Read a ``Retry-After`` header, seconds or a date; ``None`` where it is neither. Source: RFC 9110, 10.2.3."""
    if text.isascii() and text.isdigit():
        return datetime.now(UTC) + timedelta(seconds=int(text[:9]))
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Head:
    url: str
    status: int
    headers: Mapping[str, str]

    @property
    def location(self) -> str | None:
        """Where a redirect leads; ``None`` where the answer is none."""
        location = self.headers.get("location") if self.status in _REDIRECTS else None
        return location.encode("latin-1").decode(errors="replace") if location else None


def _parse(url: str) -> Address:
    try:
        return parse_address(url)
    except ValueError as error:
        raise AddressForbiddenError(url, str(error)) from error


def _step(address: Address, location: str) -> Address:
    try:
        target = join_address(address.url, location)
    except ValueError as error:
        raise AddressForbiddenError(location, f"{address.url} redirects to it: {error}") from error
    following = _parse(target)
    if address.scheme == "https" and following.scheme == "http":
        raise AddressForbiddenError(target, f"{address.url} leads from https back to http")
    return following


def _build_url(address: Address) -> httpcore2.URL:
    return httpcore2.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)


def _read_headers(response: httpcore2.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _unpack(head: _Head, chunks: Iterator[bytes]) -> Iterator[bytes]:
    packing = head.headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity"):
        return chunks
    if packing in ("gzip", "x-gzip"):
        return iter_gunzipped(chunks)
    raise FetchRefusedError(head.url, f"packed in a way that we did not ask for: {packing[:40]}")


def _describe(error: Exception) -> str:
    return str(error) or type(error).__name__
