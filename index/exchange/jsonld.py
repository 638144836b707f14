"""Read published checks from the JSON-LD of a page: schema.org ClaimReview and MediaReview.

Each script is read on its own, so that a broken one costs only itself. Contexts are never fetched. What real pages do wrong is
understood where it has one meaning (text, object or list for the same property, numbers as text, ``-1`` for "no number", HTML
entities, ``@graph``, references by ``@id``, ``properties`` around everything); nothing is guessed.

Source: https://schema.org/ClaimReview, https://schema.org/MediaReview
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from index.exchange.jsonld_values import (
    find_type,
    read_date,
    read_day,
    read_language,
    read_number,
    read_text,
    read_urls,
    unwrap,
)
from index.exchange.oddities import Note, find_oddities, strip_www
from index.model import ClaimReview, MediaReview
from index.naming import name_claim_review
from index.scales.mapping import map_category
from index.strict_json import parse_json

MAX_REVIEWS = 50
# What pages put around a script's content for browsers of the last century.
_OPENING = r"<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?"
_CLOSING = r"(?://|/\*)?\s*\]\]>\s*(?:\*/)?|(?://\s*)?-->"
_WRAPPING = re.compile(rf"^\s*(?:{_OPENING})|(?:{_CLOSING})\s*$")

Node = Mapping[str, Any]


class Problem(NamedTuple):
    """What is wrong on a page, and in which property; ``field`` is empty where no single one is meant."""

    where: str
    why: str
    field: str = ""


@dataclass(frozen=True)
class PageChecks:
    """The checks that a page publishes, all of its media reviews, what could not be used, and remarks that cost nothing."""

    claim_reviews: tuple[ClaimReview, ...]
    media_reviews: tuple[MediaReview, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()


class _FieldError(ValueError):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class _Found:
    """An object of the wanted type, with the script that it stands in."""

    node: Node
    script: str


def parse_checks(
    scripts: Sequence[str],
    *,
    page_url: str,
    title: str = "",
    language: str = "und",
    speaks_for: Sequence[str] = (),
    is_origin: bool = True,
) -> PageChecks:
    """Read the checks in the ``application/ld+json`` *scripts* of the page at *page_url*.

    A check whose address lies on another host than the page's, and none of *speaks_for*, is kept under the page's address:
    nobody publishes in another's name. In a feed (*is_origin* is false) *page_url* is only what its own author says, and may
    be empty: there a check keeps the address that it gives, with a remark.
    """
    problems: list[Problem] = []
    remarks: list[Problem] = []
    roots = list(_iter_roots(scripts, page_url, problems))
    by_id = {
        str(found.node["@id"]): found for found in _iter_nodes(roots) if "@id" in found.node and len(found.node) > 1
    }
    page = _Page(page_url, title, language, tuple(map(strip_www, speaks_for)), by_id, is_origin=is_origin)
    media = [(found, *_read_media_review(found.node, page)) for found in _find_all(roots, "MediaReview")]
    remarks += [Problem(page_url, why, "mediaAuthenticityCategory") for _, _, whys in media for why in whys]
    reviews = []
    for found in _find_all(roots, "ClaimReview"):
        try:
            review, notes = _read_claim_review(found, page)
        except _FieldError as error:
            problems.append(Problem(page_url, f"ClaimReview: {error}", error.field))
        else:
            reviews.append((found, review))
            remarks += [Problem(page_url, f"ClaimReview: {note}", field) for field, note in notes]
    return PageChecks(
        _attach(
            [(found.node, review) for found, review in reviews], [(found.node, one) for found, one, _ in media], page
        ),
        tuple(dict.fromkeys(one for _, one, _ in media)),
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(remarks)),
    )


def read_publication(scripts: Sequence[str]) -> dict[str, str]:
    """Read ``author``, ``published`` and ``language`` of the page itself from its JSON-LD; what is not said is missing."""
    said: dict[str, str] = {}
    for found in _iter_nodes(list(_iter_roots(scripts, "", []))):
        kinds = find_type(found.node)
        if kinds & {"Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "WebPage", "ClaimReview"}:
            for name, value in (
                ("author", read_text(found.node.get("author"))),
                ("published", read_text(found.node.get("datePublished"))),
                ("language", read_language(found.node.get("inLanguage"))),
            ):
                if value:
                    said.setdefault(name, value)
    return said


def find_markup(review: ClaimReview) -> Node:
    """Find how the publisher wrote *review* in the markup that it keeps; an empty object where it keeps none."""
    roots = list(_iter_roots([review.raw_json], "", []))
    for found in _find_all(roots, "ClaimReview"):
        try:
            read, _ = _read_claim_review(found, _Page(url=review.url))
        except _FieldError:
            continue
        if (read.claim_reviewed, read.textual_rating) == (review.claim_reviewed, review.textual_rating):
            return found.node
    return {}


def read_media_review(node: Node) -> MediaReview:
    """Read one MediaReview; categories that schema.org does not list are left out."""
    return _read_media_review(node, _Page())[0]


@dataclass(frozen=True)
class _Page:
    url: str = ""
    title: str = ""
    language: str = "und"
    speaks_for: tuple[str, ...] = ()
    by_id: Mapping[str, _Found] = field(default_factory=dict)
    is_origin: bool = True

    @property
    def host(self) -> str:
        return strip_www(urlsplit(self.url).netloc)

    def resolve(self, value: Any) -> Any:
        """Follow a reference by ``@id`` to the object that it names on this page."""
        if isinstance(value, Mapping) and set(value) <= {"@id", "@type"} and value.get("@id") in self.by_id:
            return self.by_id[value["@id"]].node
        return value

    def resolve_list(self, value: Any) -> list[Any]:
        values = value if isinstance(value, list) else [value]
        return [self.resolve(one) for one in values if one is not None]


def _iter_roots(scripts: Sequence[str], page_url: str, problems: list[Problem]) -> Iterator[_Found]:
    for number, script in enumerate(scripts, 1):
        try:
            value = parse_json(_WRAPPING.sub("", script))
        except ValueError as error:
            problems.append(Problem(page_url, f"JSON-LD script {number}: {error}"))
            continue
        for root in value if isinstance(value, list) else [value]:
            if isinstance(root, Mapping):
                yield _Found(root, script)


def _iter_nodes(roots: Sequence[_Found]) -> Iterator[_Found]:
    """Yield every object, outer ones first, in the order of the page."""
    for found in roots:
        node = unwrap(found.node)
        yield _Found(node, found.script)
        inner = [one for value in node.values() for one in (value if isinstance(value, list) else [value])]
        yield from _iter_nodes([_Found(one, found.script) for one in inner if isinstance(one, Mapping)])


def _find_all(roots: Sequence[_Found], kind: str) -> list[_Found]:
    """Find the objects of a type that say something (a mere reference does not), each once."""
    found: list[_Found] = []
    for one in _iter_nodes(roots):
        is_reference = set(one.node) <= {"@id", "@type", "url"}
        if kind in find_type(one.node) and not is_reference and all(one.node != other.node for other in found):
            found.append(one)
        if len(found) == MAX_REVIEWS:
            break
    return found


def _read_claim_review(found: _Found, page: _Page) -> tuple[ClaimReview, list[Note]]:
    node = found.node
    item = page.resolve(node.get("itemReviewed"))
    item = unwrap(item[0] if isinstance(item, list) and item else item)
    rating = page.resolve(node.get("reviewRating"))
    rating = unwrap(rating[0] if isinstance(rating, list) and rating else rating)
    claim_reviewed = (
        read_text(node.get("claimReviewed")) or read_text(item.get("name")) or read_text(item.get("description"))
    )
    textual_rating = read_text(rating.get("alternateName"))
    rating_value = read_number(rating.get("ratingValue"))
    if not claim_reviewed:
        raise _FieldError("claimReviewed", "it does not say what was claimed (claimReviewed)")
    if not textual_rating and rating_value is None:
        raise _FieldError("reviewRating", "it does not say how the claim was rated (reviewRating)")
    author = page.resolve(node.get("author"))
    url, notes = _choose_url(node, page)
    appearances = [*read_urls(item.get("appearance")), *read_urls(item.get("firstAppearance"))]
    review = ClaimReview(
        id="",
        publisher=read_text(author) or strip_www(urlsplit(url).netloc),
        publisher_site=strip_www(urlsplit(url).netloc),
        url=url,
        claim_reviewed=claim_reviewed,
        textual_rating=textual_rating,
        title=read_text(node.get("name")) or read_text(node.get("headline")) or page.title,
        language=read_language(node.get("inLanguage")) or page.language,
        claimant=read_text(page.resolve(item.get("author"))),
        claim_date=read_date(item.get("datePublished")),
        review_date=read_day(node.get("datePublished")),
        rating_value=rating_value,
        best_rating=read_number(rating.get("bestRating")),
        worst_rating=read_number(rating.get("worstRating")),
        appearance_urls=tuple(dict.fromkeys(one for one in appearances if one not in (page.url, url))),
        raw_json=found.script.strip(),
    )
    return review, [*notes, *find_oddities(author, review, (page.host, *page.speaks_for))]


def _choose_url(node: Node, page: _Page) -> tuple[str, list[Note]]:
    said = next(iter(read_urls(node.get("url"))), page.url)
    if not said:
        raise _FieldError("url", "it does not say where it was published (url)")
    host = strip_www(urlsplit(said).netloc)
    if not page.host or host == page.host or host in page.speaks_for:
        return said, []
    if not page.is_origin:
        return said, [("url", f"it gives an address of {host}, and stands in an item of {page.host}")]
    note = f"it gives an address of {host}, for which {page.host} does not speak; the page's is kept"
    return page.url, [("url", note)]


def _read_media_review(node: Node, page: _Page) -> tuple[MediaReview, list[str]]:
    categories, problems = [], []
    for value in page.resolve_list(node.get("mediaAuthenticityCategory")):
        label = re.split(r"[/#:]", read_text(value))[-1]
        category = map_category(label)
        if category:
            categories.append(category)
        else:
            problems.append(f"MediaReview: {label!r} is no category of schema.org")
    items = [unwrap(one) for one in page.resolve_list(node.get("itemReviewed"))]
    shown = [unwrap(one) for item in items for one in page.resolve_list(item.get("mediaItemAppearance"))]
    urls = [url for one in shown for url in read_urls(one.get("contentUrl"))]
    review = MediaReview(
        categories=tuple(dict.fromkeys(categories)),
        media_urls=tuple(dict.fromkeys(urls)),
        original_url=next(iter(read_urls(node.get("originalMediaLink"))), None),
        original_context=read_text(node.get("originalMediaContextDescription")),
    )
    return review, problems


def _attach(
    reviews: Sequence[tuple[Node, ClaimReview]], media: Sequence[tuple[Node, MediaReview]], page: _Page
) -> tuple[ClaimReview, ...]:
    """Put each media review to the check that names it, or that it names; where there is one check, it is that one."""
    attached = []
    for node, review in reviews:
        named = [unwrap(one) for one in page.resolve_list(node.get("associatedMediaReview"))]
        own = [
            one
            for media_node, one in media
            if media_node in named or _names(media_node, node, page) or len(reviews) == 1
        ]
        attached.append(name_claim_review(replace(review, media_reviews=tuple(dict.fromkeys(own)))))
    return tuple(dict.fromkeys(attached))


def _names(media_node: Node, node: Node, page: _Page) -> bool:
    return any(unwrap(one) == node for one in page.resolve_list(media_node.get("associatedClaimReview")))
