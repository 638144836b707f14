"""What stands between a store and its node, and at times answers otherwise than the node did, or not at all."""

import http.client
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

_HOP = frozenset({"connection", "content-length", "transfer-encoding", "host"})


@dataclass(frozen=True)
class Request:
    """What a store asks."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_bulk(self) -> bool:
        """Whether it writes many documents."""
        return self.path.split("?")[0].endswith("/_bulk")

    @property
    def is_write(self) -> bool:
        """Whether it writes documents."""
        return self.is_bulk or ("/_doc/" in self.path and self.method in ("PUT", "POST"))


@dataclass(frozen=True)
class Answer:
    """What a node answers."""

    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[[Request], Answer]
Mischief = Callable[[Request, Ask], Answer | None]
"""Answers in the node's place, which it may ask; without an answer the connection is cut."""


class Proxy:
    """Passes everything on, but for the mischief that was set up."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Callable[[Request], bool], Mischief, threading.Event]] = deque()
        self._standing: Mischief | None = None

    def meddle(self, concerns: Callable[[Request], bool], mischief: Mischief) -> threading.Event:
        """Let the next request that it *concerns* be answered so; the event is set when that has happened."""
        done = threading.Event()
        with self._lock:
            self._waiting.append((concerns, mischief, done))
        return done

    @contextmanager
    def meddling(self, mischief: Mischief) -> Iterator[None]:
        """Let every request be answered so until the block ends."""
        self._standing = mischief
        try:
            yield
        finally:
            self._standing = None

    def answer(self, request: Request, ask: Ask) -> Answer | None:
        """Answer a request, or cut the connection."""
        if (standing := self._standing) is not None:
            return standing(request, ask)
        with self._lock:
            found = next((waiting for waiting in self._waiting if waiting[0](request)), None)
            if found is not None:
                self._waiting.remove(found)
        if found is None:
            return ask(request)
        try:
            answer = found[1](request, ask)
        except (OSError, http.client.HTTPException):
            with self._lock:
                self._waiting.appendleft(found)  # the node was not there: another time
            raise
        found[2].set()
        return answer


@contextmanager
def run_proxy(node_url: str, certificates: Path | None = None) -> Iterator[Proxy]:
    """Run a proxy before a node until the block ends; with the folder of the node's certificates it speaks TLS on both sides."""
    server = _Server(("127.0.0.1", 0), _Handler)
    target = urlsplit(node_url)
    server.connect = lambda: http.client.HTTPConnection(target.netloc)
    if certificates is not None:
        own, trusted = (
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            ssl.create_default_context(cafile=certificates / "node.crt"),
        )
        own.load_cert_chain(certificates / "node.crt", certificates / "node.key")
        server.socket = own.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.connect = lambda: http.client.HTTPSConnection(target.netloc, context=trusted)
    server.proxy = Proxy(f"{target.scheme}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    proxy: Proxy
    connect: Callable[[], http.client.HTTPConnection]

    def handle_error(self, *_: object) -> None:
        """A cut connection is what is wanted here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.node = self.server.connect()

    def finish(self) -> None:
        self.node.close()
        super().finish()

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, self.path, _keep(self.headers.items()), body)
        try:
            answer = self.server.proxy.answer(request, self._ask)
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that http.server looks for

    def _ask(self, request: Request) -> Answer:
        try:
            self.node.request(request.method, request.path, request.body, request.headers)
            answer = self.node.getresponse()
            return Answer(answer.status, _keep(answer.getheaders()), answer.read())
        except BaseException:
            self.node.close()
            raise


def _keep(headers: "Iterator[tuple[str, str]] | list[tuple[str, str]]") -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _HOP}
