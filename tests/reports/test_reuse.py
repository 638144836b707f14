import pytest

from index.model import Appearance, ClaimMedia, Narrative, Wording
from reports.i18n import LANGUAGES
from reports.render.html import render_html
from reports.table import build_sheets
from tests.reports.sample import SampleDesk, build_picture


def fill(desk: SampleDesk) -> tuple[str, str]:
    """An original of 2003, and a copy that a person confirmed; two posts in two cases show them, a third is only suggested."""
    original, copy, doubtful = (desk.medium(build_picture(seed)) for seed in (1, 2, 3))
    narrative = Narrative(id="N-2023-0001", names=(Wording("fr", "Les tunnels"), Wording("ar", "الأنفاق")))
    desk.store.revise(narrative, expected_revision=0)
    known = Appearance(id="A-0", subject_id=original, role="known", url="https://photo.example", appeared_on="2003-12")
    desk.store.add([known])
    wordings = (Wording("fr", "Le JNIM a creusé un tunnel à Kidal."), Wording("ar", "حفرت جماعة نصرة الإسلام نفقا"))
    media = (ClaimMedia(original, "original"), ClaimMedia(copy, "shown"))
    desk.claim(1, media=media, wordings=wordings, narrative_ids=(narrative.id,))
    desk.claim(2, media=(ClaimMedia(copy, "shown"),), narrative_ids=(narrative.id,))
    desk.match(copy, original, "confirmed")
    desk.match(doubtful, original)
    desk.post("1", copy)
    desk.post("2", original, url="https://x.example/2")
    desk.post("3", doubtful)
    return original, copy


def test_copies_count_as_one_medium_from_its_first_known_use_on(desk: SampleDesk) -> None:
    original, copy = fill(desk)
    (medium,) = desk.report().reused
    assert (medium.media_id, medium.places) == (original, 2)
    assert [(use.role, use.media_id, use.appeared_on) for use in medium.uses] == [
        ("known", original, "2003-12"),
        ("seen", copy, "2023-11-15T08:00:00Z"),
        ("seen", original, "2023-11-15T08:00:00Z"),
    ]
    assert medium.uses[1].claim_ids == ("C-2023-0001", "C-2023-0002")
    assert [entry.media_id for entry in medium.pictures] == [original, copy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_month_is_counted_by_narrative_and_by_whom_claims_name(desk: SampleDesk, language: str) -> None:
    original, _ = fill(desk)
    report = desk.report(language=language)
    counted = {(count.group, count.key): (count.label, count.value) for count in report.counts}
    tunnels = "الأنفاق" if language == "ar" else "Les tunnels"
    assert counted["narratives", "N-2023-0001"] == (tunnels, 2)
    assert counted["actors", "jnim"][1] == 1
    assert counted["uses", original] == (original, 2)
    html = render_html(report).decode()
    assert html.count('class="strip"') == 1
    assert tunnels in html


def test_the_uses_are_a_sheet_of_their_own(desk: SampleDesk) -> None:
    original, copy = fill(desk)
    (sheet,) = (sheet for sheet in build_sheets(desk.report()) if sheet.name == "reused")
    assert [(row[0], row[3], row[4]) for row in sheet.rows] == [
        (original, "known", original),
        (original, "seen", copy),
        (original, "seen", original),
    ]
