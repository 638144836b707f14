"""Where every act of a person is kept: with who did it and when, whole or not at all.

Nothing that a person decides reaches the store by another way.
"""

from collections.abc import Callable
from dataclasses import replace

from index.numbering import create_numbered
from index.store import AnyRevised
from sankofa.desk import Desk


def commit(desk: Desk, record: AnyRevised, *, expected_revision: int, act: str) -> AnyRevised:
    """Keep *record* as its next revision, which *act* (a verb: ``approve``) made of it; who acts and when is filled in here.

    Raises:
        PersonRequiredError, PersonUnknownError: Nobody whom the desk knows acts.
        RevisionConflictError: Somebody else was first; theirs was kept, and nothing of this.
    """
    person = desk.require_person(f"to {act} {record.id}")
    stamped = replace(record, revised_by=person.id, revised_at=desk.clock())
    return desk.store.revise(stamped, expected_revision=expected_revision)


def commit_numbered(desk: Desk, prefix: str, year: int, build: Callable[[str], AnyRevised], *, act: str) -> AnyRevised:
    """As :func:`commit`, of a new record that *build* makes under the next number of *prefix* and *year*."""

    def keep(record: AnyRevised) -> AnyRevised:
        return commit(desk, record, expected_revision=0, act=act)

    return create_numbered(desk.store, prefix, year, build, keep)
