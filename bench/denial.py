"""Is a denial told from the claim? ``python -m bench denial`` prints JSON; with ``--daccord FILE`` for French sentence pairs too.

Our own 100 claims in three languages, each with a post that repeats it and one that denies it (``denials.tsv``). Rules were
chosen on every other claim; the rest is held out, and both are told apart. Of DACCORD (M. Skandalis and others, pairs of
sentences of which half contradict each other) the first sentence is the post; its label ``no`` means a contradiction.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench._collections import iter_pairs
from bench._intervals import bound_share
from index.matching import Asked, Stance, tell_stance
from index.model import Claim, Wording

PAIRS = Path(__file__).with_name("denials.tsv")

Pair = tuple[str, str, str, str]  # language, claim, post, what it does


def main() -> None:
    """Print how pairs that are known to repeat or deny were told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daccord", type=Path, help="daccord_id.pl")
    parser.add_argument("--show", action="store_true", help="print the pairs of the chosen half that were told wrongly")
    options = parser.parse_args()
    halves = list(read_pairs())
    report: dict[str, Any] = {}
    for half, chosen in (("chosen on", 0), ("held out", 1)):
        pairs = [pair for at, group in enumerate(halves) if at % 2 == chosen for pair in group]
        report[half] = _measure(pairs) | {
            language: _measure([pair for pair in pairs if pair[0] == language]) for language in ("fr", "en", "ar")
        }
    if options.daccord:
        report["DACCORD"] = _measure(iter_daccord(options.daccord))
    print(json.dumps(report, indent=1, ensure_ascii=False))
    if options.show:
        wrong = (
            pair for at, group in enumerate(halves) if at % 2 == 0 for pair in group if _tell(*pair[:3]) != pair[3]
        )
        print("\n".join(map(str, wrong)))


def read_pairs() -> Iterator[list[Pair]]:
    """Yield the two pairs of each of our claims."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield [(row["language"], row["claim"], row[stance], stance) for stance in ("repeats", "denies")]


def iter_daccord(path: Path) -> Iterator[Pair]:
    """Yield the pairs of DACCORD's file: contradictions deny, all others are ``other``."""
    for label, post, claim in iter_pairs(path):
        yield "fr", claim, post, "denies" if label == "no" else "other"


def _measure(pairs: Iterable[Pair]) -> dict[str, Any]:
    told: dict[str, Counter[Stance]] = {}
    for language, claim, post, stance in pairs:
        told.setdefault(stance, Counter())[_tell(language, claim, post)] += 1
    return {stance: _describe(counts) for stance, counts in told.items()}


def _describe(counts: Counter[Stance]) -> dict[str, Any]:
    total = counts.total()
    bounds = bound_share(counts["repeats"], total)
    return {"pairs": total, **counts, "told_as_repeating_95": [round(bound, 3) for bound in bounds]}


def _tell(language: str, claim: str, post: str) -> Stance:
    return tell_stance(Asked(text=post), Claim(id="C-2023-0001", wordings=(Wording(language, claim),)))


if __name__ == "__main__":
    main()
