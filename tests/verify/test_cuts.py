from pathlib import Path

import numpy as np
import pytest

from tests.verify.drawing import draw_scene, write_video
from verify.cuts import Cuts, find_cuts, read_cuts
from verify.media import MediaLimits

SIZE = (160, 96)


def write_scenes(path: Path, lengths: list[int]) -> Path:
    """Scenes of so many frames each, ten a second."""
    frames = [draw_scene(seed, *SIZE) for seed, length in enumerate(lengths) for _ in range(length)]
    return write_video(path, frames, rate=10, hold=1)


def test_the_first_frame_of_each_new_scene_is_a_cut(tmp_path: Path) -> None:
    cuts = read_cuts(write_scenes(tmp_path / "a.mp4", [13, 22, 9]))
    assert cuts == Cuts(0.0, 4.3, (1.3, 3.5))


def test_what_lies_before_the_start_is_not_looked_at(tmp_path: Path) -> None:
    cuts = read_cuts(write_scenes(tmp_path / "a.mp4", [13, 22, 9]), start=2.0)
    assert cuts.times == (3.5,)
    assert 1.0 <= cuts.start <= 2.0


def test_a_video_of_one_scene_has_none(tmp_path: Path) -> None:
    assert read_cuts(write_scenes(tmp_path / "a.mp4", [20])).times == ()


def test_neither_a_flash_nor_what_moves_all_the_time_is_a_cut() -> None:
    moments = np.arange(30) / 10
    moving = np.add.outer(np.arange(30, dtype=np.uint8) * 4, np.zeros((18, 32), dtype=np.uint8))
    flash = np.zeros((30, 18, 32), dtype=np.uint8)
    flash[12] = 200
    assert find_cuts(moments, moving.astype(np.uint8)).times == ()
    assert find_cuts(moments, flash).times == ()


def test_only_a_bounded_part_of_a_long_video_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify.cuts._MOST_PIXELS", 20 * (1 << 15))
    cuts = read_cuts(write_scenes(tmp_path / "a.mp4", [13, 22, 9]), MediaLimits())
    assert (cuts.end, cuts.times) == (1.9, (1.3,))
