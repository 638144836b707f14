"""``sankofa claim``: what is said, in its wordings."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli import joining
from sankofa.cli.errors import ExitCode
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
    make_app,
)
from sankofa.cli.output import is_terminal
from sankofa.cli.repetition import iter_near_lines, shape_repeated
from sankofa.cli.search import build_filters
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_claim_found
from sankofa.cli.values import parse_claim_media, parse_countries, parse_language, parse_partial, parse_wording
from sankofa.cli.words import iter_claim_lines, say_date, shorten, translator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.query import ClaimQuery
    from sankofa.desk import Desk
    from sankofa.workflows.claims import ClaimWithVerdicts
    from sankofa.workflows.repeats import Repeated

_ADD = """
sankofa claim add 'Des tunnels de la CMA ont été découverts à Kidal' --country ML --first-appeared 2023-11-14
sankofa claim add 'Tunnels were found' --language en --also fr='Des tunnels ont été trouvés' --media M-4XTS-9QK2-7ZPA-0VRE
"""
_SHOW = """
sankofa claim show C-2023-0007
sankofa claim show C-2023-0007 C-2023-0008 --json
"""
_LIST = """
sankofa claim list --country ML --since 2023-11 --until 2023-11
sankofa claim list --limit 500 --json
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Claims: checkable statements, with their wordings, media and verdicts.")
    add_command(group, "add", add, examples=_ADD)
    add_command(group, "show", show, examples=_SHOW)
    add_command(group, "list", list_claims, examples=_LIST)
    joining.register(group)
    app.add_typer(group, name="claim")


def add(
    session: Session,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The claim, as it was worded.")],
    language: Annotated[str | None, typer.Option(help="Its language; guessed when left out.")] = None,
    also: Annotated[
        list[str] | None, typer.Option(metavar="LANG=TEXT", help="Another wording; may be repeated.")
    ] = None,
    title: Annotated[str, typer.Option(help="A short name for lists.")] = "",
    claimant: Annotated[str, typer.Option(help="Who said it.")] = "",
    first_appeared: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it was first seen, as exactly as you know.")
    ] = None,
    country: Annotated[
        list[str] | None, typer.Option(help="Which country it concerns, as ML; may be repeated.")
    ] = None,
    media: Annotated[
        list[str] | None,
        typer.Option(metavar="ID[:original]", help="A medium shown as proof, or its original; may be repeated."),
    ] = None,
    url: Annotated[list[str] | None, typer.Option(help="Where others published it; may be repeated.")] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Keep it also where claims that say nearly the same are known.")
    ] = False,
) -> None:
    """Keep a claim under the next number of its year; claims that say nearly the same are shown first."""
    wordings = [parse_wording(wording) for wording in also or []]
    tag = parse_language(language) if language else None
    countries = parse_countries(country or [])
    appeared = parse_partial(first_appeared, "--first-appeared") if first_appeared else None
    shown = tuple(parse_claim_media(medium) for medium in media or [])
    from index.languages import identify_language
    from index.model import Claim, Wording
    from sankofa.workflows.claims import with_verdicts
    from sankofa.workflows.judge import add_claim
    from sankofa.workflows.repeats import find_near

    claim = Claim(
        id="",
        wordings=(Wording(tag or identify_language(text), text.strip()), *wordings),
        title=title,
        claimant=claimant,
        first_appeared_on=appeared,
        countries=countries,
        media=shown,
        external_ids=tuple(url or []),
    )
    with session.open_desk() as desk:
        desk.require_person("to add a claim")
        near = find_near(desk, claim)
        similar = {"similar": [shape_repeated(one) for one in near]}
        if near and not anyway and not _is_wanted(session, near):
            message = "claims that say nearly the same are known: use one of them, or say --anyway"
            if session.output.as_json:
                session.output.answer({"claim_id": None, **similar, "error": message}, ())
            session.complain(message, kind="ClaimKnownError", code=ExitCode.CONFLICT)
            return
        kept = with_verdicts(desk, [add_claim(desk, claim)])[0]
        session.output.answer({**shape_claim_found(kept), **similar, "error": None}, iter_claim_lines(kept))


def _is_wanted(session: Session, near: "Sequence[Repeated]") -> bool:
    """Show what is known already, and ask, where somebody is there to answer."""
    if session.output.as_json:
        return False
    session.output.answer({}, iter_near_lines(near))
    return is_terminal(sys.stdin) and typer.confirm("Is it another claim, to be kept beside these?", err=True)


def show(session: Session, ids: Annotated[list[str], typer.Argument(metavar="ID", help="C-YEAR-NUMBER.")]) -> None:
    """Show claims: every wording, the media, and every organisation's verdict."""
    from index.model import Claim
    from sankofa.workflows.claims import read_claims, with_verdicts

    with session.open_desk() as desk:

        def answer(claim_id: str) -> None:
            claim = desk.get(Claim, claim_id)
            found = (with_verdicts if claim.merged_into else read_claims)(desk, [claim])[0]
            session.output.answer({"input": claim_id, **shape_claim_found(found), "error": None}, _iter_details(found))

        session.answer_each(ids, answer, "input")


def list_claims(
    session: Session,
    language: Languages = None,
    country: Countries = None,
    rating: Ratings = None,
    publisher: Publishers = None,
    place: Places = None,
    actor: Actors = None,
    with_media: WithMedia = False,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List claims, the newest first."""
    filters = build_filters(
        language, country, rating, since, until, with_media, publishers=publisher, places=place, actors=actor
    )
    query = replace(filters, limit=min(limit, 1000), order="date")
    with session.open_desk() as desk:
        shapes = (shape_claim_found(found) for found in _iter_found(desk, query, limit))
        session.output.table(
            shapes,
            ("Claim", "First seen", "Country", "Claim text", "Verdicts"),
            lambda shape: (
                shape["claim_id"],
                say_date(shape["first_appeared_on"]),
                " ".join(shape["countries"]),
                shorten(shape["text"], 70),
                ", ".join(
                    f"{translator().rating(verdict['rating'])} ({verdict['publisher']})"
                    for verdict in shape["verdicts"]
                ),
            ),
            empty="No claim here yet. Add one: sankofa claim add TEXT, or bring them in: sankofa import FILE",
        )


def _iter_found(desk: "Desk", query: "ClaimQuery", limit: int) -> "Iterator[ClaimWithVerdicts]":
    from sankofa.workflows.claims import read_claims
    from sankofa.workflows.filters import name_filters

    query, left = name_filters(desk, query), limit
    while left > 0:
        page = desk.store.find_claims(replace(query, limit=min(left, query.limit)))
        yield from read_claims(desk, [hit.claim for hit in page.hits])
        left -= len(page.hits)
        if not page.next_cursor:
            return
        query = replace(query, cursor=page.next_cursor)


def _iter_details(found: "ClaimWithVerdicts") -> "Iterator[str]":
    claim = found.claim
    yield from iter_claim_lines(found)
    for wording in claim.wordings[1:]:
        yield f"    [{wording.language}] {wording.text}"
    facts = (
        ("title", claim.title),
        ("claimant", claim.claimant),
        ("first seen", say_date(claim.first_appeared_on)),
        ("published by others as", ", ".join(claim.external_ids)),
        ("media", ", ".join(f"{medium.media_id} ({medium.role})" for medium in claim.media)),
        ("narratives", ", ".join(claim.narrative_ids)),
        ("read as", claim.merged_into or ""),
    )
    for name, value in facts:
        if value:
            yield f"    {name}: {value}"
