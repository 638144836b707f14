"""Naming posts, and telling which are wanted."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.posts import is_in_period, is_wanted
from crawlers.source import CollectRequest
from index.model import Attachment, ClaimReview, MediaReview, Post
from index.naming import name_claim_review, name_post
from index.ratings import AuthenticityCategory

POST = Post(
    id="",
    platform="x",
    native_id="1",
    url="https://x.com/a/status/1",
    author="@a",
    author_name="A",
    title="t",
    text="Un tunnel",
    language="fr",
    country="ML",
    published_at=datetime(2023, 11, 14, tzinfo=UTC),
    attachments=(Attachment(url="https://a.example/1.jpg", kind="image", alt_text="alt"),),
)

CHANGES: list[dict[str, Any]] = [
    {"platform": "facebook"}, {"native_id": "2"}, {"url": "https://x.com/b/status/1"}, {"author": "@b"}, {"author_name": "B"},
    {"title": "u"}, {"text": "Deux tunnels"}, {"language": "en"}, {"country": None}, {"published_at": None}, {"attachments": ()},
    {"attachments": (Attachment(url="https://a.example/2.jpg", kind="image", alt_text="alt"),)},
]  # fmt: skip


def test_the_same_post_has_the_same_name_whatever_it_was_called() -> None:
    assert name_post(POST) == name_post(replace(POST, id="P-OLD"))


@pytest.mark.parametrize("change", CHANGES)
def test_every_field_is_part_of_the_name(change: dict[str, Any]) -> None:
    assert name_post(replace(POST, **change)).id != name_post(POST).id


def test_all_fields_of_a_post_are_covered_by_the_test_above() -> None:
    covered = {name for change in CHANGES for name in change}

    assert covered | {"id", "erased"} == {
        field.name for field in fields(Post)
    }  # a stub keeps the name that the post had


def test_names_stay_what_they_are() -> None:
    assert name_post(Post(id="", platform="x", native_id="1", url="", author="")).id == "P-PW4G-PS8C-C67Z-F6R1"


def test_a_check_is_named_by_all_that_it_says() -> None:
    review = ClaimReview(
        id="",
        publisher="P",
        publisher_site="p.example",
        url="https://p.example/",
        claim_reviewed="c",
        textual_rating="Faux",
    )
    other = replace(review, media_reviews=(MediaReview(categories=(AuthenticityCategory.STAGED,)),))
    assert (
        len(
            {
                name_claim_review(review).id,
                name_claim_review(other).id,
                name_claim_review(replace(review, title="t")).id,
            }
        )
        == 3
    )


WORDS: list[tuple[tuple[str, ...], bool]] = [
    ((), True),
    (("tunnel",), True),
    (("TUNNEL un",), True),
    (("kidal", "tùnnel"), True),
    (("tunnel kidal",), False),
    (("kidal",), False),
]


@pytest.mark.parametrize(("words", "wanted"), WORDS)
def test_one_of_the_phrases_must_occur_with_all_its_words(words: tuple[str, ...], wanted: bool) -> None:
    assert is_wanted(CollectRequest(words=words), POST) is wanted


def test_unknown_dates_and_languages_are_given_the_benefit_of_the_doubt() -> None:
    request = CollectRequest(languages=("ar",), since=datetime(2024, 1, 1, tzinfo=UTC))
    assert not is_wanted(request, POST)
    assert is_wanted(request, replace(POST, language="und", published_at=None))
    assert not is_in_period(request, POST)
