"""Which month does a case belong to, and why? By the local days of the country.

Three doors: the claim first appeared for that country, a verdict on it was published, or one was corrected or withdrawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from index.dates import last_day, zone_of
from index.model import Appearance, Claim, Verdict
from reports.content import ReasonCode
from reports.period import Month

When = str | date | datetime


@dataclass(frozen=True, kw_only=True)
class Door:
    """One reason: what happened when, and to which revision of a verdict (``None``: to the claim)."""

    code: ReasonCode
    on: When
    verdict: Verdict | None = None


def find_first_appearance(claim: Claim, appearances: Iterable[Appearance], country: str) -> str | None:
    """Return when the claim had first appeared for *country*, as precisely as it is known.

    The dated appearance there that was over first. What the claim itself says counts too, unless the claim concerns
    several countries and an appearance in this one is known.
    """
    dates = [seen.appeared_on for seen in appearances if seen.appeared_on and seen.country == country]
    if claim.first_appeared_on and not (dates and len(claim.countries) > 1):
        dates.append(claim.first_appeared_on)
    zone = zone_of(country)
    return min(dates, key=lambda when: (last_day(when, zone), -len(when), when), default=None)


def find_doors(
    claim: Claim, histories: Iterable[Sequence[Verdict]], appearances: Iterable[Appearance], month: Month, country: str
) -> tuple[Door, ...]:
    """Find why *claim* belongs to *month* of *country*; empty where it does not.

    *histories* are the public revisions of each verdict on it.
    """
    doors = []
    first = find_first_appearance(claim, appearances, country)
    if first is not None:
        doors.append(Door(code="first_appeared", on=first))
    for history in histories:
        doors.extend(_find_verdict_doors(history))
    return tuple(door for door in doors if month.contains(door.on, country))


def date_of(revision: Verdict, before: Verdict | None) -> When | None:
    """Return when a public revision was given, with the best precision that is known.

    A first one by its publication, or else the day of its review. A later one by its own publication if that is new, by
    its own day of review if that differs from the day on which it was entered here, or else by that entry.
    """
    if before is None:
        return revision.published_at or revision.review_date or revision.revised_at
    if revision.published_at and revision.published_at != before.published_at:
        return revision.published_at
    entered = revision.revised_at
    reviewed = revision.review_date if revision.review_date != before.review_date else None
    if reviewed and (entered is None or entered.date() != reviewed):
        return reviewed
    return entered or reviewed


def _find_verdict_doors(history: Sequence[Verdict]) -> list[Door]:
    doors = []
    published = date_of(history[0], None) if history else None
    if published is not None:
        doors.append(Door(code="verdict_published", on=published, verdict=history[0]))
    for before, revision in pairwise(history):
        code = _name_change(before, revision)
        changed = date_of(revision, before)
        if code is not None and changed is not None:
            doors.append(Door(code=code, on=changed, verdict=revision))
    return doors


def _name_change(before: Verdict, revision: Verdict) -> ReasonCode | None:
    """Name what a revision did; ``None`` for one that changed nothing that readers were told."""
    if not revision.stands:
        return "verdict_withdrawn" if before.stands else None
    said, said_before = (revision.rating, revision.textual_rating), (before.rating, before.textual_rating)
    newly_corrected = revision.status == "corrected" and before.status != "corrected"
    return "verdict_corrected" if newly_corrected or said != said_before or revision.reason != before.reason else None
