"""Thirty things that happen to pictures on their way: each a function of a picture, chance from a seed, and other pictures."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Chance = np.random.Generator
Size = tuple[int, int]

_WORDS = (
    *(
        "alerte",
        "urgent",
        "regardez",
        "partagez",
        "avant",
        "censure",
        "ville",
        "nuit",
        "convoi",
        "soldats",
        "population",
    ),
    *("village", "exclusif", "enfin", "vu", "sur", "place", "ce", "matin", "personne", "ne", "parle", "hier", "route"),
)


@dataclass(frozen=True)
class Alteration:
    """What is done, and the JPEG quality of the result. `others` are pictures that nobody knows."""

    apply: Callable[[Image.Image, Chance, Sequence[Image.Image]], Image.Image]
    quality: int = 75

    def make(self, image: Image.Image, seed: Sequence[int], others: Sequence[Image.Image]) -> bytes:
        """The altered picture as a JPEG; the same seed gives the same bytes."""
        altered = self.apply(image, np.random.default_rng(list(seed)), others)
        output = BytesIO()
        altered.convert("RGB").save(output, "JPEG", quality=self.quality)
        return output.getvalue()


def _plain(function: Callable[[Image.Image], Image.Image], quality: int = 75) -> Alteration:
    return Alteration(lambda image, _chance, _others: function(image), quality)


def _chancy(function: Callable[[Image.Image, Chance], Image.Image], quality: int = 75) -> Alteration:
    return Alteration(lambda image, chance, _others: function(image, chance), quality)


def _say(chance: Chance, words: int) -> str:
    return " ".join(chance.choice(_WORDS, words).tolist())


def _write(
    pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], text: str, ink: str, edge: str | None = None
) -> None:
    """Words as large as the box allows, in its middle."""
    left, top, right, bottom = box
    height = max(8, int((bottom - top) * 0.7))
    wide = pen.textlength(text, font=ImageFont.load_default(height))
    height = max(7, min(height, int(height * (right - left) * 0.94 / wide)))
    place = ((left + right) / 2, (top + bottom) / 2)
    font, stroke = ImageFont.load_default(height), max(1, height // 14) if edge else 0
    pen.text(place, text, fill=ink, font=font, anchor="mm", stroke_width=stroke, stroke_fill=edge)


def _scale(image: Image.Image, share: float) -> Image.Image:
    size = (max(8, round(image.width * share)), max(8, round(image.height * share)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _to_width(image: Image.Image, width: int) -> Image.Image:
    return _scale(image, width / image.width)


def _crop(removed: float) -> Callable[[Image.Image, Chance], Image.Image]:
    """Remove that share of the area; what is left has the same shape and lies anywhere."""

    def apply(image: Image.Image, chance: Chance) -> Image.Image:
        side = math.sqrt(1 - removed)
        width, height = round(image.width * side), round(image.height * side)
        left = int(chance.integers(0, image.width - width + 1))
        top = int(chance.integers(0, image.height - height + 1))
        return image.crop((left, top, left + width, top + height))

    return apply


def _caption(image: Image.Image, chance: Chance) -> Image.Image:
    bar = round(image.height * 0.2)
    canvas = Image.new("RGB", (image.width, image.height + bar), "white")
    canvas.paste(image, (0, bar))
    _write(ImageDraw.Draw(canvas), (0, 0, image.width, bar // 2), _say(chance, 5), "black")
    _write(ImageDraw.Draw(canvas), (0, bar // 2, image.width, bar), _say(chance, 6), "black")
    return canvas


def _bars(image: Image.Image, chance: Chance) -> Image.Image:
    bar = round(image.height * 0.14)
    canvas = Image.new("RGB", (image.width, image.height + 2 * bar), "black")
    canvas.paste(image, (0, bar))
    _write(ImageDraw.Draw(canvas), (0, 0, image.width, bar), _say(chance, 4).upper(), "white")
    _write(ImageDraw.Draw(canvas), (0, bar + image.height, *canvas.size), _say(chance, 6), "yellow")
    return canvas


def _meme(image: Image.Image, chance: Chance) -> Image.Image:
    canvas = image.copy()
    line = round(image.height * 0.16)
    pen = ImageDraw.Draw(canvas)
    _write(pen, (0, 0, image.width, line), _say(chance, 3).upper(), "white", "black")
    _write(pen, (0, image.height - line, *image.size), _say(chance, 4).upper(), "white", "black")
    return canvas


def _logo(image: Image.Image, chance: Chance) -> Image.Image:
    canvas = image.copy()
    side = math.sqrt(0.1)
    width, height = round(image.width * side), round(image.height * side)
    left = int(chance.choice([0, image.width - width]))
    top = int(chance.choice([0, image.height - height]))
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((left, top, left + width, top + height), fill="#c8102e")
    pen.ellipse((left + width // 8, top + height // 8, left + width * 7 // 8, top + height // 2), fill="white")
    _write(pen, (left, top + height // 2, left + width, top + height), "SAHEL 24", "white")
    return canvas


def _filter(image: Image.Image, chance: Chance) -> Image.Image:
    warm = np.asarray(image.convert("RGB"), dtype=np.float64) * chance.uniform(0.75, 1.2, 3) + chance.uniform(0, 18, 3)
    tinted = Image.fromarray(np.clip(warm, 0, 255).astype(np.uint8))
    tinted = ImageEnhance.Color(tinted).enhance(float(chance.uniform(0.5, 1.6)))
    return ImageEnhance.Contrast(tinted).enhance(float(chance.uniform(0.75, 1.3)))


def _noise(image: Image.Image, chance: Chance) -> Image.Image:
    pixels = np.asarray(image.convert("RGB"), dtype=np.float64)
    return Image.fromarray(np.clip(pixels + chance.normal(0, 20, pixels.shape), 0, 255).astype(np.uint8))


def _perspective(image: Image.Image, chance: Chance) -> Image.Image:
    """Each corner moves inward by up to a tenth of the sides."""
    inward = chance.uniform(0, 0.1, (4, 2)) * image.size
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    corners = np.array([(0, 0), (image.width, 0), image.size, (0, image.height)], dtype=np.float64)
    rows, values = [], []
    for (x, y), (u, v) in zip(corners + signs * inward, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows), np.array(values)).tolist()
    return image.transform(image.size, Image.Transform.PERSPECTIVE, solved, Image.Resampling.BICUBIC)


def _phone(image: Image.Image, chance: Chance) -> Image.Image:
    """The picture over the whole width of a phone's screen, with what an app shows around it."""
    width, height = 720, 1520
    canvas = Image.new("RGB", (width, height), "#101418")
    pen = ImageDraw.Draw(canvas)
    shown = _to_width(image, width)
    shown = shown.crop((0, 0, width, min(shown.height, 1000)))
    top = (height - shown.height) // 2
    canvas.paste(shown, (0, top))
    pen.text((30, 16), f"{chance.integers(0, 24):02}:{chance.integers(0, 60):02}", "white", ImageFont.load_default(28))
    for x in (560, 610, 660):
        pen.rectangle((x, 20, x + 34, 42), outline="white", width=3)
    pen.ellipse((30, 90, 106, 166), fill="#3b82f6")
    pen.text((124, 96), f"@{_say(chance, 1)}_info", "white", ImageFont.load_default(30))
    pen.text((124, 132), f"il y a {chance.integers(1, 23)} h", "grey", ImageFont.load_default(24))
    pen.text((30, height - 150), _say(chance, 6), "white", ImageFont.load_default(30))
    for index, x in enumerate(range(40, width - 60, 170)):
        pen.regular_polygon((x + 20, height - 60, 22), 3 + index, outline="white", width=3)
    return canvas


def _post(image: Image.Image, chance: Chance) -> Image.Image:
    """A post as a card: name and words above, picture with a margin, date and numbers below."""
    canvas_width, margin = 640, 40
    shown = _to_width(image, canvas_width - 2 * margin)
    canvas = Image.new("RGB", (canvas_width, shown.height + 300), "white")
    pen = ImageDraw.Draw(canvas)
    pen.ellipse((margin, 30, margin + 60, 90), fill="#0f766e")
    pen.text((margin + 76, 30), _say(chance, 2).title(), "black", ImageFont.load_default(24))
    pen.text((margin + 76, 60), f"@{_say(chance, 1)}", "grey", ImageFont.load_default(22))
    pen.text((margin, 106), _say(chance, 6), "black", ImageFont.load_default(26))
    pen.text((margin, 140), _say(chance, 5), "black", ImageFont.load_default(26))
    canvas.paste(shown, (margin, 190))
    told = f"{chance.integers(1, 29)} mars 2024   {chance.integers(100, 9999)} partages"
    pen.text((margin, shown.height + 220), told, "grey", ImageFont.load_default(22))
    return canvas


def _collage(image: Image.Image, chance: Chance, others: Sequence[Image.Image]) -> Image.Image:
    """Two pictures of one height side by side."""
    height = 480
    pair = [image, others[0]]
    if chance.integers(0, 2):
        pair.reverse()
    shown = [_scale(one, height / one.height) for one in pair]
    canvas = Image.new("RGB", (sum(one.width for one in shown) + 8, max(one.height for one in shown)), "white")
    canvas.paste(shown[0], (0, 0))
    canvas.paste(shown[1], (shown[0].width + 8, 0))
    return canvas


def _grid(image: Image.Image, chance: Chance, others: Sequence[Image.Image]) -> Image.Image:
    """Four pictures, each cut to the same shape."""
    tile = (440, 330)
    four = [image, *others[:3]]
    canvas = Image.new("RGB", (2 * tile[0] + 6, 2 * tile[1] + 6), "white")
    for place, index in enumerate(chance.permutation(4).tolist()):
        shown = ImageOps.fit(four[index].convert("RGB"), tile, Image.Resampling.LANCZOS)
        canvas.paste(shown, ((place % 2) * (tile[0] + 6), (place // 2) * (tile[1] + 6)))
    return canvas


def _picture_in_picture(image: Image.Image, chance: Chance, others: Sequence[Image.Image]) -> Image.Image:
    """Within another picture of 800 pixels, at 45 % of its sides."""
    canvas = ImageOps.fit(others[0].convert("RGB"), (800, 600), Image.Resampling.LANCZOS)
    inner = ImageOps.contain(image, (360, 270), Image.Resampling.LANCZOS)
    place = tuple(int(chance.integers(0, room + 1)) for room in (800 - inner.width, 600 - inner.height))
    canvas.paste(inner, (place[0], place[1]))
    return canvas


def _mirrored_crop_caption(image: Image.Image, chance: Chance) -> Image.Image:
    return _caption(_crop(0.25)(ImageOps.mirror(image), chance), chance)


def _phone_crop_half(image: Image.Image, chance: Chance) -> Image.Image:
    return _scale(_phone(_crop(0.1)(image, chance), chance), 0.5)


def _turn(*, expand: bool) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.rotate(5, Image.Resampling.BICUBIC, expand=expand, fillcolor=(0, 0, 0))


def _square(image: Image.Image) -> Image.Image:
    side = max(image.size)
    return image.resize((side, side), Image.Resampling.LANCZOS)


ALTERATIONS: Mapping[str, Alteration] = MappingProxyType(
    {
        "copy": _plain(lambda image: image),
        "jpeg 30": _plain(lambda image: image, 30),
        "jpeg 10": _plain(lambda image: image, 10),
        "half size": _plain(lambda image: _scale(image, 0.5)),
        "quarter size": _plain(lambda image: _scale(image, 0.25)),
        "stretched to a square": _plain(_square),
        "10 % cropped": _chancy(_crop(0.1)),
        "25 % cropped": _chancy(_crop(0.25)),
        "50 % cropped": _chancy(_crop(0.5)),
        "75 % cropped": _chancy(_crop(0.75)),
        "mirrored": _plain(ImageOps.mirror),
        "rotated 90": _plain(lambda image: image.transpose(Image.Transpose.ROTATE_90)),
        "rotated 5": _plain(_turn(expand=False)),
        "rotated 5, canvas grown": _plain(_turn(expand=True)),
        "caption above": _chancy(_caption),
        "bars above and below": _chancy(_bars),
        "meme text": _chancy(_meme),
        "logo of 10 %": _chancy(_logo),
        "grey": _plain(lambda image: image.convert("L")),
        "colour filter": _chancy(_filter),
        "blurred": _plain(lambda image: image.filter(ImageFilter.GaussianBlur(2))),
        "noisy": _chancy(_noise),
        "perspective": _chancy(_perspective),
        "phone screenshot": _chancy(_phone),
        "post card": _chancy(_post),
        "collage of 2": Alteration(_collage),
        "grid of 4": Alteration(_grid),
        "picture in picture": Alteration(_picture_in_picture),
        "mirrored, 25 % cropped, caption, jpeg 30": _chancy(_mirrored_crop_caption, 30),
        "phone screenshot of a crop, half size, jpeg 30": _chancy(_phone_crop_half, 30),
    }
)
"""By name; `make` of each gives a JPEG, of quality 75 where the name says nothing else."""
