"""Learn the numbers behind words and codes: ``python -m bench codebook --pictures FOLDER --out FILE.npz``.

Only the half of the pictures that may choose is learned from, so that the other half can report. Beside the file a
JSON of the same name says what it was learned from.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench._pictures import digest_names, list_pictures
from verify.errors import MediaRefusedError
from verify.features.codebook import CENTRES, Codebook, assign_numbers
from verify.features.detection import DESCRIPTOR_LENGTH, Floats, detect_query
from verify.media import open_image

_HALF = DESCRIPTOR_LENGTH // 2
_BLOCK = 8192


def main() -> None:
    """Learn a codebook, write it, and print what it was learned from and how well it fits the other half."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--pictures", type=Path, nargs="+", required=True, help="folders of photographs")
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write; a .json is written beside it")
    parser.add_argument("--source", action="append", default=[], help="where the pictures are from, and their licence")
    parser.add_argument("--limit", type=int, default=1000, help="pictures to learn from")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of k-means")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chosen = [p for folder in options.pictures for p in list_pictures(folder, "choose")][: options.limit]
    others = [p for folder in options.pictures for p in list_pictures(folder, "report")][:40]
    descriptors = collect_descriptors(chosen)
    codebook = learn_codebook(descriptors, options.rounds, options.seed)
    content = codebook.save()
    options.out.write_bytes(content)
    told = f"--rounds {options.rounds} --seed {options.seed} --limit {options.limit}"
    command = f"python -m bench codebook --pictures FOLDER --out {options.out.name} {told}"
    facts = {
        "version": options.out.stem,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "sources": options.source,
        "pictures": len(chosen),
        "pictures_names_sha256": digest_names(chosen),
        "pictures_half": "choose: those whose name's SHA-256 has an even first byte",
        "descriptors": len(descriptors),
        "command": command,
        "words_used_by_the_other_half": measure_spread(codebook, collect_descriptors(others)),
        "contains": "a rotation and centres of k-means over RootSIFT descriptors; no part of any picture",
    }
    options.out.with_suffix(".json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(facts, indent=2, ensure_ascii=False))


def collect_descriptors(paths: Sequence[Path]) -> Floats:
    """The descriptors of all pictures that can be opened, as a query would have them."""
    rows = [np.zeros((0, DESCRIPTOR_LENGTH), np.float32), *_iter_descriptors(paths)]
    return np.concatenate(rows)


def _iter_descriptors(paths: Sequence[Path]) -> Iterator[Floats]:
    for path in paths:
        try:
            yield detect_query(open_image(path)).descriptors
        except MediaRefusedError as error:
            print(f"{path.name}: {error}", file=sys.stderr)


def learn_codebook(descriptors: Floats, rounds: int, seed: int) -> Codebook:
    """A rotation whose halves carry equal variance, centres of both halves, and centres of the sixteen parts."""
    rotation = _balance(descriptors)
    turned = descriptors @ rotation
    centres = [run_kmeans(turned[:, start : start + _HALF], CENTRES, rounds, seed) for start in (0, _HALF)]
    parts = [
        run_kmeans(descriptors[:, start : start + 8], 16, rounds, seed) for start in range(0, DESCRIPTOR_LENGTH, 8)
    ]
    return Codebook(rotation, np.stack(centres), np.stack(parts))


def _balance(descriptors: Floats) -> Floats:
    """Principal directions, the strongest first, each dealt to the half whose variances so far multiply to less."""
    variances, directions = np.linalg.eigh(np.cov(descriptors, rowvar=False))
    weights = np.log(np.maximum(variances, 1e-9))
    weights -= weights.min()
    halves: tuple[list[int], list[int]] = ([], [])
    for index in np.argsort(-variances).tolist():
        sums = [weights[half].sum() if half else 0.0 for half in halves]
        fuller = len(halves[0]) == _HALF or (len(halves[1]) < _HALF and sums[1] < sums[0])
        halves[int(fuller)].append(index)
    return np.asarray(directions[:, halves[0] + halves[1]], dtype=np.float32)


def run_kmeans(points: Floats, count: int, rounds: int, seed: int) -> Floats:
    """Lloyd's algorithm from a random start; a centre that lost all its points begins again at a random one."""
    random = np.random.default_rng(seed)
    points = np.ascontiguousarray(points, dtype=np.float32)
    centres = points[random.choice(len(points), count, replace=False)].copy()
    for _ in range(rounds):
        nearest = _find_nearest(points, centres)
        counts = np.bincount(nearest, minlength=count)
        order = np.argsort(nearest, kind="stable")
        filled = np.flatnonzero(counts)
        begins = (np.cumsum(counts) - counts)[filled]
        sums = np.add.reduceat(points[order], begins, axis=0, dtype=np.float64)
        centres = points[random.integers(0, len(points), count)].copy()
        centres[filled] = (sums / counts[filled][:, None]).astype(np.float32)
    return centres


def _find_nearest(points: Floats, centres: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    length = (centres**2).sum(axis=1)
    blocks = (points[start : start + _BLOCK] for start in range(0, len(points), _BLOCK))
    return np.concatenate([(length - 2 * block @ centres.T).argmin(axis=1) for block in blocks])


def measure_spread(codebook: Codebook, descriptors: Floats) -> dict[str, float]:
    """How evenly other pictures use the words: their number, and the share of the hundred most frequent."""
    counts = np.sort(np.unique(assign_numbers(descriptors, 1, codebook), return_counts=True)[1])[::-1]
    return {
        "descriptors": len(descriptors),
        "words": len(counts),
        "share_of_100_most_frequent": round(float(counts[:100].sum() / max(1, counts.sum())), 4),
    }


if __name__ == "__main__":
    main()
