"""The desk's published verdicts as checks to give out: others' as they published them, ours beside them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from index.addresses import is_address
from index.exchange import defacto
from index.exchange.checks import Check, render_feed
from index.exchange.claimreview import build_claim_review, render_document
from index.model import Appearance, Claim, ClaimReview, MediaReview, Verdict, Wording
from index.scales.mapping import number_on
from sankofa.desk import Desk
from sankofa.workflows.claims import with_verdicts

_BATCH = 500


def iter_checks(
    desk: Desk, *, site: str = "", own_only: bool = False, on_skipped: Callable[[Verdict], None] = lambda verdict: None
) -> Iterator[Check]:
    """Yield the published verdicts as checks, by claim; ours lie below *site*, the address under which this desk is read.

    A verdict without a web address is none that others can cite: it is skipped, and told to *on_skipped*.
    """
    for claim, verdict in _iter_verdicts(desk):
        if own_only and verdict.external:
            continue
        check = build_check(desk, claim, verdict, site)
        if is_address(check.review.url):
            yield check
        else:
            on_skipped(verdict)


def render_checks(desk: Desk, form: str, checks: Iterator[Check], *, site: str = "") -> Iterator[str]:
    """Yield the pieces of a file in *form*: ``claimreview``, ``datacommons`` or ``defacto``."""
    match form:
        case "defacto":
            yield from defacto.render_feed(checks, title="Sankofa", link=site)
        case "datacommons":
            yield from render_feed(checks, desk.clock().isoformat())
        case _:
            yield from render_document(build_claim_review(check.review, check.body) for check in checks)


def _iter_verdicts(desk: Desk) -> Iterator[tuple[Claim, Verdict]]:
    claims = (claim for claim in desk.store.iter_records(Claim) if not claim.is_stub)
    while batch := list(islice(claims, _BATCH)):
        for found in with_verdicts(desk, batch):
            for verdict in found.verdicts:
                yield found.claim, verdict


def build_check(desk: Desk, claim: Claim, verdict: Verdict, site: str) -> Check:
    """Build the check of a verdict; its address is empty where it has none."""
    kept = desk.store.get(ClaimReview, verdict.claim_review_id) if verdict.claim_review_id else None
    if kept is not None and not kept.is_stub:
        return Check(review=kept, countries=claim.countries)
    url = verdict.url or (f"{site.rstrip('/')}/verdicts/{verdict.id}" if site and not verdict.external else "")
    explained = _choose_wording(verdict.explanation, claim.language)
    number, worst, best = number_on(verdict.rating_scale_id, verdict.textual_rating, verdict.rating)
    review = ClaimReview(
        id=verdict.id,
        publisher=verdict.publisher,
        publisher_site=verdict.publisher_site or urlsplit(url).netloc,
        url=url,
        claim_reviewed=claim.text,
        textual_rating=verdict.textual_rating,
        title=claim.title,
        language=explained.language,
        claimant=claim.claimant,
        claim_date=claim.first_appeared_on,
        review_date=verdict.review_date,
        rating_value=number,
        best_rating=best,
        worst_rating=worst,
        media_reviews=tuple(_name_original(desk, one) for one in verdict.media_reviews),
    )
    return Check(review=review, countries=claim.countries, body=explained.text)


def _choose_wording(wordings: Sequence[Wording], language: str) -> Wording:
    return next(
        (one for one in wordings if one.language == language), wordings[0] if wordings else Wording(language, "")
    )


def _name_original(desk: Desk, review: MediaReview) -> MediaReview:
    """Say where the original was published, which the desk knows under an identifier that means nothing elsewhere."""
    if review.original_url or not review.original_media_id:
        return review
    known = desk.store.find_linked(Appearance, "subject", [review.original_media_id])
    return replace(
        review, original_url=next((one.url for one in known if one.role == "known" and is_address(one.url)), None)
    )
