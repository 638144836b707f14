"""What was erased does not come back with what is collected: a post is recognised by its stub, a file by its SHA-256."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from crawlers.source import Collected
from index.erasing import find_guard, refuse_erased
from index.identifiers import name_medium
from index.model import ClaimReview, MediaItem, Post
from sankofa.desk import Desk
from verify.errors import MediaRefusedError


def drop_erased(desk: Desk, items: Sequence[Collected]) -> tuple[Collected, ...]:
    """Return what was collected without the posts that were erased here, be it with other words under the same number."""
    known = desk.store.get_many(Post, {item.post.id for item in items})
    guards = {find_guard(item.post): item.post.id for item in items}
    stubs = {stub.guards()["native_id"][0] for stub in desk.store.find_linked(Post, "native_id", guards.keys())}
    gone = {post_id for guard, post_id in guards.items() if guard in stubs}
    gone |= {post.id for post in known.values() if post.is_stub}
    return tuple(item for item in items if item.post.id not in gone)


def drop_erased_reviews(desk: Desk, reviews: Sequence[ClaimReview]) -> tuple[ClaimReview, ...]:
    """Return published checks without those that were erased here."""
    known = desk.store.get_many(ClaimReview, {review.id for review in reviews}) if reviews else {}
    return tuple(review for review in reviews if review.id not in known or not known[review.id].is_stub)


def refuse_erased_file(desk: Desk, path: Path) -> None:
    """Make sure that a file is none that was erased here, before it is kept.

    Raises:
        RecordErasedError: It is one.
        MediaRefusedError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            media_id = name_medium(hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise MediaRefusedError("unreadable", f"the file cannot be read ({error.strerror}): check it") from error
    for item in desk.store.get_many(MediaItem, [media_id]).values():
        refuse_erased(item)
