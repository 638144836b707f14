import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL.PngImagePlugin import PngInfo
from pydantic import TypeAdapter

from tests.verify.drawing import draw_scene, save, write_video
from tests.verify.metadata.signing import make_signer
from tests.verify.metadata.test_exif import exif_of
from tests.verify.metadata.test_iptc import dataset
from tests.verify.metadata.test_xmp import packet
from verify.errors import MediaRefusedError
from verify.metadata import FileFacts, read_metadata

SCENE = draw_scene(1, 320, 240)
EXIF = exif_of({271: "Acme"}, gps={1: "N", 2: (12.0, 39.0, 36.0), 3: "W", 4: (8.0, 0.0, 18.0)})
AI_MADE = packet(
    "", 'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"'
)


def save_with_iptc(path: Path, block: bytes) -> Path:
    """A JPEG with the block among its Photoshop resources, written by hand since Pillow writes none."""
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(block)) + block + b"\x00" * (len(block) % 2)
    segment = b"Photoshop 3.0\x00" + resource
    plain = save(SCENE, path).read_bytes()
    path.write_bytes(plain[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + plain[2:])
    return path


def add_png_chunk(path: Path, kind: bytes, content: bytes) -> Path:
    """Add a chunk after the pixels."""
    data = path.read_bytes()
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    path.write_bytes(data[:-12] + chunk + data[-12:])
    return path


def test_a_picture_that_says_nothing_has_no_facts(tmp_path: Path) -> None:
    found = read_metadata(save(SCENE, tmp_path / "a.bmp"))
    assert (found.exif, found.xmp, found.iptc, found.other, found.position) == ((), (), (), (), None)
    assert found.digital_source_types == ()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_exif_and_xmp_are_read_in_every_format_that_carries_them(tmp_path: Path, suffix: str) -> None:
    found = read_metadata(save(SCENE, tmp_path / f"a.{suffix}", exif=EXIF, xmp=AI_MADE))
    if suffix != "png":  # Pillow writes XMP into a PNG only as a text chunk
        assert found.digital_source_types == ("trainedAlgorithmicMedia",)
    assert ("Make", "Acme") in found.exif


def test_a_position_is_said_to_be_present_and_given(tmp_path: Path) -> None:
    found = read_metadata(save(SCENE, tmp_path / "a.jpg", exif=EXIF))
    assert ("GPS", "present") in found.exif
    assert found.position == (12.66, -8.005)


def test_iptc_is_read_with_its_words(tmp_path: Path) -> None:
    block = dataset(120, "Légende".encode()) + dataset(40, b"FBMD01000a9a0d")
    found = read_metadata(save_with_iptc(tmp_path / "a.jpg", block))
    assert found.iptc == (("Caption", "Légende"), ("SpecialInstructions", "FBMD01000a9a0d"))


def test_comments_and_text_chunks_are_read(tmp_path: Path) -> None:
    texts = PngInfo()
    texts.add_text("parameters", "a soldier, photorealistic, seed 7")
    assert read_metadata(save(SCENE, tmp_path / "a.png", pnginfo=texts)).other == (
        ("parameters", "a soldier, photorealistic, seed 7"),
    )
    assert ("comment", "made by hand") in read_metadata(save(SCENE, tmp_path / "a.jpg", comment="made by hand")).other
    assert ("comment", "a gif") in read_metadata(save(SCENE, tmp_path / "a.gif", comment=b"a gif")).other


def test_chunks_after_the_pixels_of_a_png_are_read(tmp_path: Path) -> None:
    path = add_png_chunk(save(SCENE, tmp_path / "a.png"), b"tEXt", b"Comment\x00late")
    add_png_chunk(path, b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + AI_MADE)
    found = read_metadata(add_png_chunk(path, b"eXIf", EXIF.removeprefix(b"Exif\x00\x00")))
    assert ("Comment", "late") in found.other
    assert ("Make", "Acme") in found.exif
    assert found.digital_source_types == ("trainedAlgorithmicMedia",)


def test_a_video_tells_its_tags(tmp_path: Path) -> None:
    import av

    clip = write_video(tmp_path / "a.mp4", [SCENE], sound=True)
    with av.open(str(clip)) as source, av.open(str(tmp_path / "b.mp4"), "w") as target:
        target.metadata["title"] = "Kidal\u202e 2023"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet_ in source.demux(source.streams.video[0]):
            if packet_.dts is not None:
                packet_.stream = stream
                target.mux(packet_)
    assert ("title", "Kidal 2023") in read_metadata(tmp_path / "b.mp4").other


def test_source_types_of_xmp_and_credentials_are_told_once(tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    (tmp_path / "a.jpg").write_bytes(make_signer().sign(SCENE))
    found = read_metadata(tmp_path / "a.jpg")
    assert found.credentials.state == "untrusted"
    assert found.digital_source_types == ("trainedAlgorithmicMedia",)


def test_the_list_of_trusted_signers_is_used(tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    signer = make_signer()
    (tmp_path / "a.jpg").write_bytes(signer.sign(SCENE))
    assert read_metadata(tmp_path / "a.jpg", trust_anchors=signer.root_pem).credentials.state == "trusted"


def test_hostile_fields_are_plain_text_within_their_limits(tmp_path: Path) -> None:
    exif = exif_of({271: "<script>alert(1)</script>", 270: "x" * 60_000, 315: "a\u202eb"})
    found = read_metadata(save(SCENE, tmp_path / "a.jpg", exif=exif, comment=b"\x1b[2J" + b"y" * 60_000))
    values = dict([*found.exif, *found.other])
    assert values["Make"] == "<script>alert(1)</script>"
    assert "\u202e" not in values["Artist"]
    assert all(len(value.encode()) <= 64 * 1024 and "\x1b" not in value for value in values.values())


def test_hostile_xmp_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    hostile = packet("<dc:title>&b;</dc:title>", before=laughs)
    found = read_metadata(save(SCENE, tmp_path / "a.jpg", exif=EXIF, xmp=hostile))
    assert found.xmp == ()
    assert any("entities" in note for note in found.notes)
    assert ("Make", "Acme") in found.exif


def test_a_compressed_text_that_unfolds_without_end_is_noted_and_hides_nothing_else(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(300_000_000), 9)
    path = add_png_chunk(save(SCENE, tmp_path / "a.png", exif=EXIF), b"zTXt", b"Comment\x00\x00" + bomb)
    found = read_metadata(path)
    assert found.other == ()
    assert any("text chunks" in note for note in found.notes)
    assert ("Make", "Acme") in found.exif


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_exif_is_noted(tmp_path: Path) -> None:
    found = read_metadata(save(SCENE, tmp_path / "a.jpg", exif=b"Exif\x00\x00garbage"))
    assert found.exif == ()
    assert any("EXIF" in note for note in found.notes)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_flipped_bytes_never_escape_as_another_error(tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    for suffix in ("jpg", "png", "webp", "avif"):
        good = np.frombuffer(save(SCENE, tmp_path / f"a.{suffix}", exif=EXIF, xmp=AI_MADE).read_bytes(), dtype=np.uint8)
        for _ in range(40):
            bad = good.copy()
            bad[random.integers(0, min(len(bad), 900), 8)] = random.integers(0, 256, 8)
            (tmp_path / "bad").write_bytes(bad.tobytes())
            with suppress(MediaRefusedError):
                assert isinstance(read_metadata(tmp_path / "bad"), FileFacts)


def test_what_is_no_medium_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("words")
    with pytest.raises(MediaRefusedError):
        read_metadata(tmp_path / "a.jpg")


def test_facts_survive_the_way_through_json(tmp_path: Path) -> None:
    adapter = TypeAdapter(FileFacts)
    found = read_metadata(save(SCENE, tmp_path / "a.jpg", exif=EXIF, xmp=AI_MADE))
    assert adapter.validate_json(adapter.dump_json(found)) == found


def test_a_picture_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [save(SCENE, tmp_path / f"a.{suffix}", exif=EXIF) for suffix in ("jpg", "png", "webp")]

    def refuse(*_: object) -> None:
        raise AssertionError("decoded")

    for kind in ("PIL.ImageFile.ImageFile.load", "PIL.WebPImagePlugin.WebPImageFile.load"):
        monkeypatch.setattr(kind, refuse)
    assert all(("Make", "Acme") in read_metadata(path).exif for path in paths)
