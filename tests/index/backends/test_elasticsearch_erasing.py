"""Erasing from a real Elasticsearch: no document and no segment holds what was erased, and what was interrupted is completed."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, open_elasticsearch, open_migration
from index.backends.elasticsearch.erasing import Eraser
from index.backends.elasticsearch.store import ElasticsearchStore
from index.backends.elasticsearch.writing import Writer
from index.errors import StoreError
from index.log.entries import build_entry, read_entry, seal
from index.model import Claim, Post, Verdict
from index.ratings import Rating
from index.store import iter_log
from tests.contracts.records import (
    NOON,
    build_claim,
    build_code,
    build_post,
    build_verdict,
    build_words_entry,
)
from tests.contracts.records import (
    build_entry as build_bank_entry,
)
from tests.contracts.store_erasing import stub_all
from tests.contracts.store_vectors import build_vector, draw_codes

SECRET = "qx7w9k2jv4hz"
CODE = build_code(0xC0FFEE_DECADE_FACADE << 180)  # its first column is as long as a number can be: found by no chance
COLUMN = str(int.from_bytes(bytes.fromhex(CODE[:16]), signed=True))


class KilledError(Exception):
    pass


@pytest.fixture
def store(elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[ElasticsearchStore]:
    opened = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    yield opened
    opened.close()


def find_documents(client: Elasticsearch, prefix: str) -> list[str]:
    """The indices with a document that says the secret, be it in columns or terms alone."""
    client.indices.refresh(index=f"{prefix}-*")
    columns = [{"field": "code_*"}]  # not in the source
    hits = client.search(index=f"{prefix}-*", size=10_000, docvalue_fields=columns)["hits"]["hits"]
    return sorted({hit["_index"] for hit in hits if SECRET in json.dumps(hit) or COLUMN in json.dumps(hit)})


def find_segments(client: Elasticsearch, prefix: str) -> list[str]:
    """The files of the node, below its indices under the prefix, that hold the secret."""
    nodes = client.nodes.stats(metric="fs")["nodes"].values()
    folders = [Path(place["path"]) / "indices" for node in nodes for place in node["fs"]["data"]]
    settings = client.indices.get_settings(index=f"{prefix}-*")
    ids = {found["settings"]["index"]["uuid"] for found in settings.values()}
    if not any(folder.is_dir() for folder in folders):
        pytest.skip("the node's files are on another machine")
    own = [folder / one for folder in folders for one in ids if (folder / one).is_dir()]  # others come and go meanwhile
    assert {folder.name for folder in own} == ids
    files = [file for folder in own for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if SECRET.encode() in read_if_there(file)]


def read_if_there(file: Path) -> bytes:
    """Return what a file says; nothing where the engine has removed it meanwhile."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def test_no_document_and_no_segment_holds_what_was_erased(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    claim = seal(build_claim(1, f"{SECRET} premier"), 0)
    store.revise(claim, expected_revision=0, entry=build_entry(claim, "add", actor="awa", at=NOON).encode())
    store.revise(replace(claim, wordings=build_claim(1, "second").wordings), expected_revision=1)
    store.revise(build_verdict(1, claim.id, SECRET, Rating.FALSE), expected_revision=0)
    entry, words = build_bank_entry(1, CODE), build_words_entry(1, SECRET)
    post, vector = build_post(1, f"{SECRET} {SECRET}"), build_vector(claim, draw_codes(1))
    store.add([post, entry, words, vector, build_post(2, "reste"), build_bank_entry(2, build_code(3))])
    elasticsearch_client.indices.flush(index=f"{elasticsearch_prefix}-*")
    found = find_documents(elasticsearch_client, elasticsearch_prefix)
    assert {name.removeprefix(elasticsearch_prefix)[1:-6] for name in found} >= {
        "bank-entry", "claim", "fingerprints", "post", "revisions", "verdict",
    }  # fmt: skip
    assert len(find_segments(elasticsearch_client, elasticsearch_prefix)) >= 5

    gone = [post, entry, words, vector, *store.get_history(Claim, claim.id), *store.get_history(Verdict, "V-2023-0001")]

    store.erase(stub_all(gone), [b"erased"])

    assert find_documents(elasticsearch_client, elasticsearch_prefix) == []
    assert find_segments(elasticsearch_client, elasticsearch_prefix) == []
    assert store.get(Post, "P-0002").text == "reste"


@pytest.mark.usefixtures("do_not_await_leases")
@pytest.mark.parametrize("step", ["_replace_heads", "complete"])
def test_an_interrupted_erasure_is_completed_when_the_store_is_opened_again(
    store: ElasticsearchStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    claim = store.revise(build_claim(1, "Tunnels"), expected_revision=0)
    post = build_post(1, "texte")
    store.add([post])

    def die(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Eraser, step, die)
        with pytest.raises(KilledError):
            store.erase(stub_all([post, claim]), [b"erased"])
    assert not store.get(Post, post.id).is_stub

    url, _, prefix = store.url.rpartition("/")
    with closing(open_elasticsearch(Access(url=url), prefix=prefix)) as again:
        assert again.get(Post, post.id).is_stub
        assert again.get_history(Claim, claim.id)[0].is_stub
        assert list(iter_log(again)) == [b"erased"]
        assert list(again._log.iter_waiting()) == []


@pytest.mark.usefixtures("do_not_await_leases")
def test_a_revision_that_waits_beside_its_entry_and_cannot_be_made_goes_too(
    store: ElasticsearchStore,
    elasticsearch_client: Elasticsearch,
    elasticsearch_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim = store.revise(build_claim(1, "Tunnels"), expected_revision=0)
    sealed = seal(replace(claim, title=SECRET), 1)
    entry = build_entry(sealed, "change", actor="awa", at=NOON).encode()

    def refuse(*_: object) -> None:
        raise StoreError("read-only")

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "_complete", refuse)
        with pytest.raises(StoreError):
            store.revise(sealed, expected_revision=1, entry=entry)
        store.erase(stub_all([claim]), [b"erased"])

    assert [read_entry(text).act for text in list(iter_log(store))[::2]] == ["change", "void"]
    assert find_documents(elasticsearch_client, elasticsearch_prefix) == []


@pytest.mark.usefixtures("do_not_await_leases")
def test_what_lies_in_the_indices_of_a_migration_keeps_from_erasing(
    store: ElasticsearchStore, elasticsearch_url: str, elasticsearch_prefix: str
) -> None:
    post = build_post(1, "texte")
    store.add([post])
    with open_migration(Access(url=elasticsearch_url), elasticsearch_prefix) as migration:
        migration.run(again=True)
        with pytest.raises(StoreError, match="--drop-old"):
            store.erase(stub_all([post]), [b"erased"])
        assert (store.get(Post, post.id), store.count_log()) == (post, 0)

        migration.drop_old()
        store.erase(stub_all([post]), [b"erased"])

    assert store.get(Post, post.id).is_stub
