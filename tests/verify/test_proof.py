from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.verify.agreement.pairs import agree, draw_photo, save_again, shift
from verify.agreement import Agreement
from verify.errors import MediaRefusedError
from verify.proof import Proof, build_proof, draw_proof


def read(picture: bytes) -> npt.NDArray[np.int16]:
    image = Image.open(BytesIO(picture))
    assert image.format == "JPEG"
    assert "exif" not in image.info
    return np.asarray(image.convert("RGB")).astype(np.int16)


@pytest.fixture
def known() -> Image.Image:
    return draw_photo(1)


@pytest.fixture
def query(known: Image.Image) -> Image.Image:
    """The known picture in the lower part of a larger one, with something laid over it."""
    shown = known.copy()
    shown.paste(draw_photo(2).resize((160, 120)), (400, 300))
    sheet = Image.new("RGB", (640, 620), "white")
    sheet.paste(shown, (0, 140))
    return save_again(sheet, 90)


@pytest.fixture
def agreement(known: Image.Image, query: Image.Image) -> Agreement:
    return agree(known, query, shift(0, -140))


@pytest.fixture
def proof(known: Image.Image, query: Image.Image, agreement: Agreement) -> Proof:
    return draw_proof(query, known, agreement)


def test_the_blink_pair_shows_both_in_one_frame(proof: Proof, known: Image.Image) -> None:
    one, other = read(proof.blink_a), read(proof.blink_b)
    assert one.shape == other.shape == (known.height, known.width, 3)
    assert float(np.abs(one - other)[:280, :380].mean()) < 8
    assert float(np.abs(one - other)[310:410, 410:550].mean()) > 25


def test_the_difference_is_white_where_they_agree(proof: Proof) -> None:
    difference = read(proof.difference)
    assert float(difference[:280, :380].mean()) > 245
    assert float(difference[310:410, 410:550].mean()) < 235


def test_the_overlay_lies_between_the_two(proof: Proof) -> None:
    middle = (read(proof.blink_a) + read(proof.blink_b)) // 2
    assert float(np.abs(read(proof.overlay) - middle).mean()) < 5


def test_what_the_query_does_not_show_is_grey(known: Image.Image) -> None:
    query = known.crop((320, 0, 640, 480))
    drawn = draw_proof(query, known, agree(known, query, shift(320, 0)))
    assert float(np.abs(read(drawn.blink_b)[:, :310] - 128).max()) < 10
    assert float(np.abs(read(drawn.blink_b) - read(drawn.blink_a))[:, 330:].mean()) < 8


def test_boxes_are_drawn_on_both_sides(proof: Proof, known: Image.Image) -> None:
    sheet = read(proof.side_by_side)
    orange = (np.abs(sheet - np.array([213, 94, 0])).max(axis=2) < 40).any(axis=0)
    blue = (np.abs(sheet - np.array([0, 114, 178])).max(axis=2) < 40).any(axis=0)
    for colour in (orange, blue):
        assert colour[: known.width].any()
        assert colour[known.width + 12 :].any()


def test_a_mirrored_picture_is_laid_over_the_right_way_round(known: Image.Image) -> None:
    query = known.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    drawn = draw_proof(query, known, agree(known, query, np.array([[-1.0, 0, 639], [0, 1, 0], [0, 0, 1]])))
    assert float(np.abs(read(drawn.blink_a) - read(drawn.blink_b)).mean()) < 6


def test_files_give_the_same_proof_each_time(tmp_path: Path, query: Image.Image, known: Image.Image) -> None:
    one, other = tmp_path / "query.png", tmp_path / "known.png"
    query.save(one)
    known.save(other)
    agreement = agree(known, query, shift(0, -140))
    first, second = (build_proof(one, other, agreement, max_side=320) for _ in range(2))
    assert first == second
    assert read(first.overlay).shape == (240, 320, 3)


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, agreement: Agreement) -> None:
    path = tmp_path / "a.jpg"
    path.write_text("no picture")
    with pytest.raises(MediaRefusedError):
        build_proof(path, path, agreement)
