import sys

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.verify.drawing import draw_page, draw_scene
from tests.verify.photographs import load_photographs
from verify.errors import MissingExtraError
from verify.features.detection import (
    Features,
    detect_known,
    detect_query,
    mirror_features,
)


@pytest.fixture(scope="module")
def photograph() -> Image.Image:
    return load_photographs(["coffee"])["coffee"]


def test_the_same_picture_gives_the_same_features_on_any_number_of_threads(photograph: Image.Image) -> None:
    import cv2

    before = cv2.getNumThreads()
    try:
        results = []
        for threads in (1, 4):
            cv2.setNumThreads(threads)
            results.append(detect_query(photograph))
    finally:
        cv2.setNumThreads(before)

    assert np.array_equal(results[0].places, results[1].places)
    assert np.array_equal(results[0].descriptors, results[1].descriptors)


def test_a_known_picture_has_few_features_and_a_query_many(photograph: Image.Image) -> None:
    known, query = detect_known(photograph), detect_query(photograph)

    assert (len(known), max(known.width, known.height)) == (128, 448)
    assert 128 < len(query) <= 600
    assert max(query.width, query.height) <= 576


def test_small_pictures_are_enlarged(photograph: Image.Image) -> None:
    small = photograph.resize((90, 60))

    assert (detect_known(small).width, detect_query(small).width) == (256, 448)


def test_descriptors_have_the_length_one(photograph: Image.Image) -> None:
    assert np.allclose(np.linalg.norm(detect_known(photograph).descriptors, axis=1), 1, atol=1e-5)


def test_no_feature_comes_twice(photograph: Image.Image) -> None:
    places = np.round(detect_query(photograph).places, 1)

    assert len(np.unique(places, axis=0)) == len(places)


def test_words_in_one_corner_do_not_take_the_place_of_the_picture() -> None:
    canvas = Image.new("RGB", (720, 480), "white")
    canvas.paste(draw_page(1).resize((360, 240)), (0, 0))
    canvas.paste(draw_scene(5, 360, 240), (360, 240))

    places = detect_known(canvas).places

    assert (places[:, 0] > places[:, 0].max() / 2).mean() > 0.25


def test_mirrored_features_are_those_of_the_mirrored_picture(photograph: Image.Image) -> None:
    permuted, detected = mirror_features(detect_query(photograph)), detect_query(ImageOps.mirror(photograph))

    nearest = (permuted.descriptors @ detected.descriptors.T).argmax(axis=1)
    apart = np.hypot(*(permuted.places[:, :2] - detected.places[nearest, :2]).T)
    same = apart < 2
    turned = (permuted.places[same, 3] - detected.places[nearest, 3][same] + 180) % 360 - 180

    assert same.mean() > 0.75
    assert np.median(np.abs(turned)) < 1
    assert np.median((permuted.descriptors[same] * detected.descriptors[nearest][same]).sum(axis=1)) > 0.98


def test_a_mirror_twice_is_no_mirror(photograph: Image.Image) -> None:
    features = detect_known(photograph)
    again = mirror_features(mirror_features(features))

    assert np.allclose(again.places, features.places, atol=1e-3)
    assert np.array_equal(again.descriptors, features.descriptors)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (40, 40), (30_000, 10)])
def test_plain_and_thin_pictures_have_no_features(size: tuple[int, int]) -> None:
    features = detect_query(Image.new("RGB", size, "white"))

    assert len(features) == 0
    assert features.places.shape == (0, 4)
    assert features.descriptors.shape == (0, 128)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "RGBA", "YCbCr"])
def test_any_mode_of_picture_is_taken(mode: str, photograph: Image.Image) -> None:
    assert len(detect_known(photograph.convert(mode))) > 100


def test_without_opencv_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, photograph: Image.Image
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)

    with pytest.raises(MissingExtraError, match=r"OpenCV: pip install 'sankofa\[vision\]'"):
        detect_known(photograph)


def test_the_number_of_features_is_their_length() -> None:
    features = Features(np.zeros((5, 4), np.float32), np.zeros((5, 128), np.float32), 10, 10)

    assert len(features) == 5
