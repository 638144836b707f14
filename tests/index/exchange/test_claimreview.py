"""What is given out as ClaimReview: valid, and read back without loss."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from index.exchange.claimreview import build_claim_review, render_document
from index.exchange.jsonld import parse_checks
from index.exchange.schema_org import load_schema
from index.model import ClaimReview, MediaReview
from index.ratings import AuthenticityCategory

VALIDATOR = Draft202012Validator(load_schema())

FRAGMENTS = st.sampled_from(["&amp;", "&eacute", "&#233;", "</script>", "]]>", "\u202e", "ك", "ﬁ", '"', "\\"])
TEXTS = st.lists(FRAGMENTS | st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=3).map(
    lambda parts: " ".join("".join(parts).split())
)
WORDS = TEXTS.filter(bool)
ADDRESSES = st.tuples(
    st.sampled_from(
        ["https://checks.example/", "https://fasocheck.org/a/", "http://xn--9caa.example/", "https://t.me/s/"]
    ),
    st.text("abcé/&=?%20-_.~()'", max_size=12),
).map("".join)
RATINGS = st.none() | st.floats(0, 10, allow_nan=False) | st.integers(1, 5).map(float)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 30))
PARTIAL_DATES = st.none() | DAYS.map(str) | DAYS.map(lambda day: str(day)[:7]) | DAYS.map(lambda day: str(day)[:4])


def media_reviews() -> st.SearchStrategy[MediaReview]:
    return st.builds(
        MediaReview,
        categories=st.lists(st.sampled_from(AuthenticityCategory), unique=True).map(tuple),
        media_urls=st.lists(ADDRESSES, unique=True, max_size=2).map(tuple),
        original_url=st.none() | ADDRESSES,
        original_context=WORDS,  # a MediaReview that says nothing but its categories may equal another one
    )


@st.composite
def claim_reviews(draw: st.DrawFn) -> ClaimReview:
    url = draw(ADDRESSES)
    appearances = draw(st.lists(ADDRESSES.filter(lambda one: one != url), unique=True, max_size=3))
    return ClaimReview(
        id="",
        publisher=draw(WORDS),
        publisher_site=url.split("/")[2],
        url=url,
        claim_reviewed=draw(WORDS),
        textual_rating=draw(WORDS),
        title=draw(TEXTS),
        language=draw(st.sampled_from(["fr", "en", "ar", "ar-TD", "ff-Adlm", "und"])),
        claimant=draw(TEXTS),
        claim_date=draw(PARTIAL_DATES),
        review_date=draw(st.none() | DAYS),
        rating_value=draw(RATINGS),
        best_rating=draw(RATINGS),
        worst_rating=draw(RATINGS),
        appearance_urls=tuple(appearances),
        media_reviews=tuple(draw(st.lists(media_reviews(), max_size=2, unique_by=lambda one: one.original_context))),
    )


def give_out(*reviews: ClaimReview) -> dict[str, Any]:
    document: dict[str, Any] = json.loads("".join(render_document(map(build_claim_review, reviews))))
    VALIDATOR.validate(document)
    return document


def take_in(node: Any) -> ClaimReview:
    (read,) = parse_checks([json.dumps(node)], page_url="").claim_reviews
    return read


def said(review: ClaimReview) -> ClaimReview:
    return replace(review, id="", raw_json="")


@given(claim_reviews())
def test_a_check_that_was_given_out_is_read_as_it_was(review: ClaimReview) -> None:
    (node,) = give_out(review)["@graph"]
    assert said(take_in(node)) == review


EXTRAS = st.dictionaries(
    st.sampled_from(["reviewBody", "keywords", "abstract", "alternativeHeadline", "image"]), WORDS, max_size=3
)


@given(
    claim_reviews(), EXTRAS, EXTRAS.map(lambda found: {"@type": "Organization", "sameAs": [*found.values()], **found})
)
def test_what_the_publisher_wrote_besides_goes_out_again(
    review: ClaimReview, extra: dict[str, Any], author: dict[str, Any]
) -> None:
    (node,) = give_out(review)["@graph"]
    node = {**node, **extra, "author": {**author, **node["author"]}}

    assert give_out(take_in(node))["@graph"] == [
        node | {"author": {name: value for name, value in node["author"].items() if value}}
    ]


DIRTY = [
    {"claimReviewed": {"@value": "A &amp; B"}},
    {"itemReviewed": "a text"},
    {"itemReviewed": [{"@type": "Claim", "author": "Quelqu'un"}, {"@type": "Claim", "author": "Un autre"}, "x", None]},
    {"itemReviewed": {"appearance": "https://a.example/1, https://a.example/2 and https://a.example/3"}},
    {"itemReviewed": {"appearance": ["javascript:alert(1)", {"url": "https://a.example/1"}]}},
    {"reviewRating": [{"alternateName": {"@value": "Trompeur"}, "ratingValue": -1, "bestRating": "one"}]},
    {"reviewRating": {"alternateName": "Faux", "ratingValue": "1", "bestRating": True}},
    {"author": ["Une Rédaction", {"name": "Une autre"}]},
    {"author": None},
    {"datePublished": 2023},
    {"datePublished": "17 novembre 2023"},
    {"inLanguage": {"name": "French"}},
    {"inLanguage": "fr_FR"},
    {"unknownProperty": 1, "properties": {"name": "x"}},
    {"associatedMediaReview": {"@type": "MediaReview", "mediaAuthenticityCategory": "schema:StagedContent"}},
    {"associatedMediaReview": [{"@type": "MediaReview", "mediaAuthenticityCategory": ["Fake"], "itemReviewed": ["x"]}],},
]  # fmt: skip


@pytest.mark.parametrize("dirt", DIRTY)
def test_what_came_in_dirty_goes_out_clean_and_says_the_same(dirt: dict[str, Any]) -> None:
    node = {
        "@context": "https://schema.org",
        "@type": ["Review", "ClaimReview"],
        "url": "https://checks.example/1",
        "claimReviewed": "Un tunnel",
        "reviewRating": {"alternateName": "Faux"},
    }
    first = take_in(node | dirt)

    (again,) = give_out(first)["@graph"]

    assert said(take_in(again)) == said(first)


def test_how_the_publisher_describes_an_appearance_is_kept() -> None:
    appearance = {"@type": "SocialMediaPosting", "url": "https://x.com/a/1", "archivedAt": "https://archive.example/1"}
    review = ClaimReview(
        id="", publisher="P", publisher_site="checks.example", url="https://checks.example/1", claim_reviewed="Un tunnel",
        textual_rating="Faux", appearance_urls=("https://x.com/a/1",),
    )  # fmt: skip
    (node,) = give_out(review)["@graph"]
    node["itemReviewed"]["appearance"] = appearance
    node["reviewRating"]["ratingValue"] = "-1"

    assert give_out(take_in(node))["@graph"] == [node]


def test_the_schema_refuses_what_is_no_check() -> None:
    assert not VALIDATOR.is_valid({"@context": "https://schema.org", "@graph": [{"@type": "ClaimReview"}]})
    (node,) = give_out(
        ClaimReview(
            id="", publisher="P", publisher_site="", url="https://a.example", claim_reviewed="c", textual_rating="r"
        )
    )["@graph"]
    for broken in ({"url": "a.example"}, {"madeUp": 1}, {"reviewRating": {"@type": "Rating"}}):
        assert not VALIDATOR.is_valid({"@context": "https://schema.org", "@graph": [node | broken]})
