"""Small real servers on 127.0.0.1 for the tests of the crawlers."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass(frozen=True)
class Answer:
    """What the server says to one request."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Responder = Callable[[BaseHTTPRequestHandler], Answer | None]


@dataclass
class Server:
    """A running server: its address, and the paths (with query) that were asked for, in order."""

    url: str
    requests: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port


@contextmanager
def serve(respond: Responder) -> Iterator[Server]:
    """Serve on a free port; *respond* may write to the connection itself and return ``None``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.requests.append(self.path)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                answer = respond(self)
                if answer is not None:
                    self._write(answer)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client had enough

        def _write(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value.encode().decode("latin-1"))  # UTF-8 on the wire
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class says so
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://127.0.0.1:{httpd.server_address[1]}")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(5)


@contextmanager
def serve_answers(answers: Mapping[str, Answer]) -> Iterator[Server]:
    """Serve *answers* by path (without query); anything else is 404. The mapping may change meanwhile."""

    def respond(handler: BaseHTTPRequestHandler) -> Answer:
        return answers.get(urlsplit(handler.path).path, Answer(b"nothing here", 404))

    with serve(respond) as server:
        yield server


def build_bomb(size_bytes: int) -> bytes:
    """Pack *size_bytes* of nothing."""
    return gzip.compress(bytes(size_bytes), mtime=0)


def list_names(folder: Path) -> list[str]:
    """Return the names in *folder*, sorted."""
    return sorted(path.name for path in folder.iterdir())
