"""``sankofa verdict``: what was concluded, by whom, on what evidence."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_moment, shape_verdict
from sankofa.cli.values import parse_day, parse_language, parse_rating, split_revision
from sankofa.cli.words import say_date, say_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from index.model import Evidence, Verdict, Wording
    from index.ratings import Rating
    from sankofa.desk import Desk

_ADD = """
sankofa --as awa.diarra verdict add C-2023-0007 --rating false --explanation 'The bunker is in Gaza.' \\
    --language en --source https://example.org/original
sankofa --as awa.diarra verdict add C-2023-0007 --correct V-2023-0004 --rating misleading --reason 'new source'
"""
_SHOW = """
sankofa verdict show V-2023-0004        # the newest revision, and its history
sankofa verdict show V-2023-0004.1      # exactly this revision
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Verdicts: dated, attributed conclusions; corrected by a new revision, never edited.")
    add_command(group, "add", add, examples=_ADD)
    add_command(group, "show", show, examples=_SHOW)
    app.add_typer(group, name="verdict")


def add(
    session: Session,
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="The claim that it is on, C-YEAR-NUMBER.")],
    rating: Annotated[
        str,
        typer.Option(
            help="On our scale: true, mostly_true, mixed, misleading, missing_context, exaggerated, "
            "understated, unproven, mostly_false, false, fabricated, satire, not_a_claim."
        ),
    ],
    textual_rating: Annotated[str, typer.Option(metavar="WORDS", help="In your own words, printed as they are.")] = "",
    explanation: Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few sentences.")] = "",
    language: Annotated[str | None, typer.Option(help="The language of the explanation; yours when left out.")] = None,
    source: Annotated[list[str] | None, typer.Option(metavar="URL", help="What it rests on; may be repeated.")] = None,
    url: Annotated[str, typer.Option(help="Where you published it.")] = "",
    date: Annotated[
        str | None, typer.Option(metavar="DAY", help="The day of the conclusion; today when left out.")
    ] = None,
    correct: Annotated[
        str | None, typer.Option(metavar="V-ID", help="Correct this verdict instead of adding one.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is corrected.")] = "",
) -> None:
    """Publish a verdict on a claim, under a number that can be cited; needs a person (--as)."""
    rated = parse_rating(rating)
    day = parse_day(date, "--date") if date else None
    tag = parse_language(language or session.settings.language)
    from index.model import Wording

    why = (Wording(tag, explanation.strip()),) if explanation.strip() else ()
    evidence = [_build_evidence(address) for address in source or []]
    with session.open_desk() as desk:
        if correct:
            verdict = _correct(desk, claim, correct, rated, textual_rating, reason, day, why, evidence)
        else:
            verdict = _publish(desk, claim, rated, textual_rating, url, day, why, evidence)
        session.output.answer(shape_verdict(verdict), _iter_lines(desk, verdict))


def show(
    session: Session,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID[.REV]", help="V-YEAR-NUMBER, with .2 for its second revision.")
    ],
) -> None:
    """Show verdicts with their evidence and every revision: who changed what, when and why."""
    with session.open_desk() as desk:
        session.answer_each(ids, lambda given: _show(session, desk, given), "input")


def _build_evidence(address: str) -> "Evidence":
    from index.identifiers import name_by_content
    from index.model import Evidence

    return Evidence(id=name_by_content("E", address, address), title=address, url=address)


def _publish(
    desk: "Desk", claim: str, rating: "Rating", textual_rating: str, url: str, day: "date | None",
    why: "tuple[Wording, ...]", evidence: "Sequence[Evidence]",
) -> "Verdict":  # fmt: skip
    from index.model import Verdict
    from sankofa.workflows.judge import add_verdict

    verdict = Verdict(
        id="", claim_id=claim, publisher="", rating=rating, textual_rating=textual_rating or rating.value,
        explanation=why, review_date=day, url=url,
    )  # fmt: skip
    return add_verdict(desk, verdict, evidence)


def _correct(
    desk: "Desk", claim: str, verdict_id: str, rating: "Rating", textual_rating: str, reason: str, day: "date | None",
    why: "tuple[Wording, ...]", evidence: "Sequence[Evidence]",
) -> "Verdict":  # fmt: skip
    from index.model import Verdict
    from sankofa.workflows.judge import correct_verdict

    on = desk.store.get(Verdict, verdict_id).claim_id
    if on != claim:
        raise typer.BadParameter(f"{verdict_id} is on {on}, not on {claim}", param_hint="--correct")
    return correct_verdict(
        desk, verdict_id, rating=rating, textual_rating=textual_rating, reason=reason, review_date=day,
        explanation=why, evidence=evidence,
    )  # fmt: skip


def _show(session: Session, desk: "Desk", given: str) -> None:
    from index.model import Evidence, Verdict

    verdict_id, revision = split_revision(given)
    verdict = desk.store.get(Verdict, verdict_id, revision=revision)
    history = desk.store.get_history(Verdict, verdict_id)
    evidence = desk.store.get_many(Evidence, verdict.evidence_ids)
    shape = {
        "input": given,
        **shape_verdict(verdict),
        "newest_revision": history[-1].revision,
        "sources": [{"title": item.title, "url": item.url} for item in evidence.values()],
        "history": [shape_verdict(earlier) for earlier in history],
        "error": None,
    }
    session.output.answer(shape, [*_iter_lines(desk, verdict), *_iter_history(history)])


def _iter_lines(desk: "Desk", verdict: "Verdict") -> "Iterator[str]":
    from index.model import Claim, Evidence

    yield say_verdict(verdict)
    yield f"  on {verdict.claim_id}: {desk.store.get(Claim, verdict.claim_id).text}"
    for wording in verdict.explanation:
        yield f"  [{wording.language}] {wording.text}"
    for evidence in desk.store.get_many(Evidence, verdict.evidence_ids).values():
        yield f"  source: {evidence.url or evidence.title}"


def _iter_history(history: "Sequence[Verdict]") -> "Iterator[str]":
    for verdict in history if len(history) > 1 else ():
        when = say_date(shape_moment(verdict.revised_at))
        by = f"by {verdict.revised_by}" if verdict.revised_by else ""
        why = f"because: {verdict.reason}" if verdict.reason else ""
        yield "  " + "  ".join(
            part for part in (f"revision {verdict.revision}", when, by, say_verdict(verdict), why) if part
        )
