"""A real Elasticsearch on loopback, without Docker.

``node``, ``secured`` (one with TLS and users) or ``cluster`` (three) run it until Ctrl-C; ``fetch`` makes the program ready,
``prepare`` whatever tests would start (as ``make test`` does first), ``java`` says which Java is taken.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.elasticsearch.cluster import ADMINISTRATOR, run_cluster, run_node
from tests.elasticsearch.distribution import fetch
from tests.elasticsearch.errors import NodeError
from tests.elasticsearch.java import find_java_home
from tests.elasticsearch.node import ENDING
from tests.elasticsearch.shared import prepare, run_something

_LOOK_SECONDS = 0.5


def main() -> None:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(prog="python -m tests.elasticsearch", description=__doc__)
    parser.add_argument("what", choices=("node", "secured", "cluster", "fetch", "prepare", "java"))
    parser.add_argument("--beside", type=int, metavar="PID", help="node, secured: for tests, until this process ends")
    given = parser.parse_args()
    try:
        if given.what == "prepare":
            _prepare()
        elif given.what in ("fetch", "java"):
            _say(fetch() if given.what == "fetch" else find_java_home())
        else:
            if given.beside is None:
                fetch()
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # so that the nodes are ended before this process
            with _run(given.what, given.beside) as lines:
                _say(*lines)
                signal.sigwait(ENDING)
    except NodeError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


@contextmanager
def _run(what: str, beside: int | None) -> Iterator[list[str]]:
    """Run what was asked for; gives what a person needs to reach it."""
    if beside is not None:
        threading.Thread(target=_end_with, args=(beside,), daemon=True).start()
        if what == "secured":
            with run_cluster(1, brief=True) as node:
                yield [f"{node.urls[0]} {node.password} {node.ca_file}"]
        else:
            with run_something() as url:
                yield [url]
        return
    with run_node() if what == "node" else run_cluster(1 if what == "secured" else 3) as cluster:
        lines = [*cluster.urls]
        if cluster.ca_file:
            lines.append(f"user {ADMINISTRATOR}, password {cluster.password}, certificate {cluster.ca_file}")
        yield lines


def _end_with(owner: int) -> None:
    """End this process when another has ended."""
    while True:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(_LOOK_SECONDS)


def _prepare() -> None:
    try:
        prepare()
    except NodeError as error:
        if os.environ.get("CI") == "true":
            raise
        sys.stderr.write(f"the tests on a real Elasticsearch will be skipped: {error}\n")


def _say(*lines: object) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
