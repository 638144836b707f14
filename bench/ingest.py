"""How many posts a second are kept for good, and does that stay so? ``python -m bench ingest``.

Posts go through ``collect`` in batches as sources give them, into a store in a file and into one in Elasticsearch; a post
counts when it was acknowledged with its capture, and the position with its batch. After every window the floor keeps the same
records: the same bytes, batch by batch, as durable, found by their identifier and by nothing else (one table of SQLite; one
bulk request into an index without fields). Rates are medians of the windows behind the first 10,000 posts, and of the last; what
lies between comes in larger batches, which takes less time, and is not counted.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import apsw
import numpy as np

from bench._cluster import URL_HELP, open_cluster
from bench._desk import open_bench_desk
from bench._wordings import Wordings
from crawlers.source import Batch, Collected, CollectRequest
from crawlers.sources.files import BATCH_POSTS
from index.backends.embedded import open_embedded
from index.codec import encode
from index.identifiers import name_by_content
from index.model import Capture, Claim, Post, Record
from index.store import Store
from sankofa.workflows.ingest import collect

_WINDOW = 2_000
_BEGINNING = 10_000
_TOGETHER = 5
"""Windows whose median is a rate."""
_FIRST = _BEGINNING // _WINDOW
_MEASURED = _FIRST + _TOGETHER
_WORDS = 22
_BACKENDS = ("embedded", "elasticsearch")
_COUNTRIES = ("ML", "NE", "BF", "TD")

Keep = Callable[[Sequence[Record]], None]


def main() -> None:
    """Print the rates as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help=URL_HELP)
    parser.add_argument("--posts", type=int, default=100_000, help="30,000 at least; 1,000,000 for the whole slope")
    parser.add_argument(
        "--claims", type=int, default=0, help="so many are known before, and suggested where a post repeats one"
    )
    parser.add_argument("--folder", type=Path, help="where there is space for a store: 3 KB for each post")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=_BACKENDS, help="leave the other out")
    options = parser.parse_args()
    report: dict[str, Any] = {
        "posts": options.posts,
        "claims": options.claims,
        "posts_in_a_batch": BATCH_POSTS,
        "load_average": os.getloadavg(),
    }
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-", dir=options.folder) as folder:
        backends = dict(zip(_BACKENDS, (_open_embedded(Path(folder)), _open_elasticsearch(options.url)), strict=True))
        for name in [options.only] if options.only else _BACKENDS:
            with backends[name] as (store, floor):
                report[name] = measure(store, floor, options)
    print(json.dumps(report | {"load_average_at_the_end": os.getloadavg()}, indent=1))


@contextmanager
def _open_embedded(folder: Path) -> Iterator[tuple[Store, Keep]]:
    plain = apsw.Connection(str(folder / "floor.db"))
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"):
        plain.execute(f"PRAGMA {pragma}").fetchall()
    plain.execute("CREATE TABLE record (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID")

    def keep(records: Sequence[Record]) -> None:
        with plain:
            plain.executemany("INSERT INTO record VALUES (?, ?)", [(record.id, encode(record)) for record in records])

    store = open_embedded(folder / "sankofa.db")
    try:
        yield store, keep
    finally:
        store.close()
        plain.close()


@contextmanager
def _open_elasticsearch(url: str) -> Iterator[tuple[Store, Keep]]:
    with open_cluster(url) as cluster:
        name = cluster.name("floor")
        settings = {"number_of_shards": 1, "number_of_replicas": 0}
        cluster.client.indices.create(index=name, settings=settings, mappings={"enabled": False})

        def keep(records: Sequence[Record]) -> None:
            operations: list[Any] = []
            for record in records:
                operations += [{"create": {"_id": record.id}}, {"body": encode(record)}]
            if cluster.client.bulk(index=name, operations=operations)["errors"]:
                raise RuntimeError("the floor lost a record")

        yield cluster.store, keep


class _Prepared:
    """A source whose posts were made beforehand."""

    name, tool = "bench", "bench"

    def __init__(self, batches: Sequence[Batch]) -> None:
        self.batches = batches

    def iter_batches(self, request: CollectRequest, position: str) -> Iterator[Batch]:  # noqa: ARG002 - the port's signature
        yield from self.batches


def measure(store: Store, floor: Keep, options: argparse.Namespace) -> dict[str, Any]:
    """Fill the store and the floor in turn, window by window."""
    posts = _iter_posts(options)
    rates, floors = [], []
    store.add_revisions(list(_iter_claims(options)))
    with open_bench_desk(store=store) as desk:
        for number in count():
            if not (window := list(islice(posts, _WINDOW))):
                break
            counts = not _MEASURED <= number < options.posts // _WINDOW - _TOGETHER
            batches = list(_cut(window, BATCH_POSTS if counts else _WINDOW))
            begun = time.perf_counter()
            tally = collect(desk, _Prepared(batches), CollectRequest())
            seconds = time.perf_counter() - begun
            if tally.new_posts != len(window):
                raise RuntimeError("a post was not kept")
            floor_seconds = _time_floor(store, floor, batches)
            if counts:
                rates.append(len(window) / seconds)
                floors.append(len(window) / floor_seconds)
    return _describe(np.array(rates), np.array(floors))


def _describe(rates: Any, floors: Any) -> dict[str, Any]:
    beginning, end = slice(_FIRST, _MEASURED), slice(-_TOGETHER, None)
    ratios = rates / floors
    return {
        "ratio_to_floor": round(float(np.median(ratios)), 3),
        "slope": round(float(np.median(rates[end]) / np.median(rates[beginning])), 3),
        "slope_of_the_ratio_to_floor": round(float(np.median(ratios[end]) / np.median(ratios[beginning])), 3),
        "posts_per_second": {
            "beginning": round(float(np.median(rates[beginning]))),
            "end": round(float(np.median(rates[end]))),
        },
        "floor_posts_per_second": {
            "beginning": round(float(np.median(floors[beginning]))),
            "end": round(float(np.median(floors[end]))),
        },
    }


def _time_floor(store: Store, floor: Keep, batches: Sequence[Batch]) -> float:
    """Seconds to keep what the store holds of these batches."""
    posts = [item.post for batch in batches for item in batch.items]
    captures = {found.subject_id: found for found in store.find_linked(Capture, "subject", [post.id for post in posts])}
    pairs: list[tuple[Record, ...]] = [(post, captures[post.id]) for post in posts]
    size = len(batches[0].items)
    parts = [list(chain(*pairs[start : start + size])) for start in range(0, len(pairs), size)]
    begun = time.perf_counter()
    for part in parts:
        floor(part)
    return time.perf_counter() - begun


def _cut(window: Sequence[Collected], size: int) -> Iterator[Batch]:
    for start in range(0, len(window), size):
        yield Batch(items=tuple(window[start : start + size]), position=window[start].post.id)


def _iter_claims(options: argparse.Namespace) -> Iterator[Claim]:
    for number, wording in enumerate(Wordings(options.seed + 1).iter(options.claims, _WORDS)):
        yield Claim(id=f"C-2023-{number + 1:04d}", revision=1, wordings=(wording,))


def _iter_posts(options: argparse.Namespace) -> Iterator[Collected]:
    random = np.random.default_rng(options.seed)
    since = datetime(2023, 1, 1, tzinfo=UTC)
    for number, wording in enumerate(Wordings(options.seed).iter(options.posts, _WORDS)):
        account, native_id = f"account{random.zipf(1.4) % 20_000}", f"{17 * 10**17 + number}"
        url = f"https://x.example/{account}/status/{native_id}"
        post = Post(
            id=name_by_content("P", "x", native_id, wording.text),
            platform="x",
            native_id=native_id,
            url=url,
            author=account,
            text=wording.text,
            language=wording.language,
            country=_COUNTRIES[number % len(_COUNTRIES)],
            published_at=since + timedelta(seconds=90 * number),
        )
        metrics = dict(zip(("likes", "reposts", "views"), random.integers(0, 5_000, 3).tolist(), strict=True))
        yield Collected(post=post, retrieved_at=since, capture_url=url, metrics=metrics)


if __name__ == "__main__":
    main()
