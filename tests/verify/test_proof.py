from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.verify.agreement.pairs import agree, draw_photo, save_again, shift
from verify.agreement import Agreement
from verify.agreement.alignment import Alignment, box_corners
from verify.errors import HashFormatError
from verify.evidence import MediaEvidence, Transformation
from verify.hashing.base import Region
from verify.hashing.symmetry import SYMMETRIES, apply_symmetry
from verify.proof import Laid, Proof, draw_proof, place
from verify.regions import crop_region


def build_evidence(
    symmetry: str = "identity", query: Region | None = None, known: Region | None = None
) -> MediaEvidence:
    """What hashes alone say."""
    return MediaEvidence("pdq", 10, (), symmetry, query, known, (), Transformation(), ())


def lay(agreement: Agreement) -> Laid:
    return Laid(agreement.alignment, agreement.agreeing, agreement.differing)


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
    return draw_proof(query, known, lay(agreement))


def test_the_blink_pair_shows_both_in_one_frame(proof: Proof, known: Image.Image) -> None:
    one, other = read(proof.known), read(proof.query)
    assert one.shape == other.shape == (known.height, known.width, 3)
    assert float(np.abs(one - other)[:280, :380].mean()) < 8
    assert float(np.abs(one - other)[310:410, 410:550].mean()) > 25


def test_the_difference_is_white_where_they_agree(proof: Proof) -> None:
    difference = read(proof.difference)
    assert float(difference[:280, :380].mean()) > 245
    assert float(difference[310:410, 410:550].mean()) < 235


def test_the_overlay_lies_between_the_two(proof: Proof) -> None:
    middle = (read(proof.known) + read(proof.query)) // 2
    assert float(np.abs(read(proof.overlay) - middle).mean()) < 5


def test_what_the_query_does_not_show_is_grey(known: Image.Image) -> None:
    query = known.crop((320, 0, 640, 480))
    drawn = draw_proof(query, known, lay(agree(known, query, shift(320, 0))))
    assert float(np.abs(read(drawn.query)[:, :310] - 128).max()) < 10
    assert float(np.abs(read(drawn.query) - read(drawn.known))[:, 330:].mean()) < 8


def test_boxes_are_drawn_on_both_sides(proof: Proof, known: Image.Image) -> None:
    sheet = read(proof.side_by_side)
    orange = (np.abs(sheet - np.array([213, 94, 0])).max(axis=2) < 40).any(axis=0)
    blue = (np.abs(sheet - np.array([0, 114, 178])).max(axis=2) < 40).any(axis=0)
    for colour in (orange, blue):
        assert colour[: known.width].any()
        assert colour[known.width + 12 :].any()


def test_a_mirrored_picture_is_laid_over_the_right_way_round(known: Image.Image) -> None:
    query = known.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    drawn = draw_proof(query, known, lay(agree(known, query, np.array([[-1.0, 0, 639], [0, 1, 0], [0, 0, 1]]))))
    assert float(np.abs(read(drawn.known) - read(drawn.query)).mean()) < 6


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_what_only_hashes_found_is_laid_where_they_found_it(known: Image.Image, symmetry: str) -> None:
    shown, part = Region(0.25, 0.5, 0.5, 0.5), Region(0.0, 0.25, 1.0, 0.75)
    suspect = apply_symmetry(crop_region(known, part), symmetry)  # a symmetry that is undone by its inverse
    sheet = Image.new("RGB", (2 * suspect.width, 2 * suspect.height))
    sheet.paste(suspect, (suspect.width // 2, suspect.height))
    inverse = {"rotate-90": "rotate-270", "rotate-270": "rotate-90"}.get(symmetry, symmetry)
    drawn = draw_proof(sheet, known, place(build_evidence(inverse, shown, part)))
    covered = slice(known.height // 4 + 8, known.height - 8)
    difference = np.abs(read(drawn.known) - read(drawn.query))[covered, 8:-8]
    assert float(difference.mean()) < 8


def test_evidence_that_lays_them_nowhere_is_refused() -> None:
    with pytest.raises(HashFormatError):
        place(build_evidence(query=Region(0, 0, 1, 1), known=Region(0, 0, 0, 1)))


def test_boxes_far_outside_cost_nothing(known: Image.Image) -> None:
    whole = Alignment(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    assert box_corners(-1e12, 0, 1e13, 1)[1, 0] == 9e12
    assert draw_proof(known, known, Laid(whole, differing=(Region(-1e12, 0, 1e13, 1),))).side_by_side


def test_the_same_pictures_give_the_same_proof(query: Image.Image, known: Image.Image, agreement: Agreement) -> None:
    first, second = (draw_proof(query, known, lay(agreement)) for _ in range(2))
    assert first == second
    assert list(first.by_name()) == ["known", "query", "overlay", "difference", "side-by-side"]
