"""An S3 server on loopback, for tests that keep originals in one."""

import http.client
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

from moto.server import ThreadedMotoServer


@contextmanager
def run_s3() -> Iterator[str]:
    """Run it until the block ends; gives its address. It takes any key."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def make_bucket(endpoint: str) -> str:
    """Make a bucket that nobody else uses; returns its name."""
    name = f"originals-{uuid4().hex}"
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    connection.request("PUT", f"/{name}")
    assert connection.getresponse().status == 200
    connection.close()
    return name
