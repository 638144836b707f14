"""Search the claims; the address holds the whole question, so that it can be sent to somebody."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from index.query import ClaimQuery
from sankofa.errors import InputError
from sankofa.web.highlight import Snippet, find_snippet
from sankofa.web.pages.routing import page
from sankofa.web.visits import OpenVisit
from sankofa.workflows.browse import list_countries
from sankofa.workflows.search import FoundClaim, SearchAnswer, search_claims

router = APIRouter()
LANGUAGES_OFFERED = ("fr", "en", "ar", "bm", "ff", "ha", "dje", "tmh")
PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked, as it stands in the form."""

    q: str = ""
    language: str = ""
    country: str = ""
    since: str = ""
    until: str = ""
    cursor: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows the answer."""
        return bool(self.language or self.country or self.since or self.until)

    def address(self, **changes: str) -> str:
        """Return the address of this question, with *changes*."""
        values = {**self.__dict__, **changes}
        return "/search?" + urlencode({name: value for name, value in values.items() if value})

    def build_query(self) -> ClaimQuery:
        """Build the filters; raises InputError for a day that is none."""
        return ClaimQuery(
            languages=(self.language,) if self.language else (),
            countries=(self.country.upper(),) if self.country else (),
            since=_parse_day("since", self.since),
            until=_parse_day("until", self.until),
            order="relevance" if self.q.strip() else "date",
            limit=PAGE_SIZE,
            cursor=self.cursor,
        )


@dataclass(frozen=True, kw_only=True)
class ShownClaim:
    """A claim found and the wording to show of it."""

    result: FoundClaim
    snippet: Snippet


@page(router, "/search")
def show_search(
    visit: OpenVisit,
    q: str = "",
    language: str = "",
    country: str = "",
    since: str = "",
    until: str = "",
    cursor: str = "",
) -> Response:
    """Show the claims that say what was asked, with their verdicts."""
    question = Question(q=q, language=language, country=country, since=since, until=until, cursor=cursor)
    answer = search_claims(visit.desk, q, question.build_query())
    return visit.render(
        "search.html",
        question=question,
        answer=answer,
        shown=_show(answer, visit.language),
        countries=list_countries(visit.desk),
        languages_offered=LANGUAGES_OFFERED,
    )


def _show(answer: SearchAnswer, language: str) -> list[ShownClaim]:
    return [
        ShownClaim(result=result, snippet=find_snippet(result.found.claim, result.matched_terms, language))
        for result in answer.results
    ]


def _parse_day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"{name}: {text!r} is no day; write it like 2023-11-14") from error
