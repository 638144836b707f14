"""What a person means by a source: one name of the catalogue, a file, or an event with all that it is collected with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from crawlers.source import CollectRequest
from index.errors import RecordNotFoundError
from index.model import Event
from sankofa.desk import Desk
from sankofa.workflows.acts import commit_unsigned


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One source to read, what for, and the event that asks for it (``None`` where the source was named itself)."""

    asked: str
    source: str
    request: CollectRequest
    event: Event | None = None


def plan_errands(
    desk: Desk, asked: str, *, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
) -> Iterator[Errand]:
    """Say what is to be read for *asked*: all sources of an event with its words, accounts, languages and period, or one source.

    *since* and *until* take the place of the event's own period; *limit* counts for each source.
    """
    event = desk.outside.find_event(asked)
    if event is None:
        yield Errand(asked=asked, source=asked, request=CollectRequest(since=since, until=until, limit=limit))
        return
    request = CollectRequest(
        words=event.words,
        accounts=event.accounts,
        languages=event.languages,
        country=event.countries[0] if len(event.countries) == 1 else None,
        since=since or _at(event.starts_on, time.min),
        until=until or _at(event.ends_on, time.max),
        limit=limit,
    )
    for source in event.sources:
        yield Errand(asked=asked, source=source, request=request, event=event)


def keep_event(desk: Desk, event: Event) -> Event:
    """Keep the catalogue's *event* in the store; an event that did not change adds no revision."""
    try:
        kept = desk.store.get(Event, event.id)
    except RecordNotFoundError:
        return commit_unsigned(desk, event, expected_revision=0, act="follow")
    same = replace(
        event,
        revision=kept.revision,
        revised_at=kept.revised_at,
        revised_by=kept.revised_by,
        reason=kept.reason,
        salt=kept.salt,
    )
    return kept if same == kept else commit_unsigned(desk, event, expected_revision=kept.revision, act="follow")


def _at(day: date | None, moment: time) -> datetime | None:
    return datetime.combine(day, moment, UTC) if day else None
