"""One node for all the tests of a run, in however many processes they run; it ends with the run, however that ends."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.elasticsearch.cluster import run_node
from tests.elasticsearch.container import has_engine, has_image, pull, run_container
from tests.elasticsearch.distribution import fetch, require
from tests.elasticsearch.errors import NodeError, PartMissingError
from tests.elasticsearch.java import find_java_home

_started: list["subprocess.Popen[str]"] = []
_OTHERS = "or a Docker engine and `make elasticsearch`, or a node whose address is in ES_URL; ES=off leaves it out"


def is_off() -> bool:
    """Whether a person left Elasticsearch out."""
    return os.environ.get("ES") == "off"


def prepare() -> None:
    """Fetch, if need be, what a node for tests is started from.

    Raises:
        PartMissingError: A program is missing for that.
        NodeError: It cannot be fetched.
    """
    if is_off() or os.environ.get("ES_URL"):
        return
    try:
        find_java_home()
        fetch()
    except PartMissingError as missing:
        if not has_engine():
            raise PartMissingError(f"needs Elasticsearch: {missing}, {_OTHERS}") from missing
        pull()


def find_url(folder: Path, owner: int) -> str:
    """Return the address that ES_URL names, or of the node of this run, which the first who asks starts.

    Args:
        folder: One that all processes of the run share, and no other run.
        owner: The process with which the run ends.

    Raises:
        PartMissingError: There is nothing here to start one from.
        NodeError: It did not start.
    """
    if url := os.environ.get("ES_URL"):
        return url
    _require_something()
    address, log = folder / "elasticsearch.url", folder / "elasticsearch.log"
    with (folder / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            address.write_text(_start("node", owner, log), "ascii")
    if not (url := address.read_text("ascii")):
        raise NodeError(f"the node of this run did not start:\n{log.read_text('utf-8')}")
    return url


@dataclass(frozen=True)
class Secured:
    """A node with TLS and users: the administrator's password, and the certificate, which is its own authority."""

    url: str
    password: str
    ca_file: Path


def start_secured(folder: Path, owner: int) -> Secured:
    """Start a node with TLS and users, from the program alone; arguments and errors as :func:`find_url`."""
    try:
        find_java_home()
        require()
    except PartMissingError as missing:
        raise PartMissingError(f"needs Elasticsearch: {missing}; ES=off leaves it out") from missing
    log = folder / "elasticsearch-secured.log"
    said = _start("secured", owner, log).split(" ", 2)
    if len(said) < 3:
        raise NodeError(f"the node did not start:\n{log.read_text('utf-8')}")
    return Secured(said[0], said[1], Path(said[2]))


@contextmanager
def run_something() -> Iterator[str]:
    """Run a node for tests until the block ends, the program itself before a container; gives its address.

    Raises:
        PartMissingError, NodeError: As :func:`find_url`.
    """
    if _require_something():
        with run_node(brief=True) as cluster:
            yield cluster.urls[0]
    else:
        with run_container() as url:
            yield url


def _require_something() -> bool:
    """Whether it is the program (or else the image) that is ready; PartMissingError where neither is."""
    try:
        find_java_home()
        require()
        return True
    except PartMissingError as missing:
        if not has_image():
            raise PartMissingError(f"needs Elasticsearch: {missing}, {_OTHERS}") from missing
        return False


def _start(what: str, owner: int, log: Path) -> str:
    """Start a process that runs a node as long as *owner* lives; what it says, or nothing if the node did not start."""
    command = [sys.executable, "-m", "tests.elasticsearch", what, "--beside", str(owner)]
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=Path(__file__).parents[2],
            start_new_session=True,  # Ctrl-C is for the run; the node follows it
        )
    _started.append(process)  # outlives this process perhaps, so nobody waits for it
    assert process.stdout is not None
    with process.stdout as output:
        return output.readline().strip()
