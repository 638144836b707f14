"""Families of pictures that share an element and not their content, drawn over photographs.

A design fixes what the members share (colours, places, base map, portrait); the member's number fixes the rest. The
same numbers draw the same picture everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Draw = Callable[["Design", int], Image.Image]
Colour = tuple[int, int, int]

_WORDS = [
    "hier",
    "matin",
    "la",
    "force",
    "a",
    "conduit",
    "une",
    "patrouille",
    "dans",
    "le",
    "secteur",
    "de",
    "plusieurs",
    "villages",
    "selon",
    "un",
    "bilan",
    "provisoire",
    "population",
    "autorites",
    "region",
    "enquete",
    "armee",
    "marche",
    "route",
    "frontiere",
    "eau",
    "hopital",
    "ecole",
    "ministre",
    "president",
    "peuple",
    "convoi",
    "attaque",
    "drone",
    "camp",
    "soldats",
    "civils",
    "retour",
    "paix",
    "accord",
    "sommet",
    "janvier",
    "mars",
    "juin",
    "octobre",
    "decembre",
]


class Design:
    """What all members of one design share: a seed of its own, and the photographs to draw over."""

    def __init__(self, family: str, number: int, photographs: Sequence[Path]) -> None:
        self.seed = [sum(family.encode()), number]
        self.photographs = photographs
        self.random = np.random.default_rng(self.seed)

    def member(self, number: int) -> np.random.Generator:
        """Chance that belongs to the member alone."""
        return np.random.default_rng([*self.seed, 1 + number])

    def fresh(self) -> np.random.Generator:
        """Chance that is the same for every member."""
        return np.random.default_rng(self.seed)

    def photograph(self, number: int, size: tuple[int, int]) -> Image.Image:
        """A photograph that no other member of the design has, filling the size."""
        path = self.photographs[(self.seed[1] * 11 + number) % len(self.photographs)]
        with Image.open(path) as image:
            return _cover(image.convert("RGB"), size)


def _cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = max(size[0] / image.width, size[1] / image.height)
    grown = image.resize((max(size[0], round(image.width * scale)), max(size[1], round(image.height * scale))))
    left, top = (grown.width - size[0]) // 2, (grown.height - size[1]) // 2
    return grown.crop((left, top, left + size[0], top + size[1]))


def colour(random: np.random.Generator, low: int = 0, high: int = 255) -> Colour:
    """A colour by chance."""
    r, g, b = random.integers(low, high, 3).tolist()
    return r, g, b


def say(random: np.random.Generator, words: int) -> str:
    """Words by chance."""
    return " ".join(random.choice(_WORDS, words).tolist())


def write(
    pen: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    size: int,
    fill: Colour | str = "black",
    *,
    width: int = 10_000,
    stroke: int = 0,
) -> int:
    """Write the text in lines of at most that width; the place below it."""
    font, (left, top), line = ImageFont.load_default(size), place, ""
    for word in [*text.split(), ""]:
        longer = f"{line} {word}".strip()
        if word and pen.textlength(longer, font=font) <= width:
            line = longer
            continue
        pen.text((left, top), line, fill=fill, font=font, stroke_width=stroke, stroke_fill="black")
        line, top = word, top + round(size * 1.3)
    return top


def emblem(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], random: np.random.Generator) -> None:
    """A crest of shapes inside the box."""
    left, top, right, bottom = box
    pen.ellipse(box, fill=colour(random, 0, 200), outline="black", width=3)
    for _ in range(7):
        x, y = int(random.integers(left, right)), int(random.integers(top, bottom))
        reach = int(random.integers(4, max(5, (right - left) // 4)))
        points = [(x, y), (x + reach, y + int(random.integers(-reach, reach))), (x - reach // 2, y + reach)]
        pen.polygon(points, fill=colour(random), outline="black")


def draw_letterhead(design: Design, number: int) -> Image.Image:
    """A communiqué: emblem, heading, rules and a signature shared, the text not."""
    shared, own = design.fresh(), design.member(number)
    page = Image.new("RGB", (700, 960), "white")
    pen = ImageDraw.Draw(page)
    emblem(pen, (40, 30, 150, 140), shared)
    write(pen, (190, 40), say(shared, 3).upper(), 30, colour(shared, 0, 120))
    write(pen, (190, 85), say(shared, 4), 22)
    pen.line((40, 165, 660, 165), fill=colour(shared, 0, 160), width=5)
    write(pen, (220, 185), f"COMMUNIQUE No {int(own.integers(1, 400)):03d}", 28)
    write(pen, (60, 250), say(own, int(own.integers(70, 110))), 22, width=580)
    write(pen, (400, 880), say(shared, 2), 22, colour(shared, 0, 120))
    emblem(pen, (560, 850, 640, 930), shared)
    return page


def draw_tv_card(design: Design, number: int) -> Image.Image:
    """A channel's card: a panel with the channel's name and pattern shared, photograph and headline not."""
    shared, own = design.fresh(), design.member(number)
    card = Image.new("RGB", (800, 450), colour(shared, 0, 110))
    card.paste(design.photograph(number, (500, 300)), (int(shared.integers(20, 270)), 30))
    pen = ImageDraw.Draw(card)
    for _ in range(12):
        x = int(shared.integers(0, 800))
        pen.line((x, 345, x + 60, 450), fill=colour(shared), width=4)
    pen.rectangle((0, 352, 800, 432), fill=colour(shared, 60, 140))
    write(pen, (120, 365), say(own, 6).upper(), 26, "white", width=660)
    emblem(pen, (20, 350, 100, 430), shared)
    write(pen, (620, 5), say(shared, 1).upper() + " TV", 22, "white")
    return card


def draw_post(design: Design, number: int) -> Image.Image:
    """A post in an app: bar, buttons and account shared, words and photograph not."""
    shared, own = design.fresh(), design.member(number)
    dark = bool(shared.integers(0, 2))
    paper, ink = ((21, 24, 28), "white") if dark else ((255, 255, 255), "black")
    screen = Image.new("RGB", (640, 1000), paper)
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, 640, 56), fill=colour(shared, 40, 150))
    write(pen, (20, 14), say(shared, 2), 24, "white")
    emblem(pen, (20, 76, 90, 146), shared)
    write(pen, (110, 80), say(shared, 2).title(), 26, ink)
    write(pen, (110, 114), "@" + say(shared, 1), 20, "grey")
    below = write(pen, (20, 165), say(own, int(own.integers(8, 22))), 24, ink, width=600)
    screen.paste(design.photograph(number, (600, 440)), (20, below + 12))
    for index, word in enumerate(("Commenter", "Partager", "Aimer", "Envoyer")):
        pen.ellipse((20 + 155 * index, 925, 50 + 155 * index, 955), outline="grey", width=3)
        write(pen, (58 + 155 * index, 930), word, 18, "grey")
    return screen


def draw_meme(design: Design, number: int) -> Image.Image:
    """The same words over other photographs."""
    shared = design.fresh()
    picture = design.photograph(number, (640, 520))
    pen = ImageDraw.Draw(picture)
    write(pen, (20, 12), say(shared, 6).upper(), 44, "white", width=600, stroke=3)
    write(pen, (20, 410), say(shared, 5).upper(), 44, "white", width=600, stroke=3)
    return picture


def draw_watermark(design: Design, number: int) -> Image.Image:
    """A mark tiled over the whole of other photographs."""
    shared = design.fresh()
    picture = design.photograph(number, (720, 520)).convert("RGBA")
    layer = Image.new("RGBA", picture.size)
    pen, mark = ImageDraw.Draw(layer), say(shared, 2).upper()
    step, strength = int(shared.integers(70, 130)), int(shared.integers(70, 150))
    for top in range(0, 520, step):
        for left in range(-(top // step % 2) * 90, 720, 190):
            pen.text((left, top), mark, fill=(255, 255, 255, strength), font=ImageFont.load_default(26))
    return Image.alpha_composite(picture, layer).convert("RGB")


def draw_logo(design: Design, number: int) -> Image.Image:
    """A logo with a name in a corner of other photographs."""
    shared = design.fresh()
    picture = design.photograph(number, (760, 540))
    pen = ImageDraw.Draw(picture)
    left, top = [(20, 20), (480, 20), (20, 430), (480, 430)][int(shared.integers(0, 4))]
    pen.rectangle((left, top, left + 250, top + 90), fill=colour(shared, 150, 255))
    emblem(pen, (left + 5, top + 5, left + 85, top + 85), shared)
    write(pen, (left + 95, top + 12), say(shared, 2).title(), 26, colour(shared, 0, 100), width=150)
    return picture


def draw_slide(design: Design, number: int) -> Image.Image:
    """A slide: bands, logo and footer shared, title, points and a small photograph not."""
    shared, own = design.fresh(), design.member(number)
    slide = Image.new("RGB", (860, 500), "white")
    pen = ImageDraw.Draw(slide)
    pen.rectangle((0, 0, 860, 70), fill=colour(shared, 0, 150))
    pen.rectangle((0, 465, 860, 500), fill=colour(shared, 0, 150))
    emblem(pen, (780, 4, 842, 66), shared)
    write(pen, (20, 470), say(shared, 6), 18, "white")
    write(pen, (20, 18), say(own, 4).title(), 30, "white")
    top = 100
    for _ in range(4):
        pen.ellipse((30, top + 8, 42, top + 20), fill=colour(shared, 0, 150))
        top = write(pen, (58, top), say(own, int(own.integers(5, 10))), 22, width=430) + 14
    slide.paste(design.photograph(number, (300, 230)), (530, 120))
    return slide


def draw_statistics(design: Design, number: int) -> Image.Image:
    """A card of figures: labels, boxes and icons shared, the figures and bars not."""
    shared, own = design.fresh(), design.member(number)
    card = Image.new("RGB", (720, 720), colour(shared, 200, 255))
    pen = ImageDraw.Draw(card)
    write(pen, (40, 30), say(shared, 4).upper(), 34, colour(shared, 0, 120))
    for row in range(4):
        top = 120 + 140 * row
        pen.rounded_rectangle((40, top, 680, top + 120), 16, fill="white", outline=colour(shared, 0, 160), width=3)
        emblem(pen, (60, top + 20, 140, top + 100), shared)
        write(pen, (170, top + 14), say(shared, 3), 24)
        write(pen, (170, top + 48), f"{int(own.integers(10, 9999))}", 48, colour(shared, 0, 120))
        pen.rectangle((420, top + 65, 420 + int(own.integers(30, 240)), top + 95), fill=colour(shared, 0, 180))
    return card


def draw_map(design: Design, number: int) -> Image.Image:
    """One base map with other fronts, markers and names on it."""
    shared, own = design.fresh(), design.member(number)
    chart = Image.new("RGB", (760, 620), colour(shared, 200, 250))
    pen = ImageDraw.Draw(chart)
    for _ in range(9):
        steps = np.cumsum(shared.integers(-60, 61, (14, 2)), axis=0) + shared.integers(0, 700, 2)
        line = [(int(x), int(y)) for x, y in steps]
        pen.line(line, fill=colour(shared, 60, 200), width=int(shared.integers(2, 6)))
    for _ in range(12):
        place = (int(shared.integers(20, 680)), int(shared.integers(20, 580)))
        write(pen, place, say(shared, 1).title(), 18)
    for _ in range(7):
        x, y = int(own.integers(30, 700)), int(own.integers(30, 560))
        reach = int(own.integers(15, 70))
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour(own, 80, 255), outline="black")
        write(pen, (x - reach, y), say(own, 2), 18)
    return chart


def draw_flag(design: Design, number: int) -> Image.Image:
    """One pattern and one emblem, the colours of the stripes another."""
    shared, own = design.fresh(), design.member(number)
    flag = Image.new("RGB", (600, 400))
    pen = ImageDraw.Draw(flag)
    stripes, upright = int(shared.integers(2, 5)), bool(shared.integers(0, 2))
    for index in range(stripes):
        a, b = index / stripes, (index + 1) / stripes
        box = (a * 600, 0, b * 600, 400) if upright else (0, a * 400, 600, b * 400)
        pen.rectangle(box, fill=colour(own))
    reach = int(shared.integers(50, 110))
    emblem(pen, (300 - reach, 200 - reach, 300 + reach, 200 + reach), shared)
    return flag


def draw_quote(design: Design, number: int) -> Image.Image:
    """One portrait and frame, another sentence beside it."""
    shared, own = design.fresh(), design.member(number)
    card = Image.new("RGB", (900, 500), colour(shared, 190, 255))
    card.paste(design.photograph(0, (int(shared.integers(300, 520)), 500)), (0, 0))
    pen = ImageDraw.Draw(card)
    pen.rectangle((540, 40, 548, 300), fill=colour(shared, 0, 160))
    write(pen, (565, 50), say(own, int(own.integers(10, 18))), 30, width=310)
    write(pen, (565, 420), say(shared, 2).title(), 26, colour(shared, 0, 160))
    return card


def draw_banner(design: Design, number: int) -> Image.Image:
    """A news banner with ticker over other photographs."""
    shared, own = design.fresh(), design.member(number)
    picture = design.photograph(number, (800, 500))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 400, 800, 460), fill=colour(shared, 0, 160))
    pen.rectangle((0, 460, 800, 500), fill=colour(shared, 160, 255))
    pen.rectangle((0, 400, 190, 460), fill=colour(shared, 120, 255))
    write(pen, (14, 412), say(shared, 1).upper(), 32, "black")
    write(pen, (205, 414), say(own, 4).upper(), 28, "white")
    write(pen, (10, 468), say(shared, 7), 20, "black")
    return picture


FAMILIES: Mapping[str, Draw] = {
    "letterhead": draw_letterhead,
    "tv card": draw_tv_card,
    "post frame": draw_post,
    "meme words": draw_meme,
    "tiled watermark": draw_watermark,
    "corner logo": draw_logo,
    "slide": draw_slide,
    "statistics card": draw_statistics,
    "map": draw_map,
    "flag": draw_flag,
    "quote card": draw_quote,
    "news banner": draw_banner,
}
"""Draw member `number` of a design; only the quote card shows one photograph in all its members."""
