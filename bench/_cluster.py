"""A store in Elasticsearch for a bench: under a prefix of its own, gone at the end, on a node that is given or started."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from tests.elasticsearch.cluster import run_node

URL_HELP = "of an Elasticsearch; ES_URL when left out, and without that a node is started"
_TIMEOUT_SECONDS = 3_600


@dataclass(frozen=True)
class Cluster:
    """The store, and the driver for what a store does not offer."""

    store: ElasticsearchStore
    client: Elasticsearch
    prefix: str

    def name(self, kind: str) -> str:
        """The alias of what holds a kind."""
        return f"{self.prefix}-{kind.replace('_', '-')}"

    def merge(self, *kinds: str) -> None:
        """Merge each into one segment, and make that visible."""
        for kind in kinds:
            self.client.indices.forcemerge(index=self.name(kind), max_num_segments=1)
            self.client.indices.refresh(index=self.name(kind))

    def count_segments(self, kind: str) -> int:
        """Count the segments that a search looks into."""
        (index,) = self.client.indices.stats(index=self.name(kind), metric="segments")["indices"].values()
        return int(index["primaries"]["segments"]["count"])

    def weigh(self, *kinds: str) -> int:
        """Bytes on disk, a second copy of sources among them that is kept for replicas until a later merge."""
        names = [self.name(kind) for kind in kinds]
        self.client.indices.flush(index=names, force=True)
        answer = self.client.indices.stats(index=names, metric="store")
        return int(answer["_all"]["primaries"]["store"]["size_in_bytes"])


@contextmanager
def open_cluster(url: str) -> Iterator[Cluster]:
    """Open an empty store at *url*, at ES_URL, or on a node of its own."""
    if not (url := url or os.environ.get("ES_URL", "")):
        with run_node() as node, open_cluster(node.urls[0]) as cluster:
            yield cluster
        return
    prefix = f"bench-{secrets.token_hex(4)}"
    store = open_elasticsearch(Access(url=url), prefix=prefix)
    with Elasticsearch(url, request_timeout=_TIMEOUT_SECONDS) as client:
        try:
            yield Cluster(store, client, prefix)
        finally:
            store.close()
            for index in client.indices.get(index=f"{prefix}-*"):
                client.indices.delete(index=index)
