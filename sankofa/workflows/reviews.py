"""Tie a publisher's published check to a claim: theirs stays theirs, as an external verdict with their own words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from index.analysis import UNKNOWN, fold
from index.errors import RevisionConflictError
from index.languages import identify_language
from index.model import Claim, ClaimMedia, ClaimReview, Event, MediaReview, Verdict, Wording
from index.numbering import create_numbered
from index.scales.mapping import map_label, map_number
from index.scales.scale import fold_label
from index.store import AnyRevised, Store
from sankofa.desk import Desk


def attach_review(desk: Desk, review: ClaimReview, media_ids: Mapping[str, str], *, claim: Claim) -> Verdict:
    """Keep *review* and put the publisher's verdict beside *claim*; *media_ids* names the page's media by address."""
    resolved = tuple(_resolve(media_review, media_ids) for media_review in review.media_reviews)
    review = find_said(desk, review) or review
    desk.store.add([review])
    claim = _link_media(desk, claim, resolved)
    return _put_verdict(desk, claim, review, resolved)


def find_or_create_claim(desk: Desk, review: ClaimReview, *, siblings: int, event: Event | None) -> Claim:
    """Find the claim that *review* checks, or make it.

    *siblings* is how many checks the page publishes: a page with one is known by its address alone, one with several
    also by the claim's wording.
    """
    countries = event.countries if event and len(event.countries) == 1 else ()
    return _find_claim(desk, review, siblings) or create_claim(desk, review, countries, event)


def find_worded(claims: Iterable[Claim], text: str) -> Claim | None:
    """Find the first of *claims* that says *text* in one of its wordings; case and accents make no difference."""
    said = fold(text)
    return next((claim for claim in claims if any(fold(wording.text) == said for wording in claim.wordings)), None)


def find_said(desk: Desk, review: ClaimReview) -> ClaimReview | None:
    """Find a check that says the same in other markup: another spelling of it is no correction."""
    kept = desk.store.find_linked(ClaimReview, "url", [review.url])
    return next((one for one in kept if replace(one, id=review.id, raw_json=review.raw_json) == review), None)


def _resolve(review: MediaReview, media_ids: Mapping[str, str]) -> MediaReview:
    shown = next((media_ids[url] for url in review.media_urls if url in media_ids), None)
    return replace(review, media_id=shown, original_media_id=media_ids.get(review.original_url or ""))


def _find_claim(desk: Desk, review: ClaimReview, siblings: int) -> Claim | None:
    claims = desk.store.find_linked(Claim, "external_id", [review.url])
    if siblings == 1:
        return claims[0] if claims else None
    return find_worded(claims, review.claim_reviewed)


def create_claim(desk: Desk, review: ClaimReview, countries: Sequence[str] = (), event: Event | None = None) -> Claim:
    """Make a claim of what *review* checks, in the words that the publisher gives it."""
    language = identify_language(review.claim_reviewed) if review.language == UNKNOWN else review.language
    year = int((review.claim_date or str(review.review_date or desk.clock().year))[:4])
    return create_numbered(
        desk.store,
        "C",
        year,
        lambda claim_id: Claim(
            id=claim_id,
            wordings=(Wording(language, review.claim_reviewed),),
            title=review.title,
            claimant=review.claimant,
            first_appeared_on=review.claim_date,
            countries=tuple(countries),
            event_ids=(event.id,) if event else (),
            external_ids=(review.url,),
            demo=event.demo if event else False,
        ),
    )


def _link_media(desk: Desk, claim: Claim, reviews: tuple[MediaReview, ...]) -> Claim:
    shown = [ClaimMedia(review.media_id, "shown") for review in reviews if review.media_id]
    originals = [ClaimMedia(review.original_media_id, "original") for review in reviews if review.original_media_id]

    def join(current: Claim) -> Claim:
        return replace(current, media=tuple(dict.fromkeys((*current.media, *shown, *originals))))

    return revise_until_done(desk.store, claim, join)


def _put_verdict(desk: Desk, claim: Claim, review: ClaimReview, media_reviews: tuple[MediaReview, ...]) -> Verdict:
    theirs = Verdict(
        id="",
        claim_id=claim.id,
        publisher=review.publisher,
        publisher_site=review.publisher_site,
        external=True,
        rating=map_label(review.textual_rating, site=review.publisher_site)
        or map_number(review.rating_value, review.worst_rating, review.best_rating, site=review.publisher_site),
        textual_rating=review.textual_rating,
        review_date=review.review_date,
        url=review.url,
        claim_review_id=review.id,
        media_reviews=media_reviews,
    )
    existing = find_verdict(desk, claim, review)
    if existing is None:
        year = review.review_date.year if review.review_date else int(claim.id.split("-")[1])
        return create_numbered(desk.store, "V", year, lambda verdict_id: replace(theirs, id=verdict_id))
    return revise_until_done(desk.store, existing, lambda current: _renew(current, theirs))


def _renew(current: Verdict, theirs: Verdict) -> Verdict:
    """Take over what the publisher says now; another label is a correction, what else they added or reworded is none.

    Where their label is unknown to us, what a person made of the same label stays.
    """
    same_label = fold_label(current.textual_rating) == fold_label(theirs.textual_rating)
    return replace(
        theirs,
        rating=theirs.rating or (current.rating if same_label else None),
        id=current.id,
        revision=current.revision,
        revised_at=current.revised_at,
        revised_by=current.revised_by,
        explanation=current.explanation,
        evidence_ids=current.evidence_ids,
        published_at=current.published_at,
        status=current.status if same_label else "corrected",
    )


def find_verdict(desk: Desk, claim: Claim, review: ClaimReview) -> Verdict | None:
    """Find the publisher's verdict on *claim* that lies at the address of *review*."""
    verdicts = desk.store.find_linked(Verdict, "claim", [claim.id])
    return next((verdict for verdict in verdicts if verdict.external and verdict.url == review.url), None)


def revise_until_done(
    store: Store,
    record: AnyRevised,
    change: Callable[[AnyRevised], AnyRevised],
    keep: Callable[[AnyRevised, int], AnyRevised] | None = None,
) -> AnyRevised:
    """Apply *change* to the newest revision; a change that changes nothing adds no revision.

    *keep*, where given, keeps a revision behind that of a number in the place of ``store.revise``.
    """
    while True:
        changed = change(record)
        if changed == record:
            return record
        try:
            if keep:
                return keep(changed, record.revision)
            return store.revise(changed, expected_revision=record.revision)
        except RevisionConflictError:
            record = store.get(type(record), record.id)
