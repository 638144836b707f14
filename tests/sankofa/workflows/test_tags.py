"""Tags whose words nobody can see are read by what claims hold: in posts, in pictures, and in what a person types."""

from pathlib import Path

import pytest

from index.matching import Asked
from index.query import MAX_QUERY_CHARACTERS, ClaimQuery
from sankofa.desk import Desk
from sankofa.workflows.repeats import find_repeated
from sankofa.workflows.search import search_claims
from sankofa.workflows.tags import write_out_tags
from tests.sankofa.desks import open_test_desk
from tests.sankofa.said import OTHERS, build_claim, keep, keep_others

RIVER = build_claim("C-2023-0002", "ارتفع منسوب النهر في موبتي")
TAGS = "#CAMIONCITERNE #SOLDATSFRANÇAIS #NIAMEY"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path)
    keep_others(desk)
    keep(desk, RIVER)
    return desk


def search(desk: Desk, text: str) -> list[str]:
    """The texts of the claims that a search finds."""
    return [result.found.claim.text for result in search_claims(desk, text, ClaimQuery()).results]


@pytest.mark.parametrize("asked", [Asked(text=TAGS), Asked(text=TAGS.lower()), Asked(text="", picture_text=TAGS)])
def test_a_post_of_nothing_but_tags_finds_its_claim_and_is_told_by_which_words(desk: Desk, asked: Asked) -> None:
    (repeated,) = find_repeated(desk, asked)

    assert repeated.found.claim.text == OTHERS[0]
    assert {word.lower() for word in repeated.judged.reasons.words} >= {"camion", "citerne", "soldats", "français"}


def test_a_tag_that_refutes_does_not_pass_for_the_claim(desk: Desk) -> None:
    claim = "La population de Niamey a arrêté un camion-citerne destiné aux soldats français"

    (repeats,) = find_repeated(desk, Asked(text=claim))
    (denied,) = find_repeated(desk, Asked(text=f"{claim} #FAUXCAMION"))

    assert repeats.judged.stance == "repeats"
    assert denied.judged.stance == "denies"


def test_what_a_person_types_is_read_so_too(desk: Desk) -> None:
    assert search(desk, "#camionciterne") == [OTHERS[0]]
    assert search(desk, "@منسوبالنهر") == [RIVER.text]
    assert search(desk, '"#camionciterne"') == []
    assert search(desk, "#zzzzzzzzz") == []


def test_a_text_as_long_as_may_be_asked_is_asked_as_it_is(desk: Desk) -> None:
    text = "#camionciterne ".ljust(MAX_QUERY_CHARACTERS, "x")

    assert search(desk, text) == []


def test_texts_without_such_tags_stay_as_they_are(desk: Desk) -> None:
    texts = ["", "Niamey", "#CamionCiterne à #Niamey", "#zzzzzzzzz", "camionciterne"]

    assert write_out_tags(desk.store, texts) == texts
    assert write_out_tags(desk.store, ["#camionciterne", *texts]) == ["#camionciterne camion citerne", *texts]
