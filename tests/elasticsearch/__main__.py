"""``python -m tests.elasticsearch node`` or ``cluster``: run it until Ctrl-C; ``fetch``: only make the program ready."""

import argparse
import signal
import sys

from tests.elasticsearch.cluster import ADMINISTRATOR, run_cluster, run_node
from tests.elasticsearch.distribution import fetch
from tests.elasticsearch.errors import NodeError

_ENDING = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(prog="python -m tests.elasticsearch", description=__doc__)
    parser.add_argument("what", choices=("fetch", "node", "cluster"))
    what = parser.parse_args().what
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # so that the nodes are ended before this process
    try:
        if what == "fetch":
            sys.stdout.write(f"{fetch()}\n")
            return
        with run_node() if what == "node" else run_cluster() as cluster:
            lines = [*cluster.urls]
            if cluster.ca_file:
                lines.append(f"user {ADMINISTRATOR}, password {cluster.password}, certificate {cluster.ca_file}")
            sys.stdout.write("\n".join([*lines, ""]))
            sys.stdout.flush()
            signal.sigwait(_ENDING)
    except NodeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
