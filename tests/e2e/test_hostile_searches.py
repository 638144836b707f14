"""Hostile texts are just texts: no search crashes, and every store gives the same answer.

``make hostile`` asks 20,000 of memory and the file and as many of a real Elasticsearch, and says what each cost.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.errors import QueryError
from index.query import ClaimHit, ClaimQuery, TextQuery
from index.store import Store
from sankofa.workflows.spelling import suggest_spellings
from sankofa.workflows.tags import read_query, write_out_tags
from tests.contracts.records import build_claim
from tests.e2e.hostile_texts import iter_texts
from tests.sankofa.desks import open_test_desk

COUNT = int(os.environ.get("SANKOFA_TEST_QUERIES", "400"))
_SEED = 2023
_SAME_SCORE = 1e-4

CLAIMS = (
    build_claim(1, "Des tunnels sous le camp de Kidal", ("en", "Tunnels under the Kidal camp"), ("ar", "أنفاق تحت معسكر كيدال")),
    build_claim(2, "L'armée malienne à Aguelhoc", countries=("ML",), first_appeared_on="2023-11-05"),
    build_claim(3, ("en", "French soldiers steal gold at Kidal"), first_appeared_on="2023-10"),
    build_claim(4, ("ar", "الجيش المالي يدخل أجلهوك"), title="Une fosse commune"),
    build_claim(5, ("ha", "Sojojin Nijar a ƙasa"), ("bm", "Mali kɛlɛbolow Kidali la")),
    build_claim(6, ("und", "Kidal Kidal -- () \"été\" : title NOT kidal")),
)  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """The same claims in memory and in a file, half of them revised."""
    opened: dict[str, Store] = {
        "memory": MemoryStore(),
        "file": open_embedded(tmp_path_factory.mktemp("hostile") / "claims.db"),
    }
    for store in opened.values():
        keep(store)
    yield opened
    for store in opened.values():
        store.close()


def keep(store: Store) -> None:
    store.add_revisions([replace(claim, revision=1) for claim in CLAIMS])


def ask(store: Store, text: str, *, raw: bool) -> tuple[object, ...]:
    """What a store answers, or how it refuses; equal scores come by identifier."""
    try:
        (written,) = write_out_tags(store, [text])
        asked = TextQuery(words=written, excluded=(text[3:9],)) if raw else read_query(store, text)
        page = store.find_claims(ClaimQuery(text=asked, limit=100))
        counted = store.count_claims(ClaimQuery(text=asked))
    except QueryError as refusal:
        return ("refused", str(refusal))
    return (page.total, counted, tuple((hit.claim.id, hit.matched_terms) for hit in sort_hits(page.hits)))


def sort_hits(hits: tuple[ClaimHit, ...]) -> list[ClaimHit]:
    """In their order, but those by identifier whose scores are the same but for rounding."""
    sorted_hits: list[ClaimHit] = []
    for hit in hits:
        place = len(sorted_hits)
        while (
            place
            and sorted_hits[place - 1].score <= hit.score * (1 + _SAME_SCORE)
            and sorted_hits[place - 1].claim.id > hit.claim.id
        ):
            place -= 1
        sorted_hits.insert(place, hit)
    return sorted_hits


def report(costs: list[float]) -> None:
    """Say what the searches cost; nobody is held to it."""
    costs.sort()
    shares = {"median": costs[len(costs) // 2], "95 %": costs[len(costs) * 95 // 100], "longest": costs[-1]}
    told = ", ".join(f"{name} {1000 * cost:.1f} ms" for name, cost in shares.items())
    print(f"{len(costs)} hostile searches: {told}")  # noqa: T201 - what `make hostile` is for


def test_hostile_texts_crash_nothing_and_are_answered_alike(stores: dict[str, Store], tmp_path: Path) -> None:
    desk = replace(open_test_desk(tmp_path), store=stores["file"])
    costs = []
    for number, text in enumerate(iter_texts(_SEED, COUNT)):
        begun = time.perf_counter()
        answers = {name: ask(store, text, raw=number % 2 == 0) for name, store in stores.items()}
        costs.append(time.perf_counter() - begun)
        assert answers["memory"] == answers["file"], (number, text[:200])
        if number % 20 == 0:
            suggest_spellings(desk, text)
    report(costs)


def test_elasticsearch_answers_hostile_texts_as_the_file_does(
    stores: dict[str, Store], elasticsearch_url: str, elasticsearch_prefix: str
) -> None:
    store = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    keep(store)
    costs = []
    for number, text in enumerate(iter_texts(_SEED + 1, COUNT)):
        begun = time.perf_counter()
        answer = ask(store, text, raw=number % 2 == 0)
        costs.append(time.perf_counter() - begun)
        assert answer == ask(stores["file"], text, raw=number % 2 == 0), (number, text[:200])
    store.close()
    report(costs)


def test_the_texts_are_of_many_kinds() -> None:
    texts = list(iter_texts(_SEED, 1_001))

    assert len(set(texts)) > 900
    assert max(map(len, texts)) >= 1_000_000
    for sign in ("\ud800", "\u202e", "\x00", "(" * 3_000, " AND", "\u0430", "أنفاق"):
        assert any(sign in text for text in texts), ascii(sign)
