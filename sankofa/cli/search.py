"""``sankofa search``: claims with their verdicts."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import (
    Actors,
    Countries,
    Languages,
    Places,
    Publishers,
    Ratings,
    Since,
    Until,
    WithMedia,
    add_command,
)
from sankofa.cli.repetition import iter_repeated_lines, shape_repeated
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_search
from sankofa.cli.values import parse_choice, parse_countries, parse_language, parse_rating, parse_since, parse_until
from sankofa.cli.words import UNKNOWN, count, iter_claim_lines, say_date, translator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.query import ClaimCounts, ClaimQuery
    from sankofa.desk import Desk
    from sankofa.workflows.repeats import Repeated
    from sankofa.workflows.search import SearchAnswer

_EXAMPLES = """
sankofa search tunnels de Kidal
sankofa search 'أنفاق كيدال' --country ML --since 2023-11
sankofa search '"fosse commune"' --language fr
sankofa search Kidal --rating false --publisher 'AFP Factuel' --counts
sankofa search tunnels --place أجلهوك --actor FAMa --with-media
sankofa search -- Kidal -tunnels               # a minus leaves a word out
sankofa search tunnels --place Kidal --save 'Tunnels de Kidal' --as awa.diarra
sankofa search --saved 'Tunnels de Kidal'
sankofa search --from questions.jsonl --json
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "search", search, examples=_EXAMPLES)


def search(
    session: Session,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="Words; “phrases” in quotes.")] = None,
    language: Languages = None,
    country: Countries = None,
    rating: Ratings = None,
    publisher: Publishers = None,
    place: Places = None,
    actor: Actors = None,
    with_media: WithMedia = False,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many claims for each query.")] = 20,
    order: Annotated[str, typer.Option(help="relevance, or date: the newest first.")] = "relevance",
    counts: Annotated[
        bool, typer.Option("--counts", help="Also count what was found: by rating, organisation, language …")
    ] = False,
    save: Annotated[str | None, typer.Option("--save", metavar="NAME", help="Keep this search under a name.")] = None,
    saved: Annotated[str | None, typer.Option("--saved", metavar="NAME", help="Ask a search that was kept.")] = None,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help='Many queries: lines of {"id": …, "text": …}.')
    ] = None,
) -> None:
    """Find claims that were checked already, in French, English or Arabic, with every organisation's verdict."""
    asked = " ".join(words or [])
    if [bool(asked.strip()) or save is not None, file is not None, saved is not None].count(True) != 1:
        raise typer.BadParameter("write the words to search for, --saved NAME or --from FILE", param_hint="WORDS")
    filters = build_filters(
        language, country, rating, since, until, with_media, publishers=publisher, places=place, actors=actor
    )
    by_date = parse_choice(order, ("relevance", "date"), "--order") == "date"
    query = replace(filters, limit=limit, order="date" if by_date else "relevance")
    from sankofa.workflows.saved import build_saved_query, get_search, save_search
    from sankofa.workflows.search import iter_answers, search_claims

    with session.open_desk() as desk:
        if save is not None:
            save_search(desk, save, asked, query)
        if saved is not None:
            kept = get_search(desk, saved)
            asked, query = kept.text, build_saved_query(kept, query)
        answers = (
            iter_answers(desk, file, query, counted=counts)
            if file
            else [search_claims(desk, asked, query, counted=counts, spelled=True)]
        )
        for answer in answers:
            if answer.error:
                session.refuse()
            repeated = _find_repeated(desk, answer)
            shape = {**shape_search(answer), "already_checked": repeated and [shape_repeated(one) for one in repeated]}
            session.output.answer(shape, _iter_lines(desk, answer, repeated))


def build_filters(
    languages: list[str] | None,
    countries: list[str] | None,
    ratings: list[str] | None,
    since: str | None,
    until: str | None,
    with_media: bool,
    *,
    publishers: list[str] | None,
    places: list[str] | None,
    actors: list[str] | None,
) -> "ClaimQuery":
    """Build the filters that a person typed."""
    countries_checked = parse_countries(countries) if countries else ()
    from index.query import ClaimQuery

    return ClaimQuery(
        languages=tuple(parse_language(tag) for tag in languages or ()),
        countries=countries_checked,
        ratings=tuple(parse_rating(name) for name in ratings or ()),
        since=parse_since(since),
        until=parse_until(until),
        with_media=with_media,
        publishers=tuple(map(str.strip, publishers or ())),
        places=tuple(map(str.strip, places or ())),
        actors=tuple(map(str.strip, actors or ())),
    )


def _find_repeated(desk: "Desk", answer: "SearchAnswer") -> "tuple[Repeated, ...] | None":
    """Find what a pasted text repeats; nothing is asked for a few words."""
    from index.matching import Asked
    from sankofa.workflows.repeats import find_repeated, is_pasted

    if answer.error or not is_pasted(answer.query):
        return None
    return find_repeated(desk, Asked(text=answer.query))


def _iter_lines(desk: "Desk", answer: "SearchAnswer", repeated: "tuple[Repeated, ...] | None") -> "Iterator[str]":
    from index.model import Claim

    name = f"{answer.query_id}: " if answer.query_id else ""
    if answer.error:
        yield f"{name}refused: {answer.error}"
    elif not answer.results:
        tried = f"the words of “{answer.query}” in French, English and Arabic, {_among(desk.store.count(Claim))}"
        yield f"{name}{UNKNOWN} Tried: {tried}."
        yield "Ask with other words, or keep the claim: sankofa claim add TEXT"
    else:
        if name:
            yield f"{name}{answer.query}"
        if repeated is not None:
            yield from iter_repeated_lines(repeated)
        for result in answer.results:
            yield from iter_claim_lines(result.found)
        if answer.total > len(answer.results):
            yield f"The first {len(answer.results)} of {count(answer.total, 'claim')}; more with --limit."
    for suggestion in answer.suggestions:
        yield f"Did you mean “{suggestion.text}”? sankofa search -- {quote(suggestion.text)}"
    if answer.counts:
        yield from _iter_counts(desk, answer.counts)


def _iter_counts(desk: "Desk", counts: "ClaimCounts") -> "Iterator[str]":
    say = translator()
    known = partial(desk.names.get_title, language=say.language)
    names: dict[str, Callable[[str], str]] = {"rating": say.rating, "country": say.country, "month": say_date}
    names |= {"place": known, "actor": known}
    for facet, held in counts.rank().items():
        if held:
            values = (f"{names.get(facet, str)(value)} {number}" for value, number in held.items())
            yield f"by {facet}: {', '.join(values)}"


def _among(number: int) -> str:
    return f"among {count(number, 'claim')}" if number else "in an empty store"
