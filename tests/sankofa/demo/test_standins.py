import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import pytest

from sankofa.demo.case import load_case
from sankofa.demo.errors import DemoCaseError, DemoPicturesMissingError
from sankofa.demo.record import StandIn
from sankofa.demo.standins import make_stand_ins
from verify.description import MediaDescription, describe_media
from verify.evidence import MediaEvidence, compare

MEDIA = {medium.key: medium for medium in load_case().media}
USES = [medium for medium in MEDIA.values() if medium.role == "use"]
MOST_BYTES = 4_000_000
_MAKE = """
import sys
from pathlib import Path
from sankofa.demo.case import load_case
from sankofa.demo.standins import make_stand_ins
make_stand_ins([medium for medium in load_case().media if medium.kind == "video"], Path(sys.argv[1]))
"""


@pytest.fixture(scope="session")
def descriptions(stand_ins: Mapping[str, Path]) -> Mapping[str, MediaDescription]:
    return {key: describe_media(path) for key, path in stand_ins.items()}


def test_the_same_media_give_the_same_bytes(stand_ins: Mapping[str, Path], tmp_path: Path) -> None:
    again = make_stand_ins(tuple(MEDIA.values()), tmp_path)
    assert {key: _digest(path) for key, path in again.items()} == {
        key: _digest(path) for key, path in stand_ins.items()
    }


def test_films_are_the_same_whatever_was_in_memory_before(stand_ins: Mapping[str, Path], tmp_path: Path) -> None:
    films = [medium for medium in MEDIA.values() if medium.kind == "video"]
    environment = {**os.environ, "MALLOC_PERTURB_": "1"}  # of glibc: what is allocated holds these bytes first

    subprocess.run([sys.executable, "-c", _MAKE, str(tmp_path)], env=environment, check=True, timeout=300)

    made = {film.key: _digest(tmp_path / film.file) for film in films}
    assert made == {film.key: _digest(stand_ins[film.key]) for film in films}


def test_no_two_stand_ins_are_the_same_file(stand_ins: Mapping[str, Path]) -> None:
    assert len({_digest(path) for path in stand_ins.values()}) == len(MEDIA)


def test_all_stand_ins_together_are_small(stand_ins: Mapping[str, Path]) -> None:
    assert sum(path.stat().st_size for path in stand_ins.values()) < MOST_BYTES


def test_scenes_of_one_photograph_do_not_overlap() -> None:
    scenes = [(medium.key, photo, box) for medium in MEDIA.values() for photo, box in _iter_areas(medium)]
    for index, (key, photo, box) in enumerate(scenes):
        for other_key, other_photo, other in scenes[index + 1 :]:
            assert photo != other_photo or key == other_key or not _overlap(box, other), (key, other_key)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.key)
def test_every_later_use_finds_its_original(use: StandIn, descriptions: Mapping[str, MediaDescription]) -> None:
    evidence = _compare(descriptions, use.key, str(use.of))
    assert evidence is not None
    assert ("mirrored" in evidence.alterations) == any(change.op == "mirror" for change in use.changes)
    assert ("border-or-caption-added" in evidence.alterations) == any(change.op == "banner" for change in use.changes)


def test_nothing_else_matches(descriptions: Mapping[str, MediaDescription]) -> None:
    """Every pair of media that do not come from one original, decoys included, both ways round."""
    wrong = [
        (query, known)
        for query in MEDIA
        for known in MEDIA
        if _root(query) != _root(known) and _compare(descriptions, query, known) is not None
    ]
    assert wrong == []


def test_the_english_film_has_sound_and_the_film_of_kidal_has_none(
    descriptions: Mapping[str, MediaDescription],
) -> None:
    assert descriptions["a1-bunker-original"].has_audio is True
    assert descriptions["a1-bunker-use"].has_audio is False


def test_films_keep_their_sound_unless_muted(descriptions: Mapping[str, MediaDescription]) -> None:
    for use in USES:
        if use.kind == "video":
            muted = any(change.op == "mute" for change in use.changes)
            assert descriptions[use.key].has_audio is not muted, use.key


def test_a_film_is_not_silent(stand_ins: Mapping[str, Path]) -> None:
    with av.open(str(stand_ins["a1-bunker-original"])) as container:
        loudest = max(float(np.abs(frame.to_ndarray()).max()) for frame in container.decode(audio=0))
    assert loudest > 0.1


def test_missing_photographs_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(DemoPicturesMissingError, match=r"pip install 'sankofa\[demo\]'"):
        make_stand_ins(tuple(MEDIA.values()), tmp_path)


def test_a_still_without_a_source_is_an_error(tmp_path: Path) -> None:
    medium = StandIn(key="lost", file="lost.jpg", kind="image", role="decoy", stands_for="nothing")
    with pytest.raises(DemoCaseError, match="lost"):
        make_stand_ins([medium], tmp_path)


def _compare(descriptions: Mapping[str, MediaDescription], query: str, known: str) -> MediaEvidence | None:
    return compare(descriptions[query].probes, descriptions[known].fingerprints)


def _root(key: str) -> str:
    return MEDIA[key].of or key


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _iter_areas(medium: StandIn) -> list[tuple[str, tuple[int, int, int, int]]]:
    """The parts of photographs that a medium shows, as left, top, right, bottom."""
    areas = []
    if medium.photo and medium.box:
        areas.append((medium.photo, [medium.box]))
    areas += [(pan.photo, [pan.start, pan.end]) for pan in medium.scenes]
    return [
        (
            photo,
            (
                min(box[0] for box in boxes),
                min(box[1] for box in boxes),
                max(box[0] + box[2] for box in boxes),
                max(box[1] + box[3] for box in boxes),
            ),
        )
        for photo, boxes in areas
    ]


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
