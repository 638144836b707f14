"""``sankofa names``: which places, groups and persons a text mentions."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import Countries, add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.values import parse_choice, parse_countries

if TYPE_CHECKING:
    from index.names.gazetteer import Gazetteer
    from index.names.names import Name
    from sankofa.cli.shapes import Shape

_FIND = """
sankofa names find "L'armée malienne à Aguelhoc"
sankofa names find 'الجيش المالي في أجلهوك' --json
"""
_LIST = """
sankofa names list --country ML --kind group
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Names of places, groups and persons, in Latin and Arabic script.")
    add_command(group, "find", find, examples=_FIND)
    add_command(group, "list", list_names, examples=_LIST)
    app.add_typer(group, name="names")


def find(session: Session, text: Annotated[list[str], typer.Argument(metavar="TEXT", help="In any language.")]) -> None:
    """Show which known names a text mentions."""
    names, whole = _load(session), " ".join(text)
    shape = _shape_found(names, whole)
    lines = [
        f"{found['spelling']}  {found['name_id']}  {_title(names.names[found['name_id']])}"
        for found in shape["mentions"]
    ]
    session.output.answer(shape, lines or ["No known name. Add it to a file of your own: docs/reference/names.md"])


def list_names(
    session: Session,
    country: Countries = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="place, state, group, mission, person or organisation.")
    ] = None,
) -> None:
    """List the names that are known: those that Sankofa brings, and yours."""
    from index.names.cells import KINDS

    countries = parse_countries(country or [])
    kinds = [parse_choice(given, KINDS, "--kind") for given in kind or []]
    chosen = (
        name
        for name in _load(session).names.values()
        if (not countries or name.country in countries) and (not kinds or name.kind in kinds)
    )
    session.output.table(
        map(_shape_name, chosen),
        ("Id", "Kind", "Country", "French", "English", "Arabic"),
        lambda shape: (shape["name_id"], shape["kind"], shape["country"], *shape["names"].values()),
        empty="No such name is known. Add it to a file of your own: docs/reference/names.md",
    )


def _load(session: Session) -> "Gazetteer":
    from sankofa.names_file import load_names

    return load_names(session.settings.names_file)


def _title(name: "Name") -> str:
    return next(filter(None, [*name.names.values(), *name.spellings]))


def _shape_found(names: "Gazetteer", text: str) -> "Shape":
    mentions = [
        {"name_id": found.name_id, "kind": names.names[found.name_id].kind, **found._asdict()}
        for found in names.find_mentions(text)
    ]
    return {"text": text, "mentions": mentions, "places": names.find_places(text), "actors": names.find_actors(text)}


def _shape_name(name: "Name") -> "Shape":
    return {
        "name_id": name.id,
        "kind": name.kind,
        "country": name.country,
        "names": dict(name.names),
        "spellings": name.spellings,
        "unverified": name.unverified,
        "latitude": name.latitude,
        "longitude": name.longitude,
        "sources": name.sources,
    }
