"""Whoever is not the Elasticsearch that we know is told apart in words; no node is needed for that."""

from collections.abc import Mapping
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.elasticsearch.connection import connect
from index.errors import StoreAccessError, StoreFormatError, StoreUnavailableError
from index.model import Post
from tests.contracts.records import build_post

_ELASTIC = {"X-Elastic-Product": "Elasticsearch"}
_OLD_REFUSAL = {
    "error": {
        "type": "media_type_header_exception",
        "reason": "Invalid media-type value on headers [Accept]",
        "caused_by": {
            "type": "status_exception",
            "reason": "Accept version must be either version 8 or 7, but found 9.",
        },
    },
    "status": 400,
}


def _describe(number: str, **more: str) -> dict[str, Any]:
    return {"name": "node", "cluster_name": "c", "version": {"number": number, **more}, "tagline": "…"}


def test_plain_http_is_only_for_this_machine() -> None:
    with pytest.raises(StoreAccessError, match="https://"):
        open_elasticsearch(Access(url="http://192.0.2.1:9200"))


def test_another_node_answers_where_one_does_not(elasticsearch_url: str, elasticsearch_prefix: str) -> None:
    there = elasticsearch_url.removeprefix("http://")
    for url in (f"http://127.0.0.1:9,{there}", f"http://{there},127.0.0.1:9"):
        store = open_elasticsearch(Access(url=url), prefix=elasticsearch_prefix)
        store.add([build_post(1, "text")])
        assert [post.id for post in store.iter_records(Post)] == ["P-0001"]
        store.close()


def test_plain_http_is_refused_for_every_node() -> None:
    with pytest.raises(StoreAccessError, match="not on this machine"):
        connect(Access(url="http://127.0.0.1:9200,es.example.org:9200"))


def test_where_nobody_listens_the_address_is_named_without_secrets(closed_port: int) -> None:
    address = f"127.0.0.1:{closed_port}"
    with pytest.raises(StoreUnavailableError) as refusal:
        open_elasticsearch(Access(url=f"http://elastic:canary@{address}", user="elastic", password="canary"))

    assert address in str(refusal.value)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "answer", "headers"),
    [
        (400, _OLD_REFUSAL, _ELASTIC),
        (200, _describe("8.19.8"), _ELASTIC),
        (200, _describe("7.17.0"), {}),
        (200, _describe("3.1.0", distribution="opensearch"), {}),
        (406, {"error": "Content-Type header [application/vnd.elasticsearch+json] is not supported"}, {}),
        (200, {"hello": "world"}, _ELASTIC),
        (404, {"error": "not found"}, {}),
        (301, {}, {"Location": "https://example.org"}),
        (500, {}, {}),
    ],
    ids=["8 refuses 9", "8", "7", "OpenSearch", "OpenSearch refuses 9", "other", "site", "redirect", "broken"],
)
def test_another_product_or_an_older_version_is_said_to_be_one(
    httpserver: HTTPServer, status: int, answer: Mapping[str, Any], headers: Mapping[str, str]
) -> None:
    httpserver.expect_request("/").respond_with_json(answer, status=status, headers=dict(headers))

    with pytest.raises(StoreFormatError, match="version 9 or newer"):
        open_elasticsearch(Access(url=httpserver.url_for("/").rstrip("/")))


def test_a_page_for_people_is_no_elasticsearch(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("<h1>Hello</h1>", content_type="text/html")

    with pytest.raises(StoreFormatError, match="version 9 or newer"):
        open_elasticsearch(Access(url=httpserver.url_for("/").rstrip("/")))


@pytest.mark.parametrize(("status", "words"), [(401, "API key"), (403, "does not allow"), (503, "too busy")])
def test_an_elasticsearch_that_does_not_let_us_in_is_no_other_product(
    httpserver: HTTPServer, status: int, words: str
) -> None:
    refusal = {"error": {"type": "security_exception", "reason": "missing authentication"}, "status": status}
    httpserver.expect_request("/").respond_with_json(refusal, status=status, headers=_ELASTIC)

    with pytest.raises(StoreUnavailableError, match=words):
        open_elasticsearch(Access(url=httpserver.url_for("/").rstrip("/")))


def test_a_cluster_that_is_busy_is_asked_again_after_growing_pauses(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("index.backends.elasticsearch.patience.time.sleep", pauses.append)
    httpserver.expect_request("/").respond_with_json(_describe("9.4.3"), headers=_ELASTIC)
    for status in (503, 429, 503):
        httpserver.expect_oneshot_request("/a/_count").respond_with_json({}, status=status, headers=_ELASTIC)
    httpserver.expect_oneshot_request("/a/_count").respond_with_json({"count": 7}, headers=_ELASTIC)

    with connect(Access(url=httpserver.url_for("/").rstrip("/"))) as client:
        assert client.count(index="a")["count"] == 7

    assert pauses == [0.1, 0.2, 0.4]


def test_a_refusal_without_a_reason_is_named_by_its_kind(httpserver: HTTPServer) -> None:
    refusal = {"error": {"type": "search_phase_execution_exception", "reason": ""}, "status": 503}
    httpserver.expect_request("/").respond_with_json(refusal, status=503, headers=_ELASTIC)

    with pytest.raises(StoreUnavailableError, match="search_phase_execution_exception"):
        open_elasticsearch(Access(url=httpserver.url_for("/").rstrip("/")))


def test_a_port_that_speaks_no_tls_is_said(httpserver: HTTPServer) -> None:
    with pytest.raises(StoreUnavailableError, match="does not speak TLS"):
        open_elasticsearch(Access(url=f"https://127.0.0.1:{httpserver.port}"))
