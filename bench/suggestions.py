"""How often is a suggestion right? ``python -m bench suggestions --collection FOLDER`` prints JSON: by words, and by meaning too.

Each post of a collection is asked twice: as it is, and where the claims that it repeats were taken out, so that it repeats
nothing that is known. What is at or above the default threshold is suggested. On the split ``train``, from which the shipped
numbers were learned, each fifth is judged by numbers learned from the rest; on any other by the shipped ones. All of a collection
is asked, and a twentieth of it. ``calibration`` has, for the best claim of each question, what was predicted beside what was
observed.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from bench._intervals import bound_share
from bench._ranking import ARMS, FOLDS, Lists, add_collections, iter_lists, learn_arm
from index.matching import SUGGESTED_FROM
from index.matching.coefficients import Coefficients, load_coefficients
from index.matching.judging import weigh_candidates
from index.meaning.opening import open_encoder

_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
_EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0001)


class Outcome(NamedTuple):
    """A question: whether its claim was there, and each candidate's probability and whether it is right."""

    known: bool
    candidates: tuple[tuple[float, bool], ...]


def main() -> None:
    """Print precision, recall and calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_collections(parser)
    parser.add_argument("--split", default="train")
    options = parser.parse_args()
    encoder = open_encoder("")
    if encoder is None:
        sys.exit("the encoder is missing: pip install '.[semantic]'")
    lists = list(iter_lists(options, options.split, encoder))
    report: dict[str, Any] = {"suggested_from": SUGGESTED_FROM}
    for arm in ARMS:
        folds = _learn_folds(lists, arm) if options.split == "train" else [load_coefficients(arm)] * FOLDS
        report[arm] = {found.title: describe(list(iter_outcomes(found, arm, folds))) for found in lists}
    print(json.dumps(report, indent=1))


def _learn_folds(lists: Sequence[Lists], arm: str) -> list[Coefficients]:
    return [learn_arm(lists, arm, without=fold) for fold in range(FOLDS)]


def iter_outcomes(lists: Lists, arm: str, folds: Sequence[Coefficients]) -> Iterator[Outcome]:
    """Ask each question as it is and with its claims taken out, by the numbers of its fold."""
    for fold, trials in zip(lists.folds, lists.trials[arm], strict=True):
        for question, features in trials:
            weighed = weigh_candidates(features, folds[fold])
            pairs = zip(question.candidates, weighed, strict=True)
            right = tuple((likely, candidate.claim.id in question.gold) for candidate, (_, likely) in pairs)
            yield Outcome(bool(question.gold), right)


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The measures at the default threshold and at others, and the calibration."""
    return {
        "posts": sum(outcome.known for outcome in outcomes),
        "default": measure(outcomes, SUGGESTED_FROM),
        "others": {str(threshold): measure(outcomes, threshold) for threshold in _THRESHOLDS},
        "calibration": _calibrate(outcomes),
    }


def measure(outcomes: Sequence[Outcome], threshold: float) -> dict[str, Any]:
    """Precision over all suggestions, recall of posts whose claim is known, and what posts get that repeat nothing."""
    suggested = [
        (outcome, right) for outcome in outcomes for likely, right in outcome.candidates if likely >= threshold
    ]
    right = sum(is_right for _, is_right in suggested)
    known = [outcome for outcome in outcomes if outcome.known]
    found = sum(any(likely >= threshold and right for likely, right in outcome.candidates) for outcome in known)
    false = sum(not outcome.known for outcome, _ in suggested)
    return {
        "precision": round(right / len(suggested), 4) if suggested else None,
        "precision_95": [round(bound, 4) for bound in bound_share(right, len(suggested))],
        "recall": round(found / len(known), 4),
        "false_of_1000_posts_that_repeat_nothing": round(1000 * false / (len(outcomes) - len(known)), 1),
    }


def _calibrate(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    best = np.array([max(outcome.candidates) for outcome in outcomes if outcome.candidates], dtype=float)
    table = []
    for low, high in pairwise(_EDGES):
        there = best[(best[:, 0] >= low) & (best[:, 0] < high)]
        if len(there):
            predicted, observed = there.mean(axis=0)
            table.append(
                {"from": low, "questions": len(there), "predicted": round(predicted, 3), "observed": round(observed, 3)}
            )
    return table


if __name__ == "__main__":
    main()
