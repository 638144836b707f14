"""What does hashing cost beside plain decoding, and does it keep the hash? ``python -m bench hashing --pictures FOLDER``.

Every picture of the sample is saved at each size (JPEG, and the largest also progressive), hashed from the file by
`hash_picture` (PDQ, quality, eight symmetries) and by the peers, and decoded whole by Pillow: the ratios are of CPU time,
one thread, the least of the rounds, all in one run. "as found" are the files of the folder themselves. Distances are
between the hash from the reduced decoding and that of the whole picture; bit-exact counts the pictures on whose luma PDQ
is the code and the quality of pdqhash.
"""

import argparse
import importlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import imagehash  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from bench._intervals import bound_share  # noqa: E402
from bench._pictures import list_pictures  # noqa: E402
from verify.hashing.base import distance_bits  # noqa: E402
from verify.hashing.pdq import PDQ  # noqa: E402
from verify.hashing.quick import LEAST_SIDE, hash_picture  # noqa: E402
from verify.media import open_image  # noqa: E402

NEAR_BITS = 10
"""What ThreatExchange allows between two implementations of PDQ."""

_Hash = Callable[[Path], object]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("--most", type=int, default=24, help="pictures that are timed at each size")
    parser.add_argument("--exact", type=int, default=200, help="pictures that are compared bit by bit, as found")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megapixels", type=float, nargs="*", default=[0.2, 1.2, 12.0])
    parser.add_argument("--quality", type=int, default=88, help="of the JPEG files that are made")
    options = parser.parse_args()
    paths = list_pictures(options.pictures, "all")
    sample = _spread(paths, options.most)
    sizes = {"as found": _time_all(sample, options.rounds)}
    with tempfile.TemporaryDirectory(prefix="sankofa-bench-") as folder:
        for megapixels, progressive in _list_sizes(options.megapixels):
            made = list(_iter_resized(sample, Path(folder), megapixels, options.quality, progressive=progressive))
            name = f"{megapixels:g} MP{' progressive' if progressive else ''}"
            sizes[name] = _time_all(made, options.rounds)
            for path in made:
                path.unlink()
    exact = _compare_exactly(_spread(paths, options.exact))
    print(json.dumps({"pictures": len(sample), "sizes": sizes, "as found": exact}, indent=2))


def _spread(paths: Sequence[Path], most: int) -> list[Path]:
    return list(paths[:: max(1, len(paths) // most)])[:most]


def _list_sizes(megapixels: Sequence[float]) -> Iterator[tuple[float, bool]]:
    for size in megapixels:
        yield size, False
    if megapixels:
        yield max(megapixels), True


def _iter_resized(
    paths: Sequence[Path], folder: Path, megapixels: float, quality: int, *, progressive: bool
) -> Iterator[Path]:
    for number, path in enumerate(paths):
        image = open_image(path)
        scale = (megapixels * 1e6 / (image.width * image.height)) ** 0.5
        size = (round(image.width * scale), round(image.height * scale))
        target = folder / f"{number}.jpg"
        resized = image.resize(size, Image.Resampling.LANCZOS)
        _add_grain(resized).save(target, quality=quality, progressive=progressive)
        yield target


def _add_grain(image: Image.Image) -> Image.Image:
    """What a sensor adds: an enlarged picture without it would be a quarter of a real file, and quicker to decode."""
    grain = np.random.default_rng(1).normal(0, 3, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def _time_all(paths: Sequence[Path], rounds: int) -> dict[str, Any]:
    hashers = _list_hashers()
    ratios: dict[str, list[float]] = {name: [] for name in hashers}
    seconds: list[float] = []
    for path in paths:
        whole = _least_seconds(_decode_whole, path, rounds)
        seconds.append(whole)
        for name, hasher in hashers.items():
            ratios[name].append(_least_seconds(hasher, path, rounds) / whole)
    distances = [_measure_distance(path) for path in paths]
    return {
        "files": len(paths),
        "median_bytes": int(median(path.stat().st_size for path in paths)),
        "pillow_decode_ms": round(1000 * median(seconds), 2),
        "ratio_to_pillow_decode": {name: round(median(values), 3) for name, values in ratios.items()},
        "distance_to_whole_decode": _describe(distances),
    }


def _list_hashers() -> Mapping[str, _Hash]:
    hashers: dict[str, _Hash] = {
        "sankofa (PDQ, quality, 8 symmetries)": hash_picture,
        "floor: Pillow's grey decode, a fraction where the side stays 256": _decode_grey,
        "imagehash.phash": _hash_by_imagehash,
    }
    try:
        pdqhash = importlib.import_module("pdqhash")
    except ImportError:
        return hashers
    return {
        **hashers,
        "pdqhash.compute": lambda path: pdqhash.compute(_open_array(path)),
        "pdqhash.compute_dihedral": lambda path: pdqhash.compute_dihedral(_open_array(path)),
    }


def _open_array(path: Path) -> Any:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _hash_by_imagehash(path: Path) -> object:
    with Image.open(path) as image:
        return imagehash.phash(image)


def _decode_whole(path: Path) -> object:
    with Image.open(path) as image:
        return image.convert("RGB")


def _decode_grey(path: Path) -> object:
    """The decoding alone that `hash_picture` cannot do without, but for a progressive file's first scan."""
    with Image.open(path) as image:
        scale = LEAST_SIDE / min(image.size)
        image.draft("L", (round(image.width * scale + 0.5), round(image.height * scale + 0.5)))
        return image.load()


def _least_seconds(run: _Hash, path: Path, rounds: int) -> float:
    run(path)
    least = float("inf")
    for _ in range(rounds):
        start = process_time()
        run(path)
        least = min(least, process_time() - start)
    return least


def _measure_distance(path: Path) -> int:
    return distance_bits(hash_picture(path)[0], PDQ.compute(open_image(path)))


def _describe(distances: Sequence[int]) -> dict[str, Any]:
    near = sum(distance <= NEAR_BITS for distance in distances)
    return {
        "p50": int(np.percentile(distances, 50)),
        "p95": int(np.percentile(distances, 95)),
        "p99": int(np.percentile(distances, 99)),
        "max": max(distances),
        f"share_within_{NEAR_BITS}": round(near / len(distances), 4),
        "interval_95": [round(bound, 4) for bound in bound_share(near, len(distances))],
    }


def _compare_exactly(paths: Sequence[Path]) -> dict[str, Any]:
    distances = [_measure_distance(path) for path in paths]
    report: dict[str, Any] = {"files": len(paths), "distance_to_whole_decode": _describe(distances)}
    try:
        pdqhash = importlib.import_module("pdqhash")
    except ImportError:
        return {**report, "bit_exact_share": "needs pip install pdqhash"}
    same = sum(_is_exact(pdqhash, path) for path in paths)
    return {**report, "bit_exact_share": same / len(paths)}


def _is_exact(pdqhash: Any, path: Path) -> bool:
    luma = open_image(path).convert("L")
    bits, quality = pdqhash.compute(np.dstack([np.asarray(luma)] * 3))
    found = PDQ.compute(luma)
    return (found.code, found.quality) == (np.packbits(np.asarray(bits, dtype=np.uint8)).tobytes().hex(), int(quality))


if __name__ == "__main__":
    main()
