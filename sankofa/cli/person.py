"""``sankofa person``: who judges and publishes."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_person
from sankofa.cli.values import parse_choice

if TYPE_CHECKING:
    from index.model import Role

_ROLES = ("checker", "analyst", "editor")
_ADD = """
sankofa person add awa.diarra --name 'Awa Diarra' --organisation 'Kidal Checks' --role checker --role editor
"""
_CHANGE = """
sankofa person change awa.diarra --role editor
"""
_LIST = """
sankofa person list
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("People: a declaration between colleagues, not protection, until sign-in comes.")
    add_command(group, "add", add, examples=_ADD)
    add_command(group, "change", change, examples=_CHANGE)
    add_command(group, "list", list_people, examples=_LIST)
    app.add_typer(group, name="person")


PersonId = Annotated[str, typer.Argument(metavar="ID", help="A short name in lower case, as awa.diarra.")]
Name = Annotated[str, typer.Option(help="As it is printed.")]
Organisation = Annotated[str, typer.Option(help="Whose verdicts theirs are.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="checker, analyst or editor; may be repeated.")]


def add(
    session: Session, person_id: PersonId, name: Name = "", organisation: Organisation = "", role: Roles = None
) -> None:
    """Add somebody who judges or publishes."""
    roles = _parse_roles(role)
    from sankofa.workflows.judge import add_person

    with session.open_desk() as desk:
        person = add_person(desk, person_id, name=name, organisation=organisation, roles=roles)
    lines = [f"{person.id}  {person.name}", f"  Act as them with --as {person.id} or SANKOFA_PERSON={person.id}"]
    session.output.answer(shape_person(person), lines)


def change(
    session: Session, person_id: PersonId, name: Name = "", organisation: Organisation = "", role: Roles = None
) -> None:
    """Change what is known of somebody; roles take the place of those before, what is left out stays."""
    roles = _parse_roles(role)
    from sankofa.workflows.judge import change_person

    with session.open_desk() as desk:
        person = change_person(desk, person_id, name=name, organisation=organisation, roles=roles)
    session.output.answer(shape_person(person), [f"{person.id}  {person.name}  {', '.join(person.roles)}".rstrip()])


def _parse_roles(roles: list[str] | None) -> "list[Role]":
    return [cast("Role", parse_choice(given, _ROLES, "--role")) for given in roles or []]


def list_people(session: Session) -> None:
    """List who judges and publishes here."""
    from index.model import Person

    with session.open_desk() as desk:
        session.output.table(
            (shape_person(person) for person in desk.store.iter_records(Person) if not person.is_stub),
            ("Person", "Name", "Organisation", "Roles"),
            lambda shape: (shape["person_id"], shape["name"], shape["organisation"], ", ".join(shape["roles"])),
            empty="Nobody was added yet: sankofa person add awa.diarra --name 'Awa Diarra'",
        )
