from dataclasses import replace
from pathlib import Path

import pytest

from index.model import MediaFacts
from sankofa.workflows.check import check_file
from sankofa.workflows.file_facts import describe_file, keep_facts
from tests.sankofa.desks import open_test_desk
from tests.verify.drawing import draw_scene, save
from tests.verify.metadata.test_facts import AI_MADE, EXIF
from verify import reading
from verify.errors import MediaRefusedError
from verify.metadata import FileFacts, read_metadata


def test_a_check_says_what_the_file_says(tmp_path: Path) -> None:
    path = save(draw_scene(1), tmp_path / "a.jpg", exif=EXIF, xmp=AI_MADE)
    says = check_file(open_test_desk(tmp_path), path, "a.jpg").file_facts
    assert says is not None
    assert ("EXIF Make", "Acme") in says.metadata
    assert says.position == (12.66, -8.005)
    assert says.digital_source_types == ("trainedAlgorithmicMedia",)
    assert says.credentials in ("none", "not-read")


def test_a_file_that_breaks_its_reader_is_noted_and_checked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> FileFacts:
        raise MediaRefusedError("damaged", "the decoder broke off")

    monkeypatch.setattr(reading, "read_metadata", refuse)
    path = save(draw_scene(1), tmp_path / "a.jpg")
    result = check_file(open_test_desk(tmp_path), path, "a.jpg")
    assert result.error is None
    assert result.file_facts is not None
    assert result.file_facts.credentials == "not-read"
    assert "broke off" in result.file_facts.notes[0]


def test_hostile_codes_and_notes_are_cut(tmp_path: Path) -> None:
    path = save(draw_scene(1), tmp_path / "a.jpg")
    says = replace(
        read_metadata(path),
        digital_source_types=("x" * 9000,) * 99,
        notes=("y" * 9000,) * 99,
    )
    kept = describe_file(says)
    assert [len(code) for code in kept.digital_source_types] == [100] * 8
    assert [len(note) for note in kept.notes] == [500] * 20


def test_the_reading_that_was_kept_first_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_test_desk(tmp_path)
    first = MediaFacts(id="M-1.e", media_id="M-1", engine="e", notes=("the first",))
    keep_facts(desk, first)
    keep_facts(desk, replace(first, notes=()))
    monkeypatch.setattr(desk.store, "get_many", lambda *_: {})  # as to whoever looked a moment before
    keep_facts(desk, replace(first, notes=()))

    assert desk.store.get(MediaFacts, "M-1.e") == first
