"""How fast is the exact search within a radius, beside FAISS's flat index in the same run, one thread each?

``python -m bench radius --codes 1000000 --queries 200`` prints JSON. FAISS and numba take part where they are installed
(``pip install faiss-cpu numba``). Recall is counted on planted pairs, and every answer is compared with FAISS's, or with
a scan of all codes. ``--realistic`` draws codes as a collection has them: each with as many ones as zeros, a third of them
near another one, and one in two hundred a blank frame; without it every bit is drawn by itself.
"""

import argparse
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
Search = Callable[[Codes, int], list[Hits]]

_BYTES = 32
_PLANTED_BITS = (5, 12, 20, 26, 31, 33)  # the last is for a radius of 31 too far
_ROUND = 25
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
    parser.add_argument("--engine", dest="engines", action="append", choices=["numpy", "numba"], help="all by default")
    parser.add_argument("--save", action="store_true", help="also save each index to a temporary folder and open it")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    codes = draw_collection(random, options.codes) if options.realistic else draw_codes(random, options.codes)
    print(json.dumps(measure(random, codes, options), indent=2))


def measure(random: np.random.Generator, codes: Codes, options: argparse.Namespace) -> dict[str, Any]:
    """Build each index, ask all of them the same in turn, compare."""
    rows = random.integers(0, len(codes), options.queries)
    bits = np.resize(_PLANTED_BITS, options.queries)
    queries = np.stack([alter(random, codes[row], int(count)) for row, count in zip(rows, bits, strict=True)])
    pairs = [(int(row), int(count)) for row, count in zip(rows, bits, strict=True)]
    planted = {number: pair for number, pair in enumerate(pairs) if pair[1] <= options.radius}
    report: dict[str, Any] = {"codes": len(codes), "queries": len(queries), "radius_bits": options.radius}
    report |= {"drawn": "realistic" if options.realistic else "random", "load_average": os.getloadavg()[0]}
    searches: dict[str, Search] = {}
    if importlib.util.find_spec("faiss"):
        searches["faiss_flat"], report["faiss_flat"] = _build_faiss(codes)
    indexes = {}
    for engine in options.engines or ["numpy", *(["numba"] if importlib.util.find_spec("numba") else [])]:
        indexes[engine], report[engine] = _build_ours(engine, codes, options)
        searches[engine] = indexes[engine].search
    answers = _time_all(searches, queries, options, report)
    if "faiss_flat" not in searches:
        answers["scan"] = _scan(codes, queries[:20], options.radius)
    truth = answers.get("faiss_flat") or answers["scan"]
    for name, found in answers.items():
        report.setdefault(name, {})["recall_planted"] = count_recall(found, planted)
        if name in indexes:
            report[name]["answers_equal_to_flat"] = found[: len(truth)] == truth
            report[name] |= _compare(report, name) | _measure_file(indexes[name], queries, found, options)
    return report


def _build_ours(engine: str, codes: Codes, options: argparse.Namespace) -> tuple[RadiusIndex[int], dict[str, Any]]:
    budget = {} if options.table_bytes is None else {"table_bytes_per_code": options.table_bytes}
    index: RadiusIndex[int] = RadiusIndex(_BYTES, radius_bits=options.radius, engine=engine, **budget)
    begun = time.perf_counter()
    index.add(range(len(codes)), codes)
    index.merge()
    built = time.perf_counter() - begun
    layout = index.layouts[0]
    return index, {
        "widths": " ".join(str(width) for width in layout.widths) if layout else None,
        "build_seconds": round(built, 2),
        "bytes_per_code": round(index.size_bytes / len(codes), 1),
    }


def _build_faiss(codes: Codes) -> tuple[Search, dict[str, Any]]:
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(8 * _BYTES)
    index.add(codes)

    def search(asked: Codes, radius: int) -> list[Hits]:
        limits, distances, rows = index.range_search(asked, radius + 1)  # FAISS excludes the radius itself
        pairs = list(zip(rows.tolist(), distances.astype(int).tolist(), strict=True))
        spans = zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True)
        return [sorted(pairs[start:stop], key=lambda pair: pair[::-1]) for start, stop in spans]

    return search, {"version": faiss.__version__, "instructions": faiss.get_compile_options(), "bytes_per_code": _BYTES}


def _time_all(
    searches: dict[str, Search], queries: Codes, options: argparse.Namespace, report: dict[str, Any]
) -> dict[str, list[Hits]]:
    """Rounds of queries are put to all in turn, so that a machine that is busy for a while is so for all.

    Not single queries: the scan of one would empty the cache for the next.
    """
    answers: dict[str, list[Hits]] = {name: [] for name in searches}
    seconds: dict[str, list[float]] = {name: [] for name in searches}
    wide: dict[str, list[float]] = {name: [] for name in searches}
    batch = np.resize(queries, (_BATCH, _BYTES))
    for name, search in searches.items():
        search(queries[:1], options.radius)
        search(queries[:1], options.wide)
        took, _ = _time(search, batch, options.radius)
        report[name]["batch_ms_per_query"] = round(took / _BATCH * 1e3, 4)
    for start in range(0, len(queries), _ROUND):
        for name, search in searches.items():
            for query in queries[start : start + _ROUND]:
                took, found = _time(search, query[None, :], options.radius)
                seconds[name].append(took)
                answers[name] += found
            wide[name].append(_time(search, queries[start : start + 1], options.wide)[0])
    for name in searches:
        p50, p95 = np.percentile(seconds[name], [50, 95]) * 1e3
        widely = np.median(wide[name]) * 1e3
        report[name] |= {"p50_ms": round(p50, 4), "p95_ms": round(p95, 4), "wide_p50_ms": round(widely, 4)}
    return answers


def _time(search: Search, asked: Codes, radius: int) -> tuple[float, list[Hits]]:
    begun = time.perf_counter()
    found = search(asked, radius)
    return time.perf_counter() - begun, found


def _compare(report: dict[str, Any], name: str) -> dict[str, float]:
    figures = ("p50_ms", "p95_ms", "batch_ms_per_query", "wide_p50_ms")
    flat = report.get("faiss_flat")
    return {f"ratio_{figure}": round(flat[figure] / report[name][figure], 1) for figure in figures} if flat else {}


def _scan(codes: Codes, queries: Codes, radius: int) -> list[Hits]:
    index: RadiusIndex[int] = RadiusIndex(_BYTES, table_bytes_per_code=0.0, engine="numpy")
    index.add(range(len(codes)), codes)
    return index.search(queries, radius)


def _measure_file(
    index: RadiusIndex[int], queries: Codes, answers: list[Hits], options: argparse.Namespace
) -> dict[str, Any]:
    if not options.save:
        return {}
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


def count_recall(answers: list[Hits], planted: dict[int, tuple[int, int]]) -> float | None:
    """The share of the planted pairs that is in the answers."""
    found = [pair in answers[number] for number, pair in planted.items() if number < len(answers)]
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
