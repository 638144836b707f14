"""The whole contract on a real Elasticsearch."""

from collections.abc import Iterator

import pytest

import index.backends.elasticsearch.vectors
import index.vectors
from index.backends.elasticsearch import Access, open_elasticsearch
from index.store import Store
from tests.contracts.records import build_code, build_entry
from tests.contracts.store import StoreContract


@pytest.mark.usefixtures("do_not_await_leases")
class TestElasticsearchStore(StoreContract):
    """Every test under a prefix of its own."""

    SCORE_TOLERANCE = 1e-6  # the engine gives single precision
    NOMINATING = (index.vectors, index.backends.elasticsearch.vectors)

    @pytest.fixture
    def store(self, elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[Store]:
        opened = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
        yield opened
        opened.close()

    def reopen(self, store: Store) -> Store:
        url, _, prefix = store.url.rpartition("/")
        return open_elasticsearch(Access(url=url), prefix=prefix)


@pytest.mark.parametrize(("radius", "codes"), [(31, 1), (62, 1), (62, 3)])
def test_hits_that_fill_a_page_are_read_on(
    elasticsearch_url: str, elasticsearch_prefix: str, monkeypatch: pytest.MonkeyPatch, radius: int, codes: int
) -> None:
    store = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    store.add([build_entry(number, build_code(number)) for number in range(16)])
    asked = [build_code(2**number) for number in range(codes)]
    at_once = store.find_fingerprints("pdq", asked, radius_bits=radius, bank="known")

    monkeypatch.setattr("index.backends.elasticsearch.fingerprints._PAGE", 4)
    monkeypatch.setattr("index.backends.elasticsearch.fingerprints.MOST_CODES", 4)

    assert store.find_fingerprints("pdq", asked, radius_bits=radius, bank="known") == at_once
    assert len(at_once) == 16 * codes
    store.close()
