"""Does a post find the claim that it repeats? ``python -m bench claims --collection FOLDER`` prints JSON.

Every post of a collection (:mod:`bench._collections`) is asked for through a store in memory, as a person's words are. In the
same run: BM25 over bare words, every word of the post counted as often as it stands there, and SQLite's FTS5 with its English
stemmer, all words joined by OR. MAP@5 is CheckThat!'s measure; its interval is that of 2,000 drawings of the posts with
replacement. Posts whose claim is not in the collection are left out.
"""

import argparse
import json
import math
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from bench._collections import Collection, read_collection
from index.backends.memory import MemoryStore
from index.model import Claim, Wording
from index.query import ClaimQuery, TextQuery

_DEPTH = 100
_MEASURED = 5
_DRAWINGS = 2_000
_MOST_CHARACTERS = 10_000

Answer = Callable[[str], Sequence[str]]


def main() -> None:
    """Print the figures of every split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collection", type=Path, required=True, help="a folder as CheckThat! lays it out")
    parser.add_argument("--language", default="en", help="of the claims")
    parser.add_argument("--split", action="append", help="train, dev …; dev when left out")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    options = parser.parse_args()
    report: dict[str, Any] = {}
    for split in options.split or ["dev"]:
        try:
            collection = read_collection(options.collection, split)
        except ValueError as error:
            sys.exit(str(error))
        report[split] = _measure(collection, options.language, with_peers=options.peers)
    print(json.dumps(report, indent=1, ensure_ascii=False))


def _measure(collection: Collection, language: str, *, with_peers: bool) -> dict[str, Any]:
    systems: dict[str, Answer] = {"sankofa": build_store(collection, language)}
    if with_peers:
        systems |= {"BM25 over bare words": build_bm25(collection), "SQLite FTS5": build_fts5(collection)}
    return {
        "claims": len(collection.claims),
        "posts": len(collection.gold),
        "left_out": collection.left_out,
        **{name: judge(answer, collection) for name, answer in systems.items()},
    }


def judge(answer: Answer, collection: Collection) -> dict[str, Any]:
    """The measures of one system, and its CPU for a post."""
    begun = process_time()
    rankings = [(answer(post), gold) for post, gold in collection.judged]
    spent = process_time() - begun
    precisions = np.array([measure_precision(ranking, gold) for ranking, gold in rankings])
    drawn = np.random.default_rng(0).choice(precisions, (_DRAWINGS, len(precisions))).mean(axis=1)
    firsts = [next((place for place, name in enumerate(ranking, 1) if name in gold), 0) for ranking, gold in rankings]
    return {
        "MAP@5": round(float(precisions.mean()), 4),
        "interval_95": [round(float(bound), 4) for bound in np.quantile(drawn, (0.025, 0.975))],
        "MRR": round(float(np.mean([1 / first if first else 0.0 for first in firsts])), 4),
        **{f"S@{top}": round(float(np.mean([0 < first <= top for first in firsts])), 4) for top in (1, 5, 10)},
        "cpu_ms_a_post": round(1000 * spent / len(rankings), 1),
    }


def measure_precision(ranking: Sequence[str], gold: frozenset[str]) -> float:
    """Average precision of the first five."""
    hits, total = 0, 0.0
    for place, name in enumerate(ranking[:_MEASURED], 1):
        if name in gold:
            hits += 1
            total += hits / place
    return total / min(_MEASURED, len(gold))


def build_store(collection: Collection, language: str) -> Answer:
    """The product: text and title of each claim are wordings of it."""
    store, names = MemoryStore(), dict[str, str]()
    for number, (name, texts) in enumerate(collection.claims.items()):
        names[f"C-2023-{number:06d}"] = name
        wordings = tuple(Wording(language, text) for text in texts if text.strip())
        store.add_revisions([Claim(id=f"C-2023-{number:06d}", revision=1, wordings=wordings)])

    def answer(post: str) -> Sequence[str]:
        query = ClaimQuery(text=TextQuery(words=post[:_MOST_CHARACTERS]), limit=_DEPTH)
        return [names[hit.claim.id] for hit in store.find_claims(query).hits]

    return answer


def build_bm25(collection: Collection) -> Answer:
    """Okapi BM25 as it is written in textbooks (k1 1.2, b 0.75), without stemming or function words."""
    lengths: list[int] = []
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, texts in enumerate(collection.claims.values()):
        counts = Counter(_split(" ".join(texts)))
        lengths.append(counts.total())
        for word, count in counts.items():
            postings[word].append((number, count))
    names, size, mean = list(collection.claims), len(lengths), sum(lengths) / len(lengths)

    def answer(post: str) -> Sequence[str]:
        scores = np.zeros(size)
        for word, asked in Counter(_split(post)).items():
            found = postings.get(word, [])
            rarity = math.log(1 + (size - len(found) + 0.5) / (len(found) + 0.5))
            for number, count in found:
                scores[number] += asked * rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * lengths[number] / mean))
        best = np.argsort(-scores, kind="stable")[:_DEPTH]
        return [names[number] for number in best.tolist() if scores[number] > 0]

    return answer


def build_fts5(collection: Collection) -> Answer:
    """SQLite's own full-text search with its Porter stemmer."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE claim USING fts5 (name UNINDEXED, text, title, tokenize = 'porter unicode61')")
    rows = ((name, *texts) for name, texts in collection.claims.items())
    base.executemany("INSERT INTO claim VALUES (?, ?, ?)", rows)

    def answer(post: str) -> Sequence[str]:
        words = " OR ".join(f'"{word}"' for word in _split(post))
        sql = "SELECT name FROM claim WHERE claim MATCH ? ORDER BY bm25(claim), rowid LIMIT ?"
        return [name for (name,) in base.execute(sql, (words, _DEPTH))] if words else []

    return answer


def _split(text: str) -> Iterable[str]:
    return re.findall(r"\w+", text.lower())


if __name__ == "__main__":
    main()
