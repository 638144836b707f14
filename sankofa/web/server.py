"""Serve the pages with uvicorn until somebody ends it."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from sankofa.errors import InputError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_GRACE_SECONDS = 3
_CONNECTIONS = 200
_BACKLOG = 128


class DeskServer(uvicorn.Server):
    """A server on a socket of its own; ``url`` is where it answers. Setting ``should_exit`` ends it."""

    def __init__(self, app: ASGIApp, listener: socket.socket, host: str, on_ready: Callable[[str], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                limit_concurrency=_CONNECTIONS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._listener = listener
        self._on_ready = on_ready
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{listener.getsockname()[1]}"

    def serve_until_told(self) -> None:
        """Serve until ``should_exit``, or until SIGINT or SIGTERM in the main thread; returns after a clean end."""
        with self._listener:
            self.run(sockets=[self._listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready(self.url)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End at a signal as at any other end; uvicorn itself would raise the signal once more afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def build_server(app: ASGIApp, host: str, port: int, on_ready: Callable[[str], None] = lambda url: None) -> DeskServer:
    """Bind *host* and *port* (0: any free one) and build the server.

    Raises:
        InputError: The address cannot be bound; the message says what to do.
    """
    return DeskServer(app, _bind(host, port), host, on_ready)


def run_server(app: ASGIApp, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; *on_ready* is given the address once the desk answers there.

    Raises:
        InputError: The address cannot be bound; the message says what to do.
    """
    build_server(app, host, port, on_ready).serve_until_told()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"{host} cannot be served on: {error.strerror}; use 127.0.0.1") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = f"port {port} on {host} cannot be used ({error.strerror})"
        raise InputError(f"{reason}: end the program that has it, or choose another with --port") from error
    return listener
