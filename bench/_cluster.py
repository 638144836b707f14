"""A store in Elasticsearch for a bench: under a prefix of its own, gone at the end, on a node that is given or started."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk

from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from index.backends.elasticsearch.documents import (
    build_head,
    build_revision,
    iter_fingerprints,
    name_document,
    name_revision,
)
from index.backends.elasticsearch.indices import FINGERPRINTS, REVISIONS
from index.model import BankEntry, Record, Revised
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

    def fill(self, records: Iterable[Record]) -> None:
        """Keep records in bulk, as fast as the engine takes them; some of each kind are there already, and none of these.

        For what lies there before a measurement: nobody asks whether it existed, and nothing is done again.
        """
        actions = (
            {"_op_type": "create", "_index": self.name(holds), "_id": name, "_source": source}
            for record in records
            for holds, name, source in _iter_documents(record)
        )
        for _ in parallel_bulk(self.client, actions, thread_count=2, chunk_size=1_000):
            pass

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


def _iter_documents(record: Record) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (what its index holds, ``_id``, document) for all that a store keeps of a record."""
    yield record.KIND, name_document(record.id), build_head(record)
    if isinstance(record, Revised):
        yield REVISIONS, name_revision(record.KIND, record.id, record.revision), build_revision(record)
    if isinstance(record, BankEntry):
        yield from ((FINGERPRINTS, name, source) for name, source in iter_fingerprints(record))


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
