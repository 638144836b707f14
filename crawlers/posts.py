"""Name what was collected after its content, and tell whether it was asked for.

The identifier covers every field that says something: the same post collected twice is the same record, an edited one
another, and a field that a later version adds renames nothing that lacks it.
Counts (likes, views) belong to the capture and name nothing.
"""

import json
from dataclasses import asdict, replace
from typing import Any, TypeVar

from crawlers.source import CollectRequest
from index.analysis import fold
from index.identifiers import name_by_content
from index.model import ClaimReview, Post, Record

AnyRecord = TypeVar("AnyRecord", bound=Record)


def name_post(post: Post) -> Post:
    """Return *post* under its identifier, ``P-…``; an identifier that it has already is ignored."""
    return _name("P", post, post.platform, post.native_id)


def name_claim_review(review: ClaimReview) -> ClaimReview:
    """Return *review* under its identifier, ``CR-…``; an identifier that it has already is ignored."""
    return _name("CR", review, review.publisher_site, review.url)


def is_wanted(request: CollectRequest, post: Post) -> bool:
    """Tell whether *post* is what *request* asks for; the benefit of the doubt where date or language are unknown."""
    return (
        is_in_period(request, post)
        and _is_by(request.accounts, post)
        and _is_in_language(request.languages, post)
        and _says(request.words, post)
    )


def is_in_period(request: CollectRequest, post: Post) -> bool:
    """Tell whether *post* was published within the bounds of *request* (inclusive), or on an unknown day."""
    if post.published_at is None:
        return True
    return not (
        (request.since and post.published_at < request.since) or (request.until and post.published_at > request.until)
    )


def _name(prefix: str, record: AnyRecord, *first: str) -> AnyRecord:
    said = json.dumps(_drop_empty({**asdict(record), "id": ""}), ensure_ascii=False, sort_keys=True, default=str)
    return replace(record, id=name_by_content(prefix, *first, said))


def _drop_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _drop_empty(one) for name, one in value.items() if one not in ("", None, ())}
    return [_drop_empty(one) for one in value] if isinstance(value, tuple | list) else value


def _is_by(accounts: tuple[str, ...], post: Post) -> bool:
    wanted = {account.casefold().removeprefix("@") for account in accounts}
    return not wanted or post.author.casefold().removeprefix("@") in wanted


def _is_in_language(languages: tuple[str, ...], post: Post) -> bool:
    wanted = {language.partition("-")[0].lower() for language in languages}
    return not wanted or post.language.partition("-")[0].lower() in wanted | {"und"}


def _says(words: tuple[str, ...], post: Post) -> bool:
    """Tell whether all words of one of the phrases occur; case, accents and Arabic spellings make no difference."""
    said = fold(f"{post.title}\n{post.text}")
    return not words or any(all(word in said for word in fold(phrase).split()) for phrase in words)
