"""Writers, faults and the judge together, round after round."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

from elasticsearch import ApiError, Elasticsearch, TransportError

from index.backends.elasticsearch import Access, open_elasticsearch
from index.store import Store
from tests.chaos.faults import Faults
from tests.chaos.journal import Journal
from tests.chaos.judge import Judge
from tests.chaos.plan import Fault
from tests.chaos.proxy import run_proxy
from tests.chaos.writer import Writer
from tests.elasticsearch.cluster import ADMINISTRATOR, Cluster
from tests.elasticsearch.errors import NodeError

WRITERS = 4
_WHOLE_SECONDS = 180
_END_SECONDS = 300


@dataclass
class Trial:
    """One store on trial. `refusals` counts the calls that ended in an error, which is allowed."""

    client: Elasticsearch
    prefix: str
    journal: Journal
    judge: Judge
    _stores: Sequence[Store]
    _faults: Faults
    _size: int
    refusals: int = 0
    _writers: int = 0

    def run_round(self, faults: Sequence[Fault], acknowledged: int) -> list[str]:
        """Write while the faults happen, and until so many more were acknowledged; then let the judge say what is wrong."""
        wanted = self.journal.acknowledged + acknowledged
        stop = threading.Event()
        writers = [Writer(self._writers + n, store, self.journal, stop) for n, store in enumerate(self._stores, 1)]
        self._writers += len(writers)
        for writer in writers:
            writer.start()
        try:
            with ThreadPoolExecutor(max(1, len(faults))) as pool:
                list(pool.map(self._faults.inject, faults))
            _wait(lambda: self.journal.acknowledged >= wanted or not any(w.is_alive() for w in writers), _END_SECONDS)
        finally:
            stop.set()
            for writer in writers:
                writer.join(_END_SECONDS)
        self.refusals += sum(writer.errors for writer in writers)
        return [*_list_failures(writers), *_become_whole(self.client, self._size), *self.judge.judge()]


@contextmanager
def open_trial(cluster: Cluster, prefix: str) -> Iterator[Trial]:
    """Open stores that reach the first node of a cluster through a proxy, half of them the others too.

    The indices are gone when the block ends.
    """
    with ExitStack() as stack:
        assert cluster.ca_file is not None
        proxy = stack.enter_context(run_proxy(cluster.urls[0], cluster.ca_file.parent))
        client = stack.enter_context(_reach(cluster))
        size = len(cluster.urls)
        if _become_whole(client, size):
            raise NodeError("the cluster did not come together")
        stack.callback(_remove, client, prefix)
        access = Access(url=proxy.url, user=ADMINISTRATOR, password=cluster.password, ca_file=cluster.ca_file)
        several = replace(
            access, url=",".join([proxy.url, *(url.removeprefix("https://") for url in cluster.urls[1:])])
        )
        stores = [open_elasticsearch(one, prefix=prefix) for one in (access, several) * (WRITERS // 2)]
        for store in stores:
            stack.callback(store.close)
        journal = Journal()
        judge = Judge(stores[0], client, prefix, journal)
        yield Trial(client, prefix, journal, judge, stores, Faults(cluster.nodes, proxy, client, prefix), size)


def _remove(client: Elasticsearch, prefix: str) -> None:
    if names := list(client.indices.get(index=f"{prefix}-*")):
        client.indices.delete(index=names)


def _reach(cluster: Cluster) -> Elasticsearch:
    """For what no store offers: any node will do."""
    return Elasticsearch(
        list(cluster.urls),
        basic_auth=(ADMINISTRATOR, cluster.password),
        ca_certs=str(cluster.ca_file),
        request_timeout=30,
        retry_on_timeout=True,
        max_retries=5,
    )


def _become_whole(client: Elasticsearch, size: int) -> list[str]:
    def is_whole() -> bool:
        client.cluster.reroute(retry_failed=True)
        return not client.cluster.health(
            wait_for_nodes=str(size), wait_for_status="green", wait_for_no_initializing_shards=True, timeout="5s"
        )["timed_out"]

    return [] if _wait(is_whole, _WHOLE_SECONDS) else ["the cluster does not become whole"]


def _wait(is_done: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(ApiError, TransportError):
            if is_done():
                return True
        time.sleep(0.2)
    return False


def _list_failures(writers: Sequence[Writer]) -> list[str]:
    stuck = [f"{writer.name} hangs" for writer in writers if writer.is_alive()]
    return stuck + [f"{writer.name}: {writer.failure!r}" for writer in writers if writer.failure is not None]
