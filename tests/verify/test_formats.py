import os
from pathlib import Path

import pytest

from tests.verify.drawing import draw_scene, save, write_video
from verify.errors import MediaRefusedError
from verify.formats import sniff_bytes, sniff_media_type

SCENE = draw_scene(1, 64, 48)


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
        ("avif", "image/avif"),
        ("bmp", "image/bmp"),
        ("tiff", "image/tiff"),
        ("jp2", "image/jp2"),
        ("pdf", "application/pdf"),
        ("eps", "application/postscript"),
    ],
)
def test_pictures_are_told_by_their_bytes_and_not_by_their_name(tmp_path: Path, suffix: str, media_type: str) -> None:
    misnamed = save(SCENE, tmp_path / f"a.{suffix}").rename(tmp_path / "a.mp4")
    assert sniff_media_type(misnamed) == media_type


@pytest.mark.parametrize(
    ("suffix", "codec", "media_type"),
    [
        ("mp4", "libx264", "video/mp4"),
        ("mov", "libx264", "video/quicktime"),
        ("mkv", "libx264", "video/x-matroska"),
        ("webm", "libvpx", "video/webm"),
    ],
)
def test_videos_are_told_by_their_bytes(tmp_path: Path, suffix: str, codec: str, media_type: str) -> None:
    clip = write_video(tmp_path / f"a.{suffix}", [SCENE], hold=2, codec=codec)
    assert sniff_media_type(clip.rename(tmp_path / "a.jpg")) == media_type


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><rss/>", None),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\nhttp://127.0.0.1:9/a.ts\n", "application/vnd.apple.mpegurl"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "application/sdp"),
        (b"PK\x03\x04" + bytes(40), "application/zip"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "image/heic"),
        (b"\x00\x00\x00\x1cftypmif1" + bytes(4) + b"mif1avif" + bytes(8), "image/avif"),
        (b"\x00\x00\x00\x1cftypmif1" + bytes(4) + b"mif1heic" + bytes(8), "image/heic"),
        (b"\x00\x00\x00\x14ftypqt  " + bytes(20), "video/quicktime"),
        (b"BM, said the letter", None),
        (b"just some words", None),
        (b"\xff", None),
        (bytes(4096), None),
    ],
)
def test_what_the_first_bytes_show(head: bytes, media_type: str | None) -> None:
    assert sniff_bytes(head) == media_type


def test_a_file_without_bytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with pytest.raises(MediaRefusedError) as refused:
        sniff_media_type(tmp_path / "a.jpg")
    assert refused.value.reason == "empty"


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jpg"):
        with pytest.raises(MediaRefusedError) as refused:
            sniff_media_type(path)
        assert refused.value.reason == "unreadable"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(MediaRefusedError) as refused:
        sniff_media_type(tmp_path / "pipe.jpg")
    assert refused.value.reason == "unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file: run the tests as a plain user")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = save(SCENE, tmp_path / "a.png")
    path.chmod(0)
    with pytest.raises(MediaRefusedError) as refused:
        sniff_media_type(path)
    assert refused.value.reason == "unreadable"
