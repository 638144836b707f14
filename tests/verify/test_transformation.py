import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.verify.agreement.pairs import agree, draw_letter, draw_photo, save_again, shift
from verify.agreement.alignment import Matrix
from verify.evidence import Transformation
from verify.hashing.base import Region
from verify.transformation import describe_transformation, look_at_image, name_alterations


def describe(known: Image.Image, query: Image.Image, matrix: Matrix) -> Transformation:
    return describe_transformation(agree(known, query, matrix), look_at_image(query), look_at_image(known))


def put_on(sheet: tuple[int, int], picture: Image.Image, place: tuple[int, int]) -> Image.Image:
    out = Image.new("RGB", sheet, (245, 245, 245))
    out.paste(picture, place)
    return save_again(out)


def test_a_copy_was_only_saved_again() -> None:
    photo = draw_photo(1)
    said = describe(photo, save_again(photo), shift(0, 0))
    assert name_alterations(said) == ("re-encoded",)
    assert (said.mirrored, said.rotated_degrees, said.made_grey, said.bars, said.laid_over) == (False, 0, False, (), ())
    assert (said.placed_in, said.taken_from) == (None, None)
    assert said.kept_share == pytest.approx(1.0, abs=0.01)


def test_the_scale_is_in_pixels_of_the_files() -> None:
    photo = draw_photo(1)
    said = describe(photo, photo.resize((320, 240)), shift(0.5, 0.5, 2.0))
    assert said.scale == pytest.approx(0.5, abs=0.01)
    assert said.stretch == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("turn", "matrix", "degrees"),
    [
        (Image.Transpose.ROTATE_270, [[0, 1, 0], [-1, 0, 479], [0, 0, 1]], 90),
        (Image.Transpose.ROTATE_180, [[-1, 0, 639], [0, -1, 479], [0, 0, 1]], 180),
        (Image.Transpose.ROTATE_90, [[0, -1, 639], [1, 0, 0], [0, 0, 1]], 270),
    ],
)
def test_turns_are_clockwise(turn: Image.Transpose, matrix: list[list[float]], degrees: int) -> None:
    photo = draw_photo(2)
    said = describe(photo, photo.transpose(turn), np.array(matrix, dtype=float))
    assert (said.mirrored, said.rotated_degrees) == (False, degrees)
    assert name_alterations(said) == (f"rotated-{degrees}",)


def test_a_mirrored_picture_is_not_turned() -> None:
    photo = draw_photo(2)
    said = describe(photo, ImageOps.mirror(photo), np.array([[-1.0, 0, 639], [0, 1, 0], [0, 0, 1]]))
    assert (said.mirrored, said.rotated_degrees) == (True, 0)
    assert name_alterations(said) == ("mirrored",)


def test_the_part_that_is_kept_is_named() -> None:
    photo = draw_photo(3)
    said = describe(photo, photo.crop((160, 0, 640, 480)), shift(160, 0))
    assert said.kept_share == pytest.approx(0.75, abs=0.02)
    assert said.taken_from is not None
    assert said.taken_from.left == pytest.approx(0.25, abs=0.01)
    assert name_alterations(said) == ("part-of-known",)


@pytest.mark.parametrize(
    ("sheet", "place", "codes"),
    [
        ((640, 600), (0, 120), ("bar-above",)),
        ((640, 600), (0, 0), ("bar-below",)),
        ((640, 640), (0, 80), ("bar-above", "bar-below")),
        ((760, 480), (60, 0), ("bar-left", "bar-right")),
        ((900, 900), (120, 200), ("placed-in-larger-picture",)),
    ],
)
def test_what_lies_around_is_named_by_its_sides(
    sheet: tuple[int, int], place: tuple[int, int], codes: tuple[str, ...]
) -> None:
    photo = draw_photo(4)
    said = describe(photo, put_on(sheet, photo, place), shift(-place[0], -place[1]))
    assert name_alterations(said) == codes
    assert said.placed_in is not None
    assert said.placed_in.left == pytest.approx(place[0] / sheet[0], abs=0.01)
    assert said.placed_in.top == pytest.approx(place[1] / sheet[1], abs=0.01)
    assert said.kept_share == pytest.approx(1.0, abs=0.02)


def test_a_part_inside_something_larger_is_both() -> None:
    photo = draw_photo(5)
    query = put_on((800, 900), photo.crop((80, 0, 560, 480)), (100, 200))
    said = describe(photo, query, shift(-20, -200))
    assert name_alterations(said) == ("part-of-known", "placed-in-larger-picture")
    assert said.kept_share == pytest.approx(0.75, abs=0.05)


def test_what_is_laid_over_has_its_box() -> None:
    photo = draw_photo(6)
    query = photo.copy()
    query.paste(draw_photo(7).resize((160, 120)), (240, 180))
    said = describe(photo, query, shift(0, 0))
    assert name_alterations(said) == ("laid-over",)
    assert said.laid_over is not None
    assert said.laid_over[0].left == pytest.approx(0.375, abs=0.04)


def test_lost_colour_is_told_from_colour_that_never_was() -> None:
    photo = draw_photo(8)
    pale = ImageOps.grayscale(photo).convert("RGB")
    assert describe(photo, pale, shift(0, 0)).made_grey is True
    assert describe(pale, pale, shift(0, 0)).made_grey is False
    assert describe(photo, photo, shift(0, 0)).made_grey is False


def test_a_stretched_picture_is_told() -> None:
    photo = draw_photo(9)
    said = describe(photo, photo.resize((960, 480)), np.array([[2 / 3, 0, 0], [0, 1, 0], [0, 0, 1.0]]))
    assert said.stretch == pytest.approx(1.5, abs=0.02)
    assert name_alterations(said) == ("stretched",)


def test_nothing_is_said_of_pictures_that_are_not_the_same() -> None:
    said = describe(draw_letter(1), draw_letter(2), shift(0, 0))
    assert said == Transformation()
    unrelated = describe(draw_photo(1), draw_photo(2), shift(0, 0))
    assert (unrelated.mirrored, unrelated.kept_share, unrelated.bars) == (None, None, None)


def test_a_picture_is_looked_at() -> None:
    look = look_at_image(draw_photo(1), 40)
    assert (look.size, look.jpeg_quality) == ((640, 480), 40)
    assert max(look.small.size) <= 256


def test_the_codes_of_a_tilt_and_of_a_quarter_differ() -> None:
    assert name_alterations(Transformation(rotated_degrees=5)) == ("rotated",)
    assert name_alterations(Transformation(rotated_degrees=90)) == ("rotated-90",)
    assert name_alterations(Transformation(taken_from=Region(0, 0, 0.5, 1), made_grey=True)) == (
        "part-of-known",
        "made-grey",
    )
