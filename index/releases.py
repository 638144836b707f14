"""What readers were given of a verdict, among everything that was kept of it."""

from collections.abc import Sequence
from dataclasses import replace

from index.model import Verdict

PUBLIC = ("published", "corrected", "withdrawn", "suppressed")


def list_releases(history: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the revisions that were put before readers, oldest first; of a suppressed verdict without what it said.

    A revision that only proposes a correction, or turns one down, is none.
    """
    given = [one for one in history if one.status in PUBLIC and one.release in (0, one.revision)]
    return tuple(map(hide, given)) if given and given[-1].status == "suppressed" else tuple(given)


def hide(verdict: Verdict) -> Verdict:
    """Return the stub of a verdict: who gave it, what became of it and why; not what it said, or why that had changed."""
    return replace(
        verdict,
        rating=None,
        textual_rating="",
        explanation=(),
        url="",
        claim_review_id=None,
        media_reviews=(),
        evidence_ids=(),
        checklist=(),
        proposed=None,
        reason=verdict.reason if verdict.status == "suppressed" else "",
    )
