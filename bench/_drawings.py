"""Drawn flags, maps, TV cards and text frames through the whole desk: none of them may be suggested for another."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from bench._desk import check, make_known, open_bench_desk
from bench._families import FAMILIES, Design, say, write
from verify.metadata.words import PROGRAM

_FLAGS: dict[str, tuple[bool, tuple[str, ...]]] = {
    "Mali": (True, ("#14B53A", "#FCD116", "#CE1126")),
    "Guinea": (True, ("#CE1126", "#FCD116", "#009460")),
    "Chad": (True, ("#002664", "#FECB00", "#C60C30")),
    "France": (True, ("#002395", "#FFFFFF", "#ED2939")),
    "Italy": (True, ("#009246", "#FFFFFF", "#CE2B37")),
    "Belgium": (True, ("#000000", "#FAE042", "#ED2939")),
    "Côte d'Ivoire": (True, ("#F77F00", "#FFFFFF", "#009E60")),
    "Nigeria": (True, ("#008751", "#FFFFFF", "#008751")),
    "Niger": (False, ("#E05206", "#FFFFFF", "#0DB02B")),
    "Burkina Faso": (False, ("#EF2B2D", "#009E49")),
    "Russia": (False, ("#FFFFFF", "#0039A6", "#D52B1E")),
    "Netherlands": (False, ("#AE1C28", "#FFFFFF", "#21468B")),
    "Germany": (False, ("#000000", "#DD0000", "#FFCE00")),
    "Gabon": (False, ("#009E60", "#FCD116", "#3A75C4")),
    "Sierra Leone": (False, ("#1EB53A", "#FFFFFF", "#0072C6")),
    "Ukraine": (False, ("#0057B7", "#FFD700")),
}
"""Whether the stripes stand upright, and their colours; flags without emblems, as the states publish them."""

KINDS = ("flag of stripes", "flag", "map", "tv card", "text frame")


def draw(kind: str, number: int, member: int, photographs: Sequence[Path]) -> Image.Image:
    """One drawing; those of one kind and number share a design, their members differ in content."""
    if kind == "flag of stripes":
        return _wave(_draw_stripes(list(_FLAGS.values())[(number + 5 * member) % len(_FLAGS)]), 2 * number + member)
    if kind == "text frame":
        return _draw_text(number, member)
    own = photographs[2 * number : 2 * number + 2]  # a photograph of its own for each member
    return FAMILIES[kind](Design(kind, number, own), member)


def measure_drawings(photographs: Sequence[Path], count: int) -> dict[str, object]:
    """Ask about `count` drawings where as many others and photographs are known; none may be suggested.

    Every drawing that is asked about shares its design with a known one, and not its content. None is in the negative bank.
    """
    each = count // len(KINDS)
    known_photographs = photographs[2 * each : 3 * each]
    reads_text = shutil.which(PROGRAM) is not None
    suggested: Counter[str] = Counter()
    confident: Counter[str] = Counter()
    examples: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-drawings-") as folder,
        open_bench_desk(reads_text=reads_text) as desk,
    ):
        known = [*_write(Path(folder, "known"), each, 0, photographs), *known_photographs]
        names = {make_known(desk, path): path.name for path in known}
        for path in _write(Path(folder, "asked"), each, 1, photographs):
            kind = path.stem.rpartition(" ")[0]
            matches = check(desk, path).matches
            suggested[kind] += bool(matches)
            confident[kind] += any(match.is_confident for match in matches)
            examples += [f"{path.stem} as {names[match.item.id]}: {match.method}" for match in matches]
    return {
        "known": len(names),
        "asked": each * len(KINDS),
        "text_read": reads_text,
        "suggested": {kind: suggested[kind] for kind in KINDS},
        "confident": {kind: confident[kind] for kind in KINDS},
        "examples": examples[:30],
    }


def _write(folder: Path, each: int, member: int, photographs: Sequence[Path]) -> Iterator[Path]:
    folder.mkdir()
    for kind in KINDS:
        for number in range(each):
            path = folder / f"{kind} {number}.jpg"
            draw(kind, number, member, photographs).save(path, quality=80)
            yield path


def _draw_stripes(flag: tuple[bool, tuple[str, ...]]) -> Image.Image:
    upright, colours = flag
    picture = Image.new("RGB", (640, 420))
    pen = ImageDraw.Draw(picture)
    for index, colour in enumerate(colours):
        begin, end = index / len(colours), (index + 1) / len(colours)
        box = (begin * 640, 0, end * 640, 420) if upright else (0, begin * 420, 640, end * 420)
        pen.rectangle(box, fill=colour)
    return picture


def _wave(flag: Image.Image, seed: int) -> Image.Image:
    """The flag in the wind: shifted and shaded along waves of its own; every third first member lies flat.

    No second member does: it would be the same file as the first of the same flag.
    """
    if seed % 6 == 0:
        return flag
    random = np.random.default_rng(seed)
    pixels = np.asarray(flag).astype(np.float64)
    columns = np.arange(flag.width)
    phase = columns / random.uniform(30, 90) + random.uniform(0, 6)
    shifts = np.rint(np.sin(phase) * random.uniform(4, 14)).astype(int)
    rows = np.clip(np.arange(flag.height)[:, None] + shifts[None, :], 0, flag.height - 1)
    shade = 1 + 0.25 * np.cos(phase) * random.uniform(0.3, 1)
    return Image.fromarray(np.clip(pixels[rows, columns[None, :]] * shade[None, :, None], 0, 255).astype(np.uint8))


def _draw_text(number: int, member: int) -> Image.Image:
    """A frame of words alone, as they stand between the pictures of a video or as a post."""
    design, own = np.random.default_rng(number), np.random.default_rng([number, member])
    paper, ink = (("white", "black"), ("black", "white"), ("#1d3557", "#f1faee"))[int(design.integers(0, 3))]
    frame = Image.new("RGB", (720, 480), paper)
    write(
        ImageDraw.Draw(frame),
        (50, 60),
        say(own, int(own.integers(12, 34))),
        int(design.integers(24, 38)),
        ink,
        width=620,
    )
    return frame
