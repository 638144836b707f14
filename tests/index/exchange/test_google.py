"""Answers of the Google Fact Check Tools API: what is good comes, what is bad is told, what goes out comes back as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.exchange.checks import Check
from index.exchange.google import build_answer, read_answer
from index.exchange.rows import RowProblem
from index.model import ClaimReview
from tests.index.exchange.test_claimreview import ADDRESSES, DAYS, TEXTS, WORDS, said

CHECK = {
    "publisher": {"name": "Des Vérificateurs", "site": "checks.example"},
    "url": "https://www.checks.example/1",
    "title": "Non, ce tunnel n'est pas à Kidal",
    "reviewDate": "2023-11-17T00:00:00Z",
    "textualRating": "Archi-faux",
    "languageCode": "fr",
}
CLAIM = {
    "text": "Un tunnel a été découvert à Kidal",
    "claimant": "Un compte",
    "claimDate": "2023-11-14T00:00:00Z",
    "claimReview": [CHECK],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answer.json"


def read(file: Path, content: Any) -> list[Check | RowProblem]:
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return list(read_answer(file))


def problems(found: list[Check | RowProblem]) -> list[tuple[int, str, bool]]:
    return [(one.line, one.column, one.refused) for one in found if isinstance(one, RowProblem)]


def reviews(found: list[Check | RowProblem]) -> list[ClaimReview]:
    return [said(one.review) for one in found if isinstance(one, Check)]


def test_an_answer_gives_the_publishers_own_words(file: Path) -> None:
    found = read(file, {"claims": [CLAIM], "nextPageToken": "CAE"})

    assert problems(found) == []
    assert reviews(found)[0].claim_date == "2023-11-14"
    assert build_answer(reviews(found)) == {"claims": [CLAIM]}
    assert all(isinstance(one, Check) and one.is_summary for one in found)


def test_each_check_of_a_claim_comes(file: Path) -> None:
    other = {"publisher": {"site": "autres.example"}, "url": "https://autres.example/7", "textualRating": "Vrai"}
    found = reviews(read(file, {"claims": [CLAIM | {"claimReview": [CHECK, other]}]}))
    assert [(one.publisher, one.language) for one in found] == [("Des Vérificateurs", "fr"), ("autres.example", "und")]


@pytest.mark.parametrize("content", ["{}", {"claims": []}, '{}\n{"claims": []}'])
def test_an_answer_that_found_nothing_is_no_error(file: Path, content: Any) -> None:
    assert read(file, content) == []


def test_pages_that_were_saved_one_after_the_other_are_read(file: Path) -> None:
    page = json.dumps({"claims": [CLAIM], "nextPageToken": "CAE"})
    assert len(reviews(read(file, f"{page}\n{page}"))) == 2


@pytest.mark.parametrize(
    ("bad", "field", "refused"),
    [
        (CLAIM | {"text": " "}, "text", True),
        (["no", "claim"], "text", True),
        ('{"text": NaN}', "", True),
        ('{"text": "a", "text": "b"}', "", True),
        ("[" * 10_000 + "]" * 10_000, "", True),
        (CLAIM | {"claimReview": [CHECK | {"url": "javascript:1"}]}, "claimReview.url", True),
        (CLAIM | {"claimReview": [CHECK | {"textualRating": None}]}, "claimReview.textualRating", True),
        (CLAIM | {"claimReview": []}, "", False),
        (CLAIM | {"claimReview": "none"}, "", False),
    ],
)
def test_a_bad_item_costs_only_itself(file: Path, bad: Any, field: str, refused: bool) -> None:
    items = [item if isinstance(item, str) else json.dumps(item) for item in (CLAIM, bad, CLAIM)]
    found = read(file, f'{{"claims": [{", ".join(items)}]}}')
    assert problems(found) == [(2, field, refused)]
    assert len(reviews(found)) == 2


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        ({"publisher": "Des Vérificateurs"}, "publisher", "Des Vérificateurs"),
        ({"publisher": None}, "publisher", "checks.example"),
        ({"textualRating": "Archi&#8209;faux \n"}, "textual_rating", "Archi\u2011faux"),
        ({"languageCode": "French!"}, "language", "und"),
        ({"reviewDate": "yesterday"}, "review_date", None),
        ({"title": ["Un", "Deux"]}, "title", "Un"),
    ],
)
def test_dirt_is_tolerated(file: Path, change: dict[str, Any], name: str, expected: Any) -> None:
    found = read(file, {"claims": [CLAIM | {"claimReview": CHECK | change}]})
    assert problems(found) == []
    assert getattr(reviews(found)[0], name) == expected


def test_a_site_that_is_not_the_addresss_is_remarked(file: Path) -> None:
    found = read(file, {"claims": [CLAIM | {"claimReview": [CHECK | {"publisher": {"site": "other.example"}}]}]})
    assert problems(found) == [(1, "publisher.site", False)]
    assert reviews(found)[0].publisher_site == "checks.example"


@pytest.mark.parametrize("partial", ["2016", "2016-12"])
def test_a_date_that_is_no_day_is_not_made_one(file: Path, partial: str) -> None:
    (review,) = reviews(read(file, {"claims": [CLAIM | {"claimDate": partial}]}))
    assert review.claim_date == partial
    assert "claimDate" not in build_answer([review])["claims"][0]


@st.composite
def summaries(draw: st.DrawFn) -> ClaimReview:
    url = draw(ADDRESSES)
    return ClaimReview(
        id="",
        publisher=draw(WORDS),
        publisher_site=url.split("/")[2],
        url=url,
        claim_reviewed=draw(st.just("Un tunnel") | WORDS),
        textual_rating=draw(WORDS),
        title=draw(TEXTS),
        language=draw(st.sampled_from(["fr", "en", "ar", "ar-TD", "ff-Adlm", "und"])),
        claimant=draw(st.just("") | TEXTS),
        claim_date=draw(st.none() | DAYS.map(str) | st.just("2023-11-14T10:03:00Z")),
        review_date=draw(st.none() | DAYS),
    )


@given(given=st.lists(summaries(), max_size=4), token=TEXTS)
def test_an_answer_that_was_given_out_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, given: list[ClaimReview], token: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "answer.json"
    found = read(file, build_answer(given, token))
    assert (reviews(found), problems(found)) == (given, [])
