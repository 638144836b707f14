"""The shipped numbers of :mod:`index.matching`, learned and held out, for the benches that learn and that measure them."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench._collections import Collection, read_collection
from bench._learning import Table, learn_order, learn_probability
from bench._nominations import Nominator, Question
from bench._perturbations import edit_every_fourth_word
from bench.claims import measure_precision
from index.matching.coefficients import Coefficients
from index.matching.features import Features, build_features
from index.matching.judging import describe, weigh_candidates
from index.meaning.encoder import Encoder

FOLDS = 5
SMALL = 20
_SLIPS_SEED = 1
"""Not the one of ``python -m bench claims --perturbed``."""

WORDS = ("relative", "terms", "covered", "claimed", "length", "unsaid_numbers")
ARMS = {"words": WORDS, "meaning": (*WORDS, "lexical", "cosine")}
INPUTS = {
    "words": ("lead", "lexical", "covered", "claimed", "always"),
    "meaning": ("lead", "lexical", "covered", "claimed", "cosine", "always"),
}

SET = {"nearness": 0.5, "shared_media": 4.0}
"""What weighs in the order without having been learned.

The nearness of dates is a likelihood ratio whose curve comes from posts that were found *through* the checks of their claims,
so that it counts half. A medium in common counts as much as a lead that makes a claim fifty times as likely as the next.
"""
SET_ODDS = {"shared_media": 3.0}
"""What weighs in the probability without having been learned: by itself, a medium in common is suggested by nobody."""


def add_collections(parser: argparse.ArgumentParser) -> None:
    """Let several collections be named, each with the language of its claims."""
    parser.add_argument(
        "--collection", type=Path, action="append", required=True, help="a folder as CheckThat! lays it out"
    )
    parser.add_argument("--language", action="append", default=[], help="of its claims; en when left out")
    parser.add_argument("--kept", type=Path, help="a folder in which vectors are kept for the next time")


def iter_collections(options: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    """Yield each folder with the language of its claims."""
    yield from zip_longest(options.collection, options.language[: len(options.collection)], fillvalue="en")


class Trial(NamedTuple):
    """A question, and the features of its candidates."""

    question: Question
    features: Sequence[Features]

    def rank(self, order: Mapping[str, float]) -> list[str]:
        """Return the claims, best first."""
        scores = self.score(order)
        ids = [candidate.claim.id for candidate in self.question.candidates]
        return [ids[at] for at in sorted(range(len(ids)), key=lambda at: (-scores[at], ids[at]))]

    def score(self, order: Mapping[str, float]) -> list[float]:
        """Return the score of each candidate."""
        return [score for score, _ in weigh_candidates(self.features, Coefficients(order=order, probability={}))]


class Lists:
    """The questions of one collection in both arms, each as it is and with its claims taken out, and the fold of each."""

    def __init__(
        self, title: str, nominator: Nominator, collection: Collection, *, is_whole: bool, has_slips: bool
    ) -> None:
        questions = nominator.ask(collection)
        self.is_whole, self.has_slips, self.passages = is_whole, has_slips, nominator.passages
        self.title = f"{title}, {self.passages} claims{', posts with slips' if has_slips else ''}"
        self.folds = fold_questions(questions)
        asked = {"meaning": questions, "words": [question.without_meaning() for question in questions]}
        self.trials = {
            arm: [(self._try(question), self._try(question.take_out())) for question in of_arm]
            for arm, of_arm in asked.items()
        }

    def _try(self, question: Question) -> Trial:
        return Trial(question, build_features(question.asked, question.candidates, self.passages))

    def iter_tables(self, arm: str) -> Iterator[tuple[int, tuple[Table, Table]]]:
        """Yield the fold of each question with features [candidates, features] and which are right."""
        for fold, (trial, _) in zip(self.folds, self.trials[arm], strict=True):
            yield fold, (tabulate(trial.features, ARMS[arm]), mark_right(trial.question))


def iter_lists(options: argparse.Namespace, split: str, encoder: Encoder) -> Iterator[Lists]:
    """Yield the lists of all of each collection, of a part of it, and of all where every fourth word of a post has a slip."""
    for folder, language in iter_collections(options):
        collection = read_collection(folder, split)
        for one_in in (1, SMALL):
            nominator = Nominator(collection, language, encoder, kept=options.kept, one_in=one_in)
            yield Lists(folder.name, nominator, collection, is_whole=one_in == 1, has_slips=False)
            if one_in == 1:
                yield Lists(folder.name, nominator, _let_slip(collection), is_whole=True, has_slips=True)


def _let_slip(collection: Collection) -> Collection:
    random = np.random.default_rng(_SLIPS_SEED)
    return replace(
        collection, posts={name: edit_every_fourth_word(text, random) for name, text in collection.posts.items()}
    )


def fold_questions(questions: Sequence[Question]) -> list[int]:
    """Put questions of one claim into one fold."""
    claims: dict[str, int] = {}
    return [claims.setdefault(min(question.gold), len(claims)) % FOLDS for question in questions]


def tabulate(features: Sequence[Features], names: Sequence[str]) -> Table:
    """Return features as a table [candidates, names]."""
    return np.array([[found.get(name, 0.0) for name in names] for found in features]).reshape(-1, len(names))


def mark_right(question: Question) -> Table:
    """Return 1 for each candidate that the post repeats, else 0."""
    return np.array([float(candidate.claim.id in question.gold) for candidate in question.candidates])


def learn_arm(lists: Sequence[Lists], arm: str, without: int | None = None) -> Coefficients:
    """Learn the order from whole collections, as they are and with slips, and the probability from what other folds' orders say.

    Of no fold *without*.
    """
    tables = [pair for found in lists if found.is_whole for pair in found.iter_tables(arm) if pair[0] != without]
    held_out = {
        fold: learn_weights([table for at, table in tables if at != fold], arm)
        for fold in range(FOLDS)
        if fold != without
    }
    if without is None:
        for found in lists:
            print(f"{arm}, {found.title}: {measure_held_out(found, arm, held_out)}", file=sys.stderr)
    rows = np.array([row for found in lists if not found.has_slips for row in iter_rows(found, arm, held_out)])
    weights = learn_probability(rows[:, :-1], rows[:, -1])
    probability = dict(zip(INPUTS[arm], weights.tolist(), strict=True)) | SET_ODDS
    return Coefficients(order=learn_weights([table for _, table in tables], arm), probability=probability)


def learn_weights(tables: Sequence[tuple[Table, Table]], arm: str) -> dict[str, float]:
    """Learn what each feature of an arm weighs."""
    return dict(zip(ARMS[arm], learn_order(tables).tolist(), strict=True)) | SET


def measure_held_out(lists: Lists, arm: str, held_out: Mapping[int, Mapping[str, float]]) -> float:
    """MAP@5 where each question is ordered by what the other folds taught."""
    precisions = [
        measure_precision(trial.rank(held_out[fold]), trial.question.gold)
        for fold, (trial, _) in zip(lists.folds, lists.trials[arm], strict=True)
    ]
    return round(float(np.mean(precisions)), 4)


def iter_rows(lists: Lists, arm: str, held_out: Mapping[int, Mapping[str, float]]) -> Iterator[list[float]]:
    """Yield what the probability of the first candidate rests on, and whether it is right: as it is, and taken out."""
    for fold, trials in zip(lists.folds, lists.trials[arm], strict=True):
        for trial in trials:
            if fold in held_out and trial.features:
                scores = trial.score(held_out[fold])
                best = int(np.argmax(scores))
                other = max(scores[:best] + scores[best + 1 :], default=0.0)
                right = trial.question.candidates[best].claim.id in trial.question.gold
                described = describe(trial.features[best], scores[best], other)
                yield [*(described[name] for name in INPUTS[arm]), float(right)]
