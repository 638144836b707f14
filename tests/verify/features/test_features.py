"""The whole way, from pictures to geometry."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from tests.verify.alterations import caption, crop, phone_screenshot
from tests.verify.drawing import draw_page, draw_scene
from tests.verify.photographs import NAMES, cut_into_quarters, load_photographs
from verify.features import (
    FEATURES,
    Geometry,
    LocalFeatures,
    describe_known,
    describe_query,
    verify_geometry,
)

ORDINARY = ("astronaut", "chelsea", "coffee", "coins")


def make_collage(image: Image.Image) -> Image.Image:
    shown = ImageOps.contain(image, (480, 480))
    canvas = Image.new("RGB", (1000, 480), "white")
    canvas.paste(shown, (0, 0))
    canvas.paste(draw_scene(77, 500, 480), (500, 0))
    return canvas


ALTERATIONS: dict[str, tuple[Callable[[Image.Image], Image.Image], bool]] = {
    "copy": (lambda image: image, False),
    "half cropped": (crop(0.5), False),
    "caption above": (caption(0.2, top=True, ground="white", ink="black"), False),
    "phone screenshot": (phone_screenshot, False),
    "collage": (make_collage, False),
    "mirrored": (ImageOps.mirror, True),
    "mirrored half": (lambda image: ImageOps.mirror(crop(0.5)(image)), True),
    "turned": (lambda image: image.rotate(7, expand=True), False),
    "upside down": (lambda image: image.transpose(Image.Transpose.ROTATE_180), False),
    "small": (lambda image: image.resize((image.width // 3, image.height // 3)), False),
}


@pytest.fixture(scope="module")
def photographs() -> dict[str, Image.Image]:
    return load_photographs()


@pytest.fixture(scope="module")
def known(photographs: dict[str, Image.Image]) -> dict[str, LocalFeatures]:
    return {name: describe_known(image) for name, image in photographs.items()}


def find(image: Image.Image, known: dict[str, LocalFeatures]) -> dict[tuple[str, bool], Geometry]:
    query = describe_query(image)
    found = {
        (name, mirrored): verify_geometry(query, features, mirrored)
        for name, features in known.items()
        for mirrored in (False, True)
    }
    return {key: geometry for key, geometry in found.items() if geometry is not None}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_photograph_is_found_the_right_way_round_and_no_other(
    name: str, photographs: dict[str, Image.Image], known: dict[str, LocalFeatures]
) -> None:
    alter, mirrored = ALTERATIONS[name]
    for photograph in ORDINARY:
        assert set(find(alter(photographs[photograph]), known)) == {(photograph, mirrored)}, photograph


def test_the_geometry_says_which_part_a_crop_shows(
    photographs: dict[str, Image.Image], known: dict[str, LocalFeatures]
) -> None:
    image = photographs["coffee"]
    width, height = image.size
    part = image.crop((width // 4, height // 4, width * 3 // 4, height * 3 // 4))

    geometry = verify_geometry(describe_query(part), known["coffee"], mirrored=False)

    assert geometry is not None
    (a, b, c), (d, e, f) = geometry.affine
    assert (a, b, c, d, e, f) == pytest.approx((0.5, 0, 0.25, 0, 0.5, 0.25), abs=0.01)


def test_the_words_of_a_mirrored_query_are_those_of_the_mirrored_picture(
    photographs: dict[str, Image.Image],
) -> None:
    image = photographs["coffee"]
    permuted = set(describe_query(image).words(mirrored=True))
    detected = set(describe_query(ImageOps.mirror(image)).words(mirrored=False))

    assert len(permuted & detected) / len(permuted) > 0.6
    assert len(permuted & set(describe_query(image).words(mirrored=False))) / len(permuted) < 0.1


def test_the_words_of_the_right_picture_are_shared_and_others_are_not(
    photographs: dict[str, Image.Image], known: dict[str, LocalFeatures]
) -> None:
    words = set(describe_query(crop(0.5)(photographs["coffee"])).words(mirrored=False))
    shared = {name: len(words & set(features.words)) for name, features in known.items()}

    assert shared.pop("coffee") > 2 * max(shared.values())


def test_photographs_are_not_taken_for_one_another(
    photographs: dict[str, Image.Image], known: dict[str, LocalFeatures]
) -> None:
    for name in NAMES:
        others = {other: features for other, features in known.items() if other != name}
        assert find(photographs[name], others) == {}, name


def test_parts_of_one_photograph_that_share_no_pixel_are_not_taken_for_each_other(
    photographs: dict[str, Image.Image],
) -> None:
    for name in ORDINARY:
        quarters = cut_into_quarters(photographs[name])
        kept = {str(index): describe_known(quarter) for index, quarter in enumerate(quarters)}
        for index, quarter in enumerate(quarters):
            assert {found for found, _ in find(quarter, kept)} == {str(index)}, name


def test_drawn_scenes_are_not_taken_for_one_another() -> None:
    known = {str(seed): describe_known(draw_scene(seed)) for seed in range(6)}

    for seed in range(6, 12):
        assert find(draw_scene(seed), known) == {}


def test_the_same_picture_gives_the_same_answer_twice(photographs: dict[str, Image.Image]) -> None:
    image = photographs["chelsea"]

    assert describe_known(image) == describe_known(image)
    assert find(image, {"chelsea": describe_known(image)}) == find(image, {"chelsea": describe_known(image)})


def test_a_picture_without_features_is_described_and_matches_nothing(known: dict[str, LocalFeatures]) -> None:
    blank = Image.new("RGB", (400, 300), "white")

    assert describe_known(blank).words == ()
    assert describe_known(blank).codes == ""
    assert find(blank, known) == {}
    assert find(draw_page(1), {"blank": describe_known(blank)}) == {}


def test_one_letterhead_is_a_geometry_and_only_nominates() -> None:
    known = {"page": describe_known(draw_page(1))}

    assert ("page", False) in find(draw_page(1), known)


def test_the_version_names_detector_and_codebook() -> None:
    assert FEATURES == "sift-codebook-1"
