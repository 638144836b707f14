from dataclasses import replace
from pathlib import Path
from typing import cast

from index.model import MediaFacts
from sankofa.workflows.check import check_file
from sankofa.workflows.file_facts import describe_file, keep_facts, read_file_facts
from tests.sankofa.desks import open_test_desk
from tests.verify.drawing import draw_scene, save
from tests.verify.metadata.test_facts import AI_MADE, EXIF
from verify.errors import MediaRefusedError
from verify.media import MediaLimits
from verify.metadata import FileFacts
from verify.sandbox import InProcessDecoder, MediaDecoder


class _Breaking(InProcessDecoder):
    def facts(self, path: Path, media_limits: MediaLimits | None = None) -> FileFacts:
        raise MediaRefusedError("crashed", "the decoder broke off")


def test_a_check_says_what_the_file_says(tmp_path: Path) -> None:
    path = save(draw_scene(1), tmp_path / "a.jpg", exif=EXIF, xmp=AI_MADE)
    says = check_file(open_test_desk(tmp_path), path, "a.jpg").file_facts
    assert says is not None
    assert ("EXIF Make", "Acme") in says.metadata
    assert says.position == (12.66, -8.005)
    assert says.digital_source_types == ("trainedAlgorithmicMedia",)
    assert says.credentials in ("none", "not-read")


def test_a_file_that_breaks_its_reader_is_noted_and_checked_all_the_same(tmp_path: Path) -> None:
    desk = replace(open_test_desk(tmp_path), decoder=cast(MediaDecoder, _Breaking()))
    path = save(draw_scene(1), tmp_path / "a.jpg")
    result = check_file(desk, path, "a.jpg")
    assert result.error is None
    assert result.file_facts is not None
    assert result.file_facts.credentials == "not-read"
    assert "broke off" in result.file_facts.notes[0]


def test_hostile_codes_and_notes_are_cut(tmp_path: Path) -> None:
    path = save(draw_scene(1), tmp_path / "a.jpg")
    says = replace(
        read_file_facts(open_test_desk(tmp_path), path),
        digital_source_types=("x" * 9000,) * 99,
        notes=("y" * 9000,) * 99,
    )
    kept = describe_file(says)
    assert [len(code) for code in kept.digital_source_types] == [100] * 8
    assert [len(note) for note in kept.notes] == [500] * 20


def test_the_reading_that_was_kept_first_stays(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    first = MediaFacts(id="M-1.e", media_id="M-1", engine="e", notes=("the first",))

    class Slow(InProcessDecoder):
        """Somebody else keeps theirs meanwhile."""

        def facts(self, path: Path, media_limits: MediaLimits | None = None) -> FileFacts:
            desk.store.add([first])
            return super().facts(path, media_limits)

    path = save(draw_scene(1), tmp_path / "a.jpg")
    keep_facts(replace(desk, decoder=Slow()), replace(first, notes=()), path)

    assert desk.store.get(MediaFacts, "M-1.e") == first
