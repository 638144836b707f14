"""How fast is the exact search within a radius, beside FAISS's flat index in the same run, one thread each?

``python -m bench radius --codes 1000000 --queries 200`` prints JSON. FAISS and numba take part where they are installed
(``pip install faiss-cpu numba``). Recall is counted on planted pairs, and every answer is compared with FAISS's, or with
a scan of all codes. ``--realistic`` draws codes as a collection has them: each with as many ones as zeros, a third of them
near another one, and one in two hundred a blank frame; without it every bit is drawn by itself.
"""

import argparse
import gc
import importlib
import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from verify.radius import RadiusIndex  # noqa: E402

Codes = npt.NDArray[np.uint8]
Hits = list[tuple[int, int]]
Search = Callable[[Codes], list[Hits]]

_BYTES = 32
_PLANTED_BITS = (5, 12, 20, 26, 31, 33)  # the last is for a radius of 31 too far
_BATCH = 140  # a picture's frame and regions in all symmetries


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--wide", type=int, default=62, help="a radius that the bands were not planned for")
    parser.add_argument("--realistic", action="store_true")
    parser.add_argument("--table-bytes", type=float, help="budget a code for the tables alone")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    codes = draw_collection(random, options.codes) if options.realistic else draw_codes(random, options.codes)
    print(json.dumps(measure(random, codes, options), indent=2))


def measure(random: np.random.Generator, codes: Codes, options: argparse.Namespace) -> dict[str, Any]:
    """Build each index, ask each the same, compare."""
    rows = random.integers(0, len(codes), options.queries)
    bits = np.resize(_PLANTED_BITS, options.queries)
    queries = np.stack([alter(random, codes[row], int(count)) for row, count in zip(rows, bits, strict=True)])
    planted = {
        number: (int(row), int(count))
        for number, (row, count) in enumerate(zip(rows, bits, strict=True))
        if count <= options.radius
    }
    report: dict[str, Any] = {"codes": len(codes), "queries": len(queries), "radius_bits": options.radius}
    report["drawn"] = "realistic" if options.realistic else "random"
    budget = {} if options.table_bytes is None else {"table_bytes_per_code": options.table_bytes}
    peer, flat = _measure_faiss(codes, queries, planted, options)
    report["faiss_flat"] = peer
    for engine in ("numpy", "numba"):
        if engine == "numpy" or importlib.util.find_spec("numba"):
            report[engine] = _measure_ours(engine, codes, queries, planted, flat, peer, options, budget)
            gc.collect()
    return report


def _measure_ours(
    engine: str,
    codes: Codes,
    queries: Codes,
    planted: dict[int, tuple[int, int]],
    flat: list[Hits],
    peer: dict[str, Any],
    options: argparse.Namespace,
    budget: dict[str, float],
) -> dict[str, Any]:
    index: RadiusIndex[int] = RadiusIndex(_BYTES, radius_bits=options.radius, engine=engine, **budget)
    begun = time.perf_counter()
    index.add(range(len(codes)), codes)
    index.merge()
    built = time.perf_counter() - begun
    answers, figures = _time(lambda asked: index.search(asked, options.radius), queries, options.wide, index.search)
    layout = index.layouts[0]
    figures |= {
        "widths": layout and layout.widths,
        "build_seconds": round(built, 2),
        "bytes_per_code": round(index.size_bytes / len(codes), 1),
        "recall_planted": count_recall(answers, planted),
    }
    if peer:
        figures["answers_equal_to_faiss"] = answers == flat
        figures["ratio_p50"] = round(peer["p50_ms"] / figures["p50_ms"], 1)
        figures["ratio_batch"] = round(peer["batch_ms_per_query"] / figures["batch_ms_per_query"], 1)
        figures["ratio_wide"] = round(peer["wide_ms"] / figures["wide_ms"], 1)
    else:
        scan: RadiusIndex[int] = RadiusIndex(_BYTES, table_bytes_per_code=0.0, engine="numpy")
        scan.add(range(len(codes)), codes)
        figures["answers_equal_to_a_scan_of_20"] = answers[:20] == scan.search(queries[:20], options.radius)
    return figures | _measure_file(index, queries, answers, options)


def _measure_file(
    index: RadiusIndex[int], queries: Codes, answers: list[Hits], options: argparse.Namespace
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        index.save(Path(folder))
        saved = time.perf_counter()
        opened: RadiusIndex[int] = RadiusIndex.open(Path(folder))
        ready = time.perf_counter()
        equal = opened.search(queries, options.radius) == answers
    return {
        "save_seconds": round(saved - begun, 2),
        "open_seconds": round(ready - saved, 2),
        "answers_equal_after_open": equal,
    }


def _measure_faiss(
    codes: Codes, queries: Codes, planted: dict[int, tuple[int, int]], options: argparse.Namespace
) -> tuple[dict[str, Any], list[Hits]]:
    if not importlib.util.find_spec("faiss"):
        return {}, []
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(8 * _BYTES)
    index.add(codes)

    def search(asked: Codes, radius: int) -> list[Hits]:
        limits, distances, rows = index.range_search(asked, radius + 1)  # FAISS excludes the radius itself
        found = zip(rows.tolist(), distances.astype(int).tolist(), strict=True)
        pairs = list(found)
        return [
            sorted(pairs[start:stop], key=lambda pair: pair[::-1])
            for start, stop in zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True)
        ]

    answers, figures = _time(lambda asked: search(asked, options.radius), queries, options.wide, search)
    return figures | {"version": faiss.__version__, "recall_planted": count_recall(answers, planted)}, answers


def _time(
    search: Search, queries: Codes, wide: int, search_within: Callable[[Codes, int], list[Hits]]
) -> tuple[list[Hits], dict[str, Any]]:
    search(queries[:1])
    answers, seconds = [], []
    for query in queries:
        begun = time.perf_counter()
        answers += search(query[None, :])
        seconds.append(time.perf_counter() - begun)
    batch = np.resize(queries, (_BATCH, _BYTES))
    begun = time.perf_counter()
    search(batch)
    batched = (time.perf_counter() - begun) / _BATCH
    few = queries[:5]
    search_within(few[:1], wide)
    begun = time.perf_counter()
    for query in few:
        search_within(query[None, :], wide)
    widely = (time.perf_counter() - begun) / len(few)
    p50, p95 = np.percentile(seconds, [50, 95]) * 1e3
    figures = {"p50_ms": p50, "p95_ms": p95, "batch_ms_per_query": batched * 1e3, "wide_ms": widely * 1e3}
    return answers, {name: round(float(value), 4) for name, value in figures.items()}


def count_recall(answers: list[Hits], planted: dict[int, tuple[int, int]]) -> float | None:
    """The share of the planted pairs that is in the answers."""
    found = [pair in answers[number] for number, pair in planted.items()]
    return sum(found) / len(found) if found else None


def draw_codes(random: np.random.Generator, count: int) -> Codes:
    """Every bit by itself."""
    return np.frombuffer(random.bytes(count * _BYTES), dtype=np.uint8).reshape(count, _BYTES)


def draw_collection(random: np.random.Generator, count: int) -> Codes:
    """Codes as a collection of pictures has them: see the top of this file."""
    codes = np.empty((count, _BYTES), dtype=np.uint8)
    for start in range(0, count, 50_000):
        block = codes[start : start + 50_000]
        levels = random.standard_normal((len(block), 8 * _BYTES), dtype=np.float32)
        block[:] = np.packbits(levels > np.median(levels, axis=1, keepdims=True), axis=1)
        copies = random.permutation(len(block))[: len(block) // 3]
        flips = random.random((len(copies), 8 * _BYTES), dtype=np.float32) < random.uniform(0, 0.06, (len(copies), 1))
        sources = (random.pareto(1.0, len(copies)) * len(block) / 50).astype(np.int64) % (start + len(block))
        block[copies] = codes[sources] ^ np.packbits(flips, axis=1)
        blank = random.permutation(len(block))[: len(block) // 200]
        block[blank] = np.where(random.random((len(blank), _BYTES)) < 0.01, 1, 0)
    return codes


def alter(random: np.random.Generator, code: Codes, bits: int) -> Codes:
    """The code with so many bits turned over."""
    flips = np.zeros(8 * code.size, dtype=np.uint8)
    flips[random.choice(flips.size, bits, replace=False)] = 1
    return np.asarray(code ^ np.packbits(flips), dtype=np.uint8)
