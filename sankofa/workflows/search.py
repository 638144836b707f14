"""Search claims with their verdicts, one query or a file of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.model import Claim
from index.query import ClaimCounts, ClaimHit, ClaimQuery
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.claims import ClaimWithVerdicts, read_claims
from sankofa.workflows.filters import name_filters
from sankofa.workflows.spelling import Suggestion, suggest_spellings
from sankofa.workflows.tags import read_query


@dataclass(frozen=True, kw_only=True)
class FoundClaim:
    """A claim found, with its verdicts, its score and the query terms that it holds.

    ``found_as`` is the claim that holds them, where that was merged into this one.
    """

    found: ClaimWithVerdicts
    score: float
    matched_terms: tuple[str, ...]
    found_as: Claim | None = None


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """The answer to one query: best first; ``total`` counts all that match, merged ones too, ``query_id`` is the asker's own.

    ``counts`` say what all that match hold, and ``suggestions`` how else words that stand in no claim are spelt, where that was
    asked for.
    """

    query: str
    query_id: str | None
    results: tuple[FoundClaim, ...]
    total: int
    next_cursor: str = ""
    error: str | None = None
    counts: ClaimCounts | None = None
    suggestions: tuple[Suggestion, ...] = ()


def search_claims(
    desk: Desk,
    text: str,
    filters: ClaimQuery,
    *,
    query_id: str | None = None,
    counted: bool = False,
    spelled: bool = False,
) -> SearchAnswer:
    """Search the claims for what a person typed; *filters* gives everything but the text, as a person writes it
    (:func:`sankofa.workflows.filters.name_filters`).

    Raises:
        QueryError: The text is too long, or a filter cannot be used.
        InputError: A place or an actor is no known name.
    """
    query = name_filters(desk, replace(filters, text=read_query(desk.store, text)))
    page = desk.store.find_claims(query)
    return SearchAnswer(
        query=text,
        query_id=query_id,
        results=_read(desk, page.hits),
        total=page.total,
        next_cursor=page.next_cursor,
        counts=desk.store.count_claims(query) if counted else None,
        suggestions=suggest_spellings(desk, text) if spelled else (),
    )


def _read(desk: Desk, hits: Sequence[ClaimHit]) -> tuple[FoundClaim, ...]:
    """Read what was found; a merged claim stands in the one that it was merged into, each once: where it was found first."""
    together = read_claims(desk, [hit.claim for hit in hits])
    read = {part.id: found for found in together for part in (found.claim, *found.merged)}
    results: dict[str, FoundClaim] = {}
    for hit in hits:
        found = read[hit.claim.id]
        found_as = None if hit.claim.id == found.claim.id else hit.claim
        result = FoundClaim(found=found, score=hit.score, matched_terms=hit.matched_terms, found_as=found_as)
        results.setdefault(found.claim.id, result)
    return tuple(results.values())


def iter_answers(desk: Desk, file: Path, filters: ClaimQuery, *, counted: bool = False) -> Iterator[SearchAnswer]:
    """Answer each line of *file*: JSON objects ``{"id": …, "text": …, "date": …}``, of which only the text is required.

    A line that cannot be used gives an answer with an error that names the line; the others are answered.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _answer_line(desk, number, line, filters, counted)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}") from error


def _answer_line(desk: Desk, number: int, line: str, filters: ClaimQuery, counted: bool) -> SearchAnswer:
    try:
        asked = json.loads(line)
        text = asked["text"]
        if not isinstance(text, str):
            raise TypeError
        if not text.strip():
            raise ValueError("the text is empty: write what to search for")
        given = asked.get("id")
        query_id = None if given is None else str(given)
        return search_claims(desk, text, filters, query_id=query_id, counted=counted)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        says = str(error) if isinstance(error, ValueError) else 'expected {"id": …, "text": …, "date": …}'
        problem = f"line {number}: {says}"
        return SearchAnswer(query=line.strip()[:200], query_id=None, results=(), total=0, error=problem)
