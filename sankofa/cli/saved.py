"""``sankofa saved``: searches that are kept under a name."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.words import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from index.model import SavedSearch
    from sankofa.cli.shapes import Shape

_LIST = """
sankofa saved list
"""
_REMOVE = """
sankofa saved remove 'Tunnels de Kidal' --as awa.diarra
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Searches that are kept under a name.")
    add_command(group, "list", list_searches, examples=_LIST)
    add_command(group, "remove", remove, examples=_REMOVE)
    app.add_typer(group, name="saved")


def list_searches(session: Session) -> None:
    """List the searches that are kept, by name."""
    from sankofa.workflows import saved

    with session.open_desk() as desk:
        session.output.table(
            map(shape_saved, saved.list_searches(desk)),
            ("Name", "Words", "Filters", "Kept by"),
            lambda shape: (shape["name"], shorten(shape["text"], 60), say_filters(shape), shape["revised_by"]),
            empty="No search is kept yet: sankofa search WORDS --save NAME",
        )


def remove(
    session: Session, name: Annotated[list[str], typer.Argument(metavar="NAME", help="As it was saved.")]
) -> None:
    """Keep a search no longer; that it was kept stays in the history."""
    from sankofa.workflows.saved import remove_search

    with session.open_desk() as desk:
        removed = remove_search(desk, " ".join(name))
        session.output.answer(shape_saved(removed), [f"“{removed.name}” is kept no longer."])


def shape_saved(search: "SavedSearch") -> "Shape":
    """Shape a kept search."""
    return {
        "name": search.name,
        "revision": search.revision,
        "text": search.text,
        "order": search.order,
        "active": search.active,
        "filters": {
            "language": list(search.languages),
            "country": list(search.countries),
            "rating": [rating.value for rating in search.ratings],
            "publisher": list(search.publishers),
            "place": list(search.places),
            "actor": list(search.actors),
            "with_media": search.with_media,
            "since": search.since and search.since.isoformat(),
            "until": search.until and search.until.isoformat(),
        },
        "revised_by": search.revised_by,
        "revised_at": search.revised_at and search.revised_at.isoformat(),
    }


def say_filters(shape: "Mapping[str, Any]") -> str:
    """Say the filters of a kept search in one line, as they are typed."""
    said = []
    for name, value in shape["filters"].items():
        option = f"--{name.replace('_', '-')}"
        values = value if isinstance(value, list) else [value]
        said += [option if given is True else f"{option} {given}" for given in values if given]
    return " ".join(said)
