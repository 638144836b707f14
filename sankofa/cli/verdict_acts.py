"""What one person does with a verdict that another wrote: submit, approve, return, withdraw, suppress."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_verdict
from sankofa.cli.values import split_revision
from sankofa.cli.verdict_show import iter_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.model import Verdict
    from sankofa.desk import Desk

Ids = Annotated[
    list[str], typer.Argument(metavar="V-ID[.REV]", help="Verdicts; with .2 only if it is still at that revision.")
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the verdict. Required.")]


def add_acts(group: typer.Typer) -> None:
    """Add the commands to *group*."""
    add_command(group, "submit", submit, examples="sankofa --as awa.diarra verdict submit V-2023-0004")
    add_command(group, "approve", approve, examples="sankofa --as ines.keita verdict approve V-2023-0004.2")
    add_command(
        group,
        "return",
        return_,
        examples="sankofa --as ines.keita verdict return V-2023-0004 --reason 'Who filmed it?'",
    )
    add_command(
        group,
        "withdraw",
        withdraw,
        examples="sankofa --as ines.keita verdict withdraw V-2023-0004 --reason 'wrong town'",
    )
    add_command(
        group,
        "suppress",
        suppress,
        examples="sankofa --as ines.keita verdict suppress V-2023-0004 --reason 'court order'",
    )


def submit(session: Session, ids: Ids) -> None:
    """Send drafts to review by a second person; needs a person (--as)."""
    from sankofa.workflows.verdicts import submit as act

    _act(session, ids, lambda desk, verdict_id, seen: act(desk, verdict_id, seen=seen))


def approve(session: Session, ids: Ids) -> None:
    """Publish drafts, or proposed corrections, that somebody else wrote; needs a checker or editor (--as)."""
    from sankofa.workflows.verdicts import approve as act

    _act(session, ids, lambda desk, verdict_id, seen: act(desk, verdict_id, seen=seen))


def return_(session: Session, ids: Ids, reason: Reason = "") -> None:
    """Send drafts back to who wrote them, or turn proposed corrections down; needs a checker or editor (--as)."""
    from sankofa.workflows.verdicts import send_back

    _act(session, ids, lambda desk, verdict_id, seen: send_back(desk, verdict_id, reason=reason, seen=seen))


def withdraw(session: Session, ids: Ids, reason: Reason = "") -> None:
    """Take published verdicts back; what they said stays readable, marked as withdrawn; needs an editor (--as)."""
    from sankofa.workflows.verdicts import withdraw as act

    _act(session, ids, lambda desk, verdict_id, seen: act(desk, verdict_id, reason=reason, seen=seen))


def suppress(session: Session, ids: Ids, reason: Reason = "") -> None:
    """Let nobody read verdicts any more; that they were there, and why they are not shown, stays; needs an editor (--as)."""
    from sankofa.workflows.verdicts import suppress as act

    _act(session, ids, lambda desk, verdict_id, seen: act(desk, verdict_id, reason=reason, seen=seen))


def say_next(verdict: "Verdict") -> str:
    """Say what is to be done next, and by whom."""
    from sankofa.workflows.states import list_open, state_of

    match state_of(verdict):
        case "draft":
            points = ", ".join(list_open(verdict))
            still = f" (the checklist has no answer yet for: {points})" if points else ""
            return f"  nobody else sees it; send it to review: sankofa verdict submit {verdict.id}{still}"
        case "in_review" | "correcting":
            return f"  waits for a second person: sankofa verdict approve {verdict.id}.{verdict.revision}"
    return f"  cite it as {verdict.id}.{verdict.revision}"


def _act(session: Session, ids: list[str], act: "Callable[[Desk, str, int | None], Verdict]") -> None:
    with session.open_desk() as desk:
        if len(ids) == 1:
            _answer(session, desk, act, ids[0])
        else:
            session.answer_each(ids, lambda given: _answer(session, desk, act, given), "input")


def _answer(session: Session, desk: "Desk", act: "Callable[[Desk, str, int | None], Verdict]", given: str) -> None:
    verdict = act(desk, *split_revision(given))
    lines = [*iter_lines(desk, verdict), say_next(verdict)]
    session.output.answer({"input": given, **shape_verdict(verdict), "error": None}, lines)
