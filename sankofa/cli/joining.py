"""``sankofa claim join`` and ``claim merge``: claims that tell one story, and claims that say the same."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_claim, shape_claim_found
from sankofa.cli.values import parse_wording
from sankofa.cli.words import iter_claim_lines

if TYPE_CHECKING:
    from index.model import Narrative
    from sankofa.desk import Desk

_JOIN = """
sankofa --as awa.diarra claim join C-2023-0001 C-2023-0002 --new 'fr=Les tunnels cachés' --new 'en=The hidden tunnels'
sankofa --as awa.diarra claim join C-2023-0009 --narrative N-2023-0001
sankofa --as awa.diarra claim join C-2023-0009 --narrative N-2023-0001 --leave
"""
_MERGE = """
sankofa --as awa.diarra claim merge C-2023-0001 C-2023-0014 --reason 'the same words, other spelling'
sankofa --as awa.diarra claim merge --undo C-2023-0014
"""


def register(group: typer.Typer) -> None:
    """Add the commands to the group ``claim``."""
    add_command(group, "join", join, examples=_JOIN)
    add_command(group, "merge", merge, examples=_MERGE)


def join(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="C-YEAR-NUMBER.")],
    narrative: Annotated[str, typer.Option(metavar="ID", help="The narrative, as claim show names it.")] = "",
    new: Annotated[
        list[str] | None, typer.Option(metavar="LANG=TEXT", help="The name of a new narrative; may be repeated.")
    ] = None,
    leave: Annotated[bool, typer.Option("--leave", help="Take the claims out of the narrative again.")] = False,
) -> None:
    """Put claims under the narrative that they tell. Needs a person (--as)."""
    if bool(narrative) == bool(new) or (leave and new):
        raise typer.BadParameter("say --narrative ID, or name a new one with --new LANG=TEXT", param_hint="--narrative")
    names = [parse_wording(name, "--new") for name in new or []]
    from sankofa.workflows import merge as workflow

    with session.open_desk() as desk:
        desk.require_person("to join claims")
        told = workflow.create_narrative(desk, names) if names else _get_narrative(desk, narrative)
        change = workflow.leave if leave else workflow.join
        said = f"{told.id} {told.names[0].text if told.names else ''}".strip()

        def answer(claim_id: str) -> None:
            claim = change(desk, claim_id, told.id)
            line = f"{claim.id}  {'no longer under' if leave else 'under'} {said}"
            session.output.answer({"input": claim_id, **shape_claim(claim), "error": None}, [line])

        session.answer_each(ids, answer, "input")


def merge(
    session: Session,
    ids: Annotated[
        list[str], typer.Argument(metavar="KEPT ID", help="The claim that stays, and those merged into it.")
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Let these claims stand by themselves again.")] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the claim.")] = "",
) -> None:
    """Read claims that say the same as one. Nothing is lost or overwritten, no verdict changes. Needs a person (--as)."""
    if not undo and len(ids) < 2:
        raise typer.BadParameter("name the claim that stays, and at least one that says the same", param_hint="KEPT ID")
    from sankofa.workflows.claims import read_claims
    from sankofa.workflows.merge import merge as merge_claims
    from sankofa.workflows.merge import unmerge

    with session.open_desk() as desk:
        desk.require_person("to merge claims")

        def answer(claim_id: str) -> None:
            merged = (
                unmerge(desk, claim_id, reason=reason) if undo else merge_claims(desk, ids[0], claim_id, reason=reason)
            )
            found = read_claims(desk, [merged])[0]
            shape = {"input": claim_id, **shape_claim_found(found), "error": None}
            session.output.answer(shape, iter_claim_lines(found))

        session.answer_each(ids if undo else ids[1:], answer, "input")


def _get_narrative(desk: "Desk", narrative_id: str) -> "Narrative":
    from index.model import Narrative

    return desk.get(Narrative, narrative_id)
