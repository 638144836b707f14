"""Checks of others from files: theirs stays theirs, nothing comes twice, and what goes out comes back as it was."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.exchange.jsonld import parse_checks
from index.model import Claim, ClaimReview, Verdict, Wording
from index.ratings import Rating
from sankofa.desk import Desk
from sankofa.workflows.export_checks import iter_checks, render_checks
from sankofa.workflows.import_checks import import_file
from sankofa.workflows.import_rows import Imported
from sankofa.workflows.judge import add_claim, add_person
from sankofa.workflows.reviews import attach_review, find_or_create_claim
from tests.sankofa.desks import keep_verdict, open_test_desk

NODE = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checks.example/1",
    "claimReviewed": "Un tunnel a été découvert à Kidal",
    "inLanguage": "fr",
    "author": {"@type": "Organization", "name": "Des Vérificateurs"},
    "reviewRating": {
        "@type": "Rating",
        "alternateName": "Archi-faux",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": 1,
    },
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa")
    return desk


def bring_in(desk: Desk, *nodes: dict[str, Any], **options: Any) -> Imported:
    file = desk.home / "checks.json"
    file.write_text(json.dumps(list(nodes)), "utf-8")
    return import_file(desk, file, **options)


def give_out(desk: Desk, **options: Any) -> list[dict[str, Any]]:
    document = json.loads("".join(render_checks(desk, "claimreview", iter_checks(desk, **options))))
    return list(document["@graph"])


def claims(desk: Desk) -> list[Claim]:
    return list(desk.store.iter_records(Claim))


def verdicts(desk: Desk) -> list[Verdict]:
    return list(desk.store.iter_records(Verdict))


def test_a_check_becomes_the_publishers_verdict_in_their_words(desk: Desk) -> None:
    done = bring_in(desk, NODE)

    assert (done.rows, done.new, done.refused, done.remarks) == (1, 1, (), ())
    (verdict,) = verdicts(desk)
    assert (verdict.external, verdict.publisher, verdict.textual_rating) == (True, "Des Vérificateurs", "Archi-faux")
    assert verdict.rating is Rating.FALSE  # by their number on the usual scale, not by a guess at their words
    assert claims(desk)[0].external_ids == ("https://checks.example/1",)


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    bring_in(desk, NODE)
    before = (claims(desk), verdicts(desk), list(desk.store.iter_records(ClaimReview)))

    assert bring_in(desk, NODE).new == 0
    assert bring_in(desk, {"inLanguage": "fr", **NODE, "@id": "#1"}).new == 0  # the same in another spelling
    assert (claims(desk), verdicts(desk), list(desk.store.iter_records(ClaimReview))) == before


def test_a_dry_run_keeps_nothing(desk: Desk) -> None:
    assert bring_in(desk, NODE, dry_run=True).new == 1
    assert claims(desk) == []


def test_another_publisher_of_the_same_words_stands_beside_the_first(desk: Desk) -> None:
    other = NODE | {"url": "https://autres.example/7", "claimReviewed": "UN TUNNEL a été découvert à Kidal"}
    bring_in(desk, NODE, other | {"reviewRating": {"alternateName": "Vrai"}})

    (claim,) = claims(desk)
    assert claim.external_ids == ("https://checks.example/1", "https://autres.example/7")
    assert {verdict.rating for verdict in verdicts(desk)} == {Rating.FALSE, Rating.TRUE}


def test_few_words_are_not_enough_to_be_the_same_claim(desk: Desk) -> None:
    bring_in(
        desk, NODE | {"claimReviewed": "Une photo"}, NODE | {"claimReviewed": "Une photo", "url": "https://b.example"}
    )
    assert len(claims(desk)) == 2


def test_two_checks_of_one_page_stay_two(desk: Desk) -> None:
    bring_in(desk, NODE, NODE | {"claimReviewed": "Une colonne entre à Kidal"})
    assert len(claims(desk)) == 2


def test_a_claim_that_waits_for_this_check_gets_it(desk: Desk) -> None:
    ours = add_claim(desk, Claim(id="", wordings=(Wording("en", "A tunnel"),), external_ids=(str(NODE["url"]),)))
    bring_in(desk, NODE)
    assert [verdict.claim_id for verdict in verdicts(desk)] == [ours.id]
    assert len(claims(desk)) == 1


def test_a_claim_that_was_reworded_here_is_found_again(desk: Desk) -> None:
    bring_in(desk, NODE)
    (claim,) = claims(desk)
    desk.store.revise(replace(claim, wordings=(Wording("fr", "Un tunnel"),)), expected_revision=claim.revision)

    assert bring_in(desk, NODE).new == 0
    assert len(claims(desk)) == 1


def test_a_corrected_rating_is_a_revision(desk: Desk) -> None:
    bring_in(desk, NODE)
    bring_in(desk, NODE | {"reviewRating": {"alternateName": "Trompeur"}})
    (verdict,) = verdicts(desk)
    assert (verdict.status, verdict.rating) == ("corrected", Rating.MISLEADING)


def test_a_corrected_check_keeps_the_media_that_the_desk_collected_of_it(desk: Desk) -> None:
    shown = "https://checks.example/a.jpg"
    media_review = {
        "@type": "MediaReview",
        "mediaAuthenticityCategory": "StagedContent",
        "itemReviewed": {"mediaItemAppearance": {"contentUrl": shown}},
    }
    node = NODE | {"associatedMediaReview": media_review}
    (read,) = parse_checks([json.dumps(node)], page_url="").claim_reviews
    attach_review(desk, read, {shown: "M-1"}, claim=find_or_create_claim(desk, read, siblings=1, event=None))

    assert bring_in(desk, node).new == 0
    assert verdicts(desk)[0].revision == 1
    bring_in(desk, node | {"reviewRating": {"alternateName": "Trompeur"}})

    (verdict,) = verdicts(desk)
    assert (verdict.revision, verdict.media_reviews[0].media_id) == (2, "M-1")


def test_what_came_in_goes_out_in_the_publishers_words(desk: Desk) -> None:
    node = NODE | {
        "reviewBody": "Le texte.",
        "author": {"@type": "Organization", "name": "Des Vérificateurs", "sameAs": "x"},
    }
    bring_in(desk, node)

    (out,) = give_out(desk)

    assert out == {name: value for name, value in node.items() if name != "@context"} | {
        "itemReviewed": {"@type": "Claim"}
    }


def publish(desk: Desk) -> Verdict:
    claim = add_claim(desk, Claim(id="", wordings=(Wording("fr", "Une colonne est revenue à Kidal"),), title="Colonne"))
    why = (Wording("fr", "Les images datent de 2013."),)
    return keep_verdict(desk, claim.id, publisher="Notre desk", textual_rating="C'est faux", explanation=why)


def test_our_verdict_goes_out_under_our_address(desk: Desk) -> None:
    verdict = publish(desk)

    (out,) = give_out(desk, site="https://desk.example/")

    assert out["url"] == f"https://desk.example/verdicts/{verdict.id}"
    assert out["reviewBody"] == "Les images datent de 2013."
    assert (out["reviewRating"]["ratingValue"], out["reviewRating"]["alternateName"]) == (1, "C'est faux")


def test_without_an_address_it_is_left_out_and_told(desk: Desk) -> None:
    verdict = publish(desk)
    skipped: list[Verdict] = []
    assert list(iter_checks(desk, on_skipped=skipped.append)) == []
    assert [one.id for one in skipped] == [verdict.id]


def test_only_our_own_where_that_is_asked_for(desk: Desk) -> None:
    publish(desk)
    bring_in(desk, NODE)
    assert [out["author"]["name"] for out in give_out(desk, site="https://desk.example", own_only=True)] == [
        "Notre desk"
    ]


def test_our_verdict_that_comes_back_stays_ours(desk: Desk) -> None:
    publish(desk)
    before = verdicts(desk)

    done = bring_in(desk, *give_out(desk, site="https://desk.example"))

    assert (done.new, len(done.remarks)) == (0, 1)
    assert verdicts(desk) == before


def test_our_verdict_is_at_another_desk_an_external_one(desk: Desk, tmp_path: Path) -> None:
    publish(desk)
    other = open_test_desk(tmp_path / "other")
    (tmp_path / "other").mkdir(exist_ok=True)

    bring_in(other, *give_out(desk, site="https://desk.example"))

    (verdict,) = verdicts(other)
    assert (verdict.external, verdict.publisher, verdict.textual_rating) == (True, "Notre desk", "C'est faux")


PAGE = """<html lang="fr"><head><title>Faux</title><link rel="canonical" href="https://checks.example/1">
<script type="application/ld+json">{broken</script>
<script type="application/ld+json">%s</script></head><body><img src="https://checks.example/a.jpg"></body></html>"""


@pytest.mark.parametrize("address", ["", "https://checks.example/1"])
def test_a_saved_page_is_read_and_its_broken_script_told(desk: Desk, address: str) -> None:
    file = desk.home / "page.html"
    file.write_text(PAGE % json.dumps(NODE), "utf-8")

    done = import_file(desk, file, address=address)

    assert (done.new, len(done.refused)) == (1, 1)
    assert verdicts(desk)[0].url == "https://checks.example/1"


def test_a_page_from_another_host_speaks_for_no_one_else(desk: Desk) -> None:
    file = desk.home / "page.html"
    file.write_text(PAGE % json.dumps(NODE), "utf-8")

    done = import_file(desk, file, address="https://copy.example/x")

    assert verdicts(desk)[0].url == "https://copy.example/x"
    assert done.remarks[0].column == "url"


SUMMARY: dict[str, Any] = {
    "text": "Un tunnel a été découvert à KIDAL",
    "claimReview": [
        {"publisher": {"name": "Vérif"}, "url": "https://checks.example/1", "textualRating": "Archi-faux"},
        {"publisher": {"name": "Autres"}, "url": "https://autres.example/7", "textualRating": "Vrai"},
    ],
}


def bring_in_answer(desk: Desk, *claims: dict[str, Any]) -> Imported:
    file = desk.home / "answer.json"
    file.write_text(json.dumps({"claims": list(claims)}), "utf-8")
    return import_file(desk, file)


def test_an_answer_of_googles_becomes_the_publishers_verdicts(desk: Desk) -> None:
    done = bring_in_answer(desk, SUMMARY)

    assert (done.rows, done.new) == (2, 2)
    assert [(one.external, one.publisher, one.rating) for one in verdicts(desk)] == [
        (True, "Vérif", None), (True, "Autres", Rating.TRUE),
    ]  # fmt: skip
    assert len(claims(desk)) == 1
    before = (claims(desk), verdicts(desk), list(desk.store.iter_records(ClaimReview)))
    assert bring_in_answer(desk, SUMMARY).new == 0
    assert (claims(desk), verdicts(desk), list(desk.store.iter_records(ClaimReview))) == before


def test_a_summary_of_a_check_takes_nothing_from_it(desk: Desk) -> None:
    bring_in(desk, NODE)
    bring_in(desk, NODE | {"reviewRating": {"alternateName": "Trompeur"}})

    done = bring_in_answer(desk, SUMMARY)  # its index has not seen the correction yet

    assert done.new == 1
    theirs = next(one for one in verdicts(desk) if one.publisher == "Des Vérificateurs")
    assert (theirs.revision, theirs.textual_rating) == (2, "Trompeur")


def test_a_summary_with_another_rating_is_a_correction(desk: Desk) -> None:
    bring_in_answer(desk, SUMMARY)
    first, second = SUMMARY["claimReview"]
    bring_in_answer(desk, SUMMARY | {"claimReview": [first | {"textualRating": "Trompeur"}, second]})
    assert [(one.status, one.rating) for one in verdicts(desk)] == [
        ("corrected", Rating.MISLEADING), ("published", Rating.TRUE),
    ]  # fmt: skip
