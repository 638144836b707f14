"""A small HTTP server on 127.0.0.1 for the replay: a free port, a thread, and a count of what was asked."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """One request: the path without its query, the query as given (the last value of each name), the headers."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message


@dataclass(frozen=True)
class Response:
    """One answer; ``Content-Length`` is added."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[Request], Response]


class LoopbackServer(AbstractContextManager["LoopbackServer"]):
    """Answers GET and HEAD on 127.0.0.1 with what *answer* returns, between entering and leaving the context.

    It listens on *port* if that is free, otherwise on any.
    """

    def __init__(self, answer: Answer, port: int = 0) -> None:
        self.counts: Counter[str] = Counter()
        self._answer = answer
        self._lock = threading.Lock()
        self._server = _listen(port, _make_handler(self._reply))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _reply(self, request: Request) -> Response:
        with self._lock:
            self.counts[request.path] += 1
        return self._answer(request)


def _listen(port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer((LOOPBACK, port), handler)
    except OSError:
        return ThreadingHTTPServer((LOOPBACK, 0), handler)


def not_found() -> Response:
    """Say that there is nothing at this path."""
    return Response(HTTPStatus.NOT_FOUND, b"not found\n", {"Content-Type": "text/plain; charset=utf-8"})


def _make_handler(reply: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "sankofa-demo"
        timeout = _IDLE_SECONDS

        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                pass  # whoever asked went away, as a killed run does

        def _send(self, *, with_body: bool) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            response = reply(Request(self.command, unquote(parts.path), query, self.headers))
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            if response.status != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if with_body:
                self.wfile.write(response.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name that http.server uses)
            """Stay silent: the demonstration prints its own account."""

    return Handler
