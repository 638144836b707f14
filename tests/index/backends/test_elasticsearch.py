"""The whole contract on a real Elasticsearch, where ES_URL names one."""

import os
import secrets
from collections.abc import Iterator

import pytest

from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from index.store import Store
from tests.contracts.store import StoreContract


@pytest.fixture(scope="session")
def access() -> Access:
    """How the node of this run is reached."""
    url = os.environ.get("ES_URL", "")
    if not url:
        pytest.skip("ES_URL names no Elasticsearch: `python -m tests.elasticsearch node` runs one")
    return Access(url=url, api_key=os.environ.get("ES_API_KEY", ""))


class TestElasticsearchStore(StoreContract):
    """Every test under a prefix of its own, which is removed afterwards."""

    SCORE_TOLERANCE = 1e-6  # the engine gives single precision

    @pytest.fixture
    def store(self, access: Access) -> Iterator[Store]:
        store = open_elasticsearch(access, prefix=f"test-{secrets.token_hex(6)}")
        yield store
        self.remove(access, store)

    def reopen(self, store: Store) -> Store:
        assert isinstance(store, ElasticsearchStore)
        url, _, prefix = store.url.rpartition("/")
        return open_elasticsearch(Access(url=url), prefix=prefix)

    @staticmethod
    def remove(access: Access, store: ElasticsearchStore) -> None:
        """Delete what the test made, by name."""
        prefix = store.url.rpartition("/")[2]
        left = open_elasticsearch(access, prefix=prefix)
        names = list(left._indices.client.indices.get(index=f"{prefix}-*", expand_wildcards="all"))
        if names:
            left._indices.client.indices.delete(index=names)
        left.close()
