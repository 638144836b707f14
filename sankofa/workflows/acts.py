"""Where the acts of persons are kept: with who did it and when, and an entry of the log, whole or not at all.

Whatever is judged, written, merged or published comes this way, the list of persons, saved searches and events too.
"""

from collections.abc import Callable
from dataclasses import replace

from index.log.entries import build_entry, seal
from index.model import Cursor
from index.numbering import create_numbered
from index.store import AnyRevised
from sankofa.desk import Desk
from sankofa.workflows.log import begin_log, is_published


def commit(desk: Desk, record: AnyRevised, *, expected_revision: int, act: str) -> AnyRevised:
    """Keep *record* as its next revision, which *act* (a verb: ``approve``) made of it; who acts and when is filled in here.

    Raises:
        PersonRequiredError, PersonUnknownError: Nobody whom the desk knows acts.
        RevisionConflictError: Somebody else was first; theirs was kept, and nothing of this.
    """
    desk.require_person(f"to {act} {record.id}")
    return commit_unsigned(desk, record, expected_revision=expected_revision, act=act)


def commit_unsigned(desk: Desk, record: AnyRevised, *, expected_revision: int, act: str) -> AnyRevised:
    """As :func:`commit`, of what needs no person: the list of persons, and what is followed; whoever acts is named as given."""
    at = desk.clock()
    begin_log(desk)
    made = replace(record, revised_by=desk.person_id or None, revised_at=at)
    sealed = seal(made, expected_revision)
    entry = build_entry(sealed, act, actor=desk.person_id, at=at)
    return desk.store.revise(sealed, expected_revision=expected_revision, entry=entry.encode())


def committing(desk: Desk, act: str) -> Callable[[AnyRevised, int], AnyRevised]:
    """Return what keeps a record behind that of a number as :func:`commit` does."""

    def keep(record: AnyRevised, expected_revision: int) -> AnyRevised:
        return commit(desk, record, expected_revision=expected_revision, act=act)

    return keep


def bring(desk: Desk, record: AnyRevised) -> AnyRevised:
    """Keep a revision that was made on another desk, as it is and under its number; the log names what was published.

    Raises:
        RevisionConflictError: Another one is here, or the one before it is missing.
    """
    entry = b""
    if is_published(record):
        begin_log(desk)
        entry = build_entry(record, "import", actor=desk.person_id, at=desk.clock()).encode()
    return desk.store.revise(record, expected_revision=record.revision - 1, entry=entry)


def commit_batch(desk: Desk, cursor: Cursor, *, posts: int, new_posts: int) -> Cursor:
    """Keep how far a source was read after a batch of *posts*, which the log names; whoever collects need not be a person.

    Raises:
        RevisionConflictError: Somebody else went on from there.
    """
    begin_log(desk)
    sealed = seal(cursor, cursor.revision)
    said = {"source": cursor.source, "posts": posts, "new_posts": new_posts}
    entry = build_entry(sealed, "collect", actor=desk.person_id, at=desk.clock(), **said)
    return desk.store.revise(sealed, expected_revision=cursor.revision, entry=entry.encode())


def commit_numbered(desk: Desk, prefix: str, year: int, build: Callable[[str], AnyRevised], *, act: str) -> AnyRevised:
    """As :func:`commit`, of a new record that *build* makes under the next number of *prefix* and *year*."""

    def keep(record: AnyRevised) -> AnyRevised:
        return commit(desk, record, expected_revision=0, act=act)

    return create_numbered(desk.store, prefix, year, build, keep)
