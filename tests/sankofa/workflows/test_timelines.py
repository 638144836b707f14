"""Where a part of a known video lies in it, as `check` says."""

from pathlib import Path

import pytest
from PIL import Image

from sankofa.desk import Desk
from sankofa.workflows.check import check_file
from sankofa.workflows.known import add_known, compute_sha256
from tests.sankofa.desks import open_test_desk
from tests.verify.drawing import draw_scene, write_video
from verify.evidence import MediaEvidence

LENGTHS = (24, 37, 18, 41)
"""Frames of each scene, ten a second."""

WIDE = draw_scene(3, 720, 240)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_test_desk(tmp_path)


def film_scenes() -> list[Image.Image]:
    return [draw_scene(seed, 320, 240) for seed, length in enumerate(LENGTHS) for _ in range(length)]


def film_pan() -> list[Image.Image]:
    """Twelve seconds of one picture over which the camera moves."""
    return [WIDE.crop((step * 3, 0, step * 3 + 320, 240)) for step in range(120)]


def write(path: Path, frames: list[Image.Image], keyframe_every: int) -> Path:
    return write_video(path, frames, rate=10, hold=1, keyframe_every=keyframe_every)


def check_part(desk: Desk, folder: Path, frames: list[Image.Image], first: int) -> MediaEvidence:
    """What is said of what is left of a known video when its first frames are cut off, its keyframes elsewhere."""
    add_known(desk, write(folder / "known.mp4", frames, keyframe_every=50))
    part = write(folder / "part.mp4", frames[first:], keyframe_every=23)
    (match,) = check_file(desk, part, "part.mp4").matches
    assert match.evidence is not None
    return match.evidence


@pytest.mark.parametrize(("frames", "first"), [(film_scenes(), 13), (film_scenes(), 31), (film_pan(), 40)])
def test_a_part_is_placed_to_a_fraction_of_a_second(
    desk: Desk, tmp_path: Path, frames: list[Image.Image], first: int
) -> None:
    (segment,) = check_part(desk, tmp_path, frames, first).segments
    assert segment.known_start - segment.query_start == pytest.approx(first / 10, abs=0.3)
    assert segment.known_end - segment.query_end == pytest.approx(first / 10, abs=0.3)


def test_a_known_video_whose_original_is_lost_is_found_all_the_same(desk: Desk, tmp_path: Path) -> None:
    frames = film_scenes()
    known = write(tmp_path / "known.mp4", frames, keyframe_every=50)
    add_known(desk, known)
    with desk.vault.open_local(compute_sha256(known)) as original:
        original.unlink()

    (match,) = check_file(desk, write(tmp_path / "part.mp4", frames[13:], keyframe_every=23), "part.mp4").matches

    assert match.evidence is not None
    assert match.evidence.segments
