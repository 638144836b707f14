"""Suggesting: new posts to known claims and earlier posts to new ones, once, and never against a person's word."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.source import CollectRequest
from index.model import Claim, ClaimMatch, ClaimMedia, ClaimReview, Match, MatchStatus, MediaFacts, Post
from sankofa.desk import Desk
from sankofa.workflows import ingest
from sankofa.workflows.ingest import collect
from sankofa.workflows.judge import add_claim, add_person, judge_claim_match, judge_match
from sankofa.workflows.known import add_known
from sankofa.workflows.media import keep_medium
from sankofa.workflows.merge import merge
from sankofa.workflows.suggest import suggest_claims, suggest_to_all
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import ListSource, collected, open_test_desk
from tests.sankofa.said import CLAIM, POST, build_claim, keep, keep_others, say
from tests.sankofa.workflows.test_ingest import REQUEST

OTHER = "Nuit claire au-dessus du fleuve, on compte les étoiles"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk that knows a dozen claims about other things."""
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa")
    keep_others(desk)
    return desk


def suggested(desk: Desk) -> list[tuple[str, str]]:
    return [(match.post_id, match.claim_id) for match in desk.store.iter_records(ClaimMatch)]


def test_a_new_post_is_suggested_the_claim_that_it_repeats_and_no_other(desk: Desk) -> None:
    claim = keep(desk, build_claim("C-2023-0001", CLAIM))

    tally = collect(desk, ListSource([collected("p1", text=POST), collected("p2", text=OTHER)]), REQUEST)

    (match,) = desk.store.iter_records(ClaimMatch)
    assert tally.claim_matches == 1
    assert (match.post_id, match.claim_id) == (say("p1").id, claim.id)
    assert (match.status, match.stance, match.judged_by) == ("suggested", "repeats", None)
    assert match.reasons.words
    assert match.engine.startswith("sankofa ")


def test_an_earlier_post_is_suggested_to_a_new_claim_with_the_same_reasons(desk: Desk, tmp_path: Path) -> None:
    collect(desk, ListSource([collected("p1", text=POST), collected("p2", text=OTHER)]), REQUEST)
    claim = add_claim(desk, build_claim("", CLAIM))
    (later,) = desk.store.iter_records(ClaimMatch)

    other = open_test_desk(tmp_path / "other")
    keep_others(other)
    keep(other, claim)
    collect(other, ListSource([collected("p1", text=POST)]), REQUEST)
    (sooner,) = other.store.iter_records(ClaimMatch)

    assert later == sooner


def test_suggesting_again_changes_nothing(desk: Desk) -> None:
    keep(desk, build_claim("C-2023-0001", CLAIM))
    collect(desk, ListSource([collected("p1", text=POST)]), REQUEST)

    assert suggest_to_all(desk) == 0
    assert [match.revision for match in desk.store.iter_records(ClaimMatch)] == [1]


@pytest.mark.parametrize("status", ["confirmed", "rejected"])
def test_what_a_person_judged_stays_and_is_not_suggested_again(desk: Desk, status: MatchStatus) -> None:
    keep(desk, build_claim("C-2023-0001", CLAIM))
    collect(desk, ListSource([collected("p1", text=POST)]), REQUEST)
    (match,) = desk.store.iter_records(ClaimMatch)
    judged = judge_claim_match(desk, match.id, status)

    assert suggest_to_all(desk) == 0
    assert list(desk.store.iter_records(ClaimMatch)) == [judged]


def test_what_was_rejected_is_not_suggested_of_the_claim_that_it_was_merged_into(desk: Desk) -> None:
    merged = keep(desk, build_claim("C-2023-0002", CLAIM))
    collect(desk, ListSource([collected("p1", text=POST)]), REQUEST)
    (match,) = desk.store.iter_records(ClaimMatch)
    judge_claim_match(desk, match.id, "rejected")
    kept = keep(desk, build_claim("C-2023-0001", CLAIM))
    merge(desk, kept.id, merged.id)

    assert suggest_to_all(desk) == 0


def test_a_merged_claim_is_suggested_as_the_one_that_it_is_read_as(desk: Desk) -> None:
    kept = keep(desk, build_claim("C-2023-0001", "La route de Kidal est coupée"))
    merged = keep(desk, build_claim("C-2023-0002", CLAIM))
    merge(desk, kept.id, merged.id)

    collect(desk, ListSource([collected("p1", text=POST)]), REQUEST)

    assert suggested(desk) == [(say("p1").id, kept.id)]


def test_a_run_that_was_cut_before_it_suggested_suggests_when_it_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(desk, build_claim("C-2023-0001", CLAIM))
    source = ListSource([collected("p1", text=POST)])

    def cut(desk: Desk, posts: object) -> tuple[ClaimMatch, ...]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ingest, "suggest_claims", cut)
        with pytest.raises(KeyboardInterrupt):
            collect(desk, source, REQUEST)
    assert (desk.store.count(Post), suggested(desk)) == (1, [])

    collect(desk, source, REQUEST)

    assert suggested(desk) == [(say("p1").id, "C-2023-0001")]


def test_a_published_check_is_not_suggested_to_repeat_its_claim(desk: Desk) -> None:
    page = say("page", CLAIM)
    review = ClaimReview(
        id="CR-1", publisher="F", publisher_site="f.org", url=page.url, claim_reviewed=CLAIM, textual_rating="Faux"
    )

    collect(desk, ListSource([collected("page", text=CLAIM, reviews=(review,))]), REQUEST)

    assert desk.store.find_linked(Claim, "external_id", [page.url])
    assert suggested(desk) == []


def test_a_page_of_the_web_is_not_suggested_to_repeat_what_it_writes_about(desk: Desk) -> None:
    keep(desk, build_claim("C-2023-0001", CLAIM))

    assert suggest_claims(desk, [replace(say("p1"), platform="web")]) == ()
    assert len(suggest_claims(desk, [say("p1")])) == 1


def test_words_read_in_a_picture_count(desk: Desk, tmp_path: Path) -> None:
    keep(desk, build_claim("C-2023-0001", CLAIM))
    picture = save_picture(tmp_path, "a.jpg", draw_picture(5))
    collect(desk, ListSource([collected("p1", picture, text="Regardez")]), REQUEST)
    assert suggested(desk) == []

    (facts,) = desk.store.iter_records(MediaFacts)
    desk.store.add([replace(facts, id=f"{facts.media_id}.later", engine="later", text=CLAIM)])

    assert suggest_to_all(desk) == 1
    assert suggested(desk) == [(say("p1").id, "C-2023-0001")]


def test_a_check_that_comes_in_is_suggested_the_posts_that_said_so_before(desk: Desk) -> None:
    page = say("page", CLAIM)
    review = ClaimReview(
        id="CR-1", publisher="F", publisher_site="f.org", url=page.url, claim_reviewed=CLAIM, textual_rating="Faux"
    )

    collect(desk, ListSource([collected("p1", text=POST), collected("page", text="", reviews=(review,))]), REQUEST)

    (claim,) = desk.store.find_linked(Claim, "external_id", [page.url])
    assert suggested(desk) == [(say("p1").id, claim.id)]


def test_a_post_without_words_and_pictures_is_suggested_nothing(desk: Desk) -> None:
    assert suggest_claims(desk, [replace(say("p1"), text="  ")]) == ()


def test_the_claims_media_that_a_post_shows_are_counted_until_a_person_rejects_the_match(
    desk: Desk, tmp_path: Path
) -> None:
    known = add_known(desk, save_picture(tmp_path, "old.jpg", draw_picture(1))).item
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=40)
    other = save_picture(tmp_path, "other.jpg", draw_picture(1), quality=50)
    shown = keep_medium(desk, other, "seen").item
    media = (ClaimMedia(known.id, "original"), ClaimMedia(shown.id, "shown"))
    keep(desk, build_claim("C-2023-0001", CLAIM, media=media))

    collect(desk, ListSource([collected("p1", copy, text=POST)]), REQUEST)
    (match,) = desk.store.iter_records(ClaimMatch)
    assert match.reasons.shared_media == 1

    for media_match in desk.store.find_linked(Match, "target", [known.id]):
        judge_match(desk, media_match.id, "rejected")
    collect(desk, ListSource([collected("p2", copy, text=POST)], name="later"), CollectRequest(words=("x",)))
    (second,) = desk.store.find_linked(ClaimMatch, "post", [say("p2").id])
    assert second.reasons.shared_media == 0
