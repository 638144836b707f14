from dataclasses import replace
from datetime import UTC, date, datetime

from index.model import Appearance, Claim, Verdict, Wording
from index.ratings import Rating
from reports.membership import date_of, find_doors, find_first_appearance
from reports.period import Month

NOVEMBER, DECEMBER = Month(2023, 11), Month(2023, 12)


def build_claim(first: str | None = None, countries: tuple[str, ...] = ("ML",)) -> Claim:
    return Claim(id="C-2023-0001", wordings=(Wording("fr", "x"),), first_appeared_on=first, countries=countries)


def build_verdict(**fields: object) -> Verdict:
    base: dict[str, object] = {
        "id": "V-2023-0001",
        "claim_id": "C-2023-0001",
        "publisher": "P",
        "rating": Rating.FALSE,
        "textual_rating": "FAUX",
        "revision": 1,
    }
    return Verdict(**(base | fields))  # type: ignore[arg-type]


def see(on: str | None, country: str) -> Appearance:
    return Appearance(
        id=f"A-{on}-{country}", subject_id="C-2023-0001", role="seen", url="", appeared_on=on, country=country
    )


def codes(claim: Claim, *histories: tuple[Verdict, ...], month: Month = NOVEMBER, country: str = "ML") -> list[str]:
    return [door.code for door in find_doors(claim, histories, (), month, country)]


def test_a_claim_one_hour_before_midnight_belongs_to_two_months_in_two_countries() -> None:
    claim = build_claim("2023-11-30T23:30:00Z", ("ML", "NE"))
    assert codes(claim, country="ML") == ["first_appeared"]
    assert codes(claim, country="NE") == []
    assert codes(claim, country="NE", month=DECEMBER) == ["first_appeared"]


def test_a_verdict_published_in_the_month_brings_an_older_claim_in() -> None:
    assert codes(build_claim("2023-10-02"), (build_verdict(review_date=date(2023, 11, 3)),)) == ["verdict_published"]


def test_the_moment_of_publication_counts_by_local_time() -> None:
    history = (build_verdict(published_at=datetime(2023, 10, 31, 23, 30, tzinfo=UTC), review_date=date(2023, 10, 31)),)
    assert codes(build_claim(), history, country="ML") == []
    assert codes(build_claim(), history, country="TD") == ["verdict_published"]


def test_a_correction_in_the_month_brings_the_case_in() -> None:
    first = build_verdict(review_date=date(2023, 9, 1))
    corrected = replace(first, revision=2, status="corrected", revised_at=datetime(2023, 11, 9, tzinfo=UTC), reason="r")
    assert codes(build_claim(), (first, corrected)) == ["verdict_corrected"]


def test_a_withdrawal_in_the_month_brings_the_case_in() -> None:
    first = build_verdict(review_date=date(2023, 9, 1))
    withdrawn = replace(first, revision=2, status="withdrawn", revised_at=datetime(2023, 11, 9, tzinfo=UTC))
    assert codes(build_claim(), (first, withdrawn)) == ["verdict_withdrawn"]


def test_a_revision_that_changes_nothing_for_readers_is_no_correction() -> None:
    first = build_verdict(review_date=date(2023, 9, 1))
    again = replace(first, revision=2, url="https://x.example", revised_at=datetime(2023, 11, 9, tzinfo=UTC))
    assert codes(build_claim(), (first, again)) == []


def test_a_silent_change_of_rating_is_a_correction() -> None:
    first = build_verdict(review_date=date(2023, 9, 1))
    changed = replace(first, revision=2, rating=Rating.MIXED, revised_at=datetime(2023, 11, 9, tzinfo=UTC))
    assert codes(build_claim(), (first, changed)) == ["verdict_corrected"]


def test_the_first_appearance_is_that_of_the_country() -> None:
    claim = build_claim("2023-09-01", ("ML", "NE"))
    seen = [see("2023-11-05", "NE"), see("2023-11-02", "NE"), see("2023-08-01", "BF")]
    assert find_first_appearance(claim, seen, "NE") == "2023-11-02"
    assert find_first_appearance(claim, seen, "ML") == "2023-09-01"


def test_a_claim_of_one_country_first_appeared_when_it_says() -> None:
    assert find_first_appearance(build_claim("2023-10-30"), [see("2023-11-02", "ML")], "ML") == "2023-10-30"


def test_a_vague_date_does_not_hide_an_exact_one() -> None:
    assert find_first_appearance(build_claim("2023"), [see("2023-11-02", "ML")], "ML") == "2023-11-02"


def test_nothing_dated_is_no_first_appearance() -> None:
    assert find_first_appearance(build_claim(None), [see(None, "ML")], "ML") is None


def test_a_later_review_day_dates_a_correction_entered_afterwards() -> None:
    first = build_verdict(review_date=date(2023, 11, 3))
    entered_later = replace(
        first, status="corrected", review_date=date(2023, 12, 2), revised_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert date_of(entered_later, first) == date(2023, 12, 2)


def test_a_correction_entered_on_its_day_keeps_the_exact_moment() -> None:
    first = build_verdict(review_date=date(2023, 11, 3))
    moment = datetime(2023, 11, 30, 23, 30, tzinfo=UTC)
    corrected = replace(first, status="corrected", review_date=date(2023, 11, 30), revised_at=moment)
    assert date_of(corrected, first) == moment
