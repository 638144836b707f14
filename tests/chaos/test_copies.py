"""What a conflict tells of may not be on all copies yet: it is acknowledged when it is, and not when it has gone."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.elasticsearch.documents import build_revision, name_revision
from index.errors import StoreUnavailableError
from index.model import Claim
from index.store import Store
from tests.chaos.proxy import Answer, Ask, Mischief, Proxy, Request, run_proxy
from tests.contracts.records import build_claim, build_post


@pytest.fixture
def proxy(elasticsearch_url: str) -> Iterator[Proxy]:
    with run_proxy(elasticsearch_url) as opened:
        yield opened


@pytest.fixture
def store(proxy: Proxy, elasticsearch_prefix: str) -> Iterator[Store]:
    opened = open_elasticsearch(Access(url=proxy.url), prefix=elasticsearch_prefix)
    opened.add([build_post(1, "Des tunnels")])
    opened.revise(build_claim(1, "Une rumeur"), expected_revision=0)
    yield opened
    opened.close()


def concerns(part: str) -> Callable[[Request], bool]:
    return lambda request: part in request.path


def change(alter: Callable[[Any], None]) -> Mischief:
    def answer(request: Request, ask: Ask) -> Answer:
        given = ask(request)
        body = json.loads(given.body)
        alter(body)
        return replace(given, body=json.dumps(body).encode())

    return answer


def hold_back(stats: Any) -> None:
    """As if a copy lacked the newest document."""
    for found in stats["indices"].values():
        for copy in found["shards"]["0"]:
            copy["seq_no"]["global_checkpoint"] -= 1


def hide(answer: Any) -> None:
    for document in answer.get("docs", [answer]):
        document["found"] = False


def test_a_record_that_existed_is_acknowledged_once_all_copies_hold_it(proxy: Proxy, store: Store) -> None:
    early = proxy.meddle(concerns("/_stats"), change(hold_back))
    late = proxy.meddle(concerns("/_stats"), change(lambda stats: None))

    assert store.add([build_post(1, "Des tunnels")]) == frozenset()
    assert early.is_set()
    assert late.is_set()


def test_a_record_that_existed_and_has_gone_is_not_acknowledged(proxy: Proxy, store: Store) -> None:
    proxy.meddle(concerns("/_mget"), change(hide))

    with pytest.raises(StoreUnavailableError, match="do this again"):
        store.add([build_post(1, "Des tunnels")])


def test_a_revision_that_a_copy_lacks_is_an_error_and_then_goes_on(
    proxy: Proxy, store: Store, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    second = replace(build_claim(1, "Une autre rumeur"), revision=2)
    elasticsearch_client.create(
        index=f"{elasticsearch_prefix}-revisions",
        id=name_revision(Claim.KIND, second.id, 2),
        document=build_revision(second),
    )
    proxy.meddle(concerns("-revisions/_doc/"), change(hide))

    with pytest.raises(StoreUnavailableError, match="do this again"):
        store.revise(second, expected_revision=1)

    assert store.revise(second, expected_revision=1) == second
    assert store.get_history(Claim, second.id)[1:] == (second,)
