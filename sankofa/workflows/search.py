"""Search claims with their verdicts, one query or a file of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.query import ClaimQuery, parse_query
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.check import ClaimWithVerdicts, with_verdicts


@dataclass(frozen=True, kw_only=True)
class FoundClaim:
    """A claim found, with its verdicts, its score and the query terms that it holds."""

    found: ClaimWithVerdicts
    score: float
    matched_terms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """The answer to one query: best first; ``total`` counts all that match, ``query_id`` is the asker's own."""

    query: str
    query_id: str | None
    results: tuple[FoundClaim, ...]
    total: int
    next_cursor: str = ""
    error: str | None = None


def search_claims(desk: Desk, text: str, filters: ClaimQuery, *, query_id: str | None = None) -> SearchAnswer:
    """Search the claims for what a person typed; *filters* gives everything but the text.

    Raises:
        QueryError: The text is too long, or a filter cannot be used.
    """
    page = desk.store.find_claims(replace(filters, text=parse_query(text)))
    claims = with_verdicts(desk, [hit.claim for hit in page.hits])
    results = tuple(
        FoundClaim(found=claim, score=hit.score, matched_terms=hit.matched_terms)
        for claim, hit in zip(claims, page.hits, strict=True)
    )
    return SearchAnswer(query=text, query_id=query_id, results=results, total=page.total, next_cursor=page.next_cursor)


def iter_answers(desk: Desk, file: Path, filters: ClaimQuery) -> Iterator[SearchAnswer]:
    """Answer each line of *file*: JSON objects ``{"id": …, "text": …, "date": …}``, of which only the text is required.

    A line that cannot be used gives an answer with an error that names the line; the others are answered.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _answer_line(desk, number, line, filters)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}") from error


def _answer_line(desk: Desk, number: int, line: str, filters: ClaimQuery) -> SearchAnswer:
    try:
        asked = json.loads(line)
        text = asked["text"]
        if not isinstance(text, str):
            raise TypeError
        given = asked.get("id")
        return search_claims(desk, text, filters, query_id=None if given is None else str(given))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        says = str(error) if isinstance(error, ValueError) else 'expected {"id": …, "text": …, "date": …}'
        problem = f"line {number}: {says}"
        return SearchAnswer(query=line.strip()[:200], query_id=None, results=(), total=0, error=problem)
