"""Answers of the Google Fact Check Tools API in and out: claims, each with the checks that organisations published of it.

Such an answer sums up what a page says at length: there are no numbers, no media, no appearances in it. A moment at midnight
is how it writes a day.

Source: https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.analysis import UNKNOWN
from index.exchange.checks import Check
from index.exchange.json_items import Item, iter_items
from index.exchange.jsonld_values import read_date, read_day, read_language, read_text, read_urls, write_text
from index.exchange.oddities import find_oddities, strip_www
from index.exchange.rows import RowProblem
from index.exchange.text_files import open_pieces
from index.model import ClaimReview
from index.naming import name_claim_review

_DAY = len("2023-11-17")
_MIDNIGHT = "T00:00:00Z"


def read_answer(path: Path) -> Iterator[Check | RowProblem]:
    """Read the checks of a saved answer, or of several one after the other; each claim is an item.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    with open_pieces(path) as pieces:
        for item in iter_items(pieces):
            yield from _read_item(item)


def build_answer(reviews: Iterable[ClaimReview], next_page_token: str = "") -> dict[str, Any]:
    """Build an answer; checks that follow each other and say the same of the same claim stand together under it."""
    claims = [_build_claim(list(checks)) for _, checks in groupby(reviews, key=_name_claim)]
    return {"claims": claims, **_drop_empty({"nextPageToken": next_page_token})}


def _read_item(item: Item) -> Iterator[Check | RowProblem]:
    try:
        claim = item.parse()
        if claim in ({}, None):  # Google found nothing
            return
        if not isinstance(claim, Mapping) or not read_text(claim.get("text")):
            yield _refuse(item, "text", "it does not say what was claimed")
            return
    except ValueError as error:
        yield _refuse(item, "", str(error))
        return
    said = claim.get("claimReview")
    checks = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, Mapping)]
    if not checks:
        yield RowProblem(line=item.number, unit="item", message="nobody has checked it", refused=False)
    for check in checks:
        yield from _read_check(item, claim, check)


def _read_check(item: Item, claim: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Check | RowProblem]:
    url = next(iter(read_urls(said.get("url"))), "")
    if not url:
        yield _refuse(item, "claimReview.url", "it does not say where it was published")
        return
    if not read_text(said.get("textualRating")):
        yield _refuse(item, "claimReview.textualRating", "it does not say how the claim was rated")
        return
    review, site = _build_review(claim, said, url)
    for _, note in find_oddities({"url": f"https://{site}"}, review):
        yield RowProblem(line=item.number, unit="item", column="publisher.site", message=note, refused=False)
    yield Check(review=review, item=item.number, is_summary=True)


def _build_review(claim: Mapping[str, Any], said: Mapping[str, Any], url: str) -> tuple[ClaimReview, str]:
    """Build the record, and tell which site the answer names."""
    publisher = said.get("publisher")
    named = publisher if isinstance(publisher, Mapping) else {"name": publisher}
    host = strip_www(urlsplit(url).netloc)
    site = read_text(named.get("site"))
    review = ClaimReview(
        id="",
        publisher=read_text(named.get("name")) or site or host,
        publisher_site=host,
        url=url,
        claim_reviewed=read_text(claim.get("text")),
        textual_rating=read_text(said.get("textualRating")),
        title=read_text(said.get("title")),
        language=read_language(said.get("languageCode")) or UNKNOWN,
        claimant=read_text(claim.get("claimant")),
        claim_date=_read_claim_date(claim.get("claimDate")),
        review_date=read_day(said.get("reviewDate")),
        raw_json=json.dumps({**claim, "claimReview": [said]}, ensure_ascii=False),
    )
    return name_claim_review(review), site


def _read_claim_date(value: Any) -> str | None:
    said = read_date(value)
    return said.removesuffix(_MIDNIGHT) if said else None


def _refuse(item: Item, column: str, message: str) -> RowProblem:
    return RowProblem(line=item.number, unit="item", column=column, message=message)


def _name_claim(review: ClaimReview) -> tuple[str, str, str | None]:
    return review.claim_reviewed, review.claimant, review.claim_date


def _build_claim(reviews: list[ClaimReview]) -> dict[str, Any]:
    text, claimant, claim_date = _name_claim(reviews[0])
    said = {"text": write_text(text), "claimant": write_text(claimant), "claimDate": _write_date(claim_date)}
    return {**_drop_empty(said), "claimReview": [_build_check(review) for review in reviews]}


def _build_check(review: ClaimReview) -> dict[str, Any]:
    site = review.publisher_site or strip_www(urlsplit(review.url).netloc)
    said = {
        "publisher": _drop_empty({"name": write_text(review.publisher), "site": site}),
        "url": review.url,
        "title": write_text(review.title),
        "reviewDate": _write_date(str(review.review_date or "")),
        "textualRating": write_text(review.textual_rating),
        "languageCode": "" if review.language == UNKNOWN else review.language,
    }
    return _drop_empty(said)


def _write_date(partial: str | None) -> str:
    """Write a day as a moment, as Google does; a year or a month alone cannot be written without making something up."""
    if not partial or len(partial) < _DAY:
        return ""
    return partial + _MIDNIGHT if len(partial) == _DAY else partial


def _drop_empty(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}
