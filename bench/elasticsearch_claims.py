"""Searching claims in Elasticsearch beside a store in a file: ``python -m bench elasticsearch-claims``.

Both stores hold the same claims, and are asked in turn for what somebody would write who repeats one of them
(:mod:`bench._wordings`), before and after Elasticsearch has merged its segments. Two top tens are equal where they hold the
same claims in the same order, whatever the order of claims whose scores differ by 1 % or less; at the end of a list such
claims may take each other's place.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench._cluster import URL_HELP, Cluster, open_cluster
from bench._wordings import Wordings
from index.backends.embedded import open_embedded
from index.model import Claim
from index.query import ClaimHit, ClaimQuery, TextQuery
from index.store import Store

_BATCH = 500
_TIMED = 10_000
"""The last ones go through the store and are timed; Elasticsearch gets those between the first batch and them in bulk."""
_WORDS = 15
_TOP = 10
_SAME_SCORE = 0.01
_COUNTRIES = ("ML", "NE", "BF", "TD")


def main() -> None:
    """Print times, rates and how many answers are equal as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help=URL_HELP)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where there is space for a store: 3 KB for each claim")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-", dir=options.folder) as folder:
        embedded = open_embedded(Path(folder) / "sankofa.db")
        try:
            with open_cluster(options.url) as cluster:
                stores: dict[str, Store] = {"elasticsearch": cluster.store, "embedded": embedded}
                report: dict[str, Any] = {"claims": options.claims, "load_average": os.getloadavg()}
                report["claims_indexed_per_second"], queries = _fill(stores, cluster, options)
                report["as_filled"] = {"segments": cluster.count_segments(Claim.KIND)} | _ask(stores, queries)
                cluster.merge(Claim.KIND)
                report["merged"] = {"segments": cluster.count_segments(Claim.KIND)} | _ask(stores, queries)
                report["bytes_per_claim"] = round(cluster.weigh(Claim.KIND, "revisions") / options.claims)
        finally:
            embedded.close()
    print(json.dumps(report | {"load_average_at_the_end": os.getloadavg()}, indent=1))


def _fill(stores: dict[str, Store], cluster: Cluster, options: argparse.Namespace) -> tuple[dict[str, int], list[str]]:
    """Keep the claims in both stores, batch by batch; how many of the last a second each took, and the queries."""
    wordings = Wordings(options.seed)
    asked = set(np.random.default_rng(options.seed).choice(options.claims, options.queries, replace=False).tolist())
    claims, queries = _iter_claims(wordings, options.claims), list[str]()
    seconds, kept, timed = dict.fromkeys(stores, 0.0), 0, 0
    while batch := list(islice(claims, _BATCH)):
        queries += [wordings.repeat(claim.wordings[0]) for claim in batch if int(claim.id[7:]) in asked]
        if 0 < kept < options.claims - _TIMED:
            stores["embedded"].add_revisions(batch)
            cluster.fill(batch)
        else:
            timed += len(batch) if kept else 0
            for name, store in stores.items():
                begun = time.perf_counter()
                store.add_revisions(batch)
                seconds[name] += time.perf_counter() - begun if kept else 0.0
        kept += len(batch)
    return {name: round(timed / spent) if spent else 0 for name, spent in seconds.items()}, queries


def _iter_claims(wordings: Wordings, count: int) -> Iterator[Claim]:
    for number, wording in enumerate(wordings.iter(count, _WORDS)):
        yield Claim(
            id=f"C-2023-{number:07d}",
            revision=1,
            wordings=(wording,),
            first_appeared_on=f"2023-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
            countries=(_COUNTRIES[number % len(_COUNTRIES)],),
        )


def _ask(stores: dict[str, Store], queries: Sequence[str]) -> dict[str, Any]:
    """Put every query to all stores in turn."""
    milliseconds: dict[str, list[float]] = {name: [] for name in stores}
    answers: dict[str, list[Sequence[ClaimHit]]] = {name: [] for name in stores}
    for store in stores.values():
        store.find_claims(_build_query(queries[0]))
    for text in queries:
        for name, store in stores.items():
            begun = time.perf_counter()
            answers[name].append(store.find_claims(_build_query(text)).hits)
            milliseconds[name].append((time.perf_counter() - begun) * 1e3)
    pairs = list(zip(answers["embedded"], answers["elasticsearch"], strict=True))
    ratios = np.array(milliseconds["embedded"]) / np.array(milliseconds["elasticsearch"])
    return {
        "embedded_over_elasticsearch": round(float(np.median(ratios)), 2),
        **{f"{name}_ms": _describe(spent) for name, spent in milliseconds.items()},
        "equal_top_ten": _count(pairs, is_same_ranking),
        "identical_top_ten": _count(pairs, lambda one, other: [h.claim.id for h in one] == [h.claim.id for h in other]),
        "of": len(pairs),
    }


def is_same_ranking(one: Sequence[ClaimHit], other: Sequence[ClaimHit]) -> bool:
    """Whether two top tens tell the same, as the top of this file says."""
    scores, others = ({hit.claim.id: hit.score for hit in hits} for hits in (one, other))
    if len(scores) != len(others):
        return False
    for mine, theirs in ((scores, others), (others, scores)):
        if any(mine[name] > min(mine.values()) * (1 + _SAME_SCORE) for name in mine.keys() - theirs.keys()):
            return False
    shared = [name for name in scores if name in others]
    places = {name: place for place, name in enumerate(name for name in others if name in scores)}
    return all(
        places[first] < places[second] or scores[first] <= scores[second] * (1 + _SAME_SCORE)
        for place, first in enumerate(shared)
        for second in shared[place + 1 :]
    )


def _count(
    pairs: Sequence[tuple[Sequence[ClaimHit], Sequence[ClaimHit]]],
    is_so: Callable[[Sequence[ClaimHit], Sequence[ClaimHit]], bool],
) -> int:
    return sum(is_so(one, other) for one, other in pairs)


def _build_query(text: str) -> ClaimQuery:
    return ClaimQuery(text=TextQuery(words=text), limit=_TOP)


def _describe(milliseconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


if __name__ == "__main__":
    main()
