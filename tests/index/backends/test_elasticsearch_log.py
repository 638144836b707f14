"""The log in a real Elasticsearch: acts that were interrupted between their entry and their revision, and what was taken out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.elasticsearch.store import ElasticsearchStore
from index.backends.elasticsearch.writing import Writer
from index.errors import RecordNotFoundError, RevisionConflictError, StoreFormatError
from index.log.entries import build_entry, digest_record, read_entry, seal
from index.model import Claim
from index.store import iter_log
from tests.contracts.records import NOON, build_claim


class KilledError(Exception):
    pass


@pytest.fixture
def store(elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[ElasticsearchStore]:
    opened = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    yield opened
    opened.close()


def reopen(store: ElasticsearchStore) -> ElasticsearchStore:
    url, _, prefix = store.url.rpartition("/")
    return open_elasticsearch(Access(url=url), prefix=prefix)


def interrupt(store: ElasticsearchStore, monkeypatch: pytest.MonkeyPatch, where: str, claim: Claim) -> None:
    """Act, and die at a step of the writer."""

    def die(*_: object) -> None:
        raise KilledError

    entry = build_entry(claim, "add", actor="awa", at=NOON).encode()
    with monkeypatch.context() as patched:
        patched.setattr(Writer, where, die)
        with pytest.raises(KilledError):
            store.revise(claim, expected_revision=claim.revision - 1, entry=entry)


@pytest.mark.parametrize("where", ["_create_revision", "_move_head", "_advance"])
def test_an_interrupted_act_is_completed_when_the_store_is_opened_again(
    store: ElasticsearchStore, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    claim = seal(build_claim(1, "Tunnels"), 0)
    interrupt(store, monkeypatch, where, claim)
    with pytest.raises(RecordNotFoundError):
        store.get(Claim, claim.id)

    again = reopen(store)

    assert again.get(Claim, claim.id) == claim
    assert [read_entry(text).digest for text in iter_log(again)] == [digest_record(claim)]
    reopen(again).close()
    assert again.count_log() == 1
    again.close()


def test_an_interrupted_act_is_voided_where_somebody_else_acted_since(
    store: ElasticsearchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, other = seal(build_claim(1, "Tunnels"), 0), seal(build_claim(1, "Kidal"), 0)
    interrupt(store, monkeypatch, "_create_revision", claim)
    store.revise(other, expected_revision=0, entry=build_entry(other, "add", actor="ali", at=NOON).encode())

    again = reopen(store)
    reopen(again).close()

    acts = [read_entry(text) for text in iter_log(again)]
    assert [(one.act, one.actor, one.digest) for one in acts] == [
        ("add", "awa", digest_record(claim)),
        ("add", "ali", digest_record(other)),
        ("void", "awa", digest_record(claim)),
    ]
    assert acts[2].more == {"voids": 0, "act_voided": "add"}
    assert again.get(Claim, claim.id) == other
    again.close()


def test_an_interrupted_act_waits_where_it_cannot_be_completed_now(
    store: ElasticsearchStore,
    monkeypatch: pytest.MonkeyPatch,
    elasticsearch_client: Elasticsearch,
    elasticsearch_prefix: str,
) -> None:
    store.revise(build_claim(2, "Kidal"), expected_revision=0)
    claim = seal(build_claim(1, "Tunnels"), 0)
    interrupt(store, monkeypatch, "_create_revision", claim)
    index = f"{elasticsearch_prefix}-claim"
    elasticsearch_client.indices.put_settings(index=index, settings={"index.blocks.write": True})

    again = reopen(store)
    with pytest.raises(RecordNotFoundError):
        again.get(Claim, claim.id)
    elasticsearch_client.indices.put_settings(index=index, settings={"index.blocks.write": None})
    again.settle()

    assert again.get(Claim, claim.id) == claim
    assert list(again.iter_refused()) == []
    assert again.count_log() == 1
    again.close()


def test_an_act_that_loses_the_race_for_a_revision_is_voided_at_once(
    store: ElasticsearchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, other = seal(build_claim(1, "Tunnels"), 0), build_claim(1, "Kidal")
    create = Writer._create_revision

    def be_late(writer: Writer, record: Claim) -> Claim:
        monkeypatch.setattr(Writer, "_create_revision", create)
        store.revise(other, expected_revision=0)
        return create(writer, record)

    monkeypatch.setattr(Writer, "_create_revision", be_late)
    with pytest.raises(RevisionConflictError):
        store.revise(claim, expected_revision=0, entry=build_entry(claim, "add", actor="awa", at=NOON).encode())

    assert [read_entry(text).act for text in iter_log(store)] == ["add", "void"]
    assert store.get(Claim, claim.id) == replace(other, revision=1)


def test_a_hole_in_the_log_is_found(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    for number in range(3):
        store.append_log([f"{number}".encode()])
    elasticsearch_client.delete(index=f"{elasticsearch_prefix}-log", id=f"{1:012d}")

    for start in (0, 1):
        with pytest.raises(StoreFormatError, match="missing"):
            store.read_log(start, 3)
    assert store.read_log(2, 3) == (b"2",)
