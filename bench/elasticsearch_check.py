"""A whole check where everything lies in Elasticsearch: ``python -m bench elasticsearch-check --pictures FOLDER …``.

The same pictures are known to a desk with a store in a file and to one with a store in Elasticsearch: real ones, and
:mod:`bench._distractors` up to each number. The same altered pictures are checked at both in turn, once as the index was
filled and once merged, and the two answers must be equal in everything. Seconds are those of the clock; those in the store are
told by method, and candidates are what fingerprints and words find.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from bench._alterations import ALTERATIONS
from bench._cluster import URL_HELP, Cluster, open_cluster
from bench._desk import check
from bench._distractors import Distractors
from bench.check import Query, make_real
from index.model import BankEntry, Record
from index.store import Store
from sankofa.bootstrap import open_desk
from sankofa.desk import Desk
from sankofa.settings import Settings
from sankofa.workflows.copy import copy_records

_BATCH = 500
_TIMED = 5_000
"""The last ones of each size go through the store and are timed; Elasticsearch gets those before in bulk."""
_FINGERPRINTS = "fingerprints"
_CANDIDATES = ("find_features", "find_fingerprints")


def main() -> None:
    """Print the figures for each number of known pictures as JSON."""
    options = _parse()
    report: dict[str, Any] = {"load_average": os.getloadavg(), "sizes": []}
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-", dir=options.folder) as folder:
        settings = Settings(home=Path(folder) / "desk", read_text=False)
        with open_cluster(options.url) as cluster, open_desk(settings) as desk:
            kept, queries = make_real(desk, options, Path(folder))
            copy_records(desk.store, cluster.store)
            sources = {query.media_id for query in queries}
            distractors = Distractors([one for one in kept if one.item.id not in sources], options.seed)
            report["queries"] = len(queries)
            there = len(kept)
            for known in sorted(options.known):
                rates = _fill(desk.store, cluster, distractors, there, known)
                there = max(there, known)
                report["sizes"].append(_measure(desk, cluster, queries, there) | {"known_per_second": rates})
                print(json.dumps(report["sizes"][-1]), file=sys.stderr, flush=True)
    print(json.dumps(report | {"load_average_at_the_end": os.getloadavg()}, indent=1))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, nargs="+", required=True, help="folders of real pictures")
    parser.add_argument("--url", default="", help=URL_HELP)
    parser.add_argument("--known", type=int, nargs="+", default=[3_000, 100_000], help="1,000,000 takes an hour")
    parser.add_argument("--real", type=int, default=200, help="real known pictures at most")
    parser.add_argument("--sources", type=int, default=12, help="real ones that are altered and asked about")
    parser.add_argument("--only", action="append", choices=list(ALTERATIONS), help="alterations; all by default")
    parser.add_argument("--folder", type=Path, help="where there is space: 20 KB for each known picture")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _fill(store: Store, cluster: Cluster, distractors: Distractors, there: int, known: int) -> dict[str, int]:
    """Make distractors known to both; how many of the last a second each took."""
    timed_from = max(there, known - _TIMED)
    for first in range(there, timed_from, _BATCH):
        records = _draw(distractors, first, min(first + _BATCH, timed_from))
        store.add(records)
        cluster.fill(records)
    seconds = {"embedded": 0.0, "elasticsearch": 0.0}
    for first in range(timed_from, known, _BATCH):
        records = _draw(distractors, first, min(first + _BATCH, known))
        for name, one in (("embedded", store), ("elasticsearch", cluster.store)):
            begun = time.perf_counter()
            one.add(records)
            seconds[name] += time.perf_counter() - begun
    return {name: round((known - timed_from) / spent) if spent else 0 for name, spent in seconds.items()}


def _draw(distractors: Distractors, first: int, last: int) -> list[Record]:
    return [record for number in range(first, last) for record in distractors.draw(number)]


class _Timed:
    """A store that notes the seconds in each of its methods."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seconds: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if not callable(method):
            return method

        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds[name] += time.perf_counter() - begun

        return timed


def _measure(desk: Desk, cluster: Cluster, queries: Sequence[Query], known: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"known": known}
    for state in ("as_filled", "merged"):
        if state == "merged":
            cluster.merge(BankEntry.KIND, _FINGERPRINTS)
        segments = {kind: cluster.count_segments(kind) for kind in (BankEntry.KIND, _FINGERPRINTS)}
        figures[state] = {"segments": segments} | _ask(desk, cluster.store, queries)
    weight = cluster.weigh(BankEntry.KIND, _FINGERPRINTS)
    return figures | {"bytes_per_known_in_entries_and_fingerprints": round(weight / known)}


def _ask(desk: Desk, store: Store, queries: Sequence[Query]) -> dict[str, Any]:
    """Check every picture at both desks, by turns the one first and the other."""
    stores = {"embedded": desk.store, "elasticsearch": store}
    whole: dict[str, list[float]] = {name: [] for name in stores}
    inside: dict[str, list[Counter[str]]] = {name: [] for name in stores}
    equal = found = 0
    for one in stores.values():
        check(replace(desk, store=one), queries[0].path)
    for number, query in enumerate(queries):
        answers = {}
        for name in sorted(stores, reverse=number % 2 == 0):
            timed = _Timed(stores[name])
            begun = time.perf_counter()
            answers[name] = check(replace(desk, store=cast("Store", timed)), query.path)
            whole[name].append(time.perf_counter() - begun)
            inside[name].append(timed.seconds)
        equal += answers["embedded"] == answers["elasticsearch"]
        found += query.media_id in {match.item.id for match in answers["elasticsearch"].matches}
    ratios = np.array(whole["elasticsearch"]) / np.array(whole["embedded"])
    return {
        "elasticsearch_over_embedded": round(float(np.median(ratios)), 3),
        "equal_answers": equal,
        "found": found,
        "of": len(queries),
        **{name: _describe(whole[name], inside[name]) for name in stores},
    }


def _describe(whole: Sequence[float], inside: Sequence[Counter[str]]) -> dict[str, Any]:
    candidates = [sum(seconds[name] for name in _CANDIDATES) for seconds in inside]
    methods = sorted({name for seconds in inside for name in seconds})
    return {
        "seconds": _summarise(whole),
        "candidates_seconds": _summarise(candidates),
        "seconds_in_the_store": {name: _summarise([seconds[name] for seconds in inside])["median"] for name in methods},
    }


def _summarise(seconds: Sequence[float]) -> dict[str, float]:
    median, p95 = np.quantile(seconds, [0.5, 0.95])
    return {"median": round(float(median), 4), "p95": round(float(p95), 4)}


if __name__ == "__main__":
    main()
