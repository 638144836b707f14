"""``sankofa erase``: what may not be kept any more."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.output import is_terminal
from sankofa.cli.session import Session
from sankofa.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sankofa.cli.output import Shape
    from sankofa.workflows.erase import Plan

_ERASE = """
sankofa erase P-4XTS-9QK2-7T1M-0C3D --dry-run          # what would go, and what it touches
sankofa --as ines.keita erase M-0C3D-… P-4XTS-… --reason 'safety of a source' --asked-by 'the source, by telephone'
sankofa --as ines.keita erase person:awa.diarra --reason 'she left and asked for it' --yes
"""
_SAYS = {"names": "names it and stays", "repeats": "says the same words and stays: name it too if it must go"}


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "erase", erase, examples=_ERASE)


def erase(
    session: Session,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID", help="Posts, media, claims, verdicts, evidence, checks; others as KIND:ID."),
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; stays with the stub. Required.")] = "",
    asked_by: Annotated[str, typer.Option("--asked-by", metavar="TEXT", help="Who asked for it; stays too.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go, and what it touches.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase records for ever, with all that is kept only for their sake, out of store, vault and search; needs an editor (--as).

    A stub says by whom, when and why; the log still verifies. Reports that show what goes are redacted: a new edition with a
    dated note takes the place of the old one. A medium goes only when it is named itself.
    """
    from sankofa.errors import InputError
    from sankofa.workflows.erase import erase as carry_out
    from sankofa.workflows.erase import plan_erasure

    with session.open_desk(create=False) as desk:
        with session.output.progress("Reading") as update:
            plan = plan_erasure(desk, ids, update)
        if dry_run:
            session.output.answer(_shape(plan, erased=False), _iter_lines(plan, "would be"))
            return
        if not yes and not (is_terminal(sys.stdin) and _confirm(session, plan)):
            raise InputError("nothing was erased: look with --dry-run, and confirm with --yes")
        with session.output.progress("Erasing") as update:
            done = carry_out(desk, ids, reason=reason, asked_by=asked_by, on_read=update)
    session.output.answer(_shape(done, erased=True), _iter_lines(done, "were"))


def _confirm(session: Session, plan: "Plan") -> bool:
    for line in _iter_lines(plan, "would be"):
        session.output.note(line)
    return typer.confirm("Erase this for ever?", err=True)


def _shape(plan: "Plan", *, erased: bool) -> "Shape":
    return {
        "erased": erased,
        "subjects": [{"kind": one.KIND, "id": one.id} for one in plan.subjects],
        "records": plan.count(),
        "originals": list(plan.originals),
        "reports": [f"{report.id}.{report.revision}" for report in plan.reports],
        "packs": [str(file) for file in plan.packs],
        "remains": [{"kind": each.kind, "id": each.id, "says": each.says} for each in plan.mentions],
        "copies": [str(file) for file in plan.copies],
    }


def _iter_lines(plan: "Plan", verb: str) -> "Iterator[str]":
    kinds = ", ".join(f"{number} {kind}" for kind, number in plan.count().items()) or "nothing"
    named, files = ", ".join(one.id for one in plan.subjects), count(len(plan.originals), "file")
    yield f"{named}: {kinds} {verb} erased, and {files} of the vault"
    yield from (f"  {report.id}.{report.revision}: a redacted edition takes its place" for report in plan.reports)
    yield from (f"  {file}: an evidence pack, deleted too; build it anew" for file in plan.packs)
    yield from (f"  {each.kind} {each.id} {_SAYS[each.says]}" for each in plan.mentions)
    yield from (f"  {file}: lies outside the store, delete it yourself" for file in plan.copies)
    if plan.subjects:
        yield "  backups from before, and what others took from here, still hold it"
