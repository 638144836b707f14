"""Mark media that are hard to look at: they are blurred on pages and in reports until somebody asks for them."""

from collections.abc import Sequence
from dataclasses import replace

from index.errors import RecordNotFoundError
from index.model import MediaItem, Sensitive
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit


def mark_sensitive(desk: Desk, media_id: str, *, label: str, reason: str = "") -> Sensitive:
    """Mark a kept medium; *label* says in a few words what is to be seen.

    Raises:
        InputError: *label* is blank.
        RecordNotFoundError: No such medium is kept.
        PersonRequiredError, PersonUnknownError
    """
    if not label.strip():
        raise InputError("say in a few words what is to be seen, as 'a dead person'")
    desk.store.get(MediaItem, media_id)
    return _keep(desk, Sensitive(id=media_id, label=label.strip(), active=True, reason=reason), "blur")


def unmark_sensitive(desk: Desk, media_id: str, *, reason: str = "") -> Sensitive:
    """Take the mark back; raises RecordNotFoundError where there is none."""
    known = desk.store.get(Sensitive, media_id)
    return _keep(desk, replace(known, active=False, reason=reason), "unblur")


def find_marked(desk: Desk, media_ids: Sequence[str]) -> dict[str, Sensitive]:
    """Return the marks on these very media that hold, by their identifiers."""
    return {mark.id: mark for mark in desk.store.get_many(Sensitive, media_ids).values() if mark.active}


def _keep(desk: Desk, mark: Sensitive, act: str) -> Sensitive:
    desk.require_person(f"to {act} {mark.id}")
    try:
        known = desk.store.get(Sensitive, mark.id)
    except RecordNotFoundError:
        return commit(desk, mark, expected_revision=0, act=act)
    if (known.label, known.active) == (mark.label, mark.active):
        return known
    return commit(desk, mark, expected_revision=known.revision, act=act)
