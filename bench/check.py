"""What does a whole check of one screenshot cost, and does it still find? ``python -m bench check --pictures FOLDER …``.

A desk as it is shipped, in one file, with the child process that opens media, but without reading words. Real pictures are
made known, then distractors up to each number of known pictures; the same queries are asked each time. CPU seconds are
those of the desk and of its child processes. Bytes are of what is searched (saved indexes) and of what candidates are verified
with; thumbnails lie in the vault.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench._alterations import ALTERATIONS
from bench._desk import check, make_known
from bench._distractors import Distractors, Kept
from bench._intervals import bound_share
from bench._pictures import list_pictures
from bench._rules import RuleTally
from index.model import BankEntry, MediaFacts, MediaItem
from sankofa.bootstrap import open_desk
from sankofa.desk import Desk
from sankofa.settings import Settings
from verify.description import ENGINE
from verify.errors import MediaRefusedError
from verify.features import describe_query
from verify.media import open_image

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Query:
    """An altered picture in a file, and the known picture that it shows."""

    alteration: str
    path: Path
    media_id: str


def main() -> None:
    """Print the figures for each number of known pictures as JSON."""
    options = _parse()
    report: dict[str, Any] = {"sizes": []}
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-", dir=options.folder) as folder:
        settings = Settings(home=Path(folder) / "desk", read_text=False)
        with open_desk(settings) as desk:
            kept, queries = make_real(desk, options, Path(folder))
        pool = [one for one in kept if one.item.id not in {query.media_id for query in queries}]
        distractors = Distractors(pool, options.seed)
        report |= {"real": len(kept), "queries": len(queries)}
        report["term_frequency_ratio"] = _compare_frequencies(queries, pool, distractors)
        there = len(kept)
        for known in sorted(options.known):
            with open_desk(settings) as desk:
                for written in distractors.write(desk, there, known):
                    _say(f"{written} known")
                check(desk, queries[0].path)  # brings the saved indexes up to the store
            there = max(there, known)
            report["sizes"].append(_measure(settings, queries, there))
            _say(json.dumps(report["sizes"][-1]))
    print(json.dumps(report, indent=1))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, nargs="+", required=True, help="folders of real pictures")
    parser.add_argument("--known", type=int, nargs="+", default=[3_000, 100_000, 1_000_000])
    parser.add_argument("--real", type=int, default=1_000, help="real known pictures at most")
    parser.add_argument("--sources", type=int, default=24, help="real ones that are altered and asked about")
    parser.add_argument("--only", action="append", choices=list(ALTERATIONS), help="alterations; all by default")
    parser.add_argument("--folder", type=Path, help="where there is space for the desk: 10 KB for each known picture")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def make_real(desk: Desk, options: argparse.Namespace, folder: Path) -> tuple[list[Kept], list[Query]]:
    """Make the real pictures known; the first of the reporting half are the sources."""
    listed = [path for root in options.pictures for path in list_pictures(root, "report")]
    others = [path for root in options.pictures for path in list_pictures(root, "choose")]
    kept: dict[str, Kept] = {}
    sources: list[tuple[Path, str]] = []
    for path in [*listed, *others]:
        if len(kept) >= options.real:
            break
        try:
            media_id = make_known(desk, path)
        except MediaRefusedError as error:
            _say(f"{path.name} is left out: {error}")
            continue
        if media_id not in kept and len(sources) < options.sources:
            sources.append((path, media_id))
        kept[media_id] = _read(desk, media_id)
    return list(kept.values()), list(_make_queries(sources, listed[-3:], options, folder))


def _read(desk: Desk, media_id: str) -> Kept:
    return Kept(
        desk.store.get(MediaItem, media_id),
        desk.store.get(MediaFacts, f"{media_id}.{ENGINE}"),
        desk.store.get(BankEntry, f"{media_id}.known.{ENGINE}"),
    )


def _make_queries(
    sources: Sequence[tuple[Path, str]], beside: Sequence[Path], options: argparse.Namespace, folder: Path
) -> Iterator[Query]:
    """Every source in every alteration; what stands beside it in a collage is three pictures of the folder."""
    others = [open_image(path) for path in beside]
    for index, (source, media_id) in enumerate(sources):
        image = open_image(source)
        for number, (name, alteration) in enumerate(ALTERATIONS.items()):
            if name in (options.only or ALTERATIONS):
                path = folder / f"{index}-{number}.jpg"
                path.write_bytes(alteration.make(image, (options.seed, index, number), others))
                yield Query(name, path, media_id)


def _compare_frequencies(queries: Sequence[Query], pool: Sequence[Kept], distractors: Distractors) -> float:
    """How often a distractor shares a word of a query, by how often a real picture does that is not the one shown."""
    drawn = [
        entry.words for number in range(len(pool)) for entry in distractors.draw(number) if isinstance(entry, BankEntry)
    ]
    real = [kept.entry.words for kept in pool]
    frequencies = [Counter(word for words in listed for word in words) for listed in (drawn, real)]
    shared = np.zeros(2)
    for query in queries:
        for word in describe_query(open_image(query.path)).words(mirrored=False):
            shared += [frequency[word] for frequency in frequencies]
    return round(float(shared[0] / shared[1]), 4)


def _measure(settings: Settings, queries: Sequence[Query], known: int) -> dict[str, Any]:
    seconds: list[float] = []
    found: Counter[str] = Counter()
    rules = RuleTally()
    first = _spend_first(settings, queries[0])
    with open_desk(settings) as desk:
        check(desk, queries[0].path)
        children = _list_children()
        for query in queries:
            begun = _count_seconds(children)
            answer = check(desk, query.path).matches
            seconds.append(_count_seconds(children) - begun)
            evidence = {match.item.id: match.evidence for match in answer if match.evidence is not None}
            found[query.alteration] += query.media_id in evidence
            rules.add(query.media_id, evidence, known)
    lower, upper = bound_share(found.total(), len(queries))
    of_each = Counter(query.alteration for query in queries)
    return {
        "known": known,
        "cpu_seconds": _describe(seconds),
        "cpu_seconds_of_screenshots": _describe(
            [s for s, q in zip(seconds, queries, strict=True) if "phone" in q.alteration]
        ),
        "first_check_of_a_new_process": first,
        "recall": {"found": found.total(), "of": len(queries), "interval_95": [round(lower, 4), round(upper, 4)]},
        "rows_below_1": {name: round(found[name] / of, 4) for name, of in of_each.items() if found[name] < of},
        "bytes_per_known": _weigh(settings, known),
        "rules": rules.report(),
    }


def _describe(seconds: Sequence[float]) -> dict[str, float]:
    median, p95 = np.quantile(seconds, [0.5, 0.95])
    return {"median": round(float(median), 3), "p95": round(float(p95), 3)}


def _spend_first(settings: Settings, query: Query) -> dict[str, float]:
    """`sankofa check FILE` from the shell: starts Python and the child process, maps the indexes, asks, ends."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [Path(sys.executable).with_name("sankofa"), "--home", settings.home, "check", query.path, "--json"]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_seconds": round(spent, 2), "seconds": round(time.monotonic() - begun, 2)}


def _list_children() -> list[Path]:
    """The process that opens media; those that it forks are counted with it once they have ended."""
    children = Path("/proc/self/task").glob("*/children")
    return [Path(f"/proc/{pid}/stat") for file in children for pid in file.read_text().split()]


def _count_seconds(children: Sequence[Path]) -> float:
    """CPU seconds of this process, of its children and of theirs."""
    ticks = sum(int(field) for stat in children for field in stat.read_text().rpartition(")")[2].split()[11:15])
    return time.process_time() + ticks / _TICKS_PER_SECOND


def _weigh(settings: Settings, known: int) -> dict[str, float]:
    """Bytes for each known picture: indexes, what one candidate is verified with, and the whole file of the store."""
    indexes = sum(file.stat().st_size for file in settings.home.rglob("*.cache/**/*") if file.is_file())
    with open_desk(settings) as desk:
        entry = next(desk.store.iter_records(BankEntry))
    _, _, codes = entry.features.partition(":")
    store = next(settings.home.glob("*.db")).stat().st_size
    return {
        "indexes": round(indexes / known),
        "verification_codes": len(codes) * 3 // 4,
        "store_file": round(store / known),
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
