"""Name what was collected after its content.

The identifier covers every field that says something: the same post collected twice is the same record, an edited one
another, and a field that a later version adds renames nothing that lacks it.
Counts (likes, views) belong to the capture and name nothing.
"""

import json
from dataclasses import asdict, replace
from typing import Any, TypeVar

from index.identifiers import name_by_content
from index.model import ClaimReview, Post, Record

AnyRecord = TypeVar("AnyRecord", bound=Record)


def name_post(post: Post) -> Post:
    """Return *post* under its identifier, ``P-…``; an identifier that it has already is ignored."""
    return _name("P", post, post.platform, post.native_id)


def name_claim_review(review: ClaimReview) -> ClaimReview:
    """Return *review* under its identifier, ``CR-…``; an identifier that it has already is ignored."""
    return _name("CR", review, review.publisher_site, review.url)


def _name(prefix: str, record: AnyRecord, *first: str) -> AnyRecord:
    said = json.dumps(_drop_empty({**asdict(record), "id": ""}), ensure_ascii=False, sort_keys=True, default=str)
    return replace(record, id=name_by_content(prefix, *first, said))


def _drop_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _drop_empty(one) for name, one in value.items() if one not in ("", None, ())}
    return [_drop_empty(one) for one in value] if isinstance(value, tuple | list) else value
