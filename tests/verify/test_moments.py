from pathlib import Path

import pytest

from tests.verify.drawing import draw_scene, save, write_video
from verify.errors import MediaRefusedError
from verify.media import MediaLimits
from verify.moments import read_moments


def test_a_picture_is_made_small_and_keeps_its_size_in_words(tmp_path: Path) -> None:
    (frame,) = read_moments(save(draw_scene(1, 800, 600), tmp_path / "a.png"), [None], max_side=320)
    assert frame.image.size == (320, 240)
    assert (frame.width, frame.height) == (800, 600)


def test_the_frame_nearest_to_each_moment_is_taken_in_the_order_asked_for(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", [draw_scene(seed) for seed in range(1, 5)])
    every = read_moments(clip, [None, 0.0, 1e9], max_side=320)
    last, first = read_moments(clip, [1e9, 0.0], max_side=320)
    assert [frame.at_seconds for frame in every] == [first.at_seconds, first.at_seconds, last.at_seconds]
    assert (last.at_seconds or 0) > (first.at_seconds or 0)
    assert max(last.image.size) == 320


def test_the_frame_is_the_one_that_is_shown_then_be_it_a_keyframe_or_not(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", [draw_scene(seed) for seed in range(1, 13)], hold=1, rate=5)
    frames = read_moments(clip, [0.5, 1.99, 2.0, 0.2], max_side=320)
    assert [frame.at_seconds for frame in frames] == [0.4, 1.8, 2.0, 0.2]


def test_the_limits_hold(tmp_path: Path) -> None:
    with pytest.raises(MediaRefusedError):
        read_moments(save(draw_scene(1), tmp_path / "a.png"), [None], max_side=64, limits=MediaLimits(max_pixels=9))
