"""Published checks as JSON-LD: schema.org ClaimReview with its MediaReviews, in the publisher's own words.

What the record says stands in clean form; what the publisher wrote besides (the text of the review, an author's profile, who
archived an appearance) is taken over from the markup that the record kept, as far as schema.org lists such a property.
:func:`index.exchange.jsonld.parse_checks` reads it all back. White space is united, as everywhere in JSON-LD here.

Source: https://schema.org/ClaimReview, https://schema.org/MediaReview
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from index.analysis import UNKNOWN
from index.exchange.jsonld import find_markup, read_media_review
from index.exchange.jsonld_values import (
    find_type,
    read_date,
    read_day,
    read_language,
    read_number,
    read_urls,
    write_text,
)
from index.exchange.schema_org import keep_published
from index.model import ClaimReview, MediaReview

CONTEXT = "https://schema.org"
_TYPES = {
    "ImageObject": (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".heic"),
    "VideoObject": (".mp4", ".webm", ".mov", ".m3u8"),
    "AudioObject": (".mp3", ".ogg", ".opus", ".m4a", ".wav"),
}


def render_document(nodes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the pieces of one JSON-LD document that holds *nodes*, however many there are; a node a line."""
    yield f'{{"@context": "{CONTEXT}", "@graph": ['
    for number, node in enumerate(nodes):
        yield (",\n" if number else "\n") + json.dumps(node, ensure_ascii=False)
    yield "\n]}\n"


def build_claim_review(review: ClaimReview, body: str = "") -> dict[str, Any]:
    """Build the ClaimReview of a check that lies at a web address; *body* is the text of the review, where it is ours."""
    said = keep_published(find_markup(review), "ClaimReview")
    said.pop("@context", None)
    language = "" if review.language == UNKNOWN else review.language
    built = said | {
        "@type": "ClaimReview",
        "url": review.url,
        "claimReviewed": write_text(review.claim_reviewed),
        "author": _name(said.get("author"), review.publisher) or {"@type": "Organization"},
        "reviewRating": _build_rating(said.get("reviewRating"), review),
        "itemReviewed": _build_claim(said.get("itemReviewed"), review),
        "associatedMediaReview": _build_media_reviews(said.get("associatedMediaReview"), review.media_reviews),
        "name": write_text(review.title),
        "datePublished": _keep(said.get("datePublished"), read_day, review.review_date, str(review.review_date or "")),
        "inLanguage": _keep(said.get("inLanguage"), read_language, language, language),
        "reviewBody": body or said.get("reviewBody"),
    }
    return _drop_empty(built)


def _build_rating(said: Any, review: ClaimReview) -> dict[str, Any]:
    first = said[0] if isinstance(said, list) and said else said
    kept = keep_published(first, "Rating")
    numbers = {"ratingValue": review.rating_value, "bestRating": review.best_rating, "worstRating": review.worst_rating}
    built = {name: _keep(kept.get(name), read_number, value, _as_number(value)) for name, value in numbers.items()}
    return _drop_empty(kept | {"@type": "Rating", "alternateName": write_text(review.textual_rating)} | built)


def _build_claim(said: Any, review: ClaimReview) -> Any:
    if isinstance(said, list) and said:
        return [_build_claim(said[0], review), *(one for one in said[1:] if _is_claim(one))]
    kept = keep_published(said, "Claim")
    built = kept | {
        "@type": "Claim",
        "author": _name(kept.get("author"), review.claimant),
        "datePublished": _keep(kept.get("datePublished"), read_date, review.claim_date, review.claim_date or ""),
    }
    return _drop_empty(_put_appearances(built, review))


def _is_claim(value: Any) -> bool:
    return isinstance(value, Mapping) and find_type(value) == {"Claim"}


def _put_appearances(claim: dict[str, Any], review: ClaimReview) -> dict[str, Any]:
    """Keep how the publisher describes the appearances where it is clean and says what the record says."""
    described = [claim.get("appearance"), claim.get("firstAppearance")]
    if all(map(_is_clean, described)):
        read = tuple(dict.fromkeys(url for one in described for url in read_urls(one) if url != review.url))
        if read == review.appearance_urls:
            return claim
    del_names = {"appearance", "firstAppearance"}
    kept = {name: value for name, value in claim.items() if name not in del_names}
    return kept | {"appearance": [{"@type": "CreativeWork", "url": url} for url in review.appearance_urls]}


def _is_clean(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, Mapping) and len(read_urls(one)) == 1 for one in value)
    return value is None or (isinstance(value, Mapping) and len(read_urls(value)) == 1)


def _build_media_reviews(said: Any, reviews: tuple[MediaReview, ...]) -> list[dict[str, Any]]:
    described = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, Mapping)]
    if len(described) != len(reviews):
        described = [{}] * len(reviews)
    return [_build_media_review(one, review) for one, review in zip(described, reviews, strict=True)]


def _build_media_review(said: Mapping[str, Any], review: MediaReview) -> dict[str, Any]:
    kept = keep_published(said, "MediaReview")
    if not _says_the_same(read_media_review(kept), review):
        kept = {}
    item = keep_published(kept.get("itemReviewed"), "MediaReviewItem")
    shown = item.get("mediaItemAppearance")
    shown = [shown] if isinstance(shown, Mapping) else shown
    if not isinstance(shown, list) or not all(isinstance(one, Mapping) for one in shown):
        shown = [{"@type": _guess_type(url), "contentUrl": url} for url in review.media_urls]
    built = kept | {
        "@type": "MediaReview",
        "mediaAuthenticityCategory": [category.value for category in review.categories],
        "originalMediaContextDescription": write_text(review.original_context),
        "originalMediaLink": review.original_url or "",
        "itemReviewed": _drop_empty(item | {"@type": "MediaReviewItem", "mediaItemAppearance": shown}),
    }
    return {"mediaAuthenticityCategory": [], **_drop_empty(built)}


def _says_the_same(read: MediaReview, review: MediaReview) -> bool:
    return (read.media_urls, read.original_url, read.original_context, read.categories) == (
        review.media_urls, review.original_url, review.original_context, review.categories,
    )  # fmt: skip


def _name(said: Any, name: str) -> Any:
    """Write a name into how the publisher describes somebody; of several it is the first."""
    if isinstance(said, list) and said:
        return [_name(said[0], name), *said[1:]]
    kept = dict(said) if isinstance(said, Mapping) else {}
    return _drop_empty(kept | {"name": write_text(name)})


def _keep(said: Any, read: Callable[[Any], Any], value: Any, ours: Any) -> Any:
    """Keep the publisher's own spelling of a value where it is read as the record has it."""
    is_number = read is read_number and isinstance(said, int | float) and not isinstance(said, bool)
    is_plain = is_number or (isinstance(said, str) and bool(said.strip()))
    return said if is_plain and read(said) == value else ours


def _as_number(value: float | None) -> float | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _guess_type(url: str) -> str:
    path = url.lower().partition("?")[0]
    return next((kind for kind, endings in _TYPES.items() if path.endswith(endings)), "MediaObject")


def _drop_empty(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}
