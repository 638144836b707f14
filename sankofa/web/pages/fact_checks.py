"""What was checked, for programs: an answer of the shape that the Google Fact Check Tools API has.

Source: https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from index.errors import IndexingError
from index.exchange.google import build_answer
from index.exchange.rows import check_language
from sankofa.errors import DeskError, InputError
from sankofa.web.errors import UNEXPECTED, find_outcome
from sankofa.web.pages.routing import page
from sankofa.workflows.answering import ChecksAsked, find_checks

router = APIRouter()
PAGE_SIZE = 10
MAX_PAGE_SIZE = 100
_MAX_DIGITS = 9
_STATUSES = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 503: "UNAVAILABLE"}


@page(router, "/v1alpha1/claims:search")
def search_checks(
    request: Request,
    query: str = "",
    language: Annotated[str, Query(alias="languageCode")] = "",
    publisher_site: Annotated[str, Query(alias="reviewPublisherSiteFilter")] = "",
    max_age: Annotated[str, Query(alias="maxAgeDays")] = "",
    page_size: Annotated[str, Query(alias="pageSize")] = "",
    page_token: Annotated[str, Query(alias="pageToken")] = "",
    offset: str = "",
) -> Response:
    """Answer with the claims that say *query* and their published checks; an error has Google's shape too."""
    try:
        if offset:
            raise InputError("offset is not known here: follow nextPageToken with pageToken")
        if not query.strip() and not publisher_site.strip():
            raise InputError("say what to look for with query, or whose checks with reviewPublisherSiteFilter")
        asked = ChecksAsked(
            query=query,
            language=_parse_language(language),
            publisher_site=publisher_site.strip(),
            max_age_days=_parse_number("maxAgeDays", max_age) or None,
            page_size=min(_parse_number("pageSize", page_size) or PAGE_SIZE, MAX_PAGE_SIZE),
            page_token=page_token,
        )
        found, next_page_token = find_checks(request.app.state.desk, asked, site=str(request.base_url))
    except (DeskError, IndexingError) as error:
        return _answer_error(error)
    return JSONResponse(build_answer(found, next_page_token))


def _parse_language(tag: str) -> str:
    """Return the language of a tag without script and country, which are not looked at."""
    try:
        return check_language(tag.strip()).partition("-")[0] if tag.strip() else ""
    except ValueError as error:
        raise InputError(f"languageCode: {error}") from error


def _parse_number(name: str, text: str) -> int:
    """Read a number; 0 where none is given, which means the same."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise InputError(f"{name}: {text[:50]!r} is no number of at most {_MAX_DIGITS} digits")
    return int(text)


def _answer_error(error: DeskError | IndexingError) -> Response:
    outcome = find_outcome(error)
    if outcome is UNEXPECTED:
        raise error
    status = _STATUSES.get(outcome.status, "INTERNAL")
    said = {"code": outcome.status, "message": str(error), "status": status}
    return JSONResponse({"error": said}, status_code=outcome.status)
