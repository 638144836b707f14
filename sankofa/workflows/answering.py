"""Answer other desks that ask what was checked: the claims that say something, with the published checks of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.addresses import is_address
from index.dates import first_day
from index.exchange.oddities import strip_www
from index.model import ClaimReview
from index.query import ClaimQuery
from sankofa.desk import Desk
from sankofa.workflows.claims import ClaimWithVerdicts
from sankofa.workflows.export_checks import build_check
from sankofa.workflows.search import search_claims

MAX_SEARCHES = 20
"""So many pages of claims are looked through for one answer; what is asked for may be rare among them."""


@dataclass(frozen=True, kw_only=True)
class ChecksAsked:
    """What is asked; what is empty lets everything pass.

    ``language`` is one that the claim is worded in, ``publisher_site`` a host or what lies below it. ``max_age_days`` counts
    from the claim's date or the check's, whichever is newer. ``page_token`` is what the answer before ended with.
    """

    query: str = ""
    language: str = ""
    publisher_site: str = ""
    max_age_days: int | None = None
    page_size: int = 10
    page_token: str = ""


def find_checks(desk: Desk, asked: ChecksAsked, *, site: str) -> tuple[tuple[ClaimReview, ...], str]:
    """Find the published checks of at most ``page_size`` claims, best first, or newest where no words are asked for.

    Ours lie below *site*. Checks of a claim follow each other, those in the same words together. The second value is the next
    page's token, empty on the last; a page may hold fewer, even none, and another may follow.

    Raises:
        QueryError: The words are too many, or the token belongs to another question.
    """
    query = ClaimQuery(
        languages=(asked.language,) if asked.language else (),
        order="relevance" if asked.query.strip() else "date",
        limit=asked.page_size,
        cursor=asked.page_token,
    )
    found: list[Sequence[ClaimReview]] = []
    for _ in range(MAX_SEARCHES):
        answer = search_claims(desk, asked.query, query)
        checked = (sorted(_iter_wanted(desk, one.found, asked, site), key=_say) for one in answer.results)
        found += filter(None, checked)
        query = replace(query, cursor=answer.next_cursor)
        if len(found) == asked.page_size or not answer.next_cursor:
            break
        query = replace(query, limit=asked.page_size - len(found))
    return tuple(review for reviews in found for review in reviews), query.cursor


def _iter_wanted(desk: Desk, claim: ClaimWithVerdicts, asked: ChecksAsked, site: str) -> Iterator[ClaimReview]:
    said = {part.id: part for part in (claim.claim, *claim.merged)}
    for verdict in claim.verdicts:
        review = build_check(desk, said[verdict.claim_id], verdict, site).review
        if is_address(review.url) and _lies_on(review, asked.publisher_site) and _is_fresh(desk, review, asked):
            yield review


def _lies_on(review: ClaimReview, site: str) -> bool:
    return not site or f".{strip_www(review.publisher_site)}".endswith(f".{strip_www(site)}")


def _is_fresh(desk: Desk, review: ClaimReview, asked: ChecksAsked) -> bool:
    if asked.max_age_days is None:
        return True
    today = desk.clock().date()
    oldest = today - timedelta(days=min(asked.max_age_days, today.toordinal() - 1))
    claimed_on = first_day(review.claim_date) if review.claim_date else date.min
    return max(claimed_on, review.review_date or date.min) >= oldest


def _say(review: ClaimReview) -> tuple[str, str, str]:
    return review.claim_reviewed, review.claimant, review.claim_date or ""
