"""Published checks, with the dirt of real pages."""

import json
from datetime import date
from typing import Any

import pytest

from index.exchange.jsonld import MAX_REVIEWS, PageChecks, parse_checks, read_publication
from index.model import ClaimReview, MediaReview
from index.ratings import AuthenticityCategory

PAGE = "https://checks.example/tunnel"


def review(**changes: Any) -> dict[str, Any]:
    node = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": PAGE,
        "claimReviewed": "Un tunnel a été découvert à Kidal",
        "datePublished": "2023-11-17",
        "inLanguage": "fr",
        "name": "Faux, ce tunnel n'est pas à Kidal",
        "author": {"@type": "Organization", "name": "Des Vérificateurs", "url": "https://checks.example/"},
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 1,
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": "Faux",
        },
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "Un compte"},
            "datePublished": "2023-11",
            "appearance": "https://x.com/a/status/1",
        },
    }
    return {name: value for name, value in (node | changes).items() if value is not None}


def media_review(**changes: Any) -> dict[str, Any]:
    node = {
        "@type": "MediaReview",
        "mediaAuthenticityCategory": "DecontextualizedContent",
        "originalMediaLink": "https://archive.example/bunker.jpg",
        "originalMediaContextDescription": "Un bunker à Portsmouth, 2019",
        "itemReviewed": {
            "@type": "MediaReviewItem",
            "mediaItemAppearance": {"@type": "ImageObject", "contentUrl": "https://checks.example/shown.jpg"},
        },
    }
    return node | changes


def parse(*nodes: Any, **options: Any) -> PageChecks:
    scripts = [node if isinstance(node, str) else json.dumps(node, ensure_ascii=False) for node in nodes]
    return parse_checks(scripts, page_url=PAGE, **options)


def one(*nodes: Any, **options: Any) -> ClaimReview:
    checks = parse(*nodes, **options)
    assert (checks.problems, checks.remarks) == ((), ())
    [found] = checks.claim_reviews
    return found


def test_a_clean_check_is_read_whole() -> None:
    found = one(review())
    assert (found.publisher, found.publisher_site, found.url) == ("Des Vérificateurs", "checks.example", PAGE)
    assert found.claim_reviewed == "Un tunnel a été découvert à Kidal"
    assert found.title == "Faux, ce tunnel n'est pas à Kidal"
    assert (found.textual_rating, found.rating_value, found.best_rating, found.worst_rating) == ("Faux", 1.0, 5.0, 1.0)
    assert (found.language, found.claimant, found.claim_date, found.review_date) == (
        "fr",
        "Un compte",
        "2023-11",
        date(2023, 11, 17),
    )
    assert found.appearance_urls == ("https://x.com/a/status/1",)
    assert found.id.startswith("CR-")


def test_the_script_is_kept_as_it_stood() -> None:
    script = json.dumps(review(), indent=3)
    assert one(f"\n{script}\n").raw_json == script


def test_the_identifier_follows_the_content() -> None:
    assert one(review()).id == one(review()).id
    assert one(review()).id != one(review(claimReviewed="Autre chose")).id


def test_a_broken_script_costs_only_itself() -> None:
    checks = parse('{"@type": "ClaimReview", broken', review(), '{"a": 1, "a": 2}', "[NaN]", "[" * 10_000)
    assert len(checks.claim_reviews) == 1
    assert [why.partition(":")[0] for _, why, _ in checks.problems] == [
        f"JSON-LD script {number}" for number in (1, 3, 4, 5)
    ]


PLACES = [
    [review()],
    {"@graph": [{"@type": "WebPage", "name": "x"}, review()]},
    {"@type": "NewsArticle", "review": review()},
    {"@type": "WebPage", "mainEntity": {"@type": "Article", "hasPart": [review()]}},
    review(**{"@type": ["Review", "ClaimReview"]}),
    review(**{"@type": "schema:ClaimReview"}),
    review(**{"@type": "http://schema.org/ClaimReview"}),
    {"type": "ClaimReview", "properties": {name: value for name, value in review().items() if name != "@type"}},
    "<!-- " + json.dumps(review()) + " -->",
    "//<![CDATA[\n" + json.dumps(review()) + "\n//]]>",
    "/*<![CDATA[*/" + json.dumps(review()) + "/*]]>*/",
    "<![CDATA[" + json.dumps(review()) + "]]>",
]


@pytest.mark.parametrize("node", PLACES)
def test_a_check_is_found_wherever_it_stands(node: Any) -> None:
    assert one(node).claim_reviewed == "Un tunnel a été découvert à Kidal"


def test_the_same_check_in_two_scripts_is_one() -> None:
    assert len(parse(review(), review()).claim_reviews) == 1


DIRT = [
    ({"claimReviewed": {"@value": "A &amp; B", "@language": "fr"}}, "claim_reviewed", "A & B"),
    ({"claimReviewed": ["  first \n line ", "second"]}, "claim_reviewed", "first line"),
    ({"claimReviewed": "l&rsquo;armée &#233;"}, "claim_reviewed", "l’armée é"),
    ({"claimReviewed": None, "itemReviewed": {"name": "from the item"}}, "claim_reviewed", "from the item"),
    ({"author": "Une Rédaction"}, "publisher", "Une Rédaction"),
    ({"author": [{"name": "A"}, {"name": "B"}]}, "publisher", "A"),
    ({"author": None}, "publisher", "checks.example"),
    ({"reviewRating": {"ratingValue": "1", "bestRating": "5", "alternateName": "Faux"}}, "rating_value", 1.0),
    ({"reviewRating": {"ratingValue": "1,5", "alternateName": "Faux"}}, "rating_value", 1.5),
    ({"reviewRating": {"ratingValue": -1, "bestRating": -1, "alternateName": "Faux"}}, "rating_value", None),
    ({"reviewRating": {"ratingValue": "-1", "alternateName": "Faux"}}, "rating_value", None),
    ({"reviewRating": {"ratingValue": "one", "alternateName": "Faux"}}, "rating_value", None),
    ({"reviewRating": {"ratingValue": True, "alternateName": "Faux"}}, "rating_value", None),
    ({"reviewRating": {"ratingValue": int("9" * 400), "alternateName": "Faux"}}, "rating_value", None),
    ({"reviewRating": [{"alternateName": {"@value": "Trompeur"}}]}, "textual_rating", "Trompeur"),
    ({"reviewRating": {"ratingValue": 2}}, "textual_rating", ""),
    ({"datePublished": "2023-11-17T08:30:00+01:00"}, "review_date", date(2023, 11, 17)),
    ({"datePublished": "17 novembre 2023"}, "review_date", None),
    ({"datePublished": 2023}, "review_date", None),
    ({"inLanguage": "fr_FR"}, "language", "fr-FR"),
    ({"inLanguage": {"@type": "Language", "name": "French"}}, "language", "und"),
    ({"itemReviewed": "a text"}, "claimant", ""),
    ({"itemReviewed": [{"author": "Quelqu'un"}]}, "claimant", "Quelqu'un"),
    ({"itemReviewed": {"datePublished": "hier"}}, "claim_date", None),
    ({"itemReviewed": {"appearance": {"@type": "CreativeWork", "url": "https://a.example/1"}}}, "appearance_urls", ("https://a.example/1",)),
    (
        {"itemReviewed": {"appearance": ["https://a.example/1", {"@id": "https://a.example/2"}], "firstAppearance": "https://a.example/1"}},
        "appearance_urls",
        ("https://a.example/1", "https://a.example/2"),
    ),
    (
        {"itemReviewed": {"appearance": "https://a.example/1?a&amp;b=©, https://a.example/2 and https://a.example/3"}},
        "appearance_urls",
        ("https://a.example/1?a&b=©", "https://a.example/2", "https://a.example/3"),
    ),
    ({"itemReviewed": {"appearance": [PAGE, "javascript:alert(1)", "nowhere"]}}, "appearance_urls", ()),
    ({"url": ["https://checks.example/other"]}, "url", "https://checks.example/other"),
    ({"url": "https://www.checks.example/other"}, "publisher_site", "checks.example"),
    ({"name": None}, "title", "The page's title"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "name", "expected"), DIRT)
def test_what_pages_do_wrong_is_understood_where_it_has_one_meaning(
    changes: dict[str, Any], name: str, expected: object
) -> None:
    assert getattr(one(review(**changes), title="The page's title"), name) == expected


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"claimReviewed": None}, "claimReviewed"),
        ({"claimReviewed": " "}, "claimReviewed"),
        ({"claimReviewed": {"a": 1}}, "claimReviewed"),
        ({"reviewRating": None}, "reviewRating"),
        ({"reviewRating": {"ratingValue": -1}}, "reviewRating"),
        ({"reviewRating": "Faux"}, "reviewRating"),
    ],
)
def test_a_check_that_does_not_say_what_or_how_is_refused(changes: dict[str, Any], why: str) -> None:
    checks = parse(review(**changes))
    assert checks.claim_reviews == ()
    [(where, message, field)] = checks.problems
    assert where == PAGE
    assert why in message
    assert field == why


def test_nobody_publishes_in_anothers_name() -> None:
    checks = parse(review(url="https://factuel.afp.com/doc.1"))
    [found] = checks.claim_reviews
    assert (found.url, found.publisher_site) == (PAGE, "checks.example")
    assert "factuel.afp.com" in checks.remarks[0].why


def test_a_site_may_carry_the_checks_of_those_it_speaks_for() -> None:
    found = one(review(url="https://factuel.afp.com/doc.1"), speaks_for=["factuel.afp.com"])
    assert (found.url, found.publisher_site) == ("https://factuel.afp.com/doc.1", "factuel.afp.com")


MEDIA = MediaReview(
    categories=(AuthenticityCategory.DECONTEXTUALIZED,),
    media_urls=("https://checks.example/shown.jpg",),
    original_url="https://archive.example/bunker.jpg",
    original_context="Un bunker à Portsmouth, 2019",
)

TIES = [
    [review(associatedMediaReview=media_review())],
    [review(associatedMediaReview=[media_review()])],
    [review(), media_review()],
    [{"@graph": [review(associatedMediaReview={"@id": "#m"}), media_review(**{"@id": "#m"})]}],
    [media_review(associatedClaimReview=review())],
    [review(**{"@id": "#c"}), media_review(associatedClaimReview={"@id": "#c"})],
]


@pytest.mark.parametrize("nodes", TIES)
def test_a_media_review_is_tied_to_its_check(nodes: list[Any]) -> None:
    assert one(*nodes).media_reviews == (MEDIA,)


def test_with_several_checks_only_the_named_media_review_is_tied() -> None:
    second = review(claimReviewed="Autre affirmation", associatedMediaReview={"@id": "#m"})
    checks = parse({"@graph": [review(), second, media_review(**{"@id": "#m"})]})
    assert [found.media_reviews for found in checks.claim_reviews] == [(), (MEDIA,)]


def test_a_media_review_without_a_check_is_still_read() -> None:
    checks = parse(media_review())
    assert (checks.claim_reviews, checks.media_reviews) == ((), (MEDIA,))


def test_several_categories_and_appearances_are_kept() -> None:
    shown = [
        {"contentUrl": "https://a.example/1.jpg"},
        {"url": "https://a.example/post"},
        {"contentUrl": "https://a.example/2.mp4"},
    ]
    node = media_review(
        mediaAuthenticityCategory=[
            "https://schema.org/EditedOrCroppedContent",
            {"@value": "schema:DecontextualizedContent"},
        ],
        itemReviewed=[{"mediaItemAppearance": shown}],
        originalMediaLink={"@id": "https://archive.example/2"},
    )
    [found] = parse(node).media_reviews
    assert found.categories == (AuthenticityCategory.EDITED_OR_CROPPED, AuthenticityCategory.DECONTEXTUALIZED)
    assert found.media_urls == ("https://a.example/1.jpg", "https://a.example/2.mp4")
    assert found.original_url == "https://archive.example/2"


def test_an_unknown_category_is_said_and_left_out() -> None:
    checks = parse(
        media_review(mediaAuthenticityCategory=["Fake", "StagedContent"], originalMediaLink="file:///etc/passwd")
    )
    assert checks.media_reviews[0].categories == (AuthenticityCategory.STAGED,)
    assert checks.media_reviews[0].original_url is None
    assert "'Fake'" in checks.remarks[0].why


def test_many_checks_are_read_up_to_a_limit() -> None:
    checks = parse([review(claimReviewed=f"claim {number}") for number in range(MAX_REVIEWS + 20)])
    assert len(checks.claim_reviews) == MAX_REVIEWS


def test_what_the_page_says_of_itself_is_read() -> None:
    article = {
        "@type": "NewsArticle",
        "author": [{"name": "A. Maïga"}],
        "datePublished": "2023-11-17",
        "inLanguage": "fr",
    }
    assert read_publication([json.dumps(article), "broken"]) == {
        "author": "A. Maïga",
        "published": "2023-11-17",
        "language": "fr",
    }
    assert read_publication([]) == {}
