from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from tests.verify.drawing import draw_scene, write_video
from verify.sound import Sound, compare_sound, read_sound
from verify.timeline_alignment import Segment

RATE = 16_000
WHOLE = (Segment(0.0, 8.0, 0.0, 8.0, 1.0, 4),)

Samples = npt.NDArray[np.float32]


def make_voice(seed: int, seconds: float = 10.0) -> Samples:
    """A melody of harmonic tones that change a few times a second, like no other seed's."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    sound = np.zeros(len(time))
    for start in np.arange(0, seconds, 0.22):
        base = random.uniform(120, 500)
        weights = random.uniform(0, 1, 6)
        part = (time >= start) & (time < start + random.uniform(0.15, 0.4))
        for harmonic, weight in enumerate(weights, start=1):
            sound[part] += weight * np.sin(2 * np.pi * base * harmonic * time[part])
    return (0.1 * sound).astype(np.float32)


def write_sound(path: Path, samples: Samples, bit_rate: int = 64_000) -> Path:
    """A video of one picture with that sound, coded as AAC."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=5)
        audio = container.add_stream("aac", rate=RATE)
        assert isinstance(video, VideoStream)
        assert isinstance(audio, AudioStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio.bit_rate = bit_rate
        picture = np.asarray(draw_scene(1, 64, 48))
        for _ in range(int(len(samples) / RATE * 5)):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode(None))
        for start in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def sound_of(path: Path, samples: Samples, bit_rate: int = 64_000) -> Sound:
    found = read_sound(write_sound(path, samples, bit_rate))
    assert found is not None
    return found


def test_a_video_without_sound_has_no_fingerprint(tmp_path: Path) -> None:
    assert read_sound(write_video(tmp_path / "a.mp4", [draw_scene(1, 64, 48)])) is None


def test_sound_coded_again_and_quieter_is_kept(tmp_path: Path) -> None:
    voice = make_voice(1)
    known = sound_of(tmp_path / "a.mp4", voice)
    assert compare_sound(sound_of(tmp_path / "b.mkv", 0.3 * voice, 24_000), known, WHOLE) == "kept"


def test_another_sound_is_replaced(tmp_path: Path) -> None:
    known = sound_of(tmp_path / "a.mp4", make_voice(1))
    for seed in (2, 3, 4):
        assert compare_sound(sound_of(tmp_path / "b.mp4", make_voice(seed)), known, WHOLE) == "replaced"


def test_a_cut_is_compared_where_it_lies(tmp_path: Path) -> None:
    voice = make_voice(5, 14)
    known = sound_of(tmp_path / "a.mp4", voice)
    cut = sound_of(tmp_path / "b.mp4", voice[4 * RATE : 12 * RATE])
    segment = Segment(0.0, 7.0, 4.4, 11.4, 1.0, 3)  # time codes of frames may be off by this
    assert compare_sound(cut, known, [segment]) == "kept"
    assert compare_sound(cut, known, [Segment(0.0, 7.0, 7.0, 14.0, 1.0, 3)]) == "replaced"


def test_a_missing_track_is_removed_or_added(tmp_path: Path) -> None:
    known = sound_of(tmp_path / "a.mp4", make_voice(1))
    assert compare_sound(None, known, WHOLE) == "removed"
    assert compare_sound(known, None, WHOLE) == "added"
    assert compare_sound(None, None, WHOLE) == "none"


def test_a_track_of_silence_is_no_sound(tmp_path: Path) -> None:
    known = sound_of(tmp_path / "a.mp4", make_voice(1))
    silence = sound_of(tmp_path / "b.mp4", np.zeros(8 * RATE, dtype=np.float32))
    assert compare_sound(silence, silence, WHOLE) == "none"
    assert compare_sound(silence, known, []) == "removed"
    assert compare_sound(silence, known, WHOLE) in {"removed", "replaced"}


@pytest.mark.parametrize(
    "segments", [[], [Segment(0.0, 8.0, 0.0, 12.0, 1.5, 4)], [Segment(3.0, 3.0, 3.0, 3.0, None, 1)]]
)
def test_where_nothing_can_be_compared_nothing_is_said(tmp_path: Path, segments: list[Segment]) -> None:
    known = sound_of(tmp_path / "a.mp4", make_voice(1))
    assert compare_sound(known, known, segments) == "unknown"


def test_a_moment_of_sound_is_too_short_to_compare(tmp_path: Path) -> None:
    known = sound_of(tmp_path / "a.mp4", make_voice(1))
    short = sound_of(tmp_path / "b.mp4", make_voice(1, 0.3))
    assert compare_sound(short, known, WHOLE) in {"unknown", "removed"}
