"""Is a communiqué that differs in one date or one number told from the known one? ``python -m bench communiques``.

Draws letters with a heading, a text with a date and a number of people, and a signature. Each is made known on a desk of its own
that reads words (tesseract must be installed), then asked about again: saved smaller, with another date, with another number. The
first should be found, the other two should be shown as the same layout and be no match.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from bench._desk import check, make_known, open_bench_desk
from bench._families import colour, emblem, write
from verify.metadata.words import PROGRAM

_MONTHS = ("janvier", "mars", "avril", "juin", "septembre", "octobre", "novembre", "décembre")
_TEXT = (
    "Le porte-parole informe l'opinion nationale et internationale que le {day} {month} {year}, une patrouille a été prise à"
    " partie dans la région de {place}. Le bilan est de {number} combattants neutralisés et de deux véhicules détruits. La"
    " population est invitée à garder son calme et à signaler tout fait suspect aux autorités."
)
_PLACES = ("Kidal", "Tessalit", "Ménaka", "Tillabéri", "Djibo", "Gao", "Diffa", "Tombouctou")


def draw_letter(design: int, *, day: int, number: int) -> Image.Image:
    """A letter of this design that says this day and this number."""
    shared = np.random.default_rng([11, design])
    page = Image.new("RGB", (900, 1200), "white")
    pen = ImageDraw.Draw(page)
    emblem(pen, (50, 40, 190, 180), shared)
    write(
        pen,
        (230, 60),
        ("MINISTÈRE DE LA DÉFENSE", "ÉTAT-MAJOR DES ARMÉES", "GOUVERNORAT")[design % 3],
        34,
        colour(shared, 0, 120),
    )
    pen.line((50, 215, 850, 215), fill=colour(shared, 0, 160), width=6)
    write(pen, (280, 245), f"COMMUNIQUÉ N° {int(shared.integers(1, 400)):03d}", 36)
    place = _PLACES[int(shared.integers(0, len(_PLACES)))]
    month, year = _MONTHS[int(shared.integers(0, len(_MONTHS)))], int(shared.integers(2012, 2024))
    write(pen, (70, 340), _TEXT.format(day=day, month=month, year=year, place=place, number=number), 30, width=760)
    write(pen, (520, 1080), "Le porte-parole", 28, colour(shared, 0, 120))
    return page


def main() -> None:
    """Print how many of each kind were found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=12, help="letters")
    options = parser.parse_args()
    if shutil.which(PROGRAM) is None:
        sys.exit(f"{PROGRAM} is not installed: without it no text is compared")
    print(json.dumps(measure(options.count), indent=2))


def measure(count: int) -> dict[str, object]:
    """Ask about each letter as it is, with another date, and with another number."""
    matches: Counter[str] = Counter()
    layouts: Counter[str] = Counter()
    random = np.random.default_rng(7)
    with tempfile.TemporaryDirectory(prefix="bench-communiques-") as folder, open_bench_desk(reads_text=True) as desk:
        for design in range(count):
            day, number = int(random.integers(1, 27)), int(random.integers(11, 98))
            path = Path(folder, f"{design}.png")
            draw_letter(design, day=day, number=number).save(path)
            known = make_known(desk, path)
            asked = {
                "the same, saved smaller": {"day": day, "number": number},
                "another date": {"day": day + 1, "number": number},
                "another number": {"day": day, "number": number + 1},
            }
            for kind, says in asked.items():
                letter = draw_letter(design, **says)
                letter.resize((letter.width * 4 // 5, letter.height * 4 // 5)).save(
                    path.with_suffix(".jpg"), quality=70
                )
                answer = check(desk, path.with_suffix(".jpg"))
                matches[kind] += any(match.item.id == known for match in answer.matches)
                layouts[kind] += any(item.id == known for item, _ in answer.layouts)
    return {"letters": count, "found_as_the_same": dict(matches), "shown_as_the_same_layout": dict(layouts)}


if __name__ == "__main__":
    main()
