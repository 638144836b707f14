"""What does a search of claims cost in the file? ``python -m bench claim-search`` prints JSON for each number of claims.

The claims are texts that nobody wrote (:mod:`bench._wordings`), the queries say most of one again in other words. CPU is that of
this process; what the index takes is told apart: analysis (in the writer), postings (at the first question of the process that
makes them), and the first question of the next process, which opens what was published. Beside it SQLite's FTS5 over the same
terms, where all of them are joined by OR, and bm25s, which keeps everything in the memory of a process of its own. With
``--meaning`` each claim has a vector too, mixed of those of a thousand others, and what a pasted post costs is measured: 50
candidates by words, 50 by meaning, each with both scores; what it costs to judge them too; and the same where four of its words
are run together in two tags.
"""

import argparse
import json
import os
import re
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

import apsw
import numpy as np

from bench._desk import open_bench_desk
from bench._mixtures import mix
from bench._wordings import Wordings
from index.analysis import analyse, analyse_query
from index.backends.embedded import EmbeddedStore, open_embedded
from index.backends.embedded.texts import read_entries
from index.identifiers import digest_text
from index.matching import Asked
from index.meaning.claims import name_vectors
from index.meaning.opening import open_encoder
from index.model import Claim, TextVector, Wording
from index.query import ClaimQuery, TextQuery
from index.vectors import write_codes
from sankofa.workflows.meaning import gather_candidates
from sankofa.workflows.repeats import find_likely

_BATCH = 1_000
_WORDS = 15
_TOP = 20
_ANALYSED = 5_000
_OTHER_SEED = 12
_ENCODED = 1_000
Answer = TypeVar("Answer")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[10_000, 100_000], help="1,000,000 takes half an hour")
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="where there is space for a store: 3 KB for each claim")
    parser.add_argument("--meaning", action="store_true", help="give the claims vectors, and ask by both")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    report: dict[str, Any] = {"load_average": os.getloadavg(), "sizes": []}
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-", dir=options.folder) as folder:
        claims = _Claims(options.seed, max(options.claims), options.queries)
        path, there = Path(folder) / "sankofa.db", 0
        floor, meaning = _Fts5(Path(folder) / "fts5.db"), _Meaning(options.seed) if options.meaning else None
        for size in sorted(options.claims):
            report["sizes"].append(_measure(path, floor, claims, there, size, meaning))
            there = size
    print(json.dumps(report | {"load_average_at_the_end": os.getloadavg()}, indent=1))


class _Claims:
    """Draws claims one after the other, and remembers some to ask for."""

    def __init__(self, seed: int, count: int, asked: int) -> None:
        self._wordings = Wordings(seed)
        self._drawn = enumerate(self._wordings.iter(count, _WORDS))
        self._asked, self._random = asked, np.random.default_rng(seed)
        self._kept: list[Wording] = []

    def draw(self, count: int) -> Iterator[Claim]:
        for number, wording in islice(self._drawn, count):
            if self._random.random() < self._asked / count:
                self._kept.append(wording)
            yield Claim(id=f"C-2023-{number:07d}", revision=1, wordings=(wording,), countries=("ML",))

    def list_queries(self) -> list[str]:
        return [self._wordings.repeat(wording) for wording in self._kept[-self._asked :]]


class _Fts5:
    """The same terms in a table that keeps nothing else."""

    def __init__(self, path: Path) -> None:
        self._path, self._base = path, sqlite3.connect(path)
        self._base.execute("CREATE VIRTUAL TABLE claim USING fts5 (terms, content = '', tokenize = 'ascii')")
        self.seconds = 0.0
        self.terms = path.with_suffix(".txt")
        """A line for each claim."""

    def add(self, claims: Sequence[Claim]) -> None:
        rows = [(_join(analyse(w.text, w.language)),) for claim in claims for w in claim.wordings]
        with self.terms.open("a", encoding="utf-8") as file:
            file.writelines(f"{terms}\n" for (terms,) in rows)
        begun = process_time()
        self._base.executemany("INSERT INTO claim (terms) VALUES (?)", rows)
        self._base.commit()
        self.seconds += process_time() - begun

    def find(self, text: str) -> int:
        words = _join(analyse_query(text)).replace(" ", " OR ")
        sql = "SELECT rowid FROM claim WHERE claim MATCH ? ORDER BY bm25(claim) LIMIT ?"
        return len(self._base.execute(sql, (words, _TOP)).fetchall())

    def weigh(self) -> int:
        return self._path.stat().st_size


class _Meaning:
    """Gives claims vectors, and asks by words and meaning."""

    def __init__(self, seed: int) -> None:
        encoder = open_encoder("")
        if encoder is None:
            raise SystemExit("the encoder is missing: pip install '.[semantic]'")
        self._encoder, self._random = encoder, np.random.default_rng(seed)
        self._base = encoder.encode([wording.text for wording in Wordings(_OTHER_SEED).iter(_ENCODED, _WORDS)])

    def add(self, store: EmbeddedStore, claims: Sequence[Claim]) -> None:
        wanted = name_vectors(claims, self._encoder)
        codes = mix(self._base, len(wanted), self._random)
        store.add(
            TextVector(
                id=name,
                claim_id=claim.id,
                encoder=self._encoder.name,
                digest=digest_text(text),
                codes=write_codes(one),
            )
            for one, (name, (claim, text)) in zip(codes, wanted.items(), strict=True)
        )

    def measure(self, store: EmbeddedStore, queries: Sequence[str]) -> dict[str, dict[str, float]]:
        with open_bench_desk(store=store) as opened:
            desk = replace(opened, encoder=self._encoder)
            gather_candidates(desk, [Asked(text=queries[0])])
            found = _describe(lambda text: gather_candidates(desk, [Asked(text=text)]), queries)
            judged = _describe(lambda text: find_likely(desk, [Asked(text=text)]), queries)
            tagged = _describe(lambda text: find_likely(desk, [Asked(text=text)]), list(map(_tie, queries)))
        return {
            "cpu_ms_a_post_by_words_and_meaning": found,
            "cpu_ms_a_post_found_and_judged": judged,
            "cpu_ms_a_post_with_two_tags_to_part": tagged,
        }


def _tie(text: str) -> str:
    """Run the first words of a text together, two and two."""
    words = text.split()
    return " ".join(["#" + "".join(words[:2]), "#" + "".join(words[2:4]), *words[4:]])


def _join(terms: Sequence[str]) -> str:
    return " ".join(re.sub(r"[^\w]", "_", term) for term in terms)


def _measure(
    path: Path, floor: _Fts5, claims: _Claims, there: int, size: int, meaning: _Meaning | None
) -> dict[str, Any]:
    store = open_embedded(path)
    kept, drawn = 0.0, claims.draw(size - there)
    while batch := list(islice(drawn, _BATCH)):
        begun = process_time()
        store.add_revisions(batch)
        kept += process_time() - begun
        floor.add(batch)
        if meaning:
            meaning.add(store, batch)
    queries = claims.list_queries()
    built = _spend(lambda: _ask(store, queries[0]))
    store.close()
    store = open_embedded(path)
    opened = _spend(lambda: _ask(store, queries[0]))
    figures = {
        "claims": size,
        "cpu_ms_to_keep_a_claim": round(1e3 * kept / (size - there), 3),
        "cpu_ms_of_it_analysis": _time_analysis(),
        "cpu_s_of_the_first_question_that_makes_the_postings": round(built, 2),
        "cpu_s_of_it_reading_what_was_analysed": round(_spend(lambda: _read_entries(path)), 2),
        "cpu_s_of_the_first_question_of_the_next_process": round(opened, 3),
        "cpu_ms_a_question": _describe(lambda text: _ask(store, text), queries),
        **(meaning.measure(store, queries) if meaning else {}),
        "fts5": {"cpu_s_to_add": round(floor.seconds, 1), "cpu_ms_a_question": _describe(floor.find, queries)},
        "bm25s": _run_apart(_measure_bm25s, floor.terms, [_join(analyse_query(text)) for text in queries]),
        "bytes_a_claim": {
            "store": round(path.stat().st_size / size),
            "postings": round(sum(f.stat().st_size for f in _list_published(path)) / size),
            "fts5": round(floor.weigh() / size),
        },
        "largest_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    store.close()
    return figures


def _run_apart(work: Callable[..., Answer], *given: object) -> Answer:
    """Do it in a process of its own, whose memory is not ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _measure_bm25s(file: Path, queries: Sequence[str]) -> dict[str, Any]:
    import bm25s  # type: ignore[import-untyped]  # has no types

    terms = [line.split() for line in file.read_text("utf-8").splitlines()]
    index = bm25s.BM25()
    built = _spend(lambda: index.index(terms, show_progress=False))
    known = index.vocab_dict

    def find(text: str) -> int:
        words = [word for word in text.split() if word in known]
        return len(index.retrieve([words], k=_TOP, show_progress=False).documents)

    return {
        "cpu_s_to_index": round(built, 1),
        "cpu_ms_a_question": _describe(find, queries),
        "largest_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _ask(store: EmbeddedStore, text: str) -> int:
    return store.find_claims(ClaimQuery(text=TextQuery(words=text), limit=_TOP)).total


def _read_entries(path: Path) -> int:
    """Read what the postings are made from, and do nothing with it."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    ids = [name for (name,) in connection.execute("SELECT id FROM document WHERE kind = ? ORDER BY id", (Claim.KIND,))]
    return sum(1 for _ in read_entries(connection, Claim.KIND, ids, are_all=True))


def _spend(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _describe(ask: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    milliseconds = [1e3 * _spend(lambda text=text: ask(text)) for text in queries]  # type: ignore[misc]
    p50, p95 = np.percentile(milliseconds, [50, 95])
    begun = perf_counter()
    ask(queries[0])
    return {
        "p50": round(float(p50), 1),
        "p95": round(float(p95), 1),
        "wall_of_one": round(1e3 * (perf_counter() - begun), 1),
    }


def _time_analysis() -> float:
    wordings = list(Wordings(_OTHER_SEED).iter(_ANALYSED, _WORDS))
    return round(1e3 * _spend(lambda: [analyse(w.text, w.language) for w in wordings]) / _ANALYSED, 3)


def _list_published(path: Path) -> Iterator[Path]:
    folder = next(iter(path.with_name(f"{path.name}.cache").glob("text-claim-*")), None)
    if folder and (folder / "current").exists():
        yield from (folder / (folder / "current").read_text()).iterdir()


if __name__ == "__main__":
    main()
