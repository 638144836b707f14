"""What is found and what is not, on real photographs, with no wrong match anywhere."""

from itertools import permutations
from pathlib import Path

import pytest
from PIL import Image

from tests.verify.alterations import ALTERATIONS, HARDER_ALTERATIONS, LOST_ALTERATIONS, Alteration
from tests.verify.drawing import draw_page, draw_scene, save, write_video
from tests.verify.photographs import NAMES, cut_into_quarters, load_photographs
from verify.description import MediaDescription, describe_media
from verify.evidence import MediaEvidence, compare


@pytest.fixture(scope="module")
def photographs() -> dict[str, Image.Image]:
    return load_photographs()


@pytest.fixture(scope="module")
def known(photographs: dict[str, Image.Image], tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaDescription]:
    folder = tmp_path_factory.mktemp("known")
    return {name: describe(image, folder / f"{name}.jpg", 92) for name, image in photographs.items()}


def describe(image: Image.Image, path: Path, quality: int = 75) -> MediaDescription:
    return describe_media(save(image, path, quality=quality))


def find(query: MediaDescription, known: dict[str, MediaDescription]) -> dict[str, MediaEvidence]:
    found = {name: compare(query.probes, medium.fingerprints) for name, medium in known.items()}
    return {name: evidence for name, evidence in found.items() if evidence is not None}


def find_all(
    alteration: Alteration,
    photographs: dict[str, Image.Image],
    known: dict[str, MediaDescription],
    folder: Path,
    quality: int,
) -> dict[str, set[str]]:
    return {
        name: set(find(describe(alteration(image), folder / f"{name}.jpg", quality), known))
        for name, image in photographs.items()
    }


@pytest.mark.parametrize("quality", [75, 30])
@pytest.mark.parametrize("name", ALTERATIONS)
def test_every_photograph_and_no_other_is_found(
    name: str, quality: int, photographs: dict[str, Image.Image], known: dict[str, MediaDescription], tmp_path: Path
) -> None:
    found = find_all(ALTERATIONS[name], photographs, known, tmp_path, quality)
    assert found == {photograph: {photograph} for photograph in NAMES}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("4 % cropped in a corner", 7),
        ("6 % cropped all round", 7),
        ("8 % cropped all round", 3),
        ("black caption below, 10 %", 8),
        ("phone screenshot", 8),
    ],
)
def test_most_photographs_and_no_other_are_found(
    name: str, least: int, photographs: dict[str, Image.Image], known: dict[str, MediaDescription], tmp_path: Path
) -> None:
    found = find_all(HARDER_ALTERATIONS[name], photographs, known, tmp_path, 75)
    assert all(names <= {photograph} for photograph, names in found.items())
    assert sum(map(len, found.values())) >= least


@pytest.mark.parametrize("name", LOST_ALTERATIONS)
def test_nothing_is_claimed_of_what_is_not_seen(
    name: str, photographs: dict[str, Image.Image], known: dict[str, MediaDescription], tmp_path: Path
) -> None:
    found = find_all(LOST_ALTERATIONS[name], photographs, known, tmp_path, 75)
    assert not any(found.values())


def test_neighbouring_parts_of_one_photograph_are_not_taken_for_each_other(
    photographs: dict[str, Image.Image], known: dict[str, MediaDescription], tmp_path: Path
) -> None:
    for name, image in photographs.items():
        quarters = [describe(part, tmp_path / f"{name}{i}.jpg") for i, part in enumerate(cut_into_quarters(image))]
        for one, other in permutations(quarters, 2):
            assert compare(one.probes, other.fingerprints) is None, name
        assert not any(find(quarter, known) for quarter in quarters), name


def test_two_shots_of_one_scene_are_not_one_picture(tmp_path: Path) -> None:
    shots = load_photographs(["motorcycle_left", "motorcycle_right"])
    left, right = (describe(image, tmp_path / f"{name}.jpg") for name, image in shots.items())
    assert compare(left.probes, right.fingerprints) is None


def test_drawn_scenes_are_found_mirrored_and_never_taken_for_each_other(tmp_path: Path) -> None:
    scenes = {str(seed): draw_scene(seed) for seed in range(20)}
    known = {name: describe(scene, tmp_path / f"k{name}.jpg", 92) for name, scene in scenes.items()}
    for name, scene in scenes.items():
        query = describe(scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT), tmp_path / f"q{name}.jpg", 30)
        assert set(find(query, known)) == {name}


def test_pages_under_one_letterhead_are_never_matched(tmp_path: Path) -> None:
    pages = [describe(draw_page(seed), tmp_path / f"{seed}.jpg") for seed in range(5)]
    for one, other in permutations(pages, 2):
        assert compare(one.probes, other.fingerprints) is None


@pytest.mark.parametrize("colour", ["white", "black", "red"])
def test_blank_pictures_match_nothing_not_even_themselves(
    colour: str, known: dict[str, MediaDescription], tmp_path: Path
) -> None:
    blank = describe(Image.new("RGB", (640, 480), colour), tmp_path / "blank.jpg")
    assert compare(blank.probes, blank.fingerprints) is None
    assert not find(blank, known)


def pan(image: Image.Image, steps: int = 4) -> list[Image.Image]:
    """Frames of a camera that goes along the picture."""
    width, height = image.width // 2 // 2 * 2, image.height // 2 * 2
    return [
        image.crop((x, 0, x + width, height)) for x in (i * (image.width - width) // (steps - 1) for i in range(steps))
    ]


def test_a_muted_and_recompressed_video_is_found_with_its_time_codes(
    photographs: dict[str, Image.Image], tmp_path: Path
) -> None:
    clips = {name: pan(photographs[name]) for name in ("coffee", "rocket", "astronaut")}
    known = {
        name: describe_media(write_video(tmp_path / f"{name}.mp4", frames, sound=True, quality=20))
        for name, frames in clips.items()
    }
    for name, frames in clips.items():
        query = describe_media(write_video(tmp_path / f"q_{name}.mp4", frames[1:], quality=38))
        found = find(query, known)
        assert set(found) == {name}
        assert found[name].time_codes == ((0.0, 1.0), (1.0, 2.0), (2.0, 3.0))
        assert (known[name].has_audio, query.has_audio) == (True, False)


def test_a_mirrored_letterboxed_video_and_a_still_from_it_are_found(
    photographs: dict[str, Image.Image], tmp_path: Path
) -> None:
    frames = pan(photographs["coffee"])
    known = {"coffee": describe_media(write_video(tmp_path / "k.mp4", frames))}
    boxed = [Image.new("RGB", (f.width, f.height + 80)) for f in frames]
    for canvas, frame in zip(boxed, frames, strict=True):
        canvas.paste(frame.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (0, 40))
    video = find(describe_media(write_video(tmp_path / "q.mp4", boxed, quality=34)), known)
    assert video["coffee"].alterations == ("mirrored", "border-or-caption-added")
    still = find(describe(frames[2], tmp_path / "still.jpg"), known)
    assert still["coffee"].time_codes == ((None, 2.0),)
