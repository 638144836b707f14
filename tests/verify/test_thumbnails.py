from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from verify.errors import MediaRefusedError
from verify.thumbnails import Thumbnail, build_thumbnail

ORIENTATION = 0x0112


def open_thumbnail(thumbnail: Thumbnail) -> Image.Image:
    image = Image.open(BytesIO(thumbnail.content))
    image.load()
    assert image.size == (thumbnail.width, thumbnail.height)
    return image


def build_landscape(size: tuple[int, int] = (900, 600)) -> Image.Image:
    noise = np.random.default_rng(7).integers(0, 255, (8, 12, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def write_video(path: Path, frames: list[Image.Image]) -> Path:
    """One keyframe a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1, options={"g": "1"})
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        for image in frames:
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def test_the_longer_side_is_bounded_and_the_shape_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    build_landscape().save(path)
    thumbnail = open_thumbnail(build_thumbnail(path, max_side=300))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (300, 200))


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    build_landscape((60, 40)).save(path)
    assert open_thumbnail(build_thumbnail(path)).size == (60, 40)


def test_no_metadata_travels(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    build_landscape().save(path, exif=exif, comment=b"secret comment", icc_profile=b"secret profile")
    thumbnail = build_thumbnail(path)
    assert b"secret" in path.read_bytes()
    assert b"secret" not in thumbnail.content
    assert not open_thumbnail(thumbnail).getexif()


def test_a_picture_on_its_side_is_set_upright(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    build_landscape().save(path, exif=exif)
    assert open_thumbnail(build_thumbnail(path, max_side=300)).size == (200, 300)


def test_of_a_video_the_first_frame_that_shows_something_is_taken(tmp_path: Path) -> None:
    scene = build_landscape((640, 480))
    path = write_video(tmp_path / "a.mp4", [Image.new("RGB", (640, 480), "black"), scene, Image.new("RGB", (640, 480))])
    thumbnail = open_thumbnail(build_thumbnail(path)).convert("L")
    expected = scene.resize(thumbnail.size).convert("L")
    difference = np.abs(np.asarray(thumbnail, dtype=int) - np.asarray(expected, dtype=int)).mean()
    assert difference < 12


def test_an_empty_video_still_shows_a_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [Image.new("RGB", (320, 240), "black")])
    assert open_thumbnail(build_thumbnail(path)).size == (320, 240)


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    build_landscape().save(path)
    assert build_thumbnail(path) == build_thumbnail(path)


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"no picture at all")
    with pytest.raises(MediaRefusedError):
        build_thumbnail(path)
