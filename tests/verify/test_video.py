import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from PIL import Image, ImageEnhance

from tests.verify.drawing import draw_scene, save, write_video
from verify.errors import MediaRefusedError
from verify.media import MediaLimits
from verify.video import find_steady_bars, read_video

SCENES = [draw_scene(seed, 320, 240) for seed in range(4)]


def reason_of(path: Path, limits: MediaLimits | None = None) -> str:
    with pytest.raises(MediaRefusedError) as refused:
        read_video(path, limits)
    return refused.value.reason


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp4", "libx264"), ("mov", "libx264"), ("mkv", "libx264"), ("webm", "libvpx")]
)
def test_keyframes_come_with_their_times(tmp_path: Path, suffix: str, codec: str) -> None:
    reading = read_video(write_video(tmp_path / f"a.{suffix}", SCENES, codec=codec))
    assert [frame.at_seconds for frame in reading.frames] == [0.0, 1.0, 2.0, 3.0]
    assert (reading.width, reading.height, reading.duration_seconds) == (320, 240, 4.0)
    for frame, scene in zip(reading.frames, SCENES, strict=True):
        assert np.abs(np.asarray(frame.image).astype(int) - np.asarray(scene).astype(int)).mean() < 15


def test_near_identical_keyframes_are_folded(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", [SCENES[0]] * 4 + [SCENES[1]] * 4, hold=2)
    assert [frame.at_seconds for frame in read_video(clip).frames] == [0.0, 1.6]


@pytest.mark.parametrize("sound", [True, False])
def test_sound_is_noted(tmp_path: Path, sound: bool) -> None:
    assert read_video(write_video(tmp_path / "a.mp4", SCENES[:1], sound=sound)).has_audio is sound


def test_too_many_keyframes_are_spread_over_the_video(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", [draw_scene(seed, 160, 120) for seed in range(40)], hold=1)
    frames = read_video(clip, MediaLimits(max_keyframes=5)).frames
    times = [frame.at_seconds or 0.0 for frame in frames]
    assert len(times) <= 5
    assert times[-1] > 6.0


def test_frames_are_scaled_down_and_the_true_size_is_told(tmp_path: Path) -> None:
    reading = read_video(write_video(tmp_path / "a.mp4", SCENES[:1]), least_side=120)
    assert (reading.width, reading.height, reading.frames[0].image.size) == (320, 240, (160, 120))


def test_a_video_filmed_upright_is_turned(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", SCENES[:1])
    data = bytearray(clip.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    assert data[matrix : matrix + 4] == (1 << 16).to_bytes(4, "big")
    quarter = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30]
    data[matrix : matrix + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in quarter)
    clip.write_bytes(data)
    reading = read_video(clip)
    expected = np.rot90(np.asarray(SCENES[0]), -1).astype(int)
    assert (reading.width, reading.height) == (240, 320)
    assert np.abs(np.asarray(reading.frames[0].image).astype(int) - expected).mean() < 15


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n", "format-not-allowed"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n", "format-not-allowed"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "not-media"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(200), "damaged"),
        (b"\x1aE\xdf\xa3" + bytes(200), "damaged"),
    ],
)
def test_what_is_no_video_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    assert reason_of(tmp_path / "a.mp4") == reason


@pytest.mark.parametrize("disguise", [b"", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42"])
def test_no_socket_and_no_other_file_is_opened(tmp_path: Path, disguise: bytes) -> None:
    playlist = b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n" + str(tmp_path / "other.mp4").encode()
    (tmp_path / "a.mp4").write_bytes(disguise + playlist)
    before = {path.name for path in tmp_path.iterdir()}
    assert reason_of(tmp_path / "a.mp4") in {"format-not-allowed", "damaged"}
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc/self/fd")
def test_the_file_is_closed_after_reading_and_after_refusing(tmp_path: Path) -> None:
    good, bad = write_video(tmp_path / "a.mp4", SCENES[:1]), tmp_path / "b.mp4"
    bad.write_bytes(good.read_bytes()[:100])
    read_video(good)
    reason_of(bad)
    held = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert not {good, bad} & set(held)


def test_a_clip_cut_off_before_its_index_is_refused(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", SCENES)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    assert reason_of(clip) == "damaged"


def test_a_clip_cut_off_later_gives_what_is_there(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mkv", SCENES)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    assert 1 <= len(read_video(clip).frames) < 4


def test_flipped_bytes_never_escape_as_another_error(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    for suffix in ("mp4", "mkv"):
        good = np.frombuffer(write_video(tmp_path / f"a.{suffix}", SCENES[:2]).read_bytes(), dtype=np.uint8)
        for _ in range(20):
            bad = good.copy()
            bad[random.integers(0, len(bad), 40)] = random.integers(0, 256, 40)
            (tmp_path / "bad").write_bytes(bad.tobytes())
            with suppress(MediaRefusedError):
                assert read_video(tmp_path / "bad").frames


def test_a_picture_is_not_opened_as_a_video(tmp_path: Path) -> None:
    assert reason_of(save(SCENES[0], tmp_path / "a.mp4.png")) == "format-not-allowed"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (MediaLimits(max_duration_seconds=1), "too-long"),
        (MediaLimits(max_pixels=1000), "too-many-pixels"),
        (MediaLimits(max_size_bytes=1000), "too-large"),
    ],
)
def test_what_is_over_a_limit_is_refused(tmp_path: Path, limits: MediaLimits, reason: str) -> None:
    assert reason_of(write_video(tmp_path / "a.mp4", SCENES[:2]), limits) == reason


def write_sparse(path: Path, scenes: list[int], seconds_each: float, *, rate: int = 5, codec: str = "libx264") -> Path:
    """A clip whose first frame is its only keyframe; each scene holds for as long."""
    with av.open(str(path), "w") as container:
        options = {"g": "100000", "sc_threshold": "0", "bf": "2"} if codec == "libx264" else {"g": "100000"}
        stream = container.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in scenes:
            picture = np.asarray(draw_scene(number, 320, 240))
            for _ in range(round(seconds_each * rate)):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("codec", ["libx264", "libvpx", "mpeg4"])
def test_between_keyframes_that_lie_far_apart_a_frame_is_decoded(tmp_path: Path, codec: str) -> None:
    clip = write_sparse(tmp_path / "a.mkv", [0, 1, 2, 3, 4, 5], 8, codec=codec)
    times = [frame.at_seconds or 0.0 for frame in read_video(clip).frames]
    assert times[0] == 0.0
    assert len(times) >= 4
    assert max(later - earlier for earlier, later in pairwise(times)) <= 20
    assert times == sorted(times)


def test_a_frame_in_between_is_the_picture_of_its_moment(tmp_path: Path) -> None:
    clip = write_sparse(tmp_path / "a.mp4", [0, 1, 2, 3], 8)
    for frame in read_video(clip).frames:
        scene = draw_scene(int((frame.at_seconds or 0.0) // 8), 320, 240)
        assert np.abs(np.asarray(frame.image).astype(int) - np.asarray(scene).astype(int)).mean() < 20


def test_a_stretch_of_up_to_ten_seconds_is_left_alone(tmp_path: Path) -> None:
    clip = write_sparse(tmp_path / "a.mp4", [0, 1], 4.9)
    assert [frame.at_seconds for frame in read_video(clip).frames] == [0.0]


def test_of_a_stretch_of_up_to_twenty_seconds_the_middle_is_taken(tmp_path: Path) -> None:
    clip = write_sparse(tmp_path / "a.mp4", [0, 1, 2], 5)
    times = [frame.at_seconds for frame in read_video(clip).frames]
    assert len(times) == 2
    assert times[1] == pytest.approx(7.4, abs=1)


def test_what_is_decoded_in_between_has_an_end(tmp_path: Path) -> None:
    clip = write_sparse(tmp_path / "a.mp4", list(range(8)), 8)
    assert len(read_video(clip, MediaLimits(max_between_seconds=15)).frames) < len(read_video(clip).frames)


def add_bars(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (image.width, image.height + 120), "black")
    canvas.paste(image, (0, 60))
    return canvas


def test_bars_that_stay_through_the_video_are_found() -> None:
    dark = ImageEnhance.Brightness(SCENES[0]).enhance(0.1)
    region = find_steady_bars([add_bars(image) for image in (dark, *SCENES)])
    assert region is not None
    assert (region.left, region.width) == (0.0, 1.0)
    assert region.top == pytest.approx(60 / 360, abs=0.02)
    assert region.height == pytest.approx(240 / 360, abs=0.03)


def test_a_video_without_bars_has_none() -> None:
    assert find_steady_bars(SCENES) is None
    assert find_steady_bars([SCENES[0]]) is None
    assert find_steady_bars([Image.new("RGB", (64, 64))] * 3) is None
