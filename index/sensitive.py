"""Which media are hard to look at, so that they are shown blurred until somebody asks for them."""

from collections.abc import Collection

from index.model import Match, Sensitive
from index.store import Store


def find_sensitive(store: Store, media_ids: Collection[str]) -> frozenset[str]:
    """Find those that a person marked, and those that may show the same as a marked one (whose match nobody rejected)."""
    if not media_ids or not store.count(Sensitive):
        return frozenset()
    shows: dict[str, set[str]] = {media_id: {media_id} for media_id in media_ids}
    for match in store.find_linked(Match, "media", sorted(media_ids)):
        if match.status != "rejected":
            shows.setdefault(match.subject_id, set()).add(match.target_id)
            shows.setdefault(match.target_id, set()).add(match.subject_id)
    asked = {each for media_id in media_ids for each in shows[media_id]}
    marked = {mark.id for mark in store.get_many(Sensitive, asked).values() if mark.active}
    return frozenset(media_id for media_id in media_ids if shows[media_id] & marked)
