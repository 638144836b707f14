import hashlib
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime

import pytest

from index.identifiers import name_medium
from index.model import ClaimMedia, Event, MediaFacts, MediaItem, MediaReview, Wording
from index.ratings import AuthenticityCategory, Rating
from reports.citations import Statement
from reports.content import Case, MonthlyReport
from reports.errors import CountryUnknownError, LanguageUnknownError, MonthUnknownError
from reports.i18n import LANGUAGES
from reports.media import MAX_COMPARISONS
from tests.reports.sample import CHECK_URL, SampleDesk, build_picture


def only_case(report: MonthlyReport) -> Case:
    (case,) = report.cases
    return case


def iter_statements(value: object) -> Iterator[Statement]:
    """Every statement in a report, wherever it stands."""
    if isinstance(value, Statement):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from iter_statements(item)
    elif is_dataclass(value):
        for item in vars(value).values():
            yield from iter_statements(item)


def gap_codes(report: MonthlyReport) -> list[str]:
    return [gap.code for gap in report.gaps]


def shown(media_id: str) -> ClaimMedia:
    return ClaimMedia(media_id, "shown")


def keep_video(desk: SampleDesk, content: bytes, *, audio: bool) -> str:
    """The record of a video whose bytes the vault does not have."""
    sha256 = hashlib.sha256(content).hexdigest()
    item = MediaItem(id=name_medium(sha256), sha256=sha256, media_type="video/mp4", kind="video", size_bytes=1)
    desk.store.add([item, MediaFacts(id=f"{item.id}.t", media_id=item.id, engine="t", has_audio=audio)])
    return item.id


def test_a_statement_without_a_source_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="without a source"):
        Statement("The earth is flat.", ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_rests_on_something(full_desk: SampleDesk, language: str) -> None:
    statements = list(iter_statements(full_desk.report(language=language)))
    assert len(statements) > 20
    assert all(statement.cites and statement.text for statement in statements)


def test_every_citation_is_a_record_of_the_store_or_a_listed_source(full_desk: SampleDesk) -> None:
    report = full_desk.report()
    listed = {source.id for source in report.sources} | {report.id}
    prefixes = ("C-", "V-", "X-", "M-", "A-", "P-", "K-")
    for statement in iter_statements(report):
        for cite in statement.cites:
            assert cite in listed or cite.startswith(prefixes), cite


def test_the_report_says_why_the_case_is_in_it(full_desk: SampleDesk) -> None:
    reasons = only_case(full_desk.report()).reasons
    assert [(reason.code, reason.statement.cites) for reason in reasons] == [
        ("first_appeared", ("C-2023-0001.1",)),
        ("verdict_published", ("V-2023-0001.1",)),
        ("verdict_corrected", ("V-2023-0001.2",)),
        ("verdict_published", ("V-2023-0002.1",)),
    ]


def test_a_verdict_is_cited_at_its_newest_public_revision(full_desk: SampleDesk) -> None:
    verdict = only_case(full_desk.report()).verdicts[0]
    assert (verdict.id, verdict.rating, verdict.textual_rating) == ("V-2023-0001.2", Rating.FALSE, "FAUX (corrigé)")
    assert verdict.statement.cites[0] == "V-2023-0001.2"
    assert [(earlier.id, earlier.textual_rating) for earlier in verdict.earlier] == [("V-2023-0001.1", "FAUX")]


def test_a_draft_is_not_shown_and_does_not_hide_what_was_published(desk: SampleDesk) -> None:
    claim = desk.claim()
    published = desk.verdict(1, claim)
    desk.revise_verdict(published, status="draft", rating=Rating.TRUE)
    desk.verdict(2, claim, status="draft", publisher="Somebody")
    assert [verdict.id for verdict in only_case(desk.report()).verdicts] == ["V-2023-0001.1"]


def test_a_withdrawn_verdict_is_shown_as_such_and_counts_for_nothing(desk: SampleDesk) -> None:
    claim = desk.claim()
    verdict = desk.verdict(1, claim)
    desk.revise_verdict(
        verdict, status="withdrawn", reason="Wrong video", revised_at=datetime(2023, 11, 20, tzinfo=UTC)
    )
    report = desk.report()
    assert [(each.status, each.reason) for each in only_case(report).verdicts] == [("withdrawn", "Wrong video")]
    assert {count.key: count.value for count in report.counts}["verdicts"] == 0
    assert "no_verdict" in gap_codes(report)


def test_disagreement_between_organisations_is_said(full_desk: SampleDesk) -> None:
    said = only_case(full_desk.report()).disagreements
    assert all(set(statement.cites) == {"V-2023-0001.2", "V-2023-0002.1"} for statement in said)
    assert ["differently" in each.text or "different" in each.text for each in said] == [True, True, True]


def test_agreement_is_not_called_disagreement(desk: SampleDesk) -> None:
    claim = desk.claim()
    desk.verdict(1, claim)
    desk.verdict(2, claim, publisher="Benbere", url="https://benbere.example/x")
    assert only_case(desk.report()).disagreements == ()


def test_media_stand_side_by_side_with_the_state_of_their_match(full_desk: SampleDesk) -> None:
    pairs = only_case(full_desk.report()).comparisons
    assert [pair.status for pair in pairs] == ["confirmed", "suggested"]
    assert pairs[0].alterations == ("mirrored", "border-or-caption-added")
    assert pairs[0].known.appeared_on == "2003-12"
    assert pairs[0].known.thumbnail is not None
    assert pairs[0].use.thumbnail is not None
    assert pairs[0].known.thumbnail != pairs[0].use.thumbnail


def test_beside_a_match_stands_how_often_its_kind_was_wrong(full_desk: SampleDesk) -> None:
    case = only_case(full_desk.report(language="en"))
    assert case.comparisons
    for pair in case.comparisons:
        assert "such pairs (measured: 0 of " in pair.statement.text


def test_a_rejected_match_is_not_in_the_report(desk: SampleDesk) -> None:
    media_id, other = desk.medium(build_picture(1)), desk.medium(build_picture(2))
    desk.claim(media=(shown(media_id),))
    desk.match(media_id, other, "rejected")
    case = only_case(desk.report())
    assert case.comparisons == ()
    assert [medium.media_id for medium in case.media] == [media_id]


def test_a_relation_that_only_a_verdict_states_is_shown_without_a_method(desk: SampleDesk) -> None:
    use, original = desk.medium(build_picture(1)), desk.medium(build_picture(2))
    claim = desk.claim()
    review = MediaReview(categories=(AuthenticityCategory.DECONTEXTUALIZED,), media_id=use, original_media_id=original)
    desk.verdict(1, claim, media_reviews=(review,))
    (pair,) = only_case(desk.report()).comparisons
    assert (pair.match_id, pair.status, pair.known.media_id, pair.use.media_id) == (None, "", original, use)
    assert pair.statement.cites == ("V-2023-0001.1",)


def test_a_removed_sound_is_said_from_the_facts(desk: SampleDesk) -> None:
    known, use = keep_video(desk, b"known", audio=True), keep_video(desk, b"use", audio=False)
    desk.claim(media=(shown(use),))
    desk.match(use, known)
    assert desk.store.get(MediaItem, use).kind == "video"
    (pair,) = only_case(desk.report()).comparisons
    assert pair.alterations[-1] == "sound-removed"


def test_who_spread_it_leaves_out_the_checkers_own_pages(full_desk: SampleDesk) -> None:
    spread = only_case(full_desk.report()).spread
    assert [(line.role, line.basis, line.account) for line in spread] == [
        ("known", "shown", ""),
        ("seen", "shown", "@compte-1"),
        ("seen", "suggested", "@compte-2"),
    ]
    assert CHECK_URL not in [line.url for line in spread]
    assert dict(spread[1].metrics) == {"like_count": 1200, "view_count": 81000}


def test_a_post_that_only_a_suggestion_joins_is_counted_apart(full_desk: SampleDesk) -> None:
    counts = {count.key: count for count in full_desk.report().counts}
    assert counts["posts"].cites == ("P-1",)
    assert counts["posts_suggested"].cites == ("P-2",)
    assert (counts["matches_confirmed"].value, counts["matches_suggested"].value) == (1, 1)
    assert (counts["false"].value, counts["misleading"].value, counts["verdicts"].value) == (1, 1, 2)


def test_ratings_are_counted_in_their_one_order(full_desk: SampleDesk) -> None:
    ratings = [count.key for count in full_desk.report().counts if count.group == "ratings"]
    assert ratings == [rating for rating in Rating if rating in ratings]


def test_what_could_not_be_checked_is_said(full_desk: SampleDesk) -> None:
    report = full_desk.report()
    assert gap_codes(report) == [
        "match_not_judged",
        "media_not_fetched",
        "no_copy",
        "original_missing",
        "media_refused",
    ]
    assert "HTTP 404" in report.gaps[1].statement.text


def test_an_altered_original_is_said_and_not_shown(desk: SampleDesk) -> None:
    content = build_picture(1)
    desk.claim(media=(shown(desk.medium(content)),))
    desk.alter(content)
    report = desk.report()
    assert only_case(report).media[0].thumbnail is None
    assert "original_altered" in gap_codes(report)


def test_a_claim_without_verdict_is_said_to_have_none(desk: SampleDesk) -> None:
    desk.claim()
    assert gap_codes(desk.report()) == ["no_verdict"]


def test_a_label_that_fits_no_rating_is_counted_and_said(desk: SampleDesk) -> None:
    desk.verdict(1, desk.claim(), rating=None, textual_rating="Vérifié")
    report = desk.report()
    assert [count.key for count in report.counts if count.group == "ratings"] == ["none"]
    assert "Vérifié" in report.gaps[0].statement.text


def test_a_claim_of_which_only_the_year_is_known_is_said_to_belong_perhaps(desk: SampleDesk) -> None:
    desk.claim(first_appeared_on="2023")
    report = desk.report()
    assert report.cases == ()
    assert [gap.statement.cites for gap in report.gaps] == [("C-2023-0001.1",)]


def test_one_claim_stands_in_the_months_of_two_countries(desk: SampleDesk) -> None:
    desk.claim(first_appeared_on="2023-11-30T23:30:00Z", countries=("ML", "NE", "TD"))
    months = {
        country: [month for month in ("2023-11", "2023-12") if desk.report(month, country).cases]
        for country in ("ML", "NE", "TD")
    }
    assert months == {"ML": ["2023-11"], "NE": ["2023-12"], "TD": ["2023-12"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_without_cases_says_that_nothing_was_logged(desk: SampleDesk, language: str) -> None:
    report = desk.report(country="NE", language=language)
    assert report.cases == ()
    assert report.counts == ()
    assert report.nothing_logged is not None
    assert report.nothing_logged.cites == (f"R-NE-2023-11-{language}",)
    assert report.method


def test_a_month_without_cases_names_the_claims_of_other_months(desk: SampleDesk) -> None:
    desk.claim(first_appeared_on="2023-08-24", countries=("TD",))
    report = desk.report(country="TD")
    assert report.nothing_logged is not None
    assert "C-2023-0001.1" in report.nothing_logged.cites


def test_cases_stand_in_the_order_of_their_first_appearance(desk: SampleDesk) -> None:
    desk.claim(1, first_appeared_on="2023-11-20")
    desk.claim(2, first_appeared_on="2023-11-03")
    assert [case.claim_id for case in desk.report().cases] == ["C-2023-0002", "C-2023-0001"]


@pytest.mark.parametrize(("language", "first"), [("fr", "fr"), ("en", "en"), ("ar", "ar")])
def test_the_wording_in_the_reports_language_comes_first(full_desk: SampleDesk, language: str, first: str) -> None:
    case = only_case(full_desk.report(language=language))
    assert case.wording.language == first
    assert len(case.other_wordings) == 2


def test_demonstration_data_mark_the_report(full_desk: SampleDesk) -> None:
    assert full_desk.report().demo


def test_real_data_are_not_marked_as_demonstration(desk: SampleDesk) -> None:
    desk.claim()
    assert not desk.report().demo


def test_an_empty_month_of_the_demonstration_is_marked_too(desk: SampleDesk) -> None:
    event = Event(id="n", names=(Wording("fr", "n"),), countries=("NE",), demo=True)
    desk.store.revise(event, expected_revision=0)
    assert desk.report(country="NE").demo
    assert not desk.report(country="TD").demo


def test_the_same_store_gives_the_same_report(full_desk: SampleDesk) -> None:
    assert full_desk.report() == full_desk.report()


@pytest.mark.parametrize(
    ("country", "month", "language", "error"),
    [
        ("XX", "2023-11", "fr", CountryUnknownError),
        ("ML", "2023-13", "fr", MonthUnknownError),
        ("ML", "2023-11", "de", LanguageUnknownError),
    ],
)
def test_unknown_country_month_or_language_is_refused(
    desk: SampleDesk, country: str, month: str, language: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        desk.report(month, country, language)


def test_many_suggested_matches_leave_the_report_readable(desk: SampleDesk) -> None:
    known = desk.medium(build_picture(0))
    desk.claim(media=(ClaimMedia(known, "original"),))
    for seed in range(MAX_COMPARISONS + 3):
        desk.match(desk.medium(build_picture(seed + 1, size=(64, 48))), known)
    case = only_case(desk.report())
    assert len(case.comparisons) == MAX_COMPARISONS
    assert len(case.further_matches) == 3


def test_claims_that_are_read_as_one_are_one_case_with_the_verdicts_of_both(desk: SampleDesk) -> None:
    kept, other = desk.claim(1), desk.claim(2, media=(shown("M-OTHER"),))
    desk.verdict(1, kept, publisher="One")
    desk.verdict(2, other, publisher="Two")
    assert [case.claim_id for case in desk.report().cases] == [kept.id, other.id]

    desk.store.revise(replace(other, merged_into=kept.id), expected_revision=other.revision)

    case = only_case(desk.report())
    assert case.claim_id == kept.id
    assert {verdict.publisher for verdict in case.verdicts} == {"One", "Two"}


def test_a_claim_of_another_country_brings_the_one_that_it_is_read_as(desk: SampleDesk) -> None:
    kept, other = desk.claim(1, countries=("TD",)), desk.claim(2, countries=("NE",))
    desk.verdict(2, other)

    desk.store.revise(replace(other, merged_into=kept.id), expected_revision=other.revision)

    assert only_case(desk.report(country="NE")).claim_id == kept.id
