"""Learn the shipped numbers of :mod:`index.matching`: ``python -m bench learn-ranking --collection FOLDER --language fr …``.

Prints MAP@5 of five folds (posts of one claim are in one) and writes ``index/matching/coefficients.json`` with ``--write``. The
order is learned from the split ``train`` of all collections together, as it is and with a slip in every fourth word, once without
and once with meaning. A probability is learnt from scores of folds that were held out: of each post as it is, and of the same
where its claim is taken out of the collection; in all of a collection and in a twentieth of it, since a newsroom may have few
claims. What no collection tells (dates, pictures) is set here.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench._ranking import ARMS, SET, SET_ODDS, add_collections, iter_collections, iter_lists, learn_arm
from index.meaning.opening import open_encoder

FILE = Path(__file__).parents[1] / "index" / "matching" / "coefficients.json"

_PROVENANCE = (
    "Learned by python -m bench learn-ranking from the train splits of {what}. These collections are for research use; nothing of"
    " their texts is here. The probabilities hold where half of the posts repeat a claim that is known. Set, not learned:"
    " {by_hand}."
)


def main() -> None:
    """Print what was learned, and how well it orders what it was not learned from."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_collections(parser)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    encoder = open_encoder("")
    if encoder is None:
        sys.exit("the encoder is missing: pip install '.[semantic]'")
    lists = list(iter_lists(options, "train", encoder))
    learned = {arm: learn_arm(lists, arm) for arm in ARMS}
    what = " and ".join(f"{folder.name} ({language})" for folder, language in iter_collections(options))
    by_hand = f"{SET} in the order, {SET_ODDS} in the log-odds"
    table: dict[str, Any] = {"provenance": _PROVENANCE.format(what=what, by_hand=by_hand)}
    table |= {
        arm: {"order": _round(found.order), "probability": _round(found.probability)} for arm, found in learned.items()
    }
    print(json.dumps(table, indent=1))
    if options.write:
        FILE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _round(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: float(f"{weight:.4g}") for name, weight in weights.items()}


if __name__ == "__main__":
    main()
