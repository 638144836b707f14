"""Open a case: the claim that a suggested match leads to, ready to be judged."""

from index.merged import resolve
from index.model import Claim, ClaimMatch, ClaimMedia, Match, Wording
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.claims import find_claims_of_media
from sankofa.workflows.judge import add_claim


def find_claim_of(desk: Desk, named: str) -> Claim:
    """Return the claim that *named* means, as it is read: a claim, a post's match with one, or a match of two media.

    Raises:
        RecordNotFoundError: There is none of that name.
        InputError: No claim is made with the media yet, or several are.
    """
    if named.startswith("XC-"):
        return _read_as(desk, desk.get(ClaimMatch, named).claim_id)
    if not named.startswith("X-"):
        return _read_as(desk, named)
    match = desk.get(Match, named)
    claims = [found.claim for found in find_claims_of_media(desk, [match.subject_id, match.target_id])]
    if len(claims) == 1:
        return claims[0]
    if claims:
        raise InputError(f"several claims are made with these media: name one of {', '.join(one.id for one in claims)}")
    how = f"sankofa claim add TEXT --media {match.subject_id} --media {match.target_id}:original"
    raise InputError(f"no claim is made with these media yet, state it first: {how}")


def state_claim_of(desk: Desk, match_id: str, wording: Wording) -> Claim:
    """State the claim that is made with the media of a match: the later use is shown for it, the known one is the original.

    Raises:
        RecordNotFoundError: There is no such match.
    """
    match = desk.get(Match, match_id)
    media = (ClaimMedia(match.subject_id, "shown"), ClaimMedia(match.target_id, "original"))
    return add_claim(desk, Claim(id="", wordings=(wording,), media=media))


def _read_as(desk: Desk, claim_id: str) -> Claim:
    return resolve(desk.store, [desk.get(Claim, claim_id)])[claim_id]
