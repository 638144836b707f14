from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from index.errors import OriginalMissingError
from index.model import MediaItem
from sankofa.workflows.proof import MOST_MEETINGS, list_meetings, list_names, prove, prove_file, write_proof
from tests.sankofa.desks import open_test_desk
from tests.verify.drawing import draw_scene, save, write_video
from verify.evidence import MediaEvidence, Transformation

BY_HASH = MediaEvidence("pdq", 10, (), "identity", None, None, (), Transformation(), ())


def test_of_two_stills_there_is_one_proof(tmp_path: Path) -> None:
    query, known = save(draw_scene(1, 800, 600), tmp_path / "a.jpg"), save(draw_scene(1, 400, 300), tmp_path / "b.png")
    pictures = prove(open_test_desk(tmp_path), BY_HASH, query, known, max_side=320)
    assert tuple(picture.name for picture in pictures) == list_names(BY_HASH)
    with Image.open(BytesIO(pictures[0].content)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (320, 240))


def test_of_a_video_the_frames_that_met_are_shown(tmp_path: Path) -> None:
    scenes = [draw_scene(seed) for seed in range(1, 5)]
    known, query = write_video(tmp_path / "a.mp4", scenes), write_video(tmp_path / "b.mp4", scenes[1:])
    evidence = replace(BY_HASH, time_codes=((0.0, 1.0), (1.0, 2.0), (2.0, 3.0)))
    pictures = {picture.name: picture for picture in prove(open_test_desk(tmp_path), evidence, query, known)}
    assert set(pictures) == set(list_names(evidence))
    assert pictures["side-by-side-3"].meeting == (2.0, 3.0)
    with Image.open(BytesIO(pictures["difference"].content)) as difference:
        low, _ = difference.convert("L").resize((8, 8)).getextrema()
    assert isinstance(low, int)
    assert low > 200


def test_many_meetings_are_spread_from_the_first_to_the_last() -> None:
    codes = tuple((float(second), float(second)) for second in range(50))
    shown = list_meetings(replace(BY_HASH, time_codes=codes))
    assert (len(shown), shown[0], shown[-1]) == (MOST_MEETINGS, codes[0], codes[-1])


def test_a_known_medium_that_is_gone_is_an_error_with_its_name(tmp_path: Path) -> None:
    gone = MediaItem(id="M-1", sha256="0" * 64, media_type="image/jpeg", kind="image", size_bytes=1)
    with pytest.raises(OriginalMissingError):
        prove_file(open_test_desk(tmp_path), BY_HASH, save(draw_scene(1), tmp_path / "a.jpg"), gone)


def test_pictures_are_written_under_their_names(tmp_path: Path) -> None:
    path = save(draw_scene(1), tmp_path / "a.png")
    written = dict(write_proof(prove(open_test_desk(tmp_path), BY_HASH, path, path), tmp_path / "new" / "folder"))
    assert written["overlay"] == tmp_path / "new" / "folder" / "overlay.jpg"
    assert all(file.read_bytes().startswith(b"\xff\xd8\xff") for file in written.values())
