"""Pairs of drawn pictures of which it is known how one lies on the other."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from verify.agreement import Agreement, Alignment, measure_agreement
from verify.agreement.alignment import Matrix

WHOLE = Alignment.from_affine(((1, 0, 0), (0, 1, 0)))


def grey(image: Image.Image) -> npt.NDArray[np.uint8]:
    return np.asarray(image.convert("L"))


def draw_photo(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """Textured everywhere, as photographs are; different seeds share nothing."""
    random = np.random.default_rng(seed)
    scene = Image.new("RGB", (width, height))
    for cells, weight in ((6, 1.0), (20, 0.5), (70, 0.3)):
        small = random.integers(0, 256, (cells * height // width, cells, 3), dtype=np.uint8)
        layer = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
        scene = Image.blend(scene, layer, weight)
    pen = ImageDraw.Draw(scene)
    for _ in range(12):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        reach = int(random.integers(8, width // 8))
        pen.ellipse((x, y, x + reach, y + reach), outline=tuple(random.integers(0, 256, 3).tolist()), width=4)
    return scene


def draw_letter(seed: int, words: int = 90) -> Image.Image:
    """A letter under one letterhead with a signature; the seed decides the text."""
    random = np.random.default_rng(seed)
    page = Image.new("RGB", (640, 880), "white")
    pen = ImageDraw.Draw(page)
    for index in range(6):
        pen.ellipse((40 + 9 * index, 30 + 5 * index, 130 - 4 * index, 130 - 7 * index), outline="black", width=4)
    pen.text((170, 50), "MINISTERE DE LA DEFENSE", fill="navy", font=ImageFont.load_default(32))
    pen.text((170, 95), "Etat-major general des armees", fill="black", font=ImageFont.load_default(24))
    pen.line((40, 150, 600, 150), fill="darkgreen", width=6)
    stock = ["armee", "hier", "zone", "operation", "bilan", "forces", "population", "village", "enquete", "convoi"]
    text = random.choice(stock, words).tolist()
    for line in range(words // 6):
        place = (40, 190 + 36 * line)
        pen.text(place, " ".join(text[6 * line : 6 * line + 6]), fill="black", font=ImageFont.load_default(24))
    pen.text((380, 820), "Le porte-parole", fill="navy", font=ImageFont.load_default(26))
    return page


def draw_card(photo: Image.Image, seed: int) -> Image.Image:
    """A card of one frame with a photograph, and words of its own beside it."""
    card = Image.new("RGB", (800, 450), (236, 226, 200))
    card.paste(photo.resize((400, 450)), (0, 0))
    pen = ImageDraw.Draw(card)
    pen.rectangle((420, 30, 426, 420), fill="darkred")
    random = np.random.default_rng(seed)
    stock = ["justice", "pays", "nous", "jamais", "avons", "dit", "promesse", "demain", "guerre", "paix"]
    for line in range(7):
        words = " ".join(random.choice(stock, 3).tolist())
        pen.text((445, 40 + 50 * line), words, fill="black", font=ImageFont.load_default(32))
    return card


def save_again(image: Image.Image, quality: int = 60) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def shift(left: float, top: float, scale: float = 1.0) -> Matrix:
    """Query pixels to known pixels: the query begins at (left, top) and has `scale` known pixels to a pixel."""
    return np.array([[scale, 0, left], [0, scale, top], [0, 0, 1.0]])


def agree(known: Image.Image, query: Image.Image, matrix: Matrix | None = None) -> Agreement:
    """The second stage, with the alignment given in pixels; without one the frames are laid on each other."""
    if matrix is None:
        return measure_agreement(grey(known), grey(query), WHOLE)
    alignment = Alignment.from_pixels(matrix, query_size=query.size, known_size=known.size)
    return measure_agreement(grey(known), grey(query), alignment)
