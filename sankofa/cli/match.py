"""``sankofa match``: a suggested match becomes a fact only when a person says so."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.proof import ProofFolder, shape_proof, write
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_evidence, shape_match, shape_negative_change
from sankofa.cli.values import parse_choice
from sankofa.cli.words import (
    iter_evidence_lines,
    iter_negative_lines,
    say_evidence,
    say_judgement,
    say_match,
    say_proof,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.model import Match
    from sankofa.desk import Desk

_STATUSES = ("suggested", "confirmed", "rejected", "all")
_LIST = """
sankofa match list
sankofa match list --status confirmed --json
"""
_SHOW = """
sankofa match show X-1B7K-2P0M-9ZRE-44TQ
sankofa match show X-1B7K-2P0M-9ZRE-44TQ --proof proof/ --json
"""
_CONFIRM = """
sankofa --as awa.diarra match confirm X-1B7K-2P0M-9ZRE-44TQ
sankofa match confirm X-1B7K-2P0M-9ZRE-44TQ X-8S2D-AAE3-7Y1N-0C5V --as awa.diarra --reason 'compared at full size'
"""
_REJECT = """
sankofa --as awa.diarra match reject X-1B7K-2P0M-9ZRE-44TQ --reason 'another bunker'
sankofa --as awa.diarra match reject X-1B7K-2P0M-9ZRE-44TQ --negative 'flag of Mali'
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Suggested matches: look, confirm, reject. Both answers are kept, with who and when.")
    add_command(group, "list", list_matches, examples=_LIST)
    add_command(group, "show", show, examples=_SHOW)
    add_command(group, "confirm", confirm, examples=_CONFIRM)
    add_command(group, "reject", reject, examples=_REJECT)
    app.add_typer(group, name="match")


def list_matches(
    session: Session,
    status: Annotated[str, typer.Option(help="suggested, confirmed, rejected or all.")] = "suggested",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List matches: which collected medium may show which known one, and why."""
    asked = parse_choice(status, _STATUSES, "--status")
    with session.open_desk() as desk:
        matches = {match.id: match for match in _iter_matches(desk, asked, limit)}
        session.output.table(
            (shape_match(match) for match in matches.values()),
            ("Match", "Status", "Seen", "Known", "Why"),
            lambda shape: (
                shape["match_id"],
                shape["status"],
                shape["subject_id"],
                shape["target_id"],
                say_evidence(matches[shape["match_id"]].evidence),
            ),
            empty="No match waits here. Collect (sankofa collect SOURCE) or add known media (sankofa media add FILE)."
            if asked == "suggested"
            else f"No match is {asked}."
            if asked != "all"
            else "No match here yet.",
        )


def show(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-…, from match list.")],
    proof: ProofFolder = None,
) -> None:
    """Show matches: why, how surely, what was done, who judged; with --proof the pictures to see it by."""
    with session.open_desk() as desk:
        session.answer_each(ids, lambda match_id: _show(session, desk, match_id, proof), "input")


def confirm(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-…, from match list.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the judgement.")] = "",
) -> None:
    """Confirm suggested matches: both media show the same. Needs a person (--as)."""
    _judge(session, ids, "confirmed", reason)


def reject(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-…, from match list.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the judgement.")] = "",
    negative: Annotated[
        str,
        typer.Option(
            metavar="LABEL", help="The known medium shows nothing by itself; say what it is: flag, map, logo."
        ),
    ] = "",
) -> None:
    """Reject suggested matches: they do not show the same. Needs a person (--as)."""
    if not negative:
        _judge(session, ids, "rejected", reason)
        return
    from sankofa.workflows.negative import reject_as_negative

    with session.open_desk() as desk:
        desk.require_person("to judge a match")

        def judge(match_id: str) -> None:
            match, change = reject_as_negative(desk, match_id, label=negative, reason=reason)
            shape = {"input": match_id, **shape_match(match), "negative": shape_negative_change(change), "error": None}
            session.output.answer(shape, [f"{match.id}  {say_match(match)}", *iter_negative_lines(change)])

        session.answer_each(ids, judge, "input")


def _show(session: Session, desk: "Desk", match_id: str, folder: Path | None) -> None:
    from index.model import Match
    from sankofa.workflows.proof import prove_match
    from sankofa.workflows.reach import count_known

    match, known_media = desk.store.get(Match, match_id), count_known(desk)
    history = desk.store.get_history(Match, match_id)
    proven = write(lambda: prove_match(desk, match), folder / match.id) if folder else None
    shape = {
        "input": match_id,
        **shape_match(match),
        **shape_evidence(match.evidence, known_media),
        "history": [shape_match(revision) for revision in history],
        **shape_proof(proven),
        "error": None,
    }
    lines = [f"{match.id}  {say_match(match)}", *iter_evidence_lines(match.evidence, "  ", known_media)]
    lines += [f"  {say_judgement(revision)}" for revision in history if revision.revised_by]
    session.output.answer(shape, [*lines, *([f"  {say_proof(proven)}"] if proven else [])])


def _judge(session: Session, ids: list[str], status: Literal["confirmed", "rejected"], reason: str) -> None:
    from sankofa.workflows.judge import judge_match

    with session.open_desk() as desk:
        desk.require_person("to judge a match")

        def judge(match_id: str) -> None:
            match = judge_match(desk, match_id, status, reason=reason)
            session.output.answer(
                {"input": match_id, **shape_match(match), "error": None}, [f"{match.id}  {say_match(match)}"]
            )

        session.answer_each(ids, judge, "input")


def _iter_matches(desk: "Desk", status: str, limit: int) -> "Iterator[Match]":
    from index.model import Match

    wanted = _STATUSES[:-1] if status == "all" else (status,)
    yield from desk.store.find_linked(Match, "status", wanted, limit=limit)
