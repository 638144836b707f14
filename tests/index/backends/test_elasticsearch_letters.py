"""What a real Elasticsearch refuses for good is raised, kept aside with the reason, and named until it is written after all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from index.backends.elasticsearch.migration import open_migration
from index.errors import LeaseTakenError, RecordFormatError, StoreUnavailableError
from index.leases import hold
from index.model import BankEntry, Claim, Lease, Post
from tests.chaos.proxy import Answer, Ask, Request, run_proxy
from tests.contracts.records import build_claim, build_code, build_entry, build_post

_LIMIT = "index.mapping.nested_objects.limit"


@pytest.fixture
def store(elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[ElasticsearchStore]:
    """A store that holds a post and a claim."""
    opened = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    opened.add([build_post(1, "Des tunnels")])
    opened.revise(build_claim(1, "Des tunnels"), expected_revision=0)
    yield opened
    opened.close()


def name_refused(store: ElasticsearchStore) -> list[tuple[str, str, int]]:
    return [(one.kind, one.record_id, one.revision) for one in store.iter_refused()]


@contextmanager
def refusing(client: Elasticsearch, index: str) -> Iterator[None]:
    """Let an index refuse every document that is searched by words."""
    client.indices.put_settings(index=index, settings={_LIMIT: 0})
    try:
        yield
    finally:
        client.indices.put_settings(index=index, settings={_LIMIT: None})


@pytest.fixture
def posts(elasticsearch_client: Elasticsearch, store: ElasticsearchStore, elasticsearch_prefix: str) -> str:
    del store
    return f"{elasticsearch_prefix}-post-v0001"


def test_one_that_the_mapping_refuses_is_kept_aside_and_the_others_are_kept(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, posts: str
) -> None:
    with refusing(elasticsearch_client, posts), pytest.raises(RecordFormatError, match=r"1 record is kept aside"):
        store.add([build_post(2, "Un pont"), build_post(3, ""), build_entry(1, build_code(1))])

    (refused,) = store.iter_refused()
    assert (refused.kind, refused.record_id, refused.revision) == ("post", "P-0002", 0)
    assert "nested" in refused.reason
    assert [post.id for post in store.iter_records(Post)] == ["P-0001", "P-0003"]
    assert store.count(BankEntry) == 1


def test_what_is_written_later_is_named_no_more_by_anybody(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str, posts: str
) -> None:
    other = open_elasticsearch(Access(url=store.url.rpartition("/")[0]), prefix=elasticsearch_prefix)
    other.add([build_post(9, "Un fleuve")])
    with refusing(elasticsearch_client, posts), pytest.raises(RecordFormatError):
        store.add([build_post(2, "Un pont"), build_post(3, "Un puits")])

    other.add([build_post(2, "Un pont")])
    assert name_refused(store) == [("post", "P-0003", 0)]
    store.add([build_post(3, "Un puits")])

    assert name_refused(store) == name_refused(other) == []
    entries = elasticsearch_client.search(index=f"{elasticsearch_prefix}-dead-letters")["hits"]["hits"]
    assert "Un pont" in json.dumps(entries)  # by a process that did not know of it
    assert "Un puits" not in json.dumps(entries)
    other.close()


def test_a_revision_that_is_refused_lies_aside_until_one_with_its_number_is_written(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    index = f"{elasticsearch_prefix}-claim-v0001"
    with refusing(elasticsearch_client, index), pytest.raises(RecordFormatError, match="kept aside"):
        store.revise(build_claim(1, "Un pont"), expected_revision=1)

    assert name_refused(store) == [("claim", "C-2023-0001", 2)]
    store.revise(build_claim(1, "Un puits"), expected_revision=1)
    assert name_refused(store) == []


def test_histories_that_are_copied_and_refused_lie_aside_with_every_revision(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    history = [build_claim(2, f"Un pont {number}", revision=number) for number in (1, 2)]
    index = f"{elasticsearch_prefix}-claim-v0001"
    with refusing(elasticsearch_client, index), pytest.raises(RecordFormatError, match="2 records are kept aside"):
        store.add_revisions(history)

    assert name_refused(store) == [("claim", "C-2023-0002", 1), ("claim", "C-2023-0002", 2)]
    store.add_revisions(history)
    assert name_refused(store) == []
    assert store.get_history(Claim, "C-2023-0002") == tuple(history)


def test_an_entry_whose_fingerprint_is_refused_is_not_kept_by_halves(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    store.add([build_entry(1, build_code(1))])
    settings = {"index.blocks.write": True}
    index = f"{elasticsearch_prefix}-fingerprints-v0001"
    elasticsearch_client.indices.put_settings(index=index, settings=settings)

    with pytest.raises(StoreUnavailableError, match=r"read-only .*2 records are kept aside"):
        store.add([build_entry(2, build_code(2)), build_post(2, "Un pont")])

    elasticsearch_client.indices.put_settings(index=index, settings={"index.blocks.write": None})
    assert [(kind, name) for kind, name, _ in name_refused(store)] == [
        ("bank_entry", build_entry(2, build_code(2)).id),
        ("post", "P-0002"),
    ]
    store.add([build_entry(2, build_code(2)), build_post(2, "Un pont")])
    assert name_refused(store) == []
    assert store.count(BankEntry) == 2


def test_one_that_stays_too_busy_after_all_retries_is_kept_aside(
    elasticsearch_url: str, elasticsearch_prefix: str
) -> None:
    with run_proxy(elasticsearch_url) as proxy:
        store = open_elasticsearch(Access(url=proxy.url), prefix=elasticsearch_prefix)
        store.add([build_post(1, "Des tunnels")])
        with proxy.meddling(_refuse_second_post), pytest.raises(StoreUnavailableError, match="1 record is kept aside"):
            store.add([build_post(2, "Un pont"), build_post(3, "Un puits")])

        (refused,) = store.iter_refused()
        assert (refused.record_id, "too busy" in refused.reason) == ("P-0002", True)
        assert store.count(Post) == 2
        store.close()


def _refuse_second_post(request: Request, ask: Ask) -> Answer:
    """A node whose queue is full whenever this one document comes; it is sent alone when it is tried again."""
    lines = request.body.split(b"\n")
    if not request.is_bulk or b"-post-w" not in request.body or b'"_id":"P-0002"' not in request.body:
        return ask(request)
    kept = [line for pair in zip(lines[::2], lines[1::2], strict=False) if b"P-0002" not in pair[0] for line in pair]
    refused: dict[str, Any] = {
        "create": {
            "_index": "i",
            "_id": "P-0002",
            "status": 429,
            "error": {"type": "es_rejected_execution_exception", "reason": "queue is full"},
        }
    }
    headers = {
        "Content-Type": "application/vnd.elasticsearch+json;compatible-with=9",
        "X-Elastic-Product": "Elasticsearch",
    }
    if not kept:
        body = {"took": 1, "errors": True, "items": [refused]}
        return Answer(200, headers, json.dumps(body).encode())
    answer = ask(Request(request.method, request.path, request.headers, b"\n".join(kept) + b"\n"))
    said = json.loads(answer.body)
    return Answer(200, headers, json.dumps({**said, "errors": True, "items": [refused, *said["items"]]}).encode())


def test_where_nothing_can_be_kept_aside_either_the_error_says_so(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str, posts: str
) -> None:
    with refusing(elasticsearch_client, posts), pytest.raises(RecordFormatError, match="aside"):
        store.add([build_post(2, "Un pont")])
    letters = f"{elasticsearch_prefix}-dead-letters-v0001"
    elasticsearch_client.indices.put_settings(index=letters, settings={"index.blocks.write": True})

    with (
        refusing(elasticsearch_client, posts),
        pytest.raises(RecordFormatError, match=r"nested.*nor could it be kept aside .*read-only"),
    ):
        store.add([build_post(3, "Un puits")])

    assert name_refused(store) == [("post", "P-0002", 0)]


def test_a_node_that_is_gone_is_said_to_keep_nothing(elasticsearch_url: str, elasticsearch_prefix: str) -> None:
    with run_proxy(elasticsearch_url) as proxy:
        store = open_elasticsearch(Access(url=proxy.url), prefix=elasticsearch_prefix)
        store.add([build_post(1, "Des tunnels")])
        with (
            proxy.meddling(lambda request, ask: None),
            pytest.raises(StoreUnavailableError, match=r"nobody answers.*nowhere but where it came from"),
        ):
            store.add([build_post(2, "Un pont")])
        assert name_refused(store) == []
        store.close()


def test_a_lease_is_nothing_to_be_kept_aside(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    with hold(store, "work"):
        pass
    index = f"{elasticsearch_prefix}-lease-v0001"
    elasticsearch_client.indices.put_settings(index=index, settings={"index.blocks.write": True})

    with pytest.raises((StoreUnavailableError, LeaseTakenError)), hold(store, "other work"):
        pass

    assert name_refused(store) == []
    assert store.count(Lease) == 1


def test_entries_and_those_that_are_done_for_are_in_a_new_index_after_a_migration(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str, posts: str
) -> None:
    with refusing(elasticsearch_client, posts), pytest.raises(RecordFormatError):
        store.add([build_post(2, "Un pont"), build_post(3, "Un puits")])
    store.add([build_post(3, "Un puits")])

    with open_migration(Access(url=store.url.rpartition("/")[0]), elasticsearch_prefix) as migration:
        made = {new: count for _, new, count in migration.run(again=True)}

    assert made[f"{elasticsearch_prefix}-dead-letters-v0002"] == 2
    assert name_refused(store) == [("post", "P-0002", 0)]
    store.add([build_post(2, "Un pont")])
    assert name_refused(store) == []
