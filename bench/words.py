"""Finding pictures by their local-feature words: building and asking the index, beside a scan of all words.

Words are drawn with the skew of real ones (a query of 1,634 words meets about 1.5 M postings among 1 M pictures); each
query holds part of one entry's words. ``--stored`` entries go through a store's file as well.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from index.backends.embedded import open_embedded
from index.features import FeatureTable, PackedWords
from index.model import BankEntry

WORDS, OF_ENTRY, OF_QUERY, SHARED = 1 << 20, 125, 1_634, 60
SKEW = 1.41
"""Sigma of the lognormal popularity: the mean square over the squared mean is 7.3, as measured on photographs."""
LIMIT = 50
_DIGITS = np.frombuffer(b"0123456789abcdefghijklmnopqrstuv", dtype=np.uint8)

Numbers = npt.NDArray[np.uint32]


def main() -> None:
    """Print times, sizes and recall as JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--stored", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    words = Words(options.seed)
    answer = {"entries": options.entries, "words_of_query": OF_QUERY, "limit": LIMIT}
    answer |= {"index": measure_index(words, options.entries, options.queries)}
    answer |= {"store": measure_store(words, options.stored, options.queries)}
    print(json.dumps(answer, indent=2))


class Words:
    """Draws entries and queries; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        popularity = self._random.lognormal(0, SKEW, WORDS)
        self._cumulated = np.cumsum(popularity / popularity.sum())

    def draw_entries(self, count: int) -> Numbers:
        """Return words, (count, 125); one may stand twice in an entry."""
        entries = np.empty((count, OF_ENTRY), dtype=np.uint32)
        for start in range(0, count, 10_000):
            part = entries[start : start + 10_000]
            part[:] = self._draw(part.size).reshape(part.shape)
        return entries

    def draw_query(self, entry: Numbers) -> Numbers:
        """Return words that hold part of those of *entry*."""
        return np.unique(np.concatenate([entry[:SHARED], self._draw(OF_QUERY - SHARED)]))

    def _draw(self, count: int) -> Numbers:
        return np.searchsorted(self._cumulated, self._random.random(count)).astype(np.uint32).clip(0, WORDS - 1)


def measure_index(words: Words, count: int, queries: int) -> dict[str, Any]:
    """Build and ask the index alone, and scan all words for the same answer."""
    entries = words.draw_entries(count)
    table = FeatureTable()
    build = sum(spend(partial(table.extend, chunk)) for chunk in iter_packed(entries))
    add = [spend(partial(table.extend, [pack(entries[0])])) for _ in range(100)]
    asked = [words.draw_query(entries[number]) for number in range(queries)]
    seconds, found = [], 0
    for number, query in enumerate(asked):
        packed = pack(query)
        began = time.process_time()
        rows, scores = table.search(packed, LIMIT)
        seconds.append(time.process_time() - began)
        found += number in rows and scores[rows.index(number)] >= sorted(scores)[-LIMIT]
    scan = [spend(partial(scan_words, entries, query)) for query in asked[:3]]
    return {
        "build_cpu_seconds": build,
        "bytes_per_entry": table.size_bytes / len(table),
        "add_one_cpu_ms": describe(add),
        "query_cpu_ms": describe(seconds),
        "scan_cpu_ms": describe(scan),
        "recall_at_limit": found / queries,
    }


def scan_words(entries: Numbers, query: Numbers) -> npt.NDArray[np.int64]:
    """Count the words that each entry shares with a query, without an index."""
    held = np.zeros(WORDS, dtype=bool)
    held[query] = True
    counts: npt.NDArray[np.int64] = held[entries].sum(axis=1)
    return counts


def measure_store(words: Words, count: int, queries: int) -> dict[str, Any]:
    """Keep entries in a store's file, open it anew, and ask it."""
    entries = words.draw_entries(count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sankofa.db"
        store = open_embedded(path)
        records = [build_entry(number, row) for number, row in enumerate(entries)]
        batches = [records[start : start + 1_000] for start in range(0, count, 1_000)]
        write = spend(lambda: [store.add(batch) for batch in batches])
        store.close()
        store = open_embedded(path)
        asked = [spell(words.draw_query(entries[number])) for number in range(queries)]
        first, *seconds = [
            spend(partial(store.find_features, q, limit=LIMIT, bank="known")) for q in (asked[0], *asked)
        ]
        store.close()
        return {
            "entries": count,
            "write_cpu_ms_per_entry": 1000 * write / count,
            "first_query_cpu_ms": 1000 * first,
            "query_cpu_ms": describe(seconds),
            "bytes_per_entry_by_table": weigh_tables(path, count),
        }


def weigh_tables(path: Path, count: int) -> dict[str, float]:
    """Return the bytes for each entry that the larger tables and their indices take in the file."""
    connection = apsw.Connection(str(path))
    sql = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 6"
    sizes = {name: round(size / count, 1) for name, size in connection.execute(sql)}
    connection.close()
    return sizes


def build_entry(number: int, numbers: Numbers) -> BankEntry:
    """Build an entry with codes for verification as long as real ones (128 features of 12 bytes in base64)."""
    spelled = tuple(spell(np.unique(numbers)))
    name = f"M-{number:04d}-AAAA-BBBB-CCCC"
    return BankEntry(
        id=f"{name}.known.2",
        media_id=name,
        bank="known",
        engine="2",
        fingerprints=(),
        words=spelled,
        features="A" * 2048,
    )


def spell(numbers: Numbers) -> list[str]:
    """Write words as 4 characters."""
    digits = _DIGITS[(numbers[:, None] >> np.array([15, 10, 5, 0])) & 31]
    text = digits.tobytes().decode()
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def pack(numbers: Numbers) -> PackedWords:
    """Pack words as the store does; any 3 bytes serve for the index alone."""
    big_endian = np.unique(numbers).astype(">u4").view(np.uint8).reshape(-1, 4)
    return PackedWords(big_endian[:, 1:].tobytes())


def iter_packed(entries: Numbers) -> Iterator[list[PackedWords]]:
    """Pack entries in chunks as the store reads them."""
    for start in range(0, len(entries), 65_536):
        yield [pack(entry) for entry in entries[start : start + 65_536]]


def spend(work: Callable[[], object]) -> float:
    """Return the CPU seconds that *work* takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def describe(seconds: list[float]) -> dict[str, float]:
    """Return median and 95th percentile in milliseconds."""
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3)}


if __name__ == "__main__":
    main()
