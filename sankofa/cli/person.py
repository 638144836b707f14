"""``sankofa person``: who judges and publishes."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_person
from sankofa.cli.values import parse_choice

if TYPE_CHECKING:
    from typing import Literal

_ROLES = ("checker", "analyst", "editor")
_ADD = """
sankofa person add awa.diarra --name 'Awa Diarra' --organisation 'Kidal Checks' --role checker --role editor
"""
_LIST = """
sankofa person list
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("People: a declaration between colleagues, not protection, until sign-in comes.")
    add_command(group, "add", add, examples=_ADD)
    add_command(group, "list", list_people, examples=_LIST)
    app.add_typer(group, name="person")


def add(
    session: Session,
    person_id: Annotated[str, typer.Argument(metavar="ID", help="A short name in lower case, as awa.diarra.")],
    name: Annotated[str, typer.Option(help="As it is printed.")] = "",
    organisation: Annotated[str, typer.Option(help="Whose verdicts theirs are.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="checker, analyst or editor; may be repeated.")] = None,
) -> None:
    """Add somebody who judges or publishes."""
    roles = [
        cast("Literal['checker', 'analyst', 'editor']", parse_choice(given, _ROLES, "--role")) for given in role or []
    ]
    from sankofa.workflows.judge import add_person

    with session.open_desk() as desk:
        person = add_person(desk, person_id, name=name, organisation=organisation, roles=roles)
    lines = [f"{person.id}  {person.name}", f"  Act as them with --as {person.id} or SANKOFA_PERSON={person.id}"]
    session.output.answer(shape_person(person), lines)


def list_people(session: Session) -> None:
    """List who judges and publishes here."""
    from index.model import Person

    with session.open_desk() as desk:
        session.output.table(
            (shape_person(person) for person in desk.store.iter_records(Person)),
            ("Person", "Name", "Organisation", "Roles"),
            lambda shape: (shape["person_id"], shape["name"], shape["organisation"], ", ".join(shape["roles"])),
            empty="Nobody was added yet: sankofa person add awa.diarra --name 'Awa Diarra'",
        )
