"""How many altered pictures are found again, and how many foreign ones wrongly? ``python -m bench robustness --help``.

Every source is altered in thirty ways and must be found among the known pictures; negatives, altered too, must
not. Sources are added to the known pictures; negatives are taken out of them. The peers answer the same questions.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from PIL import Image

from bench._alterations import ALTERATIONS
from bench._desk import open_bench_desk
from bench._engine import Engine, Stages
from bench._intervals import bound_share
from bench._peers import PEERS, Peer
from bench._pictures import HALVES, Half, list_pictures
from bench._rules import RuleTally
from verify.errors import MediaRefusedError
from verify.features import MINIMUM_SPREAD_INLIERS
from verify.media import open_image

ENGINE = "engine"
STAGES: dict[str, Callable[[Stages], frozenset[str]]] = {
    "hashes alone": lambda stages: stages.by_hash,
    "features, nominated": lambda stages: frozenset(stages.nominated),
    "features, geometry alone": lambda stages: frozenset(
        name for name, inliers in stages.nominated.items() if inliers >= MINIMUM_SPREAD_INLIERS
    ),
    "features, candidates": lambda stages: stages.candidates,
}
"""Candidates are what is verified: their recall bounds the features', and their wrong ones mean nothing."""

_MOST_NAMED = 40


@dataclass(frozen=True)
class Query:
    """One altered picture: what was done, to which, and whether that one is known."""

    alteration: str
    source: Path
    is_known: bool
    content: bytes


@dataclass
class Tally:
    """Counts for one way of finding: by alteration, and the wrong pairs by name."""

    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    wrong_queries: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)

    def add(self, query: Query, names: frozenset[str], known: int) -> None:
        """Count one answer; `known` is how many pictures it was held against."""
        own = query.source.name if query.is_known else None
        others = sorted(names - {own})
        self.pairs += known - query.is_known
        self.foreign[query.alteration] += not query.is_known
        self.wrong_queries[query.alteration] += bool(others)
        self.wrong.extend((query.alteration, query.source.name, other) for other in others)
        if own is not None:
            self.asked[query.alteration] += 1
            self.found[query.alteration] += own in names
            if own not in names:
                self.missed.append((query.alteration, own))

    def report(self) -> dict[str, object]:
        """The counts with 95 % intervals."""
        asked, found = self.asked.total(), self.found.total()
        rows = {name: round(self.found[name] / count, 4) for name, count in self.asked.items()}
        return {
            "recall": _say_share(found, asked),
            "mean_of_rows": round(sum(rows.values()) / len(rows), 4) if rows else None,
            "worst_row": min(rows.items(), key=lambda row: row[1]) if rows else None,
            "wrong_pairs": {
                "count": len(self.wrong),
                "of": self.pairs,
                "upper_95": _bound(len(self.wrong), self.pairs),
            },
            "queries_with_a_wrong_match": _say_share(
                self.wrong_queries.total(), self.asked.total() + self.foreign.total()
            ),
            "rows": rows,
            "missed": self.missed[:_MOST_NAMED],
            "wrong": self.wrong[:_MOST_NAMED],
        }


def main() -> None:
    """Measure, and print the table as JSON."""
    options = _parse()
    known, sources, negatives = choose_pictures(options)
    _print(f"{len(known)} known, {len(sources)} sources, {len(negatives)} negatives")
    with open_bench_desk() as desk:
        engine = Engine(desk)
        add_all(engine, known)
        report = _measure(engine, known, sources, negatives, options)
    print(json.dumps(report, indent=1 if options.indent else None, ensure_ascii=False))


def _measure(
    engine: Engine,
    known: Sequence[Path],
    sources: Sequence[Path],
    negatives: Sequence[Path],
    options: argparse.Namespace,
) -> dict[str, Any]:
    slow = set(sources[: options.slow_sources])
    peers = {
        peer.name: (peer, describe_all(peer, [*slow, *known][: options.slow_known] if peer.is_slow else known))
        for peer in (PEERS if options.peers else ())
    }
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    rules = RuleTally()
    seconds = []
    for query in iter_queries(sources, negatives, options.seed, set(options.only or ALTERATIONS)):
        with _as_file(query) as path:
            begun = process_time()
            answer = engine.ask(path)
            seconds.append(process_time() - begun)
            tallies[ENGINE].add(query, frozenset(answer), len(engine))
            rules.add(query.source.name if query.is_known else None, answer, len(engine))
            if options.stages:
                stages = engine.ask_stages(path)
                for name, stage in STAGES.items():
                    tallies[name].add(query, stage(stages), len(engine))
            for name, (peer, kept) in peers.items():
                if not peer.is_slow or query.source in slow:
                    tallies[name].add(query, ask_peer(peer, kept, path), len(kept))
    return {
        "known": len(engine),
        "sources": len(sources),
        "negatives": len(negatives),
        "half": options.half,
        "cpu_seconds_per_query": {
            "median": round(median(seconds), 3),
            "p95": round(float(np.quantile(seconds, 0.95)), 3),
        },
        "ways": {name: tally.report() for name, tally in tallies.items()},
        "rules": rules.report(),
    }


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=Path, nargs="+", required=True, help="folders of known pictures")
    parser.add_argument(
        "--sources", type=Path, nargs="+", required=True, help="folders of pictures to alter and to find"
    )
    parser.add_argument("--negatives", type=Path, nargs="+", required=True, help="folders of pictures nobody knows")
    parser.add_argument("--limit", type=int, default=400, help="known pictures at most, the sources among them")
    parser.add_argument("--source-limit", type=int, default=20)
    parser.add_argument("--negative-limit", type=int, default=200, help="each altered in one way, the ways in turn")
    parser.add_argument("--split", dest="half", choices=HALVES, default="report", help="which half of the pictures")
    parser.add_argument("--only", action="append", choices=list(ALTERATIONS), help="alterations of the sources")
    parser.add_argument("--slow-sources", type=int, default=3, help="sources that slow peers are asked about")
    parser.add_argument("--slow-known", type=int, default=60, help="known pictures that slow peers know")
    parser.add_argument("--no-stages", dest="stages", action="store_false", help="the engine as a whole only")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--indent", action="store_true")
    return parser.parse_args()


def choose_pictures(options: argparse.Namespace) -> tuple[list[Path], list[Path], list[Path]]:
    """Known pictures (the sources first), sources and negatives; no picture is both known and a negative."""
    sources = _list_distinct(options.sources, options.half, set())[: options.source_limit]
    taken = {_digest(path) for path in sources}
    # The last ones, so that one folder may serve for all three.
    negatives = _list_distinct(options.negatives, options.half, set(taken))[-options.negative_limit :]
    taken |= {_digest(path) for path in negatives}
    known = [*sources, *_list_distinct(options.known, options.half, taken)][: options.limit]
    return known, sources, negatives


def _list_distinct(folders: Sequence[Path], half: Half, taken: set[str]) -> list[Path]:
    """The pictures of the folders, each content once, without those taken."""
    chosen = []
    for path in (path for folder in folders for path in list_pictures(folder, half)):
        digest = _digest(path)
        if digest not in taken:
            taken.add(digest)
            chosen.append(path)
    return chosen


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def add_all(engine: Engine, known: Sequence[Path]) -> None:
    """Make the pictures known; what is refused is named and left out."""
    for path in known:
        try:
            engine.add(path)
        except MediaRefusedError as error:
            _print(f"{path.name} is left out: {error}")


def iter_queries(sources: Sequence[Path], negatives: Sequence[Path], seed: int, only: set[str]) -> Iterator[Query]:
    """Every source in the alterations named, then each negative in one of all; what stands beside them is unknown too."""
    names = list(ALTERATIONS)
    for index, source in enumerate(sources):
        image = open_image(source)
        for number, name in ((number, name) for number, name in enumerate(names) if name in only):
            others = _choose_others(negatives, index * len(names) + number, None)
            yield Query(name, source, True, ALTERATIONS[name].make(image, (seed, index, number), others))
        _print(f"source {index + 1} of {len(sources)}")
    for index, negative in enumerate(negatives):
        number = index % len(names)
        others = _choose_others(negatives, index, negative)
        altered = ALTERATIONS[names[number]].make(open_image(negative), (seed + 1, index, number), others)
        yield Query(names[number], negative, False, altered)


def _choose_others(negatives: Sequence[Path], start: int, but: Path | None) -> list[Image.Image]:
    pool = [path for path in negatives if path != but]
    return [open_image(pool[(start * 3 + step) % len(pool)]) for step in range(3)]


@contextmanager
def _as_file(query: Query) -> Iterator[Path]:
    """The query as a person would have it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "query.jpg"
        path.write_bytes(query.content)
        yield path


def describe_all(peer: Peer, paths: Sequence[Path]) -> dict[str, Any]:
    """The peer's descriptions of the known pictures, by name."""
    return {path.name: peer.describe(open_image(path)) for path in dict.fromkeys(paths)}


def ask_peer(peer: Peer, kept: dict[str, Any], path: Path) -> frozenset[str]:
    """The known pictures that the peer takes for the one at the path."""
    asked = peer.describe(open_image(path))
    return frozenset(name for name, known in kept.items() if peer.same(asked, known))


def _say_share(hits: int, trials: int) -> dict[str, object]:
    lower, upper = bound_share(hits, trials)
    share = round(hits / trials, 4) if trials else None
    return {"share": share, "hits": hits, "of": trials, "interval_95": [round(lower, 4), round(upper, 4)]}


def _bound(hits: int, trials: int) -> float:
    return float(f"{bound_share(hits, trials)[1]:.3g}")


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
