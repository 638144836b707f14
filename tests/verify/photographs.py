"""Real photographs for the recall tests: those that come inside the scikit-image wheel, never from the network."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

NAMES = (
    "astronaut",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "hubble_deep_field",
    "motorcycle_left",
    "rocket",
    "retina",
)


def load_photographs(names: Sequence[str] = NAMES) -> dict[str, Image.Image]:
    """The photographs by name; skips the test where scikit-image is not installed."""
    found = find_spec("skimage")
    if found is None or found.origin is None:
        pytest.skip("needs the photographs of scikit-image: pip install 'sankofa[demo]'")
    folder = Path(found.origin).parent / "data"
    return {name: Image.open(next(folder.glob(f"{name}.*"))).convert("RGB") for name in names}


def cut_into_quarters(image: Image.Image) -> list[Image.Image]:
    """Four neighbours that share a scene and not a single pixel."""
    across, down = image.width // 2, image.height // 2
    return [image.crop((left, top, left + across, top + down)) for top in (0, down) for left in (0, across)]
