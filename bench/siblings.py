"""Are pictures that only share an element taken for one picture? ``python -m bench siblings --pictures FOLDER``.

Draws families of siblings over the photographs of the folder. A pair counts as nominated where the local features
alone would accept it; the second stage then decides. Pairs that are not nominated are laid on each other frame on
frame, so that the second stage is asked about all of them. Even designs choose thresholds, odd ones report.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from bench._altered import ORDINARY
from bench._families import FAMILIES, Design
from bench._pictures import list_pictures
from verify.agreement import Agreement, Alignment, TextState, measure_agreement
from verify.features.detection import Features, detect_known, detect_query, mirror_features
from verify.features.geometry import find_geometry

_WHOLE = Alignment.from_affine(((1, 0, 0), (0, 1, 0)))

NEVER = ("letterhead", "tv card", "post frame", "tiled watermark", "corner logo")
"""Families in which not one wrong "same picture" is allowed."""


@dataclass(frozen=True)
class Side:
    """One picture with its features: as a known one, or (with the mirrored features) as a query."""

    image: Image.Image
    features: Features
    mirrored: Features | None = None


def build_known(image: Image.Image) -> Side:
    """The picture as a store would keep it."""
    return Side(image, detect_known(image))


def build_query(image: Image.Image) -> Side:
    """The picture as somebody would ask about it."""
    features = detect_query(image)
    return Side(image, features, mirror_features(features))


def compare(query: Side, known: Side) -> Agreement | None:
    """The second stage's answer, None where the features nominate nothing."""
    found = [find_geometry(query.features, known.features, mirrored=False)]
    if query.mirrored is not None:
        found.append(find_geometry(query.mirrored, known.features, mirrored=True))
    best = max((g for g in found if g), key=lambda g: g.spread_inliers, default=None)
    if best is None:
        return None
    return measure_agreement(_grey(known.image), _grey(query.image), Alignment.from_affine(best.affine))


def _grey(image: Image.Image) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    return np.asarray(image.convert("L"))


def save_again(image: Image.Image, quality: int, longest: int) -> Image.Image:
    """As it comes out of a messenger."""
    small = image.copy()
    small.thumbnail((longest, longest))
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def measure_family(family: str, designs: list[int], members: int, photographs: list[Path]) -> dict[str, object]:
    """Siblings of each design against each other, and one member against itself saved again."""
    counts: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for number in designs:
        design = Design(family, number, photographs)
        pictures = [FAMILIES[family](design, member) for member in range(members)]
        known = [build_known(picture) for picture in pictures]
        for index, picture in enumerate(pictures):
            query = build_query(save_again(picture, 60, 640))
            for other, target in enumerate(known):
                answer = compare(query, target)
                if other == index:
                    own[_say(answer)] += 1
                    continue
                counts["pairs"] += 1
                outcomes[_say(answer)] += 1
                laid = answer or measure_agreement(_grey(target.image), _grey(query.image), _WHOLE)
                counts["wrong_where_laid_on_each_other"] += laid.outcome.is_same_picture
                if answer is not None:
                    counts["nominated"] += 1
                    counts["wrong"] += answer.outcome.is_same_picture
                    counts["differing_shown"] += bool(answer.differing)
    return {**counts, "siblings": dict(outcomes), "the same again": dict(own)}


def _say(answer: Agreement | None) -> str:
    if answer is None:
        return "not nominated"
    return f"{answer.outcome} ({answer.text})" if answer.text is not TextState.NOT_NEEDED else str(answer.outcome)


def measure_ordinary(photographs: list[Path]) -> dict[str, object]:
    """Photographs in ordinary alterations: how many are still found after the second stage."""
    nominated: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for path in photographs:
        with Image.open(path) as file:
            image = file.convert("RGB")
        known = build_known(image)
        for name, alter in ORDINARY.items():
            answer = compare(build_query(alter(image).image), known)
            nominated[name] += answer is not None
            kept[name] += answer is not None and answer.outcome.is_same_picture
    return {
        "pictures": len(photographs),
        "nominated": sum(nominated.values()),
        "same": sum(kept.values()),
        "lost_after_nomination": {name: n - kept[name] for name, n in nominated.items() if n != kept[name]},
    }


def iter_unrelated(photographs: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Neighbours in the list: different photographs."""
    yield from pairwise(photographs)


def measure_unrelated(photographs: list[Path]) -> dict[str, int]:
    """Different photographs, with the alignment that says both frames are the same, as the hardest case for no geometry."""
    counts = Counter[str]()
    for one, other in iter_unrelated(photographs):
        with Image.open(one) as first, Image.open(other) as second:
            answer = measure_agreement(_grey(first), _grey(second), _WHOLE)
        counts["pairs"] += 1
        counts["wrong"] += answer.outcome.is_same_picture
    return dict(counts)


def main() -> None:
    """Print for each family the pairs, the nominated and the wrong ones, then the totals, as JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="photographs to draw over")
    parser.add_argument("--designs", type=int, default=10, help="of each family; half of them are used in one run")
    parser.add_argument("--members", type=int, default=3, help="of each design")
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    parser.add_argument("--ordinary", type=int, default=12, help="photographs altered in ordinary ways")
    parser.add_argument("--families", nargs="*", choices=sorted(FAMILIES), default=list(FAMILIES))
    options = parser.parse_args()
    photographs = list_pictures(options.pictures, options.half)
    if not photographs:
        sys.exit(f"no pictures in {options.pictures}")
    designs = [n for n in range(options.designs) if n % 2 == (options.half == "report")]
    rows = {name: measure_family(name, designs, options.members, photographs) for name in options.families}
    total = {key: sum(int(str(row.get(key, 0))) for row in rows.values()) for key in ("pairs", "nominated", "wrong")}
    shown = sum(int(str(row.get("differing_shown", 0))) for row in rows.values())
    report = {
        "half": options.half,
        "designs": len(designs),
        "families": rows,
        "total": total,
        "wrong_where_never_allowed": sum(int(str(rows[name].get("wrong", 0))) for name in NEVER if name in rows),
        "wrong_share_of_pairs": round(total["wrong"] / max(1, total["pairs"]), 4),
        "differing_shown_share": round(shown / max(1, total["nominated"]), 4),
        "ordinary": measure_ordinary(photographs[: options.ordinary]),
        "unrelated": measure_unrelated(photographs[: 5 * options.ordinary]),
    }
    print(json.dumps(report, indent=2))
