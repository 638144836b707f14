"""Claims are ranked by a real Elasticsearch as by the file, also over several shards, each of which knows a part of the words."""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from bench._wordings import Wordings
from bench.elasticsearch_claims import is_same_ranking
from index.backends.elasticsearch import Access, indices, open_elasticsearch
from index.backends.embedded import open_embedded
from index.model import Claim
from index.query import ClaimQuery, TextQuery
from index.store import Store

_CLAIMS, _REVISED = 400, 60
_COUNTRIES = ("ML", "NE", "BF", "TD", "DZ", "MR")


@pytest.fixture
def words() -> Wordings:
    return Wordings(2023)


@pytest.fixture
def claims(words: Wordings) -> list[Claim]:
    """Claims in French, English and Arabic, some in two of these."""
    drawn = list(words.iter(2 * _CLAIMS, 14))
    return [
        Claim(
            id=f"C-2023-{number:04d}",
            revision=1,
            wordings=(one, other) if number % 3 == 0 else (one,),
            countries=_COUNTRIES[number % 4 : number % 7],
            first_appeared_on=f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}"[: 4 + 3 * (number % 3)],
        )
        for number, (one, other) in enumerate(zip(drawn[::2], drawn[1::2], strict=True))
    ]


@pytest.fixture
def embedded(tmp_path: Path, claims: list[Claim]) -> Iterator[Store]:
    store = open_embedded(tmp_path / "claims.db")
    store.add_revisions(claims)
    yield store
    store.close()


def merge(client: Elasticsearch, alias: str) -> None:
    """Merge until nothing that was replaced counts any more; it is kept for a while for copies that are behind."""
    client.indices.refresh(index=alias)
    for _ in range(120):
        client.indices.forcemerge(index=alias, max_num_segments=1)
        if not client.indices.stats(index=alias, metric="docs")["_all"]["primaries"]["docs"]["deleted"]:
            return
        time.sleep(0.5)
    raise AssertionError("replaced documents stay")


@pytest.mark.parametrize("shards", [1, 5])
def test_the_same_ten_come_first_wherever_scores_differ(
    shards: int,
    embedded: Store,
    claims: list[Claim],
    words: Wordings,
    elasticsearch_url: str,
    elasticsearch_client: Elasticsearch,
    elasticsearch_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indices, "_SETTINGS", {**indices._SETTINGS, "number_of_shards": shards})
    store = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    store.add_revisions(claims)
    for claim in islice(claims, _REVISED):
        again = replace(claim, title="Une autre affirmation sur le pont")
        embedded.revise(again, expected_revision=1)
        store.revise(again, expected_revision=1)
    merge(elasticsearch_client, f"{elasticsearch_prefix}-claim")
    asked = [words.repeat(claim.wordings[-1]) for claim in claims[::2]] + ["affirmation sur le pont"]

    different, scores = [], []
    for text in asked:
        query = ClaimQuery(text=TextQuery(words=text), limit=10)
        one, other = embedded.find_claims(query), store.find_claims(query)
        scores += [(mine.score, theirs.score) for mine, theirs in zip(one.hits, other.hits, strict=True)]
        if one.total != other.total or not is_same_ranking(one.hits, other.hits):
            different.append(text)

    assert different == []
    assert store.count_claims(ClaimQuery()) == embedded.count_claims(ClaimQuery())
    assert max(abs(mine - theirs) / mine for mine, theirs in scores) < 0.01
    store.close()
