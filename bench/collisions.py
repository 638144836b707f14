"""Can a forged hash make the desk sure of something false? ``python -m bench collisions --pictures FOLDER`` prints JSON.

PDQ is linear up to its median, so whoever knows it can change a picture, hardly visibly, until its code is that of another
(a collision) or far from its own (an evasion); no gradient is needed. Four attacks, each on pairs of unrelated pictures,
each saved as JPEG and asked as any suspect is:

* "PDQ": a collision of PDQ alone;
* "PDQ and dHash": both of the hashes that the rules of :mod:`verify.evidence` ask for, at once;
* "PDQ, dHash and windows": these, and PDQ in windows that an attacker guesses;
* "evasion": a picture whose PDQ is far from the known one's.

Counted are the files whose forged code holds, those that :func:`verify.evidence.compare` accepts, those whose hashes hold in
the crops of :mod:`verify.recheck`, and what the desk answers in the end (needs OpenCV for all that it can): the suggested
matches, those that are confident, and by which rule. "true pairs" are the same pictures altered in the thirty ways of
`bench robustness`: how many of those that two hashes find the crops keep.
"""

import argparse
import functools
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
from PIL import Image  # noqa: E402

from bench._alterations import ALTERATIONS  # noqa: E402
from bench._desk import check, make_known, open_bench_desk  # noqa: E402
from bench._pictures import list_pictures  # noqa: E402
from sankofa.workflows.known import compute_sha256  # noqa: E402
from verify.description import describe_media  # noqa: E402
from verify.evidence import MediaEvidence, compare  # noqa: E402
from verify.features import is_available  # noqa: E402
from verify.hashing.base import distance_bits  # noqa: E402
from verify.hashing.pdq import PDQ, SAME_PICTURE_BITS, build_axis_matrix, hash_luma  # noqa: E402
from verify.media import open_image  # noqa: E402
from verify.recheck import CropDistances, Pairing, measure_crops  # noqa: E402

Floats = npt.NDArray[np.float64]

_SIDE = 512
_JPEG_QUALITY = 92
_MARGIN = 0.15  # of a coefficient from the median, as a share of the middle distance
_LEVEL_MARGIN = 4.0  # of two neighbouring levels of dHash
_ROUNDS = 120
_EVADED_COEFFICIENTS = 52  # that change sides, from either side of the median
_DHASH = (8, 9)

_GUESSED: Sequence[tuple[float, float, float, float]] = (
    (0.03, 0.03, 0.97, 0.97),
    (0.08, 0.08, 0.92, 0.92),
    (0.0, 0.0, 0.85, 0.85),
    (0.15, 0.0, 1.0, 0.85),
    (0.0, 0.15, 0.85, 1.0),
    (0.15, 0.15, 1.0, 1.0),
)
"""Windows (left, top, right, bottom) that an attacker forges too, since he cannot know those that the file will draw."""

_Axes = tuple[Floats, Floats]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("--pairs", type=int, default=20)
    options = parser.parse_args()
    paths = list_pictures(options.pictures, "report")[: 2 * options.pairs]
    if len(paths) < 2:
        parser.error(f"{options.pictures} has no two pictures to report on")
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-") as folder:
        report = {name: _attack(attack, paths, Path(folder)) for name, attack in ATTACKS.items()}
        report["true pairs"] = _measure_true_pairs(paths[: options.pairs], Path(folder))
    print(json.dumps({"pairs": len(paths) // 2, "with_geometry": is_available(), **report}, indent=2))


def _measure_true_pairs(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """What the crops measure of pairs that are the same, within 31 bits and heard by a second hash."""
    others = [open_image(path) for path in paths[:4]]
    crops = []
    for number, path in enumerate(paths[4:]):
        fingerprints = describe_media(path).fingerprints
        known = open_image(path)
        for place, alteration in enumerate(ALTERATIONS.values()):
            asked = folder / "altered.jpg"
            asked.write_bytes(alteration.make(known, (number, place), others))
            evidence = compare(describe_media(asked).probes, fingerprints)
            if evidence is not None and evidence.witnesses and (evidence.distance_bits or 0) <= SAME_PICTURE_BITS:
                crops.append(_measure_crops(asked, path, evidence))
    return {
        "found_by_two_hashes": len(crops),
        "kept": sum(crop.holds for crop in crops),
        "pdq_p50_p99_max_bits": _say_spread([crop.pdq_bits for crop in crops]),
        "dhash_p50_p99_max_bits": _say_spread([crop.dhash_bits for crop in crops]),
    }


def _measure_crops(asked: Path, known: Path, evidence: MediaEvidence) -> CropDistances:
    pairing = Pairing(evidence.symmetry, evidence.query_region, evidence.known_region)
    return measure_crops(open_image(asked), open_image(known), pairing, compute_sha256(asked))


def _say_spread(values: Sequence[int]) -> list[int]:
    return [int(np.percentile(values, 50)), int(np.percentile(values, 99)), max(values)] if values else []


def _attack(attack: "Attack", paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    distances, likeness, seconds = [], [], []
    for own, other in zip(paths[::2], paths[1::2], strict=False):
        carrier, target = _open(own), _open(other)
        start = process_time()
        forged = attack(carrier, target)
        seconds.append(process_time() - start)
        asked, known = folder / "forged.jpg", folder / "known.jpg"
        _to_image(forged).save(asked, quality=_JPEG_QUALITY)
        source = carrier if attack is evade else target
        _to_image(source).save(known, quality=_JPEG_QUALITY)
        distances.append(distance_bits(PDQ.compute(open_image(asked)), PDQ.compute(open_image(known))))
        likeness.append(_measure_psnr(carrier, np.asarray(open_image(asked), dtype=np.float64)))
        counts.update(_judge(asked, known))
    return {
        **{key: counts[key] for key in _COUNTED},
        "rules": {key: count for key, count in sorted(counts.items()) if key not in _COUNTED},
        "median_bits": int(median(distances)),
        "least_and_most_bits": [min(distances), max(distances)],
        "median_psnr_db": round(median(likeness), 1),
        "median_seconds": round(median(seconds), 2),
    }


_COUNTED = ("within_31_bits", "accepted_by_hashes", "hold_in_crops", "suggested", "confident")


def _judge(asked: Path, known: Path) -> Iterator[str]:
    """What each line of defence says, and what the desk answers in the end."""
    if distance_bits(PDQ.compute(open_image(asked)), PDQ.compute(open_image(known))) <= SAME_PICTURE_BITS:
        yield "within_31_bits"
    evidence = compare(describe_media(asked).probes, describe_media(known).fingerprints)
    if evidence is not None:
        yield "accepted_by_hashes"
        if _measure_crops(asked, known, evidence).holds:
            yield "hold_in_crops"
    with open_bench_desk() as desk:
        make_known(desk, known)
        for match in check(desk, asked).matches:
            yield "suggested"
            if match.is_confident:
                yield "confident"
            yield match.rule


def _open(path: Path) -> Floats:
    image = open_image(path)
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.float64)


def _to_image(pixels: Floats) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def _measure_psnr(one: Floats, other: Floats) -> float:
    return float(10 * np.log10(255**2 / max(1e-9, float(((one - other) ** 2).mean()))))


# --- the attacks: each takes the pixels of the carrier and of the target, and gives the pixels of the forged picture

Attack = Callable[[Floats, Floats], Floats]


def collide(carrier: Floats, target: Floats) -> Floats:
    """The carrier with the PDQ code of the target."""
    wanted = _sides(_coefficients(target))
    return _forge(carrier, [lambda luma: _step_pdq(luma, wanted)])


def collide_twice(carrier: Floats, target: Floats) -> Floats:
    """The carrier with the PDQ code and the dHash of the target."""
    wanted = _sides(_coefficients(target))
    rises = np.diff(_levels(_luma(target)), axis=1) > 0
    return _forge(carrier, [lambda luma: _step_pdq(luma, wanted), lambda luma: _step_dhash(luma, rises)])


def collide_in_windows(carrier: Floats, target: Floats) -> Floats:
    """As `collide_twice`, and in windows that are guessed the PDQ code of the target's window."""
    goals = [_sides(_coefficients(_cut(target, window))) for window in _GUESSED]

    def step(window: _Window, wanted: npt.NDArray[np.bool_], luma: Floats) -> Floats:
        change = np.zeros_like(luma)
        rows, columns = _slices(luma.shape[0], luma.shape[1], window)
        change[rows, columns] = _step_pdq(luma[rows, columns], wanted)
        return change

    wanted = _sides(_coefficients(target))
    rises = np.diff(_levels(_luma(target)), axis=1) > 0
    steps = [functools.partial(step, window, goal) for window, goal in zip(_GUESSED, goals, strict=True)]
    return _forge(carrier, [*steps, lambda luma: _step_pdq(luma, wanted), lambda luma: _step_dhash(luma, rises)])


_Window = tuple[float, float, float, float]


def _slices(height: int, width: int, window: _Window) -> tuple[slice, slice]:
    left, top, right, bottom = window
    return slice(round(top * height), round(bottom * height)), slice(round(left * width), round(right * width))


def _cut(pixels: Floats, window: _Window) -> Floats:
    rows, columns = _slices(pixels.shape[0], pixels.shape[1], window)
    return pixels[rows, columns]


def evade(carrier: Floats, _target: Floats) -> Floats:
    """The carrier with a PDQ code far from its own; the target is not asked."""
    coefficients = _coefficients(carrier)
    own = _sides(coefficients)
    wanted = own.copy()
    for place in np.argsort(np.abs(coefficients - np.median(coefficients)), axis=None).tolist():
        if np.count_nonzero((wanted != own) & (own == own.flat[place])) < _EVADED_COEFFICIENTS:
            wanted.flat[place] = not own.flat[place]
    return _forge(carrier, [lambda luma: _step_pdq(luma, wanted)])


ATTACKS: dict[str, Attack] = {
    "PDQ": collide,
    "PDQ and dHash": collide_twice,
    "PDQ, dHash and windows": collide_in_windows,
    "evasion": evade,
}


def _forge(carrier: Floats, steps: Sequence[Callable[[Floats], Floats]]) -> Floats:
    """Add what each step asks for to all three colours alike, again and again, since pixels end at 0 and 255."""
    pixels = carrier.copy()
    for _ in range(_ROUNDS):
        asked = 0.0
        for step in steps:
            change = step(_luma(pixels))
            pixels = np.clip(pixels + change[:, :, None], 0, 255)
            asked = max(asked, float(np.abs(change).max()))
        if asked < 0.02:
            break
    return pixels


def _luma(pixels: Floats) -> Floats:
    return np.asarray(pixels @ np.array([0.299, 0.587, 0.114]), dtype=np.float64)


def _coefficients(pixels: Floats) -> Floats:
    """(16, 16), as PDQ computes them."""
    return hash_luma(np.asarray(_to_image(pixels).convert("L")))[0].astype(np.float64)


def _sides(coefficients: Floats) -> npt.NDArray[np.bool_]:
    """Which are above the median (the 128th smallest)."""
    flat = np.sort(coefficients, axis=None)
    return np.asarray(coefficients > flat[flat.size // 2 - 1])


def _step_pdq(luma: Floats, wanted: npt.NDArray[np.bool_]) -> Floats:
    """The least change of the brightness that puts each coefficient on its side of the median, with a margin."""
    (down, left), (across, right) = (_build_axis(side) for side in luma.shape)
    now = down @ luma @ across.T
    middle = float(np.median(now))
    margin = _MARGIN * float(np.median(np.abs(now - middle)))
    aim = np.where(wanted, np.maximum(now, middle + margin), np.minimum(now, middle - margin))
    return np.asarray(left @ (aim - now) @ right.T, dtype=np.float64)


@functools.lru_cache
def _build_axis(length: int) -> _Axes:
    """What PDQ does along an axis, and the least change that has a given effect."""
    matrix = build_axis_matrix(length).astype(np.float64)
    return matrix, np.asarray(np.linalg.pinv(matrix), dtype=np.float64)


def _dhash_axes(shape: tuple[int, int]) -> _Axes:
    """(8, height) and (9, width): how the picture is scaled for dHash."""
    return _scaling(shape[0], _DHASH[0]), _scaling(shape[1], _DHASH[1])


def _scaling(length: int, count: int) -> Floats:
    unit = Image.fromarray(np.eye(length, dtype=np.float32))
    return np.asarray(unit.resize((count, length), Image.Resampling.LANCZOS), dtype=np.float64).T


def _levels(luma: Floats) -> Floats:
    down, across = _dhash_axes((luma.shape[0], luma.shape[1]))
    return np.asarray(down @ luma @ across.T, dtype=np.float64)


def _step_dhash(luma: Floats, rises: npt.NDArray[np.bool_]) -> Floats:
    """The least change that makes neighbouring levels rise and fall as wanted: every violated pair is parted evenly."""
    down, across = _dhash_axes((luma.shape[0], luma.shape[1]))
    now = down @ luma @ across.T
    aim = now.copy()
    for _ in range(40):
        for place in range(_DHASH[1] - 1):
            sign = np.where(rises[:, place], 1.0, -1.0)
            lack = np.maximum(0.0, _LEVEL_MARGIN - sign * (aim[:, place + 1] - aim[:, place])) * sign / 2
            aim[:, place] -= lack
            aim[:, place + 1] += lack
    return np.asarray(np.linalg.pinv(down) @ (aim - now) @ np.linalg.pinv(across).T, dtype=np.float64)


if __name__ == "__main__":
    main()
