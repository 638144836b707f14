"""How a verdict is shown: what it says, what it rests on, and every revision of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_moment, shape_verdict
from sankofa.cli.values import split_revision
from sankofa.cli.words import say_date, say_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.model import Verdict
    from sankofa.desk import Desk


def show(
    session: Session,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID[.REV]", help="V-YEAR-NUMBER, with .2 for its second revision.")
    ],
) -> None:
    """Show verdicts with their evidence and every revision: who changed what, when and why."""
    with session.open_desk() as desk:
        session.answer_each(ids, lambda given: _show(session, desk, given), "input")


def iter_lines(desk: "Desk", verdict: "Verdict") -> "Iterator[str]":
    """Say what a verdict says, and on what it rests."""
    from index.model import Claim, Evidence

    yield say_verdict(verdict)
    yield f"  on {verdict.claim_id}: {desk.store.get(Claim, verdict.claim_id).text}"
    for wording in verdict.explanation:
        yield f"  [{wording.language}] {wording.text}"
    for evidence in desk.store.get_many(Evidence, verdict.evidence_ids).values():
        archived = f" (archived: {evidence.archived_url})" if evidence.archived_url else ""
        yield f"  source {evidence.id}: {evidence.url or evidence.note or evidence.title}{archived}"
    for checked in verdict.checklist:
        yield f"  {checked.point}: {checked.answer}"
    if verdict.proposed:
        said = verdict.proposed
        yield f"  {said.by} proposes to correct it: {said.textual_rating}, because: {said.reason}"


def _show(session: Session, desk: "Desk", given: str) -> None:
    from index.model import Evidence
    from sankofa.workflows.browse import read_verdict

    view = read_verdict(desk, *split_revision(given))
    evidence = desk.store.get_many(Evidence, view.verdict.evidence_ids)
    shape = {
        "input": given,
        **shape_verdict(view.verdict),
        "newest_revision": view.history[-1].revision,
        "releases": [release.revision for release in view.releases],
        "sources": [
            {
                "title": item.title,
                "url": item.url,
                "archived_url": item.archived_url,
                "sha256": item.sha256,
                "note": item.note,
            }
            for item in evidence.values()
        ],
        "history": [shape_verdict(earlier) for earlier in view.history],
        "error": None,
    }
    session.output.answer(shape, [*iter_lines(desk, view.verdict), *_iter_history(view.history)])


def _iter_history(history: "Sequence[Verdict]") -> "Iterator[str]":
    for verdict in history if len(history) > 1 else ():
        when = say_date(shape_moment(verdict.revised_at))
        by = f"by {verdict.revised_by}" if verdict.revised_by else ""
        why = f"because: {verdict.reason}" if verdict.reason else ""
        yield "  " + "  ".join(
            part for part in (f"revision {verdict.revision}", when, by, say_verdict(verdict), why) if part
        )
