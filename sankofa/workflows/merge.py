"""Bring claims together: under a narrative, or into one that says the same. Everything leaves a trace and can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from index.merged import resolve
from index.model import Claim, Narrative, Wording
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit, commit_numbered, committing
from sankofa.workflows.reviews import revise_until_done


def create_narrative(desk: Desk, names: Sequence[Wording]) -> Narrative:
    """Keep a new narrative under the next number of this year."""
    desk.require_person("to name a narrative")
    if not names or not all(name.text.strip() for name in names):
        raise InputError("a narrative needs a name: --new fr=TEXT")
    year = desk.clock().year
    return commit_numbered(desk, "N", year, lambda number: Narrative(id=number, names=tuple(names)), act="name")


def join(desk: Desk, claim_id: str, narrative_id: str) -> Claim:
    """Put a claim under a narrative. Raises RecordNotFoundError."""
    desk.get(Narrative, narrative_id)
    return _change_narratives(desk, claim_id, "join", lambda told: tuple(dict.fromkeys((*told, narrative_id))))


def leave(desk: Desk, claim_id: str, narrative_id: str) -> Claim:
    """Take a claim out of a narrative. Raises RecordNotFoundError."""
    return _change_narratives(
        desk, claim_id, "leave", lambda told: tuple(each for each in told if each != narrative_id)
    )


def merge(desk: Desk, kept_id: str, merged_id: str, *, reason: str = "") -> Claim:
    """Let *merged_id* be read as *kept_id* from now on, and return it; both keep all that is tied to them.

    Where *kept_id* was merged itself, what it was merged into is meant.

    Raises:
        RecordNotFoundError: One of them is not there.
        InputError: They are one claim already, or *merged_id* is read as another one.
    """
    desk.require_person("to merge claims")
    merged, named = desk.get(Claim, merged_id), desk.get(Claim, kept_id)
    kept = resolve(desk.store, [named])[kept_id]
    if merged.merged_into == kept.id:
        return merged
    if kept.id == merged_id:
        raise InputError(f"{kept_id} is read as {merged_id} already: they cannot be merged the other way round as well")
    if merged.merged_into:
        raise InputError(
            f"{merged_id} is merged into {merged.merged_into}: undo that first, sankofa claim merge --undo {merged_id}"
        )
    changed = replace(merged, merged_into=kept.id, reason=reason or f"merged into {kept.id}")
    return commit(desk, changed, expected_revision=merged.revision, act="merge")


def unmerge(desk: Desk, claim_id: str, *, reason: str = "") -> Claim:
    """Let a merged claim stand by itself again. Raises RecordNotFoundError; InputError: it was not merged."""
    desk.require_person("to undo a merge")
    claim = desk.get(Claim, claim_id)
    if not claim.merged_into:
        raise InputError(f"{claim_id} is not merged into another claim")
    said = reason or f"no longer merged into {claim.merged_into}"
    changed = replace(claim, merged_into=None, reason=said)
    return commit(desk, changed, expected_revision=claim.revision, act="unmerge")


def _change_narratives(
    desk: Desk, claim_id: str, act: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> Claim:
    desk.require_person("to join claims")

    def tell(claim: Claim) -> Claim:
        told = change(claim.narrative_ids)
        return claim if told == claim.narrative_ids else replace(claim, narrative_ids=told, reason="")

    return revise_until_done(desk.store, desk.get(Claim, claim_id), tell, committing(desk, act))
