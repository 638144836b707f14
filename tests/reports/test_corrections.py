from dataclasses import replace
from datetime import timedelta

import pytest

from index.model import Report, Verdict
from index.ratings import Rating
from reports.balance import build_balance
from reports.bidi import remove_isolates
from reports.corrections import find_corrections
from reports.i18n import Translator
from tests.reports.sample import NOW, SampleDesk

LATER = NOW + timedelta(days=40)


@pytest.fixture
def verdict(desk: SampleDesk) -> Verdict:
    """A verdict of November that the report of November cites."""
    verdict = desk.verdict(1, desk.claim())
    report = Report(
        id="R-ML-2023-11-en", country="ML", month="2023-11", language="en", built_at=NOW, html_sha256="0" * 64,
        json_sha256="0" * 64, case_count=1, cites=("V-2023-0001.1",),
    )  # fmt: skip
    desk.store.revise(report, expected_revision=0)
    return verdict


def say(desk: SampleDesk) -> list[tuple[str, str, str]]:
    found = find_corrections(desk.store, ["V-2023-0001.1"], Translator("en"), since=NOW)
    return [(each.was, each.now, remove_isolates(each.statement.text)) for each in found]


def test_nothing_changed_is_no_correction(desk: SampleDesk, verdict: Verdict) -> None:
    desk.revise_verdict(verdict, status="draft", revised_at=LATER)
    assert say(desk) == []


def test_a_correction_says_what_was_and_what_is_now(desk: SampleDesk, verdict: Verdict) -> None:
    corrected = desk.revise_verdict(
        verdict, status="corrected", rating=Rating.MISLEADING, reason="new source", revised_at=LATER
    )
    text = "FasoCheck: False; now Misleading. Reason: new source Date: 14 January 2024, 09:30 (UTC)."
    assert say(desk) == [("V-2023-0001.1", "V-2023-0001.2", text)]
    desk.revise_verdict(corrected, status="withdrawn", reason="wrong video", revised_at=LATER)
    assert say(desk)[0][1:] == (
        "V-2023-0001.3",
        "FasoCheck: False; now: Withdrawn. Reason: wrong video Date: 14 January 2024, 09:30 (UTC).",
    )


def test_what_changed_before_the_report_is_none_of_its_corrections(desk: SampleDesk, verdict: Verdict) -> None:
    desk.revise_verdict(verdict, status="corrected", revised_at=NOW - timedelta(days=1))
    assert say(desk) == []


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_next_report_lists_them_and_the_one_of_the_same_month_does_not(
    desk: SampleDesk, verdict: Verdict, language: str
) -> None:
    desk.revise_verdict(verdict, status="withdrawn", reason="wrong", revised_at=LATER)
    assert desk.report("2023-11").corrections == ()
    listed = desk.report("2024-01", language=language).corrections
    assert [each.verdict_id for each in listed] == (["V-2023-0001"] if language == "en" else [])


def test_the_balance_counts_cases_by_claimant_and_how_they_came_out(full_desk: SampleDesk) -> None:
    (case,) = full_desk.report().cases
    open_case = replace(case, claim_id="C-2023-0009", claimant="", verdicts=())
    rows = build_balance([open_case, case, case])
    assert [(row.claimant, row.cases, row.true, row.partly, row.false, row.open) for row in rows] == [
        ("@compte-1", 2, 0, 2, 2, 0),
        ("", 1, 0, 0, 0, 1),
    ]
    assert rows[1].cites == ("C-2023-0009.1",)
