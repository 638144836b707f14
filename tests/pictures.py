"""Pictures for tests, drawn from a seed: textured enough for a perceptual hash, unlike one another, ours to share."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps


def draw_picture(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Draw a scene of soft hills, blocks and grain; two seeds never look alike."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 255, (9, 12, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(coarse)
    for _ in range(14):
        left, top = int(random.integers(0, size[0] - 80)), int(random.integers(0, size[1] - 80))
        width, height = (int(side) for side in random.integers(30, 160, 2))
        colour = tuple(int(value) for value in random.integers(0, 255, 3))
        pen.ellipse((left, top, left + width, top + height), fill=colour)
    grain = random.normal(0, 6, (size[1], size[0], 3))
    return Image.fromarray(np.clip(np.asarray(coarse) + grain, 0, 255).astype(np.uint8))


def save_picture(folder: Path, name: str, picture: Image.Image, quality: int = 90) -> Path:
    """Save as JPEG and return the path."""
    path = folder / name
    picture.save(path, "JPEG", quality=quality)
    return path


def mirror(picture: Image.Image) -> Image.Image:
    """Mirror left to right, as copies often are."""
    return ImageOps.mirror(picture)
