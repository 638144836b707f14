"""Claims that were merged: which one is read in the place of another, and what was merged into it."""

from collections.abc import Collection, Mapping

from index.model import Claim
from index.store import Store

_LONGEST = 20  # merging refuses a circle; one that two desks closed at once ends here


def resolve(store: Store, claims: Collection[Claim]) -> Mapping[str, Claim]:
    """Return by identifier which claim is read in the place of each: itself, unless it was merged into another."""
    read = {claim.id: claim for claim in claims}
    for _ in range(_LONGEST):
        further = {claim.merged_into for claim in read.values() if claim.merged_into}
        found = store.get_many(Claim, further) if further else {}
        if not found:
            break
        read = {name: found.get(claim.merged_into or "", claim) for name, claim in read.items()}
    return read


def find_merged(store: Store, claim_ids: Collection[str]) -> Mapping[str, tuple[Claim, ...]]:
    """Return what was merged into each of these claims, over several steps too, ordered by identifier."""
    into = {claim_id: claim_id for claim_id in claim_ids}
    merged: dict[str, list[Claim]] = {claim_id: [] for claim_id in claim_ids}
    wanted = list(claim_ids)
    while wanted:
        found = store.find_linked(Claim, "merged_into", wanted)
        wanted = [claim.id for claim in found if claim.id not in into]
        for claim in found:
            if claim.id not in into and claim.merged_into:
                into[claim.id] = into[claim.merged_into]
                merged[into[claim.id]].append(claim)
    return {claim_id: tuple(sorted(claims, key=lambda claim: claim.id)) for claim_id, claims in merged.items()}
