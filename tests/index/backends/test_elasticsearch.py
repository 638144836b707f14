"""The whole contract on a real Elasticsearch."""

from collections.abc import Iterator

import pytest

from index.backends.elasticsearch import Access, open_elasticsearch
from index.store import Store
from tests.contracts.store import StoreContract


class TestElasticsearchStore(StoreContract):
    """Every test under a prefix of its own."""

    SCORE_TOLERANCE = 1e-6  # the engine gives single precision

    @pytest.fixture
    def store(self, elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[Store]:
        opened = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
        yield opened
        opened.close()

    def reopen(self, store: Store) -> Store:
        url, _, prefix = store.url.rpartition("/")
        return open_elasticsearch(Access(url=url), prefix=prefix)
