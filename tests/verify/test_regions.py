import numpy as np
import pytest
from PIL import Image

from tests.verify.drawing import draw_scene
from verify.hashing.base import Region
from verify.regions import MAXIMUM_REGIONS, crop_region, find_regions

SCENE = draw_scene(4, 480, 360)


def overlap(a: Region, b: Region) -> float:
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    shared = max(0.0, across) * max(0.0, down)
    return shared / (a.width * a.height + b.width * b.height - shared)


def place_on(size: tuple[int, int], at: tuple[int, int], colour: str) -> tuple[Image.Image, Region]:
    canvas = Image.new("RGB", size, colour)
    canvas.paste(SCENE, at)
    width, height = size
    return canvas, Region(at[0] / width, at[1] / height, SCENE.width / width, SCENE.height / height)


@pytest.mark.parametrize(
    ("size", "at", "colour"),
    [
        ((480, 440), (0, 80), "white"),
        ((480, 440), (0, 0), "black"),
        ((480, 500), (0, 70), "black"),
        ((640, 360), (80, 0), "navy"),
        ((560, 440), (40, 40), "grey"),
        ((540, 960), (30, 200), "#121214"),
        ((1000, 700), (300, 250), "beige"),
    ],
)
def test_a_picture_on_a_plain_ground_is_proposed(size: tuple[int, int], at: tuple[int, int], colour: str) -> None:
    canvas, where = place_on(size, at, colour)
    assert max(overlap(where, region) for region in find_regions(canvas)) > 0.98


def test_a_picture_on_a_busy_ground_is_proposed() -> None:
    ground = draw_scene(8, 960, 720)
    ground.paste(SCENE, (200, 150))
    where = Region(200 / 960, 150 / 720, 0.5, 0.5)
    assert max(overlap(where, region) for region in find_regions(ground)) > 0.98


@pytest.mark.parametrize("seed", range(3))
def test_regions_are_few_lie_inside_and_are_not_the_whole(seed: int) -> None:
    regions = find_regions(draw_scene(seed, 640, 400))
    assert len(regions) <= MAXIMUM_REGIONS
    for region in regions:
        assert 0 <= region.left < region.left + region.width <= 1.00001
        assert 0 <= region.top < region.top + region.height <= 1.00001
        assert region.width * region.height < 0.98


def test_fewer_are_given_where_fewer_are_asked_for() -> None:
    assert len(find_regions(draw_scene(1, 640, 400), 2)) <= 2


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (95, 400), (30_000, 10)])
def test_small_pictures_and_slivers_have_no_regions(size: tuple[int, int]) -> None:
    assert find_regions(Image.new("RGB", size, "red")) == ()


def test_a_blank_picture_gives_no_error() -> None:
    assert len(find_regions(Image.new("RGB", (400, 300), "white"))) <= MAXIMUM_REGIONS


def test_noise_gives_no_error() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    assert len(find_regions(Image.fromarray(noise))) <= MAXIMUM_REGIONS


def test_cropping_to_no_region_is_the_picture_itself() -> None:
    assert crop_region(SCENE, None) is SCENE


def test_cropping_takes_the_named_part() -> None:
    canvas, where = place_on((1000, 700), (300, 250), "beige")
    assert np.array_equal(np.asarray(crop_region(canvas, where)), np.asarray(SCENE))
