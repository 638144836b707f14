"""Search the claims; the address holds the whole question, so that it can be sent to somebody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from itertools import islice
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from index.dates import first_day, last_day
from index.matching import Asked
from index.query import ClaimQuery
from index.ratings import Rating
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.web.highlight import Snippet, find_snippet
from sankofa.web.pages.routing import page
from sankofa.web.repetition import ShownRepetition, show_repeated
from sankofa.web.visits import OpenVisit
from sankofa.workflows.browse import list_countries
from sankofa.workflows.filters import list_publishers
from sankofa.workflows.repeats import find_repeated, is_pasted
from sankofa.workflows.saved import build_saved_query, get_search, list_searches
from sankofa.workflows.search import FoundClaim, SearchAnswer, search_claims

router = APIRouter()
LANGUAGES_OFFERED = ("fr", "en", "ar", "bm", "ff", "ha", "dje", "tmh")
PAGE_SIZE = 20
VALUES_SHOWN = 8
PUBLISHERS_OFFERED = 200
NAMES_OFFERED = 200
FILTERS = ("language", "country", "rating", "publisher", "place", "actor", "media", "since", "until")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked, as it stands in the form."""

    q: str = ""
    language: str = ""
    country: str = ""
    rating: str = ""
    publisher: str = ""
    place: str = ""
    actor: str = ""
    media: str = ""
    since: str = ""
    until: str = ""
    order: str = ""
    saved: str = ""
    cursor: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows the answer."""
        return any(getattr(self, name) for name in (*FILTERS, "saved"))

    @property
    def is_by_date(self) -> bool:
        """Whether the newest come first: without words nothing else says what does."""
        return self.order == "date" or not self.q.strip()

    def address(self, **changes: str) -> str:
        """Return the address of this question, with *changes*."""
        values = {**self.__dict__, **changes}
        return "/search?" + urlencode({name: value for name, value in values.items() if value})

    def of_saved(self, name: str) -> str:
        """Return the address of a kept search."""
        return Question(saved=name).address()

    def without_filters(self) -> str:
        """Return the address of the words alone."""
        return self.address(**dict.fromkeys((*FILTERS, "saved", "cursor"), ""))

    def build_query(self) -> ClaimQuery:
        """Build the filters; raises InputError for a day or a rating that is none."""
        return ClaimQuery(
            languages=(self.language,) if self.language else (),
            countries=(self.country.upper(),) if self.country else (),
            ratings=(_parse_rating(self.rating),) if self.rating else (),
            publishers=(self.publisher,) if self.publisher else (),
            places=(self.place,) if self.place else (),
            actors=(self.actor,) if self.actor else (),
            with_media=bool(self.media),
            since=_parse_day("since", self.since),
            until=_parse_day("until", self.until),
            order="date" if self.is_by_date else "relevance",
            limit=PAGE_SIZE,
            cursor=self.cursor,
        )


@dataclass(frozen=True, kw_only=True)
class ShownClaim:
    """A claim found and the wording to show of it."""

    result: FoundClaim
    snippet: Snippet


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """A value that claims found have: how many, and the address of the search for these alone."""

    value: str
    count: int
    address: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """The values of one facet that are shown, and how many are not."""

    name: str
    values: tuple[FacetValue, ...]
    left_out: int


@page(router, "/search")
def show_search(visit: OpenVisit, question: Annotated[Question, Depends()]) -> Response:
    """Show the claims that say what was asked, with their verdicts, and what they hold, counted."""
    question, query = read_question(visit.desk, question)
    answer = search_claims(visit.desk, question.q, query, counted=True, spelled=not question.cursor)
    return visit.render(
        "search.html",
        question=question,
        kept=get_search(visit.desk, question.saved) if question.saved else None,
        searches=list_searches(visit.desk),
        answer=answer,
        repeated=_find_repeated(visit, question),
        shown=_show(answer, visit.language),
        found_facets=tuple(_iter_facets(question, answer)),
        names_offered=_offer_names(answer),
        countries=list_countries(visit.desk),
        ratings=tuple(Rating),
        publishers=_offer_publishers(list_publishers(visit.desk)),
        languages_offered=LANGUAGES_OFFERED,
    )


def read_question(desk: Desk, question: Question) -> tuple[Question, ClaimQuery]:
    """Return what is asked; what stands in the question takes the place of what the kept search has. Raises InputError."""
    if not question.saved:
        return question, question.build_query()
    kept = get_search(desk, question.saved)
    order = question.order or ("date" if kept.order == "date" else "")
    question = replace(question, q=question.q or kept.text, order=order)
    return question, build_saved_query(kept, question.build_query())


def _find_repeated(visit: OpenVisit, question: Question) -> list[ShownRepetition] | None:
    """Find what a pasted text repeats; nothing is asked for a few words, a narrowed search, or a further page."""
    if question.is_filtered or question.cursor or not is_pasted(question.q):
        return None
    return show_repeated(visit.translator, find_repeated(visit.desk, Asked(text=question.q)))


def _show(answer: SearchAnswer, language: str) -> list[ShownClaim]:
    return [
        ShownClaim(result=result, snippet=find_snippet(result.found.claim, result.matched_terms, language))
        for result in answer.results
    ]


def _offer_publishers(judged: Mapping[str, int]) -> tuple[str, ...]:
    """Return those that judged most, by name; a longer list would not be read."""
    return tuple(sorted(nlargest(PUBLISHERS_OFFERED, judged, key=judged.__getitem__)))


def _offer_names(answer: SearchAnswer) -> Mapping[str, tuple[str, ...]]:
    """Return the places and the actors that most of what was found mentions."""
    ranked = answer.counts.rank() if answer.counts else {}
    return {name: tuple(islice(ranked.get(name, ()), NAMES_OFFERED)) for name in ("place", "actor")}


def _iter_facets(question: Question, answer: SearchAnswer) -> Iterator[Facet]:
    """Yield those that have values. Of languages without what they are in some country, which has the same name."""
    for name, counted in (answer.counts.rank() if answer.counts else {}).items():
        held = {value: count for value, count in counted.items() if name != "language" or "-" not in value}
        shown = [
            FacetValue(value=value, count=count, address=question.address(**_narrow(name, value), cursor=""))
            for value, count in islice(held.items(), VALUES_SHOWN)
        ]
        if shown:
            yield Facet(name=name, values=tuple(shown), left_out=len(held) - len(shown))


def _narrow(name: str, value: str) -> dict[str, str]:
    """Return the filters that let a value pass."""
    if name == "month":
        return {"since": first_day(value).isoformat(), "until": last_day(value).isoformat()}
    return {name: value}


def _parse_rating(text: str) -> Rating:
    try:
        return Rating(text)
    except ValueError as error:
        raise InputError(f"rating: {text!r} is none of {', '.join(Rating)}") from error


def _parse_day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"{name}: {text!r} is no day; write it like 2023-11-14") from error
