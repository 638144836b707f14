from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.verify.drawing import draw_scene, save
from tests.verify.photographs import load_photographs
from verify.errors import MediaRefusedError
from verify.hashing.base import distance_bits
from verify.hashing.pdq import PDQ
from verify.hashing.quick import LEAST_SIDE, hash_picture
from verify.hashing.symmetry import SYMMETRIES
from verify.media import MediaLimits, open_image, open_luma

NEAR_BITS = 10
"""What ThreatExchange allows between two implementations of PDQ."""


def distance(path: Path) -> int:
    return distance_bits(hash_picture(path)[0], PDQ.compute(open_image(path)))


@pytest.mark.parametrize("size", [(500, 375), (1280, 960), (1277, 963), (4000, 3000), (530, 2100)])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_photographs_keep_their_code(tmp_path: Path, size: tuple[int, int], options: dict[str, object]) -> None:
    for name, photograph in load_photographs(("coffee", "chelsea", "rocket")).items():
        path = save(photograph.resize(size, Image.Resampling.LANCZOS), tmp_path / f"{name}.jpg", quality=85, **options)
        assert distance(path) <= NEAR_BITS


@pytest.mark.parametrize("suffix", ["png", "webp", "gif", "bmp"])
def test_other_formats_keep_their_code(tmp_path: Path, suffix: str) -> None:
    assert distance(save(draw_scene(4, 1300, 800), tmp_path / f"a.{suffix}")) <= NEAR_BITS


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_hashed_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(draw_scene(5, 1601, 1043), tmp_path / "a.jpg", exif=exif)
    assert distance(path) <= NEAR_BITS


def test_all_symmetries_come_with_their_quality(tmp_path: Path) -> None:
    found = hash_picture(save(draw_scene(6, 1600, 1200), tmp_path / "a.jpg"))
    assert tuple(f.symmetry for f in found) == SYMMETRIES
    expected = PDQ.compute_symmetries(draw_scene(6, 1600, 1200))
    assert [f.quality for f in found] == [f.quality for f in expected]
    for quick, whole in zip(found, expected, strict=True):
        assert distance_bits(quick, whole) <= NEAR_BITS


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_the_decoded_side_is_never_under_the_least(tmp_path: Path, options: dict[str, object]) -> None:
    for side in (255, 256, 511, 512, 1023, 1024, 2047, 2048, 2300):
        luma = open_luma(save(draw_scene(1, side, side + 70), tmp_path / "a.jpg", **options), least_side=LEAST_SIDE)
        assert min(luma.image.size) >= min(side, LEAST_SIDE)
        assert min(luma.image.size) < max(side, LEAST_SIDE) / (luma.factor - 0.99) if luma.factor > 1 else True
        assert (luma.width, luma.height) == (side, side + 70)


def read_to_the_first_scan(path: Path) -> bytes:
    """The bytes before the second scan: a reader of the first scan alone needs no more."""
    data = path.read_bytes()
    first = data.index(b"\xff\xda")
    return data[: data.index(b"\xff\xda", first + 2)]


def test_of_a_large_progressive_picture_the_first_scan_is_enough(tmp_path: Path) -> None:
    path = save(draw_scene(7, 2400, 2100), tmp_path / "a.jpg", progressive=True)
    whole = hash_picture(path)
    cut = read_to_the_first_scan(path)
    assert len(cut) < path.stat().st_size / 2
    path.write_bytes(cut)
    assert hash_picture(path) == whole


def test_of_a_small_progressive_picture_all_scans_are_needed(tmp_path: Path) -> None:
    path = save(draw_scene(7, 1200, 900), tmp_path / "a.jpg", progressive=True)
    path.write_bytes(read_to_the_first_scan(path))
    with pytest.raises(MediaRefusedError):
        hash_picture(path)


def test_a_first_scan_that_holds_no_brightness_is_not_enough(tmp_path: Path) -> None:
    path = save(draw_scene(7, 2400, 2100), tmp_path / "a.jpg", progressive=True)
    data = bytearray(path.read_bytes())
    scan = data.index(b"\xff\xda")
    count = data[scan + 4]
    assert data[scan + 5 + 2 * count] == 0, "the spectrum of the first scan begins with the mean"
    data[scan + 5 + 2 * count] = 1
    path.write_bytes(data)
    try:
        codes = hash_picture(path)
    except MediaRefusedError:
        return
    assert len(codes) == 8


def test_limits_hold(tmp_path: Path) -> None:
    path = save(draw_scene(1, 900, 700), tmp_path / "a.jpg")
    for limits in (MediaLimits(max_pixels=1000), MediaLimits(max_size_bytes=100), MediaLimits(max_scans=0)):
        with pytest.raises(MediaRefusedError):
            hash_picture(path, limits)


def test_cmyk_and_grey_are_hashed(tmp_path: Path) -> None:
    scene = draw_scene(8, 1300, 900)
    for mode in ("CMYK", "L"):
        assert distance(save(scene.convert(mode), tmp_path / "a.jpg")) <= NEAR_BITS


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (30_000, 10), (7, 5)])
def test_slivers_have_no_quality(tmp_path: Path, size: tuple[int, int]) -> None:
    for suffix in ("jpg", "png"):
        assert hash_picture(save(Image.new("RGB", size, "red"), tmp_path / f"a.{suffix}"))[0].quality == 0


def test_flipped_bytes_never_escape_as_another_error(tmp_path: Path) -> None:
    random = np.random.default_rng(9)
    buffer = BytesIO()
    draw_scene(2, 2200, 2100).save(buffer, "JPEG", progressive=True)
    good = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
    for place in random.integers(0, 900, 60):
        bad = good.copy()
        bad[place : place + 3] = random.integers(0, 256, 3)
        (tmp_path / "bad.jpg").write_bytes(bad.tobytes())
        try:
            found = hash_picture(tmp_path / "bad.jpg")
        except MediaRefusedError:
            continue
        assert len(found) == 8
