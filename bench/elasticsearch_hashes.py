"""How fast, and how large, is the exact radius search in Elasticsearch? ``python -m bench elasticsearch-hashes --url URL``.

Fills the fingerprint index of a store of its own on a running Elasticsearch (``python -m tests.elasticsearch node`` starts one)
with codes as a collection has them (:mod:`bench.radius`), and asks for planted ones through the store, before and after its
segments are merged. Beside it in the same run: FAISS's flat index where it is installed, and Elasticsearch comparing with every
code (``script_score`` without bands) as the floor. Every answer is compared with a scan of all codes. Prints JSON; the store's
indices are removed at the end.
"""

import argparse
import importlib
import importlib.util
import json
import os
import secrets
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch
from elasticsearch.exceptions import GeneralAvailabilityWarning
from elasticsearch.helpers import parallel_bulk

from bench.radius import Codes, Hits, alter, draw_collection
from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from index.backends.elasticsearch.documents import iter_fingerprints
from index.backends.elasticsearch.fingerprints import build_search
from index.model import BankEntry
from verify.evidence import CANDIDATE_RADIUS_BITS
from verify.hashing.base import Fingerprint

_RADIUS_BITS = 31
_PLANTED_BITS = (0, 5, 12, 20, 26, 31)
_TOGETHER = 64
"""Codes asked for in one call."""
_WARMING = 5
"""Such calls before anything is timed, so that the engine runs as it does in service and not as just started."""
_OF_A_CHECK, _REPEATS, _LONGEST_SECONDS = 72, 20, 120


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=os.environ.get("ES_URL", ""), help="of an Elasticsearch; ES_URL when left out")
    parser.add_argument("--codes", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    if not options.url:
        sys.exit("say which Elasticsearch with --url or ES_URL: `python -m tests.elasticsearch node` starts one")
    prefix = f"bench-{secrets.token_hex(4)}"
    store = open_elasticsearch(Access(url=options.url), prefix=prefix)
    with Elasticsearch(options.url, request_timeout=600) as client:
        try:
            print(json.dumps(measure(store, client, prefix, options), indent=2))
        finally:
            store.close()
            client.indices.delete(index=list(client.indices.get(index=f"{prefix}-*")))


def measure(
    store: ElasticsearchStore, client: Elasticsearch, prefix: str, options: argparse.Namespace
) -> dict[str, Any]:
    """Fill, ask, merge, ask again."""
    random = np.random.default_rng(options.seed)
    codes = draw_collection(random, options.codes)
    rows = random.integers(0, len(codes), options.queries)
    queries = np.stack(
        [alter(random, codes[row], bits) for row, bits in zip(rows, np.resize(_PLANTED_BITS, len(rows)), strict=True)]
    )
    index = f"{prefix}-fingerprints"
    filled = _fill(store, client, index, codes)
    truth = [_scan(codes, query) for query in queries]
    ways: dict[str, Callable[[Codes], list[Hits]]] = {"store": lambda asked: _ask(store, asked)}
    if importlib.util.find_spec("faiss"):
        ways["faiss_flat"] = _build_faiss(codes)
    report: dict[str, Any] = {
        "codes": len(codes),
        "queries": len(queries),
        "radius_bits": _RADIUS_BITS,
        "filled": filled,
    }
    report["load_average"] = os.getloadavg()[0]
    for state in ("as filled", "merged"):
        if state == "merged":
            client.indices.forcemerge(index=index, max_num_segments=1)
            client.indices.refresh(index=index)
        report[state] = {"segments": _count_segments(client, index)} | {
            name: _time(way, queries, truth) for name, way in ways.items()
        }
        report[state]["all_codes_compared"] = _time_scan(client, index, queries[:5])
        report[state]["as_a_check_asks"] = _time_check(store, codes, queries)
    return report | {"bytes_per_document": _weigh(client, index, len(codes))}


def _fill(store: ElasticsearchStore, client: Elasticsearch, index: str, codes: Codes) -> dict[str, float]:
    first = _build_entry(0, codes[0])
    store.add([first])  # makes the index as the store makes it
    begun = time.perf_counter()
    actions = (
        {"_op_type": "index", "_index": index, "_id": name, "_source": source}
        for number, code in enumerate(codes)
        for name, source in iter_fingerprints(_build_entry(number, code))
    )
    failed = sum(not done for done, _ in parallel_bulk(client, actions, thread_count=2, chunk_size=2_000))
    client.indices.refresh(index=index)
    seconds = time.perf_counter() - begun
    return {"seconds": round(seconds, 1), "documents_per_second": round(len(codes) / seconds), "refused": failed}


def _build_entry(number: int, code: Codes) -> BankEntry:
    name = f"B-{number:09d}"
    prints = (Fingerprint("pdq", code.tobytes().hex(), 100),)
    return BankEntry(id=name, media_id=name, bank="known", engine="bench", fingerprints=prints)


def _ask(store: ElasticsearchStore, asked: Codes) -> list[Hits]:
    found: list[Hits] = [[] for _ in asked]
    hits = store.find_fingerprints(
        "pdq", [code.tobytes().hex() for code in asked], radius_bits=_RADIUS_BITS, bank="known"
    )
    for hit in hits:
        found[hit.query_index].append((int(hit.entry_id[2:]), hit.distance_bits))
    return found


def _scan(codes: Codes, query: Codes) -> Hits:
    distances = np.bitwise_count(codes ^ query).sum(axis=1)
    near = np.flatnonzero(distances <= _RADIUS_BITS)
    return sorted(zip(near.tolist(), distances[near].astype(int).tolist(), strict=True), key=lambda pair: pair[::-1])


def _build_faiss(codes: Codes) -> Callable[[Codes], list[Hits]]:
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(8 * codes.shape[1])
    flat.add(codes)

    def search(asked: Codes) -> list[Hits]:
        limits, distances, rows = flat.range_search(np.ascontiguousarray(asked), _RADIUS_BITS + 1)
        pairs = list(zip(rows.tolist(), distances.astype(int).tolist(), strict=True))
        spans = zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True)
        return [sorted(pairs[start:stop], key=lambda pair: pair[::-1]) for start, stop in spans]

    return search


def _time(way: Callable[[Codes], list[Hits]], queries: Codes, truth: list[Hits]) -> dict[str, Any]:
    together = np.resize(queries, (_TOGETHER, queries.shape[1]))
    for one in (queries, *[together] * _WARMING):
        way(one)
    milliseconds, answers = [], []
    for number in range(len(queries)):
        begun = time.perf_counter()
        answers += way(queries[number : number + 1])
        milliseconds.append((time.perf_counter() - begun) * 1e3)
    begun = time.perf_counter()
    way(together)
    took = (time.perf_counter() - begun) * 1e3
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {
        "p50_ms": round(float(p50), 2),
        "p95_ms": round(float(p95), 2),
        f"ms_per_code_of_{_TOGETHER}_together": round(took / _TOGETHER, 2),
        "answers_equal_to_a_scan": sum(found == right for found, right in zip(answers, truth, strict=True)),
    }


def _time_scan(client: Elasticsearch, index: str, queries: Codes) -> dict[str, float]:
    """Every code compared by the engine."""
    milliseconds = []
    for query in queries:
        search = build_search("pdq:known", [query.tobytes().hex()], 8 * query.size, _RADIUS_BITS)
        search["query"]["script_score"]["query"]["bool"]["filter"].pop()  # the bands
        begun = time.perf_counter()
        client.msearch(searches=[{"index": index}, search])
        milliseconds.append((time.perf_counter() - begun) * 1e3)
    return {"p50_ms": round(float(np.median(milliseconds)), 2)}


def _time_check(store: ElasticsearchStore, codes: Codes, queries: Codes) -> dict[str, Any]:
    """All parts of a picture in all symmetries, within the radius that bands do not narrow."""
    asked = np.resize(queries, (_OF_A_CHECK, queries.shape[1]))
    seconds: list[float] = []
    while len(seconds) < _REPEATS and (len(seconds) < 2 or sum(seconds) < _LONGEST_SECONDS):
        begun = time.perf_counter()
        hits = store.find_fingerprints(
            "pdq", [code.tobytes().hex() for code in asked], radius_bits=CANDIDATE_RADIUS_BITS, bank="known"
        )
        seconds.append(time.perf_counter() - begun)
    near = sum(int((np.bitwise_count(codes ^ code).sum(axis=1) <= CANDIDATE_RADIUS_BITS).sum()) for code in asked)
    median = float(np.median(seconds[len(seconds) // 2 :]))  # the first ones warm the engine
    return {
        "codes": len(asked),
        "radius_bits": CANDIDATE_RADIUS_BITS,
        "seconds": round(median, 4),
        "all": len(hits) == near,
    }


def _weigh(client: Elasticsearch, index: str, count: int) -> dict[str, float]:
    """Bytes of a document on disk; a second copy of its source is kept until a later merge, so that a replica can catch up."""
    client.indices.flush(index=index, force=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeneralAvailabilityWarning)
        usage = client.indices.disk_usage(index=index, run_expensive_tasks=True).body
    (shards,) = (held for name, held in usage.items() if name != "_shards")
    kept = shards["fields"].get("_recovery_source", {}).get("total_in_bytes", 0)
    return {
        "all": round(shards["store_size_in_bytes"] / count, 1),
        "without_what_is_kept_for_recovery": round((shards["store_size_in_bytes"] - kept) / count, 1),
    }


def _count_segments(client: Elasticsearch, index: str) -> int:
    answer: Iterator[Any] = iter(client.indices.stats(index=index, metric="segments")["indices"].values())
    return int(next(answer)["primaries"]["segments"]["count"])


if __name__ == "__main__":
    main()
