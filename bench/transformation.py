"""Are the words about an altered picture right? ``python -m bench transformation --pictures FOLDER``.

Each photograph is altered in ordinary ways, found by its features, aligned and described; the words are held against
what was really done. "Unknown" counts as wrong wherever the pictures were taken for the same. Then flags, maps, TV cards and
text frames are drawn, which have nothing to say about each other (`bench._drawings`).
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from bench._altered import ORDINARY, Altered
from bench._drawings import measure_drawings
from bench._pictures import list_pictures
from bench.siblings import build_known, build_query, compare
from verify.agreement import Agreement
from verify.evidence import Transformation
from verify.transformation import describe_transformation, look_at_image, name_alterations

_KEPT_POINTS = 0.05
_DEGREES = 2


@dataclass
class Tally:
    """What was right and wrong for one alteration."""

    pairs: int = 0
    verified: int = 0
    right: int = 0
    kept_right: int = 0
    wrong_words: Counter[str] = field(default_factory=Counter)
    kept_errors: list[float] = field(default_factory=list)


def find_wrong_words(said: Transformation, truth: Altered) -> list[str]:
    """What is missing or too much in the words: codes, mirroring, rotation."""
    codes = set(name_alterations(said)) - {"re-encoded"}
    wrong = [f"missing {code}" for code in sorted(truth.codes - codes)]
    wrong += [f"too much: {code}" for code in sorted(codes - truth.codes)]
    if said.mirrored is not truth.mirrored:
        wrong.append("mirrored")
    if said.rotated_degrees is None or abs((said.rotated_degrees - truth.rotated_degrees + 180) % 360 - 180) > _DEGREES:
        wrong.append("rotation")
    return wrong


def measure(paths: list[Path]) -> dict[str, Tally]:
    """Alter, find, describe."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for path in paths:
        with Image.open(path) as file:
            image = file.convert("RGB")
        known = build_known(image)
        for name, alter in ORDINARY.items():
            _count(tallies[name], alter(image), compare(build_query(alter(image).image), known), image)
    return tallies


def _count(tally: Tally, truth: Altered, answer: Agreement | None, image: Image.Image) -> None:
    tally.pairs += 1
    if answer is None or not answer.outcome.is_same_picture:
        return
    tally.verified += 1
    said = describe_transformation(answer, look_at_image(truth.image), look_at_image(image))
    wrong = find_wrong_words(said, truth)
    tally.right += not wrong
    tally.wrong_words.update(wrong)
    error = 1.0 if said.kept_share is None else abs(said.kept_share - truth.kept)
    tally.kept_errors.append(round(error, 3))
    tally.kept_right += error <= _KEPT_POINTS


def main() -> None:
    """Print the share of right words and of kept areas within five points, per alteration and in all, as JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--most", type=int, default=20, help="photographs to alter")
    parser.add_argument("--drawings", type=int, default=200, help="flags, maps, TV cards and text frames to ask about")
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    options = parser.parse_args()
    photographs = list_pictures(options.pictures, options.half)
    paths = photographs[: options.most]
    if not paths:
        sys.exit(f"no pictures in {options.pictures}")
    rows = measure(paths)
    verified = sum(row.verified for row in rows.values())
    report = {
        "half": options.half,
        "pictures": len(paths),
        "pairs": sum(row.pairs for row in rows.values()),
        "verified": verified,
        "words_right_share": round(sum(row.right for row in rows.values()) / max(1, verified), 4),
        "kept_within_5_points_share": round(sum(row.kept_right for row in rows.values()) / max(1, verified), 4),
        "alterations": {
            name: {
                "verified": f"{row.verified} of {row.pairs}",
                "words_right": row.right,
                "kept_right": row.kept_right,
                "worst_kept_error": max(row.kept_errors, default=None),
                "wrong": dict(row.wrong_words),
            }
            for name, row in rows.items()
        },
        "drawings": measure_drawings(photographs[options.most :], options.drawings),
    }
    print(json.dumps(report, indent=2))
