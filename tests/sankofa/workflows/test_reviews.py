"""Published checks beside claims: theirs stays theirs, and the same page again changes nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crawlers.source import CollectRequest
from index.model import Appearance, Claim, ClaimReview, MediaReview, Verdict, Wording
from index.ratings import AuthenticityCategory, Rating
from sankofa.desk import Desk
from sankofa.workflows.ingest import collect
from sankofa.workflows.judge import add_claim, add_person
from tests.pictures import draw_picture, save_picture
from tests.sankofa.desks import ListSource, collected, open_test_desk

REVIEW = ClaimReview(
    id="CR-1",
    publisher="FasoCheck",
    publisher_site="fasocheck.org",
    url="https://fasocheck.org/tunnel",
    claim_reviewed="Un tunnel découvert à Kidal",
    textual_rating="Faux",
    language="fr",
    claim_date="2023-11-15",
    review_date=date(2023, 11, 17),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa")
    return desk


def read(desk: Desk, *reviews: ClaimReview, pictures: tuple[Path, ...] = (), words: str = "tunnels") -> None:
    page = collected("page", *pictures, reviews=reviews)
    collect(desk, ListSource([page]), CollectRequest(words=(words,)))


def claims(desk: Desk) -> list[Claim]:
    return list(desk.store.iter_records(Claim))


def verdicts(desk: Desk) -> list[Verdict]:
    return list(desk.store.iter_records(Verdict))


def test_a_check_of_an_unknown_claim_makes_the_claim_and_an_external_verdict(desk: Desk) -> None:
    read(desk, REVIEW)

    (claim,) = claims(desk)
    (verdict,) = verdicts(desk)
    assert (claim.id, claim.text, claim.external_ids) == ("C-2023-0001", REVIEW.claim_reviewed, (REVIEW.url,))
    assert (verdict.claim_id, verdict.external, verdict.publisher) == (claim.id, True, "FasoCheck")
    assert (verdict.rating, verdict.textual_rating) == (Rating.FALSE, "Faux")


def test_a_check_of_a_claim_that_names_its_address_is_put_beside_it(desk: Desk) -> None:
    ours = add_claim(desk, Claim(id="", wordings=(Wording("en", "A tunnel in Kidal"),), external_ids=(REVIEW.url,)))

    read(desk, REVIEW)

    assert [claim.id for claim in claims(desk)] == [ours.id]
    assert [verdict.claim_id for verdict in verdicts(desk)] == [ours.id]


def test_reading_the_page_again_adds_nothing(desk: Desk) -> None:
    read(desk, REVIEW)
    before = (claims(desk), verdicts(desk))

    read(desk, REVIEW, words="again")

    assert (claims(desk), verdicts(desk)) == before


def test_a_publisher_who_changes_the_rating_gives_a_new_revision(desk: Desk) -> None:
    read(desk, REVIEW)

    read(desk, replace(REVIEW, id="CR-2", textual_rating="Trompeur"), words="again")

    (verdict,) = verdicts(desk)
    history = desk.store.get_history(Verdict, verdict.id)
    assert [item.textual_rating for item in history] == ["Faux", "Trompeur"]
    assert verdict.status == "corrected"


def test_a_publisher_who_only_adds_details_corrects_nothing(desk: Desk) -> None:
    read(desk, REVIEW)

    read(desk, replace(REVIEW, id="CR-2", title="Le tunnel de Kidal", textual_rating="FAUX !"), words="again")

    (verdict,) = verdicts(desk)
    assert (verdict.status, verdict.claim_review_id, verdict.revision) == ("published", "CR-2", 2)


def test_an_unknown_label_is_kept_and_not_guessed(desk: Desk) -> None:
    read(desk, replace(REVIEW, textual_rating="Abracadabra"))

    (verdict,) = verdicts(desk)
    assert (verdict.rating, verdict.textual_rating) == (None, "Abracadabra")


def test_a_page_with_two_checks_makes_two_claims_once(desk: Desk) -> None:
    other = replace(REVIEW, id="CR-3", claim_reviewed="Une colonne entre à Kidal")

    read(desk, REVIEW, other)
    read(desk, REVIEW, other, words="again")

    assert [claim.text for claim in claims(desk)] == [REVIEW.claim_reviewed, other.claim_reviewed]


def test_media_named_by_the_check_are_linked_to_the_claim(desk: Desk, tmp_path: Path) -> None:
    shown = save_picture(tmp_path, "shown.jpg", draw_picture(1))
    media_review = MediaReview(
        categories=(AuthenticityCategory.DECONTEXTUALIZED,), media_urls=("https://media.example/shown.jpg",)
    )

    read(desk, replace(REVIEW, media_reviews=(media_review,)), pictures=(shown,))

    (claim,) = claims(desk)
    (verdict,) = verdicts(desk)
    (medium,) = claim.media
    assert medium.role == "shown"
    assert verdict.media_reviews[0].media_id == medium.media_id


def test_a_picture_on_the_page_of_a_check_was_not_spread_by_it(desk: Desk, tmp_path: Path) -> None:
    shown = save_picture(tmp_path, "shown.jpg", draw_picture(1))

    read(desk, REVIEW, pictures=(shown,))

    (appearance,) = desk.store.iter_records(Appearance)
    assert appearance.role == "checked"


def test_a_check_without_a_date_is_numbered_by_the_year_of_its_claim(desk: Desk) -> None:
    read(desk, replace(REVIEW, review_date=None, claim_date="2022-02"))

    assert [verdict.id for verdict in verdicts(desk)] == ["V-2022-0001"]
