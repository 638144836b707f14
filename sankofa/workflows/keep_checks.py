"""Published checks that come in a file: put beside the claim that they are about, or beside a new one; never our verdict."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from index.analysis import fold
from index.exchange.checks import Check
from index.model import Claim, ClaimReview, Verdict
from index.query import ClaimQuery, TextQuery
from sankofa.desk import Desk
from sankofa.workflows.erased import drop_erased_reviews
from sankofa.workflows.reviews import (
    attach_review,
    create_claim,
    find_said,
    find_verdict,
    find_worded,
    revise_until_done,
)

Received = Literal["new", "known", "ours"]

MIN_SAME_WORDS = 4
"""From so many words on, two publishers who state a claim in the very same words are taken to mean the same one."""
_LIKELY = 10  # the best hits of a search for a claim's own words hold the claim with these words
_OWN = re.compile(r"/verdicts/(V-[0-9]{4}-[0-9]{4,})(?:\.[0-9]+)?$")


def receive_review(
    desk: Desk, check: Check, *, dry_run: bool = False, on_claim: Callable[[str], None] = lambda claim_id: None
) -> Received:
    """Keep *check* and the publisher's verdict; the same again, or one that was erased here, is ``known``, a verdict of this desk
    that came back ``ours``.

    *on_claim* is told the claim that it stands beside.
    """
    review = check.review
    if _is_ours(desk, review):
        return "ours"
    if not drop_erased_reviews(desk, [review]):
        return "known"
    claim = find_reviewed_claim(desk, review)
    verdict = find_verdict(desk, claim, review) if claim else None
    if not dry_run and not (verdict and _is_said(desk, verdict, check)):
        claim = _join(desk, claim, review) if claim else create_claim(desk, review, check.countries)
        attach_review(desk, review, _name_media(verdict), claim=claim)
    if claim:
        on_claim(claim.id)
    return "known" if verdict else "new"


def find_reviewed_claim(desk: Desk, review: ClaimReview) -> Claim | None:
    """Find the claim that *review* is about: by its address and words, as the one that waits for this check, or by its words."""
    claims = desk.store.find_linked(Claim, "external_id", [review.url])
    kept = desk.store.find_linked(ClaimReview, "url", [review.url])
    return (
        find_worded(claims, review.claim_reviewed)
        or _find_judged(desk, [one.id for one in kept if fold(one.claim_reviewed) == fold(review.claim_reviewed)])
        or (claims[0] if len(claims) == 1 and not kept else None)
        or find_same_words(desk, review.claim_reviewed)
    )


def find_same_words(desk: Desk, text: str) -> Claim | None:
    """Find a claim in the very same words (case and accents apart), if they are enough to mean one thing."""
    words = fold(text).split()
    if len(words) < MIN_SAME_WORDS:
        return None
    page = desk.store.find_claims(ClaimQuery(text=TextQuery(words=" ".join(words[:100])), limit=_LIKELY))
    return find_worded([hit.claim for hit in page.hits], text)


def _find_judged(desk: Desk, review_ids: Sequence[str]) -> Claim | None:
    """Find the claim that one of these checks stands beside, whatever the desk has made of its wording since."""
    verdicts = desk.store.find_linked(Verdict, "claim_review", review_ids) if review_ids else []
    return desk.store.get(Claim, verdicts[0].claim_id) if verdicts else None


def _is_said(desk: Desk, verdict: Verdict, check: Check) -> bool:
    """Tell whether nothing new is said; of a summary, which may be late, whether these words were ever rated so there."""
    if check.is_summary:
        kept = desk.store.find_linked(ClaimReview, "url", [check.review.url])
        return any(_sum_up(one) == _sum_up(check.review) for one in kept)
    said = find_said(desk, check.review)
    return said is not None and said.id == verdict.claim_review_id


def _sum_up(review: ClaimReview) -> tuple[str, str]:
    return fold(review.claim_reviewed), review.textual_rating


def _name_media(verdict: Verdict | None) -> dict[str, str]:
    """Name the media that the desk holds of a check that it collected, by their addresses: a file brings none."""
    named: dict[str, str] = {}
    for one in verdict.media_reviews if verdict else ():
        named |= dict.fromkeys(one.media_urls, one.media_id) if one.media_id else {}
        if one.original_url and one.original_media_id:
            named[one.original_url] = one.original_media_id
    return named


def _join(desk: Desk, claim: Claim, review: ClaimReview) -> Claim:
    """Let the claim be found by the check's address too."""

    def join(current: Claim) -> Claim:
        return replace(current, external_ids=tuple(dict.fromkeys((*current.external_ids, review.url))))

    return revise_until_done(desk.store, claim, join)


def _is_ours(desk: Desk, review: ClaimReview) -> bool:
    """Tell whether this is a verdict that this desk gave out, in the words in which it was given out."""
    named = _OWN.search(review.url)
    found = desk.store.get_many(Verdict, [named[1]]).get(named[1]) if named else None
    return found is not None and not found.external and found.publisher == review.publisher
