import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.verify.drawing import draw_scene, draw_waves, save, write_video
from verify.errors import MediaRefusedError
from verify.media import MediaLimits, iter_frames, open_image

SCENE = draw_scene(1, 160, 120)
ORIENTATION = 0x0112


def reason_of(path: Path, limits: MediaLimits | None = None) -> str:
    with pytest.raises(MediaRefusedError) as refused:
        open_image(path, limits)
    assert ":" in refused.value.message, "the message says what to do"
    return refused.value.reason


def mean_difference(a: Image.Image, b: Image.Image) -> float:
    return float(np.abs(np.asarray(a).astype(int) - np.asarray(b).astype(int)).mean())


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "avif", "bmp"])
def test_every_allowed_format_opens_as_rgb_whatever_its_name(tmp_path: Path, suffix: str) -> None:
    image = open_image(save(SCENE, tmp_path / f"a.{suffix}").rename(tmp_path / "noname"))
    assert (image.mode, image.size) == ("RGB", (160, 120))
    assert mean_difference(image, SCENE) < 12


@pytest.mark.parametrize("suffix", ["tiff", "jp2", "eps", "pdf"])
def test_other_formats_are_not_opened_under_a_good_name(tmp_path: Path, suffix: str) -> None:
    assert reason_of(save(SCENE, tmp_path / f"a.{suffix}").rename(tmp_path / "a.jpg")) == "format-not-allowed"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"no picture at all", "not-media"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "format-not-allowed"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "format-not-allowed"),
        (b"PK\x03\x04" + bytes(100), "format-not-allowed"),
        (b"\xff\xd8\xff\xe0 no more than a beginning", "truncated"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "damaged"),
        (b"GIF89a", "damaged"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert reason_of(tmp_path / "a.jpg") == reason


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "avif", "bmp"])
def test_a_truncated_picture_is_refused(tmp_path: Path, suffix: str) -> None:
    path = save(draw_scene(2, 400, 300), tmp_path / f"a.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert reason_of(path) in {"truncated", "damaged"}


def test_a_truncated_jpeg_is_called_so(tmp_path: Path) -> None:
    path = save(draw_scene(2, 400, 300), tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:6000])
    assert reason_of(path) == "truncated"


def test_flipped_bytes_never_escape_as_another_error(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    for suffix in ("jpg", "png", "webp", "gif", "avif", "bmp"):
        good = np.frombuffer(save(SCENE, tmp_path / f"a.{suffix}").read_bytes(), dtype=np.uint8)
        for _ in range(25):
            bad = good.copy()
            bad[random.integers(0, len(bad), 12)] = random.integers(0, 256, 12)
            (tmp_path / "bad").write_bytes(bad.tobytes())
            with suppress(MediaRefusedError):
                assert open_image(tmp_path / "bad").mode == "RGB"


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [7_100, 10_000, 14_000, 60_000])
def test_a_decompression_bomb_is_refused_by_its_header(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.png").write_bytes(png_that_claims(side, side))
    assert reason_of(tmp_path / "a.png") == "too-many-pixels"


def test_the_pixel_limit_counts_both_sides(tmp_path: Path) -> None:
    path = save(SCENE, tmp_path / "a.png")
    assert open_image(path, MediaLimits(max_pixels=160 * 120)).size == (160, 120)
    assert reason_of(path, MediaLimits(max_pixels=160 * 120 - 1)) == "too-many-pixels"


def test_a_jpeg_with_too_many_scans_is_refused_before_decoding(tmp_path: Path) -> None:
    path = save(SCENE, tmp_path / "a.jpg", progressive=True)
    data = path.read_bytes()
    scan = data.rindex(b"\xff\xda")
    path.write_bytes(data[:scan] + data[scan:-2] * 200 + data[-2:])
    assert reason_of(path) == "too-many-scans"
    assert open_image(save(SCENE, tmp_path / "b.jpg", progressive=True)).size == (160, 120)


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    assert reason_of(save(SCENE, tmp_path / "a.png"), MediaLimits(max_size_bytes=100)) == "too-large"


def test_a_video_is_not_opened_as_a_picture(tmp_path: Path) -> None:
    assert reason_of(write_video(tmp_path / "a.mp4", [SCENE], hold=1)) == "format-not-allowed"


def test_the_smallest_and_the_longest_picture_open(tmp_path: Path) -> None:
    assert open_image(save(Image.new("RGB", (1, 1)), tmp_path / "a.png")).size == (1, 1)
    assert open_image(save(Image.new("L", (30_000, 10)), tmp_path / "b.png")).size == (30_000, 10)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, suffix: str) -> None:
    undo: dict[int, Image.Transpose] = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = SCENE.transpose(undo[orientation]) if orientation in undo else SCENE
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    image = open_image(save(stored, tmp_path / f"a.{suffix}", exif=exif))
    assert image.size == SCENE.size
    assert mean_difference(image, SCENE) < 8


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")
@pytest.mark.parametrize("exif", [b"Exif\x00\x00II*\x00\xff\xff\xff\xff", b"Exif\x00\x00garbage", b"Exif\x00\x00"])
def test_damaged_exif_refuses_nothing(tmp_path: Path, exif: bytes) -> None:
    assert mean_difference(open_image(save(SCENE, tmp_path / "a.jpg", exif=exif)), SCENE) < 8


def test_cmyk_becomes_the_same_colours(tmp_path: Path) -> None:
    assert mean_difference(open_image(save(SCENE.convert("CMYK"), tmp_path / "a.jpg")), SCENE) < 8


def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path: Path) -> None:
    grey = draw_waves(120, 80)
    save(Image.fromarray(grey.astype(np.uint16) * 257), tmp_path / "a.png")
    assert np.array_equal(np.asarray(open_image(tmp_path / "a.png"))[:, :, 0], grey)


def test_transparent_parts_of_a_palette_are_shown_on_white(tmp_path: Path) -> None:
    palette = Image.new("P", (40, 40), 0)
    palette.putpalette([0, 0, 0, 200, 10, 10])
    palette.paste(1, (0, 0, 20, 40))
    image = open_image(save(palette, tmp_path / "a.png", transparency=0))
    assert image.getpixel((30, 20)) == (255, 255, 255)
    assert image.getpixel((10, 20)) == (200, 10, 10)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_half_transparency_is_mixed_with_white(tmp_path: Path, mode: str) -> None:
    veil = Image.new("RGBA", (20, 20), (0, 0, 0, 127)).convert(mode)
    image = open_image(save(veil, tmp_path / "a.png"))
    assert image.getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_pictures_of_few_colours_open(tmp_path: Path, mode: str) -> None:
    assert open_image(save(SCENE.convert(mode), tmp_path / "a.png")).mode == "RGB"


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animated_picture_opens_at_its_first_frame(tmp_path: Path, suffix: str) -> None:
    second = draw_scene(9, 160, 120)
    path = save(SCENE, tmp_path / f"a.{suffix}", save_all=True, append_images=[second], duration=500)
    assert mean_difference(open_image(path), SCENE) < 12


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_the_frames_of_an_animated_picture_have_their_times(tmp_path: Path, suffix: str) -> None:
    others = [draw_scene(seed, 160, 120) for seed in range(30, 40)]
    path = save(SCENE, tmp_path / f"a.{suffix}", save_all=True, append_images=others, duration=500)
    frames = list(iter_frames(path, MediaLimits(max_frames=4)))
    assert [(f.index, f.at_seconds) for f in frames] == [(0, 0.0), (1, 0.5), (2, 1.0), (3, 1.5)]
    assert mean_difference(frames[3].image, others[2]) < 12


def test_the_frames_of_an_animated_picture_share_the_pixel_limit(tmp_path: Path) -> None:
    path = save(SCENE, tmp_path / "a.gif", save_all=True, append_images=[draw_scene(s, 160, 120) for s in range(8)])
    assert len(list(iter_frames(path, MediaLimits(max_pixels=3 * 160 * 120)))) == 3


def test_a_reduced_decode_keeps_the_shorter_side_and_tells_the_true_size(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path = save(draw_scene(1, 2048, 1200), tmp_path / "a.jpg", exif=exif)
    frame = next(iter_frames(path, MediaLimits(), least_side=256))
    assert (frame.width, frame.height) == (1200, 2048)
    assert 256 <= frame.image.width < 600
    assert frame.image.height > frame.image.width
