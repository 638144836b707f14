import hashlib
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from index.errors import RecordNotFoundError
from index.model import Person
from index.sensitive import find_sensitive
from reports.content import MediumEntry, MonthlyReport
from reports.i18n import LANGUAGES
from sankofa.desk import Desk
from sankofa.errors import InputError, PersonRequiredError
from sankofa.workflows.log import iter_entries
from sankofa.workflows.pack import build_pack
from sankofa.workflows.publish import freeze_report, preview_report, read_files
from sankofa.workflows.sensitive import mark_sensitive, unmark_sensitive
from tests.reports.sample import fill
from tests.sankofa.desks import open_test_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    sample = fill(tmp_path)
    sample.store.revise(Person(id="ines.keita", name="Inès Keïta"), expected_revision=0)
    return replace(open_test_desk(tmp_path, person_id="ines.keita"), store=sample.store, vault=sample.vault)


def preview(desk: Desk, *, show_sensitive: bool = False, language: str = "fr") -> MonthlyReport:
    return preview_report(desk, country="ML", month="2023-11", language=language, show_sensitive=show_sensitive)


def list_entries(report: MonthlyReport) -> dict[str, MediumEntry]:
    pairs = [entry for pair in report.cases[0].comparisons for entry in (pair.known, pair.use)]
    return {entry.media_id: entry for entry in pairs if entry.thumbnail}


def measure_detail(jpeg: bytes) -> float:
    """How much neighbouring pixels differ."""
    with Image.open(BytesIO(jpeg)) as opened:
        pixels = np.asarray(opened.convert("L"), dtype=np.float64)
    return float(np.abs(np.diff(pixels)).mean())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_hard_to_look_at_is_blurred_with_all_that_may_show_the_same_and_says_so(
    desk: Desk, language: str
) -> None:
    before = list_entries(preview(desk, language=language))
    original = preview(desk).cases[0].comparisons[0].known.media_id
    mark_sensitive(desk, original, label="un mort")

    blurred = list_entries(preview(desk, language=language))
    shown = list_entries(preview(desk, language=language, show_sensitive=True))

    assert len(blurred) == len(before) == 3
    for media_id, entry in blurred.items():
        assert entry.blurred
        assert entry.alt != before[media_id].alt
        assert before[media_id].alt in entry.alt
        assert entry.thumbnail_size == before[media_id].thumbnail_size
        assert measure_detail(entry.thumbnail or b"") < measure_detail(before[media_id].thumbnail or b"")
    assert shown == before


def test_no_frozen_file_and_no_kept_thumbnail_holds_the_picture_as_it_is(desk: Desk) -> None:
    before = {entry.thumbnail for entry in list_entries(preview(desk)).values()}
    mark_sensitive(desk, preview(desk).cases[0].comparisons[0].known.media_id, label="un mort")
    frozen = freeze_report(desk, country="ML", month="2023-11", language="fr")
    kept = set(frozen.record.thumbnails_sha256)
    assert kept.isdisjoint(hashlib.sha256(picture or b"").hexdigest() for picture in before)
    assert not any(
        picture and picture in file for picture in before for file in read_files(desk, frozen.record).values()
    )


def test_a_mark_is_an_act_that_can_be_taken_back(desk: Desk) -> None:
    media_id = preview(desk).cases[0].comparisons[0].use.media_id
    first = mark_sensitive(desk, media_id, label=" un mort ")
    assert mark_sensitive(desk, media_id, label="un mort") == first
    assert find_sensitive(desk.store, [media_id]) == {media_id}
    unmark_sensitive(desk, media_id, reason="ce n’est pas un mort")
    assert find_sensitive(desk.store, [media_id]) == frozenset()
    assert [(entry.act, entry.revision) for _, entry in iter_entries(desk, subject=media_id)] == [
        ("blur", 1),
        ("unblur", 2),
    ]


def test_a_mark_needs_a_person_a_medium_and_words(desk: Desk) -> None:
    media_id = preview(desk).cases[0].comparisons[0].use.media_id
    with pytest.raises(InputError, match="what is to be seen"):
        mark_sensitive(desk, media_id, label=" ")
    with pytest.raises(RecordNotFoundError):
        mark_sensitive(desk, "M-0000-0000-0000-0000", label="x")
    with pytest.raises(PersonRequiredError):
        mark_sensitive(replace(desk, person_id=""), media_id, label="x")


def test_a_pack_leaves_the_original_of_what_is_hard_to_look_at_with_the_desk(desk: Desk) -> None:
    media = list_entries(preview(desk))
    mark_sensitive(desk, preview(desk).cases[0].comparisons[0].known.media_id, label="un mort")
    freeze_report(desk, country="ML", month="2023-11", language="fr")
    built = build_pack(desk, "R-ML-2023-11-fr")
    with zipfile.ZipFile(built.file) as pack:
        names = pack.namelist()
    assert built.result.is_intact
    assert not [name for name in names if any(entry.sha256 in name for entry in media.values())]
