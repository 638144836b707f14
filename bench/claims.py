"""Does a post find the claim that it repeats? ``python -m bench claims --collection FOLDER`` prints JSON.

Every post of a collection (:mod:`bench._collections`) is asked for through a store in memory, as a person's words are. In the
same run: BM25 over bare words, every word of the post counted as often as it stands there, and SQLite's FTS5 with its English
stemmer, all words joined by OR. ``ranked`` is the product's ranker (:mod:`index.matching`) over what the search nominates, by
words alone and with meaning where the extra ``semantic`` is installed; its numbers were learned from the split ``train``. MAP@5
is CheckThat!'s measure; its interval is that of 2,000 drawings of the posts with replacement. Posts whose claim is not in the
collection are left out.
"""

import argparse
import json
import math
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from bench._collections import Collection, read_collection, read_daccord, read_day
from bench._nominations import Nominator
from bench._perturbations import PERTURBATIONS
from index.backends.memory import MemoryStore
from index.matching import Asked
from index.matching import judge as rank
from index.meaning.encoder import Encoder
from index.meaning.opening import open_encoder
from index.model import Claim, Wording
from index.query import ClaimQuery, TextQuery
from sankofa.workflows.tags import write_out_tags

_DEPTH = 100
_MEASURED = 5
_DRAWINGS = 2_000
_MOST_CHARACTERS = 10_000

Answer = Callable[[str], Sequence[str]]


def main() -> None:
    """Print the figures of every split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collection", type=Path, help="a folder as CheckThat! lays it out")
    parser.add_argument(
        "--daccord", type=Path, help="daccord_id.pl: French pairs, of which one sentence is to find the other"
    )
    parser.add_argument("--language", default="en", help="of the claims")
    parser.add_argument("--split", action="append", help="train, dev …; dev when left out")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--no-meaning", dest="meaning", action="store_false")
    parser.add_argument("--perturbed", action="store_true", help="ask each post again as somebody may type or cut it")
    parser.add_argument("--kept", type=Path, help="a folder in which vectors are kept for the next time")
    options = parser.parse_args()
    report: dict[str, Any] = {}
    for split, collection, language in _iter_collections(options):
        systems = _build_systems(collection, language, open_encoder("") if options.meaning else None, options.kept)
        if options.perturbed:
            report[split] = _perturb(systems, collection)
            continue
        if options.peers:
            systems |= {"BM25 over bare words": build_bm25(collection), "SQLite FTS5": build_fts5(collection)}
        report[split] = {
            "claims": len(collection.claims),
            "posts": len(collection.gold),
            "left_out": collection.left_out,
            **{name: judge(answer, collection) for name, answer in systems.items()},
        }
    print(json.dumps(report, indent=1, ensure_ascii=False))


def _iter_collections(options: argparse.Namespace) -> Iterator[tuple[str, Collection, str]]:
    if options.daccord:
        yield "DACCORD, the first sentence finds the second", read_daccord(options.daccord), "fr"
        yield "DACCORD, the second finds the first", read_daccord(options.daccord, reverse=True), "fr"
    for split in (options.split or ["dev"]) if options.collection else ():
        try:
            yield split, read_collection(options.collection, split), options.language
        except ValueError as error:
            sys.exit(str(error))


def _build_systems(
    collection: Collection, language: str, encoder: Encoder | None, kept: Path | None
) -> dict[str, Answer]:
    """The search alone, and the ranker over what it nominates: by words, with meaning, with dates where claims have them."""
    nominator = Nominator(collection, language, encoder, kept=kept)
    systems = {"sankofa": build_store(collection, language), "ranked": build_ranked(nominator)}
    if encoder:
        systems["ranked with meaning"] = build_ranked(nominator, by_meaning=True)
    if collection.days:
        systems["ranked with dates"] = build_ranked(nominator, by_dates=True)
    if collection.days and encoder:
        systems["ranked with meaning and dates"] = build_ranked(nominator, by_meaning=True, by_dates=True)
    return systems


def build_ranked(nominator: Nominator, *, by_meaning: bool = False, by_dates: bool = False) -> Answer:
    """The product's order of what its search nominates."""

    def answer(post: str) -> Sequence[str]:
        (post,) = nominator.write_out([post])
        vectors = nominator.encode([post]) if by_meaning else None
        candidates = nominator.nominate(post, None if vectors is None else vectors[0])
        asked = Asked(text=post, published_on=read_day(post) if by_dates else None)
        judged = rank(asked, candidates, passages=nominator.passages)
        return [nominator.names[found.claim_id] for found in judged]

    return answer


def _perturb(systems: Mapping[str, Answer], collection: Collection) -> dict[str, Any]:
    """MAP@5 of the posts that a perturbation changes, beside what the same posts had before."""
    report: dict[str, Any] = {}
    before = {name: _measure_each(answer, collection.posts, collection) for name, answer in systems.items()}
    for name, perturb in PERTURBATIONS.items():
        random = np.random.default_rng(0)
        posts = {post: perturb(collection.posts[post], random) for post in collection.gold}
        changed = [post for post, text in posts.items() if text != collection.posts[post]]
        if changed:
            report[name] = {"posts": len(changed)}
            for system, answer in systems.items():
                after = _measure_each(answer, {post: posts[post] for post in changed}, collection)
                report[name][system] = _compare([before[system][post] for post in changed], list(after.values()))
    return report


def _measure_each(answer: Answer, posts: Mapping[str, str], collection: Collection) -> dict[str, float]:
    return {
        post: measure_precision(answer(text), collection.gold[post])
        for post, text in posts.items()
        if post in collection.gold
    }


def _compare(before: Sequence[float], after: Sequence[float]) -> dict[str, float]:
    was, now = float(np.mean(before)), float(np.mean(after))
    return {"before": round(was, 4), "after": round(now, 4), "kept": round(now / was, 4) if was else 0.0}


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
        (post,) = write_out_tags(store, [post])
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
