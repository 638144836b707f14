"""Ordinary alterations with what is true of each, for the benches of agreement and of words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps


@dataclass(frozen=True)
class Altered:
    """An altered picture and the truth about it.

    `kept`: the share of the known picture's area that can still be seen. `codes`: what must be said, and nothing
    else of that kind. `rotated_degrees` clockwise.
    """

    image: Image.Image
    kept: float = 1.0
    mirrored: bool = False
    rotated_degrees: int = 0
    codes: frozenset[str] = field(default_factory=frozenset)


Alter = Callable[[Image.Image], Altered]


def _save(image: Image.Image, quality: int) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def recompress(quality: int) -> Alter:
    """Saved again as a JPEG."""
    return lambda image: Altered(_save(image, quality))


def shrink(factor: float) -> Alter:
    """Made smaller in both directions."""
    return lambda image: Altered(image.resize((round(image.width * factor), round(image.height * factor))))


def crop(kept: float, across: float, down: float) -> Alter:
    """A part of the same shape; `across` and `down` say where, 0 to 1."""

    def alter(image: Image.Image) -> Altered:
        width, height = round(image.width * kept**0.5), round(image.height * kept**0.5)
        left, top = round((image.width - width) * across), round((image.height - height) * down)
        share = width * height / (image.width * image.height)
        codes = frozenset({"part-of-known"})
        return Altered(image.crop((left, top, left + width, top + height)), kept=share, codes=codes)

    return alter


def mirror(image: Image.Image) -> Altered:
    """Left is right."""
    return Altered(ImageOps.mirror(image), mirrored=True, codes=frozenset({"mirrored"}))


def turn(image: Image.Image) -> Altered:
    """A quarter clockwise."""
    turned = image.transpose(Image.Transpose.ROTATE_270)
    return Altered(turned, rotated_degrees=90, codes=frozenset({"rotated-90"}))


def tilt(image: Image.Image) -> Altered:
    """By five degrees clockwise on a white sheet that holds all of it."""
    tilted = image.rotate(-5, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return Altered(tilted, rotated_degrees=5, codes=frozenset({"rotated"}))


def caption(*, above: bool) -> Alter:
    """A bar with words above or below."""

    def alter(image: Image.Image) -> Altered:
        bar = image.height // 5
        sheet = Image.new("RGB", (image.width, image.height + bar), "white")
        sheet.paste(image, (0, bar if above else 0))
        place = (8, (0 if above else image.height) + bar // 4)
        pen = ImageDraw.Draw(sheet)
        pen.text(place, "What they do not want you to see", fill="black", font=ImageFont.load_default(bar // 3))
        return Altered(_save(sheet, 75), codes=frozenset({"bar-above" if above else "bar-below"}))

    return alter


def lay_words(image: Image.Image) -> Altered:
    """Large words over the upper and the lower part."""
    canvas, size = image.copy(), image.height // 9
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(size)
    for top, words in ((size // 4, "WHEN NOBODY TELLS"), (image.height - size * 3 // 2, "WHAT HAPPENED HERE")):
        pen.text((size // 2, top), words, fill="white", font=font, stroke_width=size // 14, stroke_fill="black")
    return Altered(_save(canvas, 75), codes=frozenset({"laid-over"}))


def make_grey(image: Image.Image) -> Altered:
    """Without colour."""
    return Altered(ImageOps.grayscale(image).convert("RGB"), codes=frozenset({"made-grey"}))


def blur(image: Image.Image) -> Altered:
    """Out of focus."""
    return Altered(image.filter(ImageFilter.GaussianBlur(2)))


def stretch(image: Image.Image) -> Altered:
    """Half as wide again as it was."""
    return Altered(image.resize((round(image.width * 1.5), image.height)), codes=frozenset({"stretched"}))


def post_card(image: Image.Image) -> Altered:
    """In a post with words above and below."""
    shown = image.resize((520, round(image.height * 520 / image.width)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (600, shown.height + 220), "white")
    sheet.paste(shown, (40, 120))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(22)
    pen.text((40, 20), "Some channel @some_channel", fill="black", font=font)
    pen.text((40, 60), "Look what they found yesterday", fill="black", font=font)
    pen.text((40, shown.height + 150), "12 March 2024, 3 412 views", fill="grey", font=font)
    return Altered(_save(sheet, 75), codes=frozenset({"placed-in-larger-picture"}))


def phone_screenshot(image: Image.Image) -> Altered:
    """Over the whole width of a dark phone screen."""
    shown = image.resize((720, round(image.height * 720 / image.width)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (720, max(1280, shown.height + 400)), "#121214")
    sheet.paste(shown, (0, 240))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(28)
    pen.text((30, 60), "@some_channel, 2 h ago", fill="white", font=font)
    pen.text((30, sheet.height - 80), "Like   Reply   Share", fill="grey", font=font)
    return Altered(_save(sheet, 80), codes=frozenset({"bar-above", "bar-below"}))


def post_of_crop(image: Image.Image) -> Altered:
    """A square part of it in a post card."""
    side = min(image.size)
    left = (image.width - side) // 2
    part = image.crop((left, 0, left + side, side))
    share = side * side / (image.width * image.height)
    codes = post_card(part).codes | ({"part-of-known"} if share < 0.98 else set())
    return Altered(post_card(part).image, kept=share, codes=frozenset(codes))


def phone_of_crop(image: Image.Image) -> Altered:
    """Cut on all four sides, with margins on the light screen of a phone."""
    width, height = image.size
    part = image.crop((width // 10, height // 8, width * 11 // 12, height * 7 // 8))
    shown = part.resize((640, round(part.height * 640 / part.width)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (720, max(1280, shown.height + 500)), "white")
    sheet.paste(shown, (40, 260))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(28)
    pen.text((40, 190), "Some channel, 2 h ago", fill="black", font=font)
    pen.text((40, shown.height + 300), "Share before they delete it", fill="black", font=font)
    codes = frozenset({"part-of-known", "placed-in-larger-picture"})
    return Altered(_save(sheet, 50), kept=part.width * part.height / (width * height), codes=codes)


def mirror_crop_caption(image: Image.Image) -> Altered:
    """Three things at once, badly saved."""
    part = crop(0.75, 0.3, 0.6)(ImageOps.mirror(image))
    barred = caption(above=True)(part.image)
    return Altered(
        _save(barred.image, 30),
        kept=part.kept,
        mirrored=True,
        codes=frozenset({"mirrored", "part-of-known", "bar-above"}),
    )


ORDINARY: Mapping[str, Alter] = {
    "saved at 75": recompress(75),
    "saved at 15": recompress(15),
    "half size": shrink(0.5),
    "quarter size": shrink(0.25),
    "crop 75 % kept": crop(0.75, 0.2, 0.9),
    "crop 50 % kept": crop(0.5, 0.7, 0.4),
    "crop 30 % kept": crop(0.3, 0.5, 0.5),
    "mirrored": mirror,
    "turned by 90": turn,
    "tilted by 5": tilt,
    "caption above": caption(above=True),
    "caption below": caption(above=False),
    "words laid over": lay_words,
    "grey": make_grey,
    "blurred": blur,
    "stretched": stretch,
    "post card": post_card,
    "phone screenshot": phone_screenshot,
    "part in a post card": post_of_crop,
    "part on a phone": phone_of_crop,
    "mirrored, cropped, captioned": mirror_crop_caption,
}
