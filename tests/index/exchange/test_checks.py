"""Files of published checks: what is good comes, what is bad is told by its item and field."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from index.errors import RecordFormatError
from index.exchange.checks import Check, read_checks, render_feed
from index.exchange.rows import RowProblem
from index.exchange.schema_org import load_schema
from tests.index.exchange.test_claimreview import claim_reviews, said

GOOD = {
    "@type": "ClaimReview",
    "url": "https://checks.example/1",
    "claimReviewed": "Un tunnel à Kidal",
    "author": {"name": "Des Vérificateurs", "url": "https://checks.example"},
    "reviewRating": {"alternateName": "Faux", "ratingValue": 1, "bestRating": 5, "worstRating": 1},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "checks.json"


def read(file: Path, content: Any) -> list[Check | RowProblem]:
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return list(read_checks(file))


def problems(found: list[Check | RowProblem]) -> list[tuple[int, str, bool]]:
    return [(one.line, one.column, one.refused) for one in found if isinstance(one, RowProblem)]


def good_items(found: list[Check | RowProblem]) -> list[int]:
    return [one.item for one in found if isinstance(one, Check)]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        [GOOD],
        {"@context": "https://schema.org", "@graph": [GOOD]},
        {
            "@type": "DataFeed",
            "dataFeedElement": [{"@type": "DataFeedItem", "url": "https://checks.example/", "item": [GOOD]}],
        },
        json.dumps(GOOD) + "\n",
        "\ufeff" + json.dumps(GOOD),
    ],
)
def test_a_check_is_read_from_every_shape(file: Path, content: Any) -> None:
    (check,) = read(file, content)
    assert isinstance(check, Check)
    assert check.review.textual_rating == "Faux"


def test_empty_items_of_a_feed_are_passed_over(file: Path) -> None:
    items: list[Any] = [{"item": None}, None, {"item": [GOOD, GOOD | {"claimReviewed": "Autre"}]}, {"item": []}]
    found = read(file, {"dataFeedElement": items})
    assert (good_items(found), problems(found)) == ([3, 3], [])


BAD = [
    '{"@type": "ClaimReview", "url": "https://a.example", "url": "https://b.example"}',
    '{"@type": "ClaimReview", "claimReviewed": NaN}',
    '{"@type": "ClaimReview", "claimReviewed": ' + "[" * 10_000 + "]" * 10_000 + "}",
    '{"@type": "ClaimReview", broken}',
    '{"@type": "ClaimReview", "claimReviewed": "half \\ud800 a character"}',
]


@pytest.mark.parametrize("bad", BAD)
def test_a_broken_item_costs_only_itself(file: Path, bad: str) -> None:
    found = read(file, f'{{"@graph": [{json.dumps(GOOD)}, {bad}, {json.dumps(GOOD)}]}}')
    assert (good_items(found), problems(found)) == ([1, 3], [(2, "", True)])


@pytest.mark.parametrize(
    ("change", "field", "refused"),
    [
        ({"claimReviewed": None}, "claimReviewed", True),
        ({"reviewRating": None}, "reviewRating", True),
        ({"url": "ftp://checks.example"}, "url", True),
        (
            {"reviewRating": {"alternateName": "Faux", "ratingValue": 5, "bestRating": 1, "worstRating": 5}},
            "reviewRating",
            False,
        ),
        ({"reviewRating": {"alternateName": "Faux", "ratingValue": 9, "bestRating": 5}}, "reviewRating", False),
        ({"author": {"name": "AFP", "url": "https://elsewhere.example"}}, "author.url", False),
    ],
)
def test_what_is_wrong_is_told_by_its_field(file: Path, change: dict[str, Any], field: str, refused: bool) -> None:
    found = read(file, [GOOD, GOOD | change])
    assert problems(found) == [(2, field, refused)]
    assert good_items(found) == ([1] if refused else [1, 2])


def test_a_rating_without_a_number_is_no_fault(file: Path) -> None:
    assert problems(read(file, GOOD | {"reviewRating": {"alternateName": "Faux"}})) == []


def test_objects_of_a_small_document_may_refer_to_each_other(file: Path) -> None:
    graph = [GOOD | {"author": {"@id": "#org"}}, {"@type": "Organization", "@id": "#org", "name": "Des Vérificateurs"}]
    (check,) = read(file, {"@graph": graph})
    assert isinstance(check, Check)
    assert check.review.publisher == "Des Vérificateurs"


def test_an_item_without_a_check_is_a_remark(file: Path) -> None:
    found = read(
        file, [{"@type": "NewsArticle"}, {"@type": "MediaReview", "mediaAuthenticityCategory": "StagedContent"}]
    )
    assert problems(found) == [(1, "", False), (2, "", False)]


def test_a_feed_whose_check_lies_elsewhere_than_its_item_is_remarked(file: Path) -> None:
    found = read(file, {"dataFeedElement": [{"url": "https://other.example", "item": [GOOD]}]})
    assert problems(found) == [(1, "url", False)]


@pytest.mark.parametrize("content", [b"\x00\x01\x02", None])
def test_a_file_that_cannot_be_read_is_an_error(file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RecordFormatError):
        list(read_checks(file))


@given(reviews=st.lists(claim_reviews(), max_size=3))
def test_a_feed_that_was_given_out_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, reviews: list[Any]
) -> None:
    file = tmp_path_factory.getbasetemp() / "feed.json"
    text = "".join(render_feed((Check(review=review) for review in reviews), "2023-11-20T12:00:00+00:00"))
    Draft202012Validator(load_schema()).validate(json.loads(text))

    found = read(file, text)

    assert [said(one.review) for one in found if isinstance(one, Check)] == reviews
