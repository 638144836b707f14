"""Published checks as they go in and out, and the files of JSON that hold them.

ClaimReview as JSON-LD (one object, a list, a ``@graph``, one object after the other) and the feed of Data Commons, a schema.org
``DataFeed`` whose items hold the ClaimReviews of one page or ``null``. Read item by item, whatever the size.

Source: https://schema.org/DataFeed, https://www.datacommons.org/factcheck/
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.exchange.claimreview import CONTEXT, build_claim_review
from index.exchange.json_items import Item, iter_items
from index.exchange.jsonld import PageChecks, parse_checks
from index.exchange.jsonld_values import read_urls
from index.exchange.rows import RowProblem
from index.exchange.text_files import open_pieces
from index.model import ClaimReview

_REFERENCE = re.compile(r'\{\s*"@id"\s*:\s*"[^"]*"\s*\}')
_WHOLE_BYTES = 256 * 1024  # up to here objects of a document may refer to each other


@dataclass(frozen=True, kw_only=True)
class Check:
    """A published check, the countries that its claim is about, and in which item of its file it stood.

    ``body`` is the text of a review of our own; another publisher's stays in the markup that the review keeps.
    ``is_summary``: somebody else sums it up, and what is left out says nothing about the check.
    """

    review: ClaimReview
    countries: tuple[str, ...] = ()
    item: int = 0
    body: str = ""
    is_summary: bool = False


def read_checks(path: Path) -> Iterator[Check | RowProblem]:
    """Read the checks of a JSON file in their order; an item that holds none gives a problem with its number.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    with open_pieces(path) as pieces:
        items = [Item(1, "".join(pieces))] if _refers_to_itself(path) else iter_items(pieces)
        for item in items:
            yield from _read_item(item)


def explain(number: int, checks: PageChecks, countries: Sequence[str] = ()) -> Iterator[Check | RowProblem]:
    """Yield what was read in an item: its checks, and what is wrong or odd about it."""
    for review in checks.claim_reviews:
        yield Check(review=review, countries=tuple(countries), item=number)
    for refused, problems in ((True, checks.problems), (False, checks.remarks)):
        for said in problems:
            why = said.why.removeprefix("JSON-LD script 1: ")
            yield RowProblem(line=number, unit="item", column=said.field, message=why, refused=refused)
    if not (checks.claim_reviews or checks.problems):
        only_media = bool(checks.media_reviews)
        what = (
            "a MediaReview without a ClaimReview, which says of no claim what it is" if only_media else "no ClaimReview"
        )
        yield RowProblem(line=number, unit="item", message=f"it holds {what}", refused=False)


def render_feed(checks: Iterable[Check], made_at: str) -> Iterator[str]:
    """Yield the pieces of a Data Commons feed; *made_at* is a moment in ISO 8601. A check is an item, a line."""
    head = {"@context": CONTEXT, "@type": "DataFeed", "dateModified": made_at}
    yield json.dumps(head)[:-1] + ', "dataFeedElement": ['
    for number, check in enumerate(checks):
        node = build_claim_review(check.review, check.body)
        item = {"@type": "DataFeedItem", "url": check.review.url, "item": [node]}
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False)
    yield "\n]}\n"


def _refers_to_itself(path: Path) -> bool:
    if path.stat().st_size > _WHOLE_BYTES:
        return False
    return bool(_REFERENCE.search(path.read_text("utf-8", "replace")))


def _read_item(item: Item) -> Iterator[Check | RowProblem]:
    try:
        value = item.parse()
    except ValueError as error:
        yield RowProblem(line=item.number, unit="item", message=str(error))
        return
    if not _is_empty(value):
        where = next(iter(read_urls(value.get("url"))), "") if _is_feed_item(value) else ""
        yield from explain(item.number, parse_checks([item.text], page_url=where, is_origin=False))


def _is_feed_item(value: Any) -> bool:
    return isinstance(value, dict) and "item" in value


def _is_empty(value: Any) -> bool:
    """Tell whether this is one of the items that Data Commons leaves empty."""
    return value is None or (_is_feed_item(value) and value["item"] in (None, []))
