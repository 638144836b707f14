"""What a post shows: the claims whose media it shares, and the words that stand in and under its pictures."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.model import Appearance, Claim, Match, MediaFacts, Post
from index.store import Store

_MOST_CHARACTERS = 1_000  # of each text; a picture of a page would say everything


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How many media of each claim a post shows, by claim, and what is read in and under its own.

    What others wrote under the same picture is theirs: it says nothing of what this post does with a claim.
    """

    shared: Mapping[str, int]
    text: str


def read_shown(store: Store, posts: Sequence[Post]) -> list[Shown]:
    """Read what each post shows. A match that a person rejected counts for nothing, one that is only suggested does."""
    places: dict[str | None, list[Appearance]] = {}
    for seen in store.find_linked(Appearance, "post", {post.id for post in posts}):
        places.setdefault(seen.post_id, []).append(seen)
    media_ids = {seen.subject_id for found in places.values() for seen in found}
    facts = store.find_linked(MediaFacts, "media", media_ids) if media_ids else ()
    return [_read_shown(store, post, places.get(post.id, ()), facts) for post in posts]


def _read_shown(store: Store, post: Post, places: Sequence[Appearance], facts: Sequence[MediaFacts]) -> Shown:
    own = {seen.subject_id for seen in places}
    read = [one.text or "" for one in facts if one.media_id in own]
    captions = [*(seen.caption for seen in places), *(attached.alt_text for attached in post.attachments)]
    return Shown(shared=_count_shared(store, own), text=_join([*read, *captions]))


def _count_shared(store: Store, media_ids: Iterable[str]) -> Mapping[str, int]:
    """Count by claim how many of these media are its own; that its original is matched too makes one no two."""
    claims = (store.find_linked(Claim, "media", find_same(store, {media_id})) for media_id in media_ids)
    return Counter(claim.id for found in claims for claim in found)


def find_posts_showing(store: Store, claims: Iterable[Claim]) -> set[str]:
    """Find the posts that show media of these claims, or what may be the same; by identifier."""
    same = find_same(store, {medium.media_id for claim in claims for medium in claim.media})
    places = store.find_linked(Appearance, "subject", same) if same else ()
    return {place.post_id for place in places if place.post_id}


def find_same(store: Store, media_ids: Collection[str]) -> set[str]:
    """Return these media, those that they match, and what else matches these: uses of one known medium."""
    same = set(media_ids)
    for _ in range(2):
        matches = store.find_linked(Match, "media", same) if same else ()
        same |= {name for one in matches if one.status != "rejected" for name in (one.subject_id, one.target_id)}
    return same


def _join(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text.strip()[:_MOST_CHARACTERS] for text in texts if text.strip()))
