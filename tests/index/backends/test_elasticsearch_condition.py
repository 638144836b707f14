"""A store that cannot be used is told apart in words, on a real node, and left as it is."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from index.backends.elasticsearch.indices import VERSION, build_mappings
from index.errors import (
    RecordFormatError,
    RecordNotFoundError,
    StoreFormatError,
    StoreFullError,
    StoreUnavailableError,
)
from index.model import Claim, Post
from tests.contracts.records import build_claim, build_post


@pytest.fixture
def access(elasticsearch_url: str) -> Access:
    return Access(url=elasticsearch_url)


@pytest.fixture
def store(access: Access, elasticsearch_prefix: str) -> Iterator[ElasticsearchStore]:
    """A store that holds a post."""
    opened = open_elasticsearch(access, prefix=elasticsearch_prefix)
    opened.add([build_post(1, "Des tunnels")])
    yield opened
    opened.close()


def test_a_store_that_is_not_there_is_an_error_unless_it_may_be_made(access: Access, elasticsearch_prefix: str) -> None:
    with pytest.raises(StoreUnavailableError, match=f"no store under {elasticsearch_prefix}"):
        open_elasticsearch(access, prefix=elasticsearch_prefix, create=False)

    open_elasticsearch(access, prefix=elasticsearch_prefix).close()


def test_a_store_that_is_there_opens_again(
    access: Access, store: ElasticsearchStore, elasticsearch_prefix: str
) -> None:
    again = open_elasticsearch(access, prefix=elasticsearch_prefix, create=False)

    assert again.get(Post, "P-0001").text == "Des tunnels"
    again.close()


def test_another_desk_under_a_longer_prefix_is_none_of_ours(
    access: Access, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    elasticsearch_client.indices.create(index=f"{elasticsearch_prefix}-lyon-claim-v0001")

    with pytest.raises(StoreUnavailableError, match="no store under"):
        open_elasticsearch(access, prefix=elasticsearch_prefix, create=False)


def test_the_engine_says_how_it_is(store: ElasticsearchStore) -> None:
    engine = store.describe()

    assert (engine.name, engine.version.split(".")[0], engine.health) == ("Elasticsearch", "9", "green")
    assert engine.size_bytes > 0


def test_an_index_of_a_newer_version_is_left_as_it_is(
    access: Access, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    newer = {"_meta": {"product": "sankofa", "version": VERSION + 1}, "properties": {"more": {"type": "keyword"}}}
    name = f"{elasticsearch_prefix}-claim"
    elasticsearch_client.indices.create(index=f"{name}-v0002", mappings=newer, aliases={name: {}})

    with pytest.raises(StoreFormatError, match="newer version of Sankofa"):
        open_elasticsearch(access, prefix=elasticsearch_prefix)

    assert list(elasticsearch_client.indices.get(index=f"{elasticsearch_prefix}-*")) == [f"{name}-v0002"]


@pytest.mark.parametrize("meta", [{}, {"product": "sankofa", "version": VERSION}])
def test_an_index_with_other_fields_is_said_to_be_foreign(
    access: Access, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str, meta: dict[str, object]
) -> None:
    foreign = {"_meta": meta, "properties": {"id": {"type": "text"}}}
    elasticsearch_client.indices.create(index=f"{elasticsearch_prefix}-claim", mappings=foreign)

    with pytest.raises(StoreFormatError, match="is not ours"):
        open_elasticsearch(access, prefix=elasticsearch_prefix)


def test_a_red_cluster_is_said_before_anything_is_asked_of_it(
    access: Access, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    name = f"{elasticsearch_prefix}-claim"
    elasticsearch_client.indices.create(
        index=f"{name}-v0001",
        mappings=build_mappings("claim"),
        settings={
            "routing.allocation.require._name": "nowhere",
            "analysis": {"analyzer": {"terms": {"type": "keyword"}}},
        },
        aliases={name: {}},
        wait_for_active_shards=0,
    )

    with pytest.raises(StoreUnavailableError, match="is red"):
        open_elasticsearch(access, prefix=elasticsearch_prefix)


def test_an_index_that_lost_its_alias_gets_no_other_in_its_place(
    access: Access, store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    name = f"{elasticsearch_prefix}-post"
    elasticsearch_client.indices.delete_alias(index=f"{name}-v0001", name=name)
    with pytest.raises(StoreFormatError, match=f"lost its alias {name}:"):
        open_elasticsearch(access, prefix=elasticsearch_prefix)

    elasticsearch_client.indices.delete_alias(index=f"{name}-v0001", name=f"{name}-w*")
    with pytest.raises(StoreFormatError, match="alias"):
        store.add([build_post(2, "Un pont")])

    assert not elasticsearch_client.indices.exists(index=name)


@pytest.mark.parametrize("block", ["write", "read_only"])
def test_a_read_only_index_says_who_can_lift_it(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str, block: str
) -> None:
    index = f"{elasticsearch_prefix}-post-v0001"
    elasticsearch_client.indices.put_settings(index=index, settings={f"index.blocks.{block}": True})
    try:
        with pytest.raises(StoreUnavailableError, match=r"read-only .*index\.blocks"):
            store.add([build_post(2, "Un pont")])
    finally:
        elasticsearch_client.indices.put_settings(index=index, settings={f"index.blocks.{block}": None})

    assert store.count(Post) == 1


def test_a_node_that_filled_its_disk_is_no_mistake_of_anybody(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    index = f"{elasticsearch_prefix}-post-v0001"
    elasticsearch_client.indices.put_settings(index=index, settings={"index.blocks.read_only_allow_delete": True})

    with pytest.raises(StoreFullError, match="free some disk"):
        store.add([build_post(2, "Un pont")])


def test_a_record_that_the_mapping_refuses_leaves_nothing_and_can_be_kept_later(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    first = store.revise(build_claim(1, "Des tunnels"), expected_revision=0)
    index = f"{elasticsearch_prefix}-claim-v0001"
    elasticsearch_client.indices.put_settings(index=index, settings={"index.mapping.nested_objects.limit": 0})

    with pytest.raises(RecordFormatError, match="nested"):
        store.revise(build_claim(1, "Un pont"), expected_revision=1)

    elasticsearch_client.indices.put_settings(index=index, settings={"index.mapping.nested_objects.limit": None})
    with pytest.raises(RecordNotFoundError):
        store.get(Claim, first.id, revision=2)
    assert store.revise(build_claim(1, "Autre chose"), expected_revision=1).revision == 2
