"""The network under the guard: connects to checked addresses only, and counts seconds and bytes."""

import time
from collections.abc import Iterable, Sequence
from ssl import SSLContext
from typing import Any

import httpcore2

from crawlers.networks import Address

OVERHEAD_BYTES = 1024 * 1024  # for headers and chunk marks, above what a body may have
CONNECT_SECONDS = 10.0


class BudgetSpentError(Exception):
    """No seconds or bytes are left; the guard turns it into its own error."""


class Budget:
    """The seconds and wire bytes that one fetch, with all its redirects, may still use."""

    def __init__(self, *, max_bytes: int, timeout_seconds: float) -> None:
        self._ends_at = time.monotonic() + timeout_seconds
        self._timeout_seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._bytes_left = max_bytes + OVERHEAD_BYTES

    def get_seconds(self) -> float:
        """Return the seconds that are left, more than 0.

        Raises:
            BudgetSpentError: None are.
        """
        seconds = self._ends_at - time.monotonic()
        if seconds <= 0:
            raise BudgetSpentError(f"no complete answer within {self._timeout_seconds:g} s")
        return seconds

    def spend(self, size_bytes: int) -> None:
        """Count bytes from the wire.

        Raises:
            BudgetSpentError: They were too many.
        """
        self._bytes_left -= size_bytes
        if self._bytes_left < 0:
            raise BudgetSpentError(f"more than the {self._max_bytes:,} bytes that are allowed")


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects to *answers* whatever name it is asked for; Host header and TLS server name stay as they are."""

    def __init__(self, answers: Sequence[Address], budget: Budget) -> None:
        self._answers = answers
        self._budget = budget
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the signature is httpcore2's
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the budget decides
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first answer that accepts."""
        failure: Exception = httpcore2.ConnectError("no address to connect to")
        for answer in self._answers:
            seconds = min(CONNECT_SECONDS, self._budget.get_seconds())
            try:
                stream = self._sockets.connect_tcp(str(answer), port, seconds, local_address, socket_options)
                return MeteredStream(stream, self._budget)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class MeteredStream(httpcore2.NetworkStream):
    """A stream whose every step is within the budget, so that an answer in drops ends as well."""

    def __init__(self, stream: httpcore2.NetworkStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the budget decides
        data = self._stream.read(max_bytes, self._budget.get_seconds())
        self._budget.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the budget decides
        self._stream.write(buffer, self._budget.get_seconds())

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the budget decides
    ) -> httpcore2.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._budget.get_seconds())
        return MeteredStream(secure, self._budget)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
