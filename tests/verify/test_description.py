from pathlib import Path

import pytest
from PIL import Image
from pydantic import TypeAdapter

from tests.verify.drawing import draw_scene, save, write_video
from verify.description import ENGINE, MediaDescription, describe_media
from verify.errors import MediaRefusedError
from verify.hashing.symmetry import SYMMETRIES
from verify.media import MediaLimits

SCENE = draw_scene(1, 640, 480)


def test_a_picture_is_described(tmp_path: Path) -> None:
    found = describe_media(save(SCENE, tmp_path / "a.jpg"))
    assert (found.engine, found.kind, found.media_type) == (ENGINE, "image", "image/jpeg")
    assert (found.width, found.height, found.duration_seconds, found.has_audio) == (640, 480, None, None)


@pytest.mark.parametrize(("suffix", "quality"), [("jpg", 40), ("png", None)])
def test_the_quality_of_a_jpeg_is_told(tmp_path: Path, suffix: str, quality: int | None) -> None:
    path = tmp_path / f"a.{suffix}"
    SCENE.save(path, quality=40)
    assert describe_media(path).jpeg_quality == quality


def test_a_video_is_described(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.mp4", [SCENE, draw_scene(2, 640, 480)], sound=True)
    found = describe_media(clip)
    assert (found.kind, found.media_type, found.width, found.height) == ("video", "video/mp4", 640, 480)
    assert (found.duration_seconds, found.has_audio) == (2.0, True)
    assert {(f.frame_index, f.at_seconds) for f in found.fingerprints} == {(0, 0.0), (1, 1.0)}


def test_the_known_bank_gets_each_hash_of_the_whole_frame_once(tmp_path: Path) -> None:
    found = describe_media(save(SCENE, tmp_path / "a.jpg")).fingerprints
    assert [f.algorithm for f in found] == ["pdq", "phash", "dhash", "whash"]
    assert {(f.symmetry, f.region) for f in found} == {("identity", None)}


def test_probes_are_every_region_in_every_symmetry(tmp_path: Path) -> None:
    canvas = Image.new("RGB", (640, 600), "white")
    canvas.paste(SCENE, (0, 120))
    found = describe_media(save(canvas, tmp_path / "a.jpg"))
    regions = {f.region for f in found.probes}
    assert None in regions
    assert len(regions) > 1
    assert {(f.algorithm, f.region, f.symmetry) for f in found.probes} == {
        (algorithm, region, symmetry)
        for algorithm in ("pdq", "phash", "dhash")
        for region in regions
        for symmetry in SYMMETRIES
    }


def test_the_seen_bank_gets_the_probes_as_they_stand(tmp_path: Path) -> None:
    found = describe_media(save(SCENE, tmp_path / "a.jpg"))
    assert found.seen_fingerprints == tuple(p for p in found.probes if p.symmetry == "identity")


def test_the_same_file_gives_the_same_description(tmp_path: Path) -> None:
    path = save(SCENE, tmp_path / "a.jpg")
    assert describe_media(path) == describe_media(path)


def test_a_description_survives_the_way_through_json(tmp_path: Path) -> None:
    found = describe_media(save(SCENE, tmp_path / "a.jpg"))
    adapter = TypeAdapter(MediaDescription)
    assert adapter.validate_json(adapter.dump_json(found)) == found


def test_the_size_is_that_of_the_upright_picture_though_less_is_decoded(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = describe_media(save(draw_scene(3, 3000, 2000), tmp_path / "a.jpg", exif=exif))
    assert (found.width, found.height) == (2000, 3000)


def test_an_animated_picture_has_a_hash_of_each_frame_it_shows(tmp_path: Path) -> None:
    others = [draw_scene(seed, 640, 480) for seed in (2, 3)]
    found = describe_media(save(SCENE, tmp_path / "a.gif", save_all=True, append_images=others, duration=400))
    assert found.kind == "image"
    assert [f.at_seconds for f in found.fingerprints if f.algorithm == "pdq"] == [0.0, 0.4, 0.8]


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (30_000, 10), (30_000, 700), (7, 5)])
def test_pictures_without_substance_are_described_all_the_same(tmp_path: Path, size: tuple[int, int]) -> None:
    found = describe_media(save(Image.new("RGB", size, "red"), tmp_path / "a.png"))
    assert (found.width, found.height) == size
    assert {f.quality for f in found.fingerprints if f.algorithm == "pdq"} == {0}


def test_the_limits_reach_the_decoders(tmp_path: Path) -> None:
    with pytest.raises(MediaRefusedError) as refused:
        describe_media(save(SCENE, tmp_path / "a.jpg"), MediaLimits(max_pixels=1000))
    assert refused.value.reason == "too-many-pixels"


def test_what_is_no_medium_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("words")
    with pytest.raises(MediaRefusedError) as refused:
        describe_media(tmp_path / "a.jpg")
    assert refused.value.reason == "not-media"
