from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from tests.verify.drawing import draw_scene
from verify.features import describe_query
from verify.media import Frame
from verify.views import find_view

WIDE = draw_scene(3, 1600, 405)
PIXELS_A_SECOND = 40


def film(at: float, speed: float = PIXELS_A_SECOND) -> Frame:
    """A frame of a slow pan of twenty seconds over a wide scene, ten frames a second."""
    moment = min(max(round(at * 10) / 10, 0.0), 20.0)
    left = round(moment * speed)
    return Frame(WIDE.crop((left, 0, left + 720, 405)), 720, 405, 0, moment)


def crop(image: Image.Image) -> Image.Image:
    return image.crop((80, 45, 640, 360))


def caption(image: Image.Image) -> Image.Image:
    taller = Image.new("RGB", (image.width, image.height + 80), "white")
    taller.paste(image, (0, 80))
    return taller


@pytest.mark.parametrize("start", [1.0, 9.0])
@pytest.mark.parametrize(
    ("alter", "mirrored"), [(Image.Image.copy, False), (crop, False), (caption, False), (ImageOps.mirror, True)]
)
def test_the_moment_with_the_same_view_is_found_from_seconds_away(
    alter: Callable[[Image.Image], Image.Image], mirrored: bool, start: float
) -> None:
    query = describe_query(alter(film(6.0).image))
    assert find_view(query, mirrored, start, film) == pytest.approx(6.0, abs=0.2)


def test_at_the_end_the_step_goes_back() -> None:
    assert find_view(describe_query(film(17.0).image), False, 20.0, film) == pytest.approx(17.0, abs=0.2)


def test_where_the_camera_stands_still_or_shows_something_else_nothing_is_said() -> None:
    assert find_view(describe_query(film(0.0).image), False, 3.0, lambda at: film(at, speed=0)) is None
    assert find_view(describe_query(draw_scene(9, 720, 405)), False, 3.0, film) is None
