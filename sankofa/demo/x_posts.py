"""The case's posts on X as its API holds them: identifiers, fields, authors, media.

Source: https://docs.x.com/x-api/fundamentals/data-dictionary and https://docs.x.com/fundamentals/x-ids
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from sankofa.demo.clips import SCENE_SECONDS
from sankofa.demo.media_files import MEDIA_PATH
from sankofa.demo.record import Case, ReplayedPost, StandIn
from sankofa.demo.x_query import Searchable

_EPOCH_MILLISECONDS = 1_288_834_974_657  # the first moment of X's identifiers
_FIRST_USER = 9_000_000_000_000_000_000  # far above every identifier that X has given


@dataclass(frozen=True)
class ServedPost:
    """A post with every field, its author and media, and what a query sees of it."""

    number: int
    created_at: datetime
    post: Mapping[str, Any]
    user: Mapping[str, Any]
    media: tuple[Mapping[str, Any], ...]
    searchable: Searchable


def serve_posts(case: Case, base_url: str) -> Sequence[ServedPost]:
    """Return every post on X of *case*, newest first; media addresses are below *base_url*."""
    posts = sorted((post for post in case.posts if post.platform == "x"), key=lambda post: post.published_at)
    authors = sorted({post.author for post in posts})
    media = {medium.key: medium for medium in case.media}
    served = []
    for order, post in enumerate(posts):
        number = _make_id(post.published_at, order)
        attached = [
            _build_media(media[key], media, f"{number}{place}", base_url) for place, key in enumerate(post.media)
        ]
        user = {"id": str(_FIRST_USER + authors.index(post.author)), "name": post.author_name, "username": post.author}
        served.append(_build_post(post, number, user, tuple(attached)))
    return served[::-1]


def _make_id(moment: datetime, order: int) -> int:
    """Make an identifier as X does, from the millisecond on; worker and sequence are ones that X hardly uses."""
    return (int(moment.timestamp() * 1000) - _EPOCH_MILLISECONDS) << 22 | 0x3FF << 12 | (0xF00 + order)


def _build_post(
    post: ReplayedPost, number: int, user: Mapping[str, Any], attached: tuple[Mapping[str, Any], ...]
) -> ServedPost:
    fields: dict[str, Any] = {
        "id": str(number),
        "text": escape(post.text, quote=False),  # X gives &, < and > as entities
        "edit_history_tweet_ids": [str(number)],
        "author_id": user["id"],
        "created_at": post.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": post.language,
        "conversation_id": str(number),
        "possibly_sensitive": False,
        "public_metrics": dict(post.metrics),
    }
    if attached:
        fields["attachments"] = {"media_keys": [medium["media_key"] for medium in attached]}
    kinds = frozenset("images" if medium["type"] == "photo" else "videos" for medium in attached)
    return ServedPost(
        number=number,
        created_at=post.published_at,
        post=fields,
        user=user,
        media=attached,
        searchable=Searchable(post.author, post.language, post.text, kinds),
    )


def _build_media(medium: StandIn, media: Mapping[str, StandIn], name: str, base_url: str) -> dict[str, Any]:
    address = f"{base_url}{MEDIA_PATH}{medium.file}"
    alt_text = f"[demo] {medium.stands_for}"
    if medium.kind == "image":
        return {"media_key": f"3_{name}", "type": "photo", "alt_text": alt_text, "url": address}
    scenes = media[medium.of].scenes if medium.of else medium.scenes
    variants = [{"bit_rate": 256_000, "content_type": "video/mp4", "url": address}]
    duration_ms = len(scenes) * SCENE_SECONDS * 1000
    return {
        "media_key": f"7_{name}",
        "type": "video",
        "alt_text": alt_text,
        "duration_ms": duration_ms,
        "variants": variants,
    }
