"""What does it cost to find claims by meaning, and what do the signs miss? ``python -m bench meaning`` prints JSON for each size.

Made-up wordings (:mod:`bench._wordings`), or the claims of a collection where one is given, are encoded; more vectors are
mixed of these. Rows are written straight into the tables of the file, which is quicker; what is measured afterwards is the
product. Questions are posts of the collection, or wordings said again. ``recall`` is the share of the ten nearest of all whole
vectors that is among the ten found.
"""

import argparse
import json
import os
import resource
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from bench._collections import read_collection
from bench._mixtures import mix
from bench._wordings import Wordings
from index.backends.embedded import EmbeddedStore, open_embedded
from index.meaning.encoder import Encoder, Vectors
from index.meaning.opening import open_encoder
from index.vectors import Codes, pack_signs, quantise, write_codes

_TOP = 10
_CHUNK = 20_000
_TOGETHER = 64
_WORDS = 15


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--vectors", type=int, nargs="+", default=[10_000, 100_000], help="1,000,000 takes 3 GB of disk"
    )
    parser.add_argument("--encoded", type=int, default=5_000, help="texts that are really encoded")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--collection", type=Path, help="a folder as CheckThat! lays it out")
    parser.add_argument("--folder", type=Path, help="where there is space for a store")
    options = parser.parse_args()
    encoder = open_encoder("")
    if encoder is None:
        parser.error("the encoder is missing: pip install '.[semantic]'")
    texts, asked = _read_texts(options.collection, options.encoded, options.queries)
    encoding, base = _spend(lambda: _encode(encoder, texts))
    asking, questions = _spend(lambda: np.concatenate([encoder.encode([text]) for text in asked]))
    report: dict[str, Any] = {
        "load_average": os.getloadavg(),
        "encoder": encoder.name,
        "cpu_ms_to_encode_a_claim": round(1e3 * encoding / len(texts), 2),
        "cpu_ms_to_encode_a_question": round(1e3 * asking / len(asked), 2),
        "vectors_are": f"mixed from {len(texts)} that were encoded",
        "sizes": [],
    }
    for size in options.vectors:
        with tempfile.TemporaryDirectory(prefix="sankofa-bench-", dir=options.folder) as folder:
            report["sizes"].append(_measure(Path(folder) / "sankofa.db", encoder, base, quantise(questions), size))
    print(json.dumps(report, indent=1))


def _read_texts(folder: Path | None, count: int, queries: int) -> tuple[list[str], list[str]]:
    """What claims say, and what is asked."""
    if folder is None:
        wordings = Wordings(11)
        drawn = list(wordings.iter(count, _WORDS))
        return [wording.text for wording in drawn], [wordings.repeat(wording) for wording in drawn[:queries]]
    collection = read_collection(folder, "dev")
    texts = ["\n".join(parts) for parts in collection.claims.values()]
    return texts[:: max(1, len(texts) // count)][:count], [post for post, _ in collection.judged][:queries]


def _encode(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    starts = range(0, len(texts), _TOGETHER)
    return np.concatenate([encoder.encode(texts[start : start + _TOGETHER]) for start in starts])


def _measure(path: Path, encoder: Encoder, base: Vectors, questions: Codes, size: int) -> dict[str, Any]:
    codes = _mix(base, size)
    store = open_embedded(path)
    _fill(store, encoder.name, codes)
    before = _weigh_memory()
    first, _ = _spend(lambda: store.find_vectors(encoder.name, questions[0], limit=_TOP))
    store.close()
    store = open_embedded(path)
    opened, _ = _spend(lambda: store.find_vectors(encoder.name, questions[0], limit=_TOP))
    spent, found = [], []
    for question in questions:
        seconds, hits = _spend(lambda question=question: store.find_vectors(encoder.name, question, limit=_TOP))  # type: ignore[misc]
        spent.append(1e3 * seconds)
        found.append([int(hit.claim_id[2:]) for hit in hits])
    store.close()
    saved = sum(file.stat().st_size for file in path.with_name(f"{path.name}.cache").rglob("*") if file.is_file())
    p50, p95 = np.percentile(spent, [50, 95])
    return {
        "vectors": size,
        "cpu_s_of_the_first_question_that_makes_the_table": round(first, 2),
        "cpu_s_of_the_first_question_of_the_next_process": round(opened, 3),
        "cpu_ms_a_question": {"p50": round(float(p50), 1), "p95": round(float(p95), 1)},
        "recall": round(_measure_recall(codes, questions, found), 4),
        "bytes_a_vector": {"store": round(path.stat().st_size / size), "signs": round(saved / size)},
        "memory_mb_while_asking": round(_weigh_memory() - before),
        "largest_memory_mb_of_the_bench": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _mix(base: Vectors, size: int) -> Codes:
    """Return the encoded vectors, and as many more as are wanted."""
    random = np.random.default_rng(5)
    codes = np.empty((size, base.shape[1]), dtype=np.int8)
    codes[: len(base)] = quantise(base[:size])
    for start in range(len(base), size, _CHUNK):
        count = min(_CHUNK, size - start)
        codes[start : start + count] = mix(base, count, random)
    return codes


def _fill(store: EmbeddedStore, encoder: str, codes: Codes) -> None:
    """Write the rows that keeping claims and their vectors would have written, as far as vectors need them."""
    for start in range(0, len(codes), _CHUNK):
        numbers = range(start, min(start + _CHUNK, len(codes)))

        def write(connection: apsw.Connection, numbers: range = numbers) -> None:
            bodies = (
                json.dumps(
                    {"claim_id": f"C-{n}", "codes": write_codes(codes[n]), "digest": f"{n:032x}", "encoder": encoder}
                )
                for n in numbers
            )
            connection.executemany(
                "INSERT INTO record VALUES (?, 'text_vector', ?, 0, ?)",
                ((n + 1, f"TV-{n:022}", body) for n, body in zip(numbers, bodies, strict=True)),
            )
            connection.executemany("INSERT INTO head VALUES ('text_vector', ?, 0)", ((f"TV-{n:022}",) for n in numbers))
            connection.executemany(
                "INSERT INTO vector VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (n + 1, encoder, codes.shape[1], pack_signs(codes[n]).tobytes(), f"C-{n}", f"{n:032x}")
                    for n in numbers
                ),
            )
            links = [("claim", "text", f"{n:032x}", f"C-{n}") for n in numbers]
            links += [("text_vector", "claim", f"C-{n}", f"TV-{n:022}") for n in numbers]
            links += [("text_vector", "encoder", encoder, f"TV-{n:022}") for n in numbers]
            connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", links)

        store._writer.run(write)


def _measure_recall(codes: Codes, questions: Codes, found: Sequence[Sequence[int]]) -> float:
    """The share of the nearest by whole vectors that was found."""
    asked = questions.astype(np.float32)
    cosines = np.empty((len(questions), len(codes)), dtype=np.float32)
    for start in range(0, len(codes), _CHUNK):
        part = codes[start : start + _CHUNK].astype(np.float32)
        cosines[:, start : start + _CHUNK] = asked @ (part / np.linalg.norm(part, axis=1, keepdims=True)).T
    best: npt.NDArray[np.intp] = np.argpartition(-cosines, _TOP, axis=1)[:, :_TOP]
    return float(np.mean([len(set(row.tolist()) & set(names)) / _TOP for row, names in zip(best, found, strict=True)]))


def _weigh_memory() -> float:
    """What this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _spend(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = process_time()
    done = work()
    return process_time() - begun, done


if __name__ == "__main__":
    main()
