"""Claims as people read them: with every organisation's verdict, and with what was merged into them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.merged import find_merged, resolve
from index.model import Claim, Verdict
from sankofa.desk import Desk


@dataclass(frozen=True, kw_only=True)
class ClaimWithVerdicts:
    """A claim and every organisation's verdict on it, newest first; those on claims that were ``merged`` into it too."""

    claim: Claim
    verdicts: tuple[Verdict, ...]
    merged: tuple[Claim, ...] = ()


def find_claims_of_media(desk: Desk, media_ids: Sequence[str]) -> tuple[ClaimWithVerdicts, ...]:
    """Find the claims made with these media, or about them, each as it is read; ordered by claim."""
    by_media = desk.store.find_linked(Claim, "media", media_ids)
    about = desk.store.find_linked(Claim, "about", media_ids)
    claims = {claim.id: claim for claim in (*by_media, *about)}
    return tuple(read_claims(desk, [claims[claim_id] for claim_id in sorted(claims)]))


def read_claims(desk: Desk, claims: Sequence[Claim]) -> list[ClaimWithVerdicts]:
    """Read claims as people do, each once: what was merged stands in the claim that it was merged into, with its verdicts."""
    read = resolve(desk.store, claims)
    kept = {claim.id: claim for claim in (read[claim.id] for claim in claims)}
    merged = find_merged(desk.store, kept)
    parts = {claim_id: (claim, *merged[claim_id]) for claim_id, claim in kept.items()}
    judged = with_verdicts(desk, [part for group in parts.values() for part in group])
    found = {one.claim.id: one.verdicts for one in judged}
    return [
        ClaimWithVerdicts(
            claim=claim,
            verdicts=_sort_newest(verdict for part in parts[claim_id] for verdict in found[part.id]),
            merged=merged[claim_id],
        )
        for claim_id, claim in kept.items()
    ]


def with_verdicts(desk: Desk, claims: Sequence[Claim]) -> list[ClaimWithVerdicts]:
    """Put to each claim its own published verdicts, newest first; drafts and withdrawn ones are left out."""
    verdicts = desk.store.find_linked(Verdict, "claim", [claim.id for claim in claims])
    shown = _sort_newest(verdict for verdict in verdicts if verdict.stands)
    return [
        ClaimWithVerdicts(claim=claim, verdicts=tuple(v for v in shown if v.claim_id == claim.id)) for claim in claims
    ]


def _sort_newest(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    return tuple(sorted(verdicts, key=lambda verdict: (str(verdict.review_date or ""), verdict.id), reverse=True))
