"""Elasticsearch in a container: for a machine with a Docker engine where the program itself cannot be put together."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.elasticsearch.distribution import VERSION
from tests.elasticsearch.errors import NodeError

IMAGE = f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
_PORT = 9200
_SETTINGS = ("discovery.type=single-node", "xpack.security.enabled=false", "ES_JAVA_OPTS=-Xms512m -Xmx512m")
_ASK_SECONDS, _START_SECONDS, _PULL_SECONDS = 30, 240, 3_600


def has_engine() -> bool:
    """Whether an engine answers."""
    return _try("version") is not None


def has_image() -> bool:
    """Whether the image is there, so that nothing need be fetched."""
    return _try("image", "inspect", IMAGE) is not None


def pull() -> None:
    """Fetch the image if it is not there.

    Raises:
        NodeError: It cannot be fetched.
    """
    if not has_image():
        sys.stderr.write(f"Docker fetches {IMAGE} for tests: well over half a gigabyte, once; ES=off leaves it out\n")
        _ask("pull", "--quiet", IMAGE, seconds=_PULL_SECONDS)


@contextmanager
def run_container() -> Iterator[str]:
    """Run a node without security on a free port of loopback until the block ends; gives its address.

    Raises:
        NodeError: It does not start.
    """
    settings = [part for setting in _SETTINGS for part in ("--env", setting)]
    name = _ask("run", "--detach", "--publish", f"127.0.0.1::{_PORT}", *settings, IMAGE)
    try:
        url = f"http://{_ask('port', name, str(_PORT)).splitlines()[0]}"
        _wait(url)
        yield url
    finally:
        _ask("rm", "--force", "--volumes", name)


def _wait(url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own loopback
            return
        except OSError:
            time.sleep(0.5)
    raise NodeError(f"{IMAGE} does not answer at {url}: ES=off leaves it out")


def _ask(*arguments: str, seconds: float = _ASK_SECONDS) -> str:
    answer = _try(*arguments, seconds=seconds)
    if answer is None:
        raise NodeError(f"docker {' '.join(arguments)} failed: do it by hand to see why, or set ES=off")
    return answer


def _try(*arguments: str, seconds: float = _ASK_SECONDS) -> str | None:
    try:
        done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
