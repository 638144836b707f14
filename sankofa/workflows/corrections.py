"""What this desk changed in what readers were told: every later release of its own verdicts."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from index.model import Claim, Verdict
from index.releases import list_releases
from sankofa.desk import Desk

_CHANGED = ("corrected", "withdrawn", "suppressed")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A release that took the place of the one ``before``, when, and the claim that it is on."""

    verdict: Verdict
    before: Verdict
    at: datetime
    claim: Claim | None


def list_corrections(desk: Desk, *, limit: int = 50) -> tuple[Change, ...]:
    """Return the newest changes, the latest first; of a suppressed verdict only that it was."""
    found = desk.store.find_linked(Verdict, "status", _CHANGED)
    own = [verdict for verdict in found if not verdict.external]
    claims = desk.store.get_many(Claim, {verdict.claim_id for verdict in own})
    changes = [
        Change(verdict=after, before=before, at=after.revised_at, claim=claims.get(after.claim_id))
        for verdict in own
        for before, after in pairwise(list_releases(desk.store.get_history(Verdict, verdict.id)))
        if after.revised_at and (verdict.status != "suppressed" or after.status == "suppressed")
    ]
    changes.sort(key=lambda change: (change.at, change.verdict.id, change.verdict.revision), reverse=True)
    return tuple(changes[:limit])
