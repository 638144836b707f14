from itertools import product

import numpy as np
import pytest
from PIL import Image

from tests.verify.drawing import draw_waves
from verify.hashing.symmetry import (
    SYMMETRIES,
    apply_symmetry,
    compose,
    invert,
    is_mirrored,
    rotation_degrees,
)

PICTURE = Image.fromarray(draw_waves(7, 5))


def pixels(image: Image.Image) -> list[list[int]]:
    rows: list[list[int]] = np.asarray(image).tolist()
    return rows


def test_the_eight_symmetries_are_eight_different_pictures() -> None:
    assert len({str(pixels(apply_symmetry(PICTURE, s))) for s in SYMMETRIES}) == len(SYMMETRIES) == 8


def test_rotations_are_clockwise() -> None:
    assert pixels(apply_symmetry(PICTURE, "rotate-90")) == np.rot90(np.asarray(PICTURE), -1).tolist()


def test_mirror_swaps_left_and_right_and_flip_top_and_bottom() -> None:
    assert pixels(apply_symmetry(PICTURE, "mirror")) == np.asarray(PICTURE)[:, ::-1].tolist()
    assert pixels(apply_symmetry(PICTURE, "flip")) == np.asarray(PICTURE)[::-1].tolist()


@pytest.mark.parametrize(("first", "second"), list(product(SYMMETRIES, SYMMETRIES)))
def test_composing_is_doing_one_after_the_other(first: str, second: str) -> None:
    one_by_one = apply_symmetry(apply_symmetry(PICTURE, first), second)
    assert pixels(apply_symmetry(PICTURE, compose(first, second))) == pixels(one_by_one)


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_the_inverse_undoes(symmetry: str) -> None:
    assert pixels(apply_symmetry(apply_symmetry(PICTURE, symmetry), invert(symmetry))) == pixels(PICTURE)


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_every_symmetry_is_a_mirroring_and_then_a_rotation(symmetry: str) -> None:
    first = "mirror" if is_mirrored(symmetry) else "identity"
    degrees = rotation_degrees(symmetry)
    then = f"rotate-{degrees}" if degrees else "identity"
    assert compose(first, then) == symmetry
