"""What is done to pictures on their way through the platforms, for the recall tests."""

from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw, ImageFont, ImageOps

Alteration = Callable[[Image.Image], Image.Image]


def crop(area: float, place: str = "centre") -> Alteration:
    """Lose that share of the area; what is left is in the middle or in the upper left corner."""

    def apply(image: Image.Image) -> Image.Image:
        side = (1 - area) ** 0.5
        width, height = round(image.width * side), round(image.height * side)
        left, top = ((image.width - width) // 2, (image.height - height) // 2) if place == "centre" else (0, 0)
        return image.crop((left, top, left + width, top + height))

    return apply


def caption(share: float, *, top: bool, ground: str, ink: str) -> Alteration:
    """Add a bar with words above or below, its height a share of the picture's."""

    def apply(image: Image.Image) -> Image.Image:
        bar = round(image.height * share)
        canvas = Image.new("RGB", (image.width, image.height + bar), ground)
        canvas.paste(image, (0, bar if top else 0))
        font = ImageFont.load_default(max(10, bar // 3))
        words = "URGENT: what they do not want you to see"
        ImageDraw.Draw(canvas).text((8, (0 if top else image.height) + bar // 4), words, fill=ink, font=font)
        return canvas

    return apply


def add_words(image: Image.Image) -> Image.Image:
    """Lay a small handle over a lower corner."""
    canvas = image.copy()
    place, font = (image.width // 20, image.height - image.height // 12), ImageFont.load_default(image.height // 18)
    ImageDraw.Draw(canvas).text(place, "@some_channel", fill="white", font=font, stroke_width=1, stroke_fill="black")
    return canvas


def letterbox(image: Image.Image) -> Image.Image:
    """Black bars above and below."""
    canvas = Image.new("RGB", (image.width, image.height + image.height // 4))
    canvas.paste(image, (0, image.height // 8))
    return canvas


def post_card(image: Image.Image) -> Image.Image:
    """Show it in a post with words above and below, on white."""
    shown = image.resize((520, round(image.height * 520 / image.width)), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (600, shown.height + 220), "white")
    canvas.paste(shown, (40, 120))
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(22)
    pen.text((40, 20), "Some channel @some_channel", fill="black", font=font)
    pen.text((40, 60), "Look what they found yesterday", fill="black", font=font)
    pen.text((40, shown.height + 150), "12 March 2024, 3 412 views", fill="grey", font=font)
    return canvas


def phone_screenshot(image: Image.Image) -> Image.Image:
    """Show it over the whole width of a dark phone screen."""
    shown = image.resize((720, round(image.height * 720 / image.width)), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (720, 1280), "#121214")
    canvas.paste(shown, (0, 240))
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(28)
    pen.text((30, 60), "@some_channel, 2 h ago", fill="white", font=font)
    pen.text((30, 1200), "Like   Reply   Share", fill="grey", font=font)
    return canvas


def _resize(factor: float) -> Alteration:
    return lambda image: image.resize(
        (round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS
    )


ALTERATIONS: Mapping[str, Alteration] = {
    "copy": lambda image: image,
    "half size": _resize(0.5),
    "larger": _resize(1.5),
    "mirrored": ImageOps.mirror,
    "rotated 90": lambda image: image.transpose(Image.Transpose.ROTATE_270),
    "rotated 180": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "grey": lambda image: ImageOps.grayscale(image).convert("RGB"),
    "stretched": lambda image: image.resize((400, 400)),
    "2 % cropped in a corner": crop(0.02, "corner"),
    "4 % cropped all round": crop(0.04),
    "white caption above, 10 %": caption(0.1, top=True, ground="white", ink="black"),
    "white caption above, 20 %": caption(0.2, top=True, ground="white", ink="black"),
    "yellow caption below, 20 %": caption(0.2, top=False, ground="#fad214", ink="black"),
    "small words": add_words,
    "letterbox": letterbox,
    "post card": post_card,
}
"""What every photograph of the tests is found after."""

HARDER_ALTERATIONS: Mapping[str, Alteration] = {
    "4 % cropped in a corner": crop(0.04, "corner"),
    "6 % cropped all round": crop(0.06),
    "8 % cropped all round": crop(0.08),
    "black caption below, 10 %": caption(0.1, top=False, ground="black", ink="white"),
    "phone screenshot": phone_screenshot,
}
"""What most of them are found after."""

LOST_ALTERATIONS: Mapping[str, Alteration] = {
    "15 % cropped in a corner": crop(0.15, "corner"),
    "half cropped": crop(0.5),
}
"""What these hashes do not see through; kept here so that the figures stay honest."""
