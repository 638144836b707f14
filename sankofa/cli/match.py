"""``sankofa match``: a suggested match, of two media or of a post and a claim, becomes a fact only when a person says so."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.proof import ProofFolder, shape_proof, write
from sankofa.cli.repetition import (
    iter_claim_match_lines,
    say_claim_match,
    say_judged,
    say_reasons,
    shape_claim_match,
    shape_post,
)
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_claim_found, shape_evidence, shape_match, shape_negative_change
from sankofa.cli.values import parse_choice
from sankofa.cli.words import (
    count,
    iter_evidence_lines,
    iter_negative_lines,
    say_evidence,
    say_judgement,
    say_match,
    say_proof,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.model import ClaimMatch, Match, MatchStatus, Stance
    from sankofa.desk import Desk

_STATUSES = ("suggested", "confirmed", "rejected", "all")
_KINDS = ("media", "claims", "all")
_STANCES = ("repeats", "denies", "unclear")
_CLAIM_MATCH = "XC-"
_LIST = """
sankofa match list
sankofa match list --kind claims --status confirmed --json
"""
_SHOW = """
sankofa match show X-1B7K-2P0M-9ZRE-44TQ XC-2M4T-77QK-0DXA-9V1C
sankofa match show X-1B7K-2P0M-9ZRE-44TQ --proof proof/ --json
"""
_CONFIRM = """
sankofa --as awa.diarra match confirm X-1B7K-2P0M-9ZRE-44TQ
sankofa match confirm X-1B7K-2P0M-9ZRE-44TQ X-8S2D-AAE3-7Y1N-0C5V --as awa.diarra --reason 'compared at full size'
sankofa --as awa.diarra match confirm XC-2M4T-77QK-0DXA-9V1C --stance denies
"""
_UNDO = """
sankofa --as awa.diarra match undo XC-2M4T-77QK-0DXA-9V1C
"""
_SUGGEST = """
sankofa match suggest
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
    add_command(group, "undo", undo, examples=_UNDO)
    add_command(group, "suggest", suggest, examples=_SUGGEST)
    app.add_typer(group, name="match")


def list_matches(
    session: Session,
    status: Annotated[str, typer.Option(help="suggested, confirmed, rejected or all.")] = "suggested",
    kind: Annotated[str, typer.Option(help="media: two media; claims: a post and a claim; or all.")] = "all",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List matches: which collected medium may show which known one, which post may repeat which claim, and why."""
    asked = parse_choice(status, _STATUSES, "--status")
    kinds = parse_choice(kind, _KINDS, "--kind")
    with session.open_desk() as desk:
        found = list(islice(_iter_matches(desk, asked, kinds, limit), limit))
        rows = {shape["match_id"]: row for shape, row in found}
        session.output.table(
            (shape for shape, _ in found),
            ("Match", "Status", "Seen", "Known", "Why"),
            lambda shape: rows[shape["match_id"]],
            empty="No match waits here. Collect (sankofa collect SOURCE) or add known media (sankofa media add FILE)."
            if asked == "suggested"
            else f"No match is {asked}."
            if asked != "all"
            else "No match here yet.",
        )


def show(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-… or XC-…, from match list.")],
    proof: ProofFolder = None,
) -> None:
    """Show matches: why, how surely, what was done, who judged; with --proof the pictures to see it by."""
    with session.open_desk() as desk:

        def answer(match_id: str) -> None:
            if match_id.startswith(_CLAIM_MATCH):
                _show_claim_match(session, desk, match_id)
            else:
                _show(session, desk, match_id, proof)

        session.answer_each(ids, answer, "input")


def confirm(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-… or XC-…, from match list.")],
    stance: Annotated[
        str | None, typer.Option(help="Of a post and a claim: it repeats or denies it, or that stays unclear.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the judgement.")] = "",
) -> None:
    """Confirm suggested matches: both media show the same, or the post speaks of the claim. Needs a person (--as)."""
    said = cast("Stance", parse_choice(stance, _STANCES, "--stance")) if stance else None
    if said and any(not match_id.startswith(_CLAIM_MATCH) for match_id in ids):
        raise typer.BadParameter("two media have no stance: only XC-… has one", param_hint="--stance")
    _judge(session, ids, "confirmed", reason, said)


def undo(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-… or XC-…, from match list.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the judgement.")] = "",
) -> None:
    """Take judgements back: the matches wait again. Needs a person (--as)."""
    _judge(session, ids, "suggested", reason)


def suggest(session: Session) -> None:
    """Go through all posts again and suggest the claims that they repeat: after an upgrade, or a run that was cut."""
    from index.model import Post
    from sankofa.workflows.suggest import suggest_to_all

    with session.open_desk() as desk:
        posts = desk.store.count(Post)
        with session.output.progress("Posts", lambda: posts) as update:
            new = suggest_to_all(desk, update)
    line = f"{count(posts, 'post')}, {count(new, 'new suggestion')}"
    session.output.answer({"posts": posts, "claim_matches": new}, [line])


def reject(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="X-… or XC-…, from match list.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the judgement.")] = "",
    negative: Annotated[
        str,
        typer.Option(
            metavar="LABEL", help="The known medium shows nothing by itself; say what it is: flag, map, logo."
        ),
    ] = "",
) -> None:
    """Reject suggested matches: they do not show the same, or the post does not speak of it. Needs a person (--as)."""
    if negative and any(match_id.startswith(_CLAIM_MATCH) for match_id in ids):
        raise typer.BadParameter("a claim is no medium: only X-… has one", param_hint="--negative")
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

    match, known_media = desk.get(Match, match_id), count_known(desk)
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


def _show_claim_match(session: Session, desk: "Desk", match_id: str) -> None:
    from index.model import Claim, ClaimMatch, Post
    from sankofa.workflows.claims import read_claims

    match = desk.get(ClaimMatch, match_id)
    history = desk.store.get_history(ClaimMatch, match_id)
    post = desk.store.get_many(Post, [match.post_id]).get(match.post_id)
    found = read_claims(desk, [desk.get(Claim, match.claim_id)])[0]
    shape = {
        "input": match_id,
        **shape_claim_match(match),
        "post": shape_post(post) if post else None,
        "claim": shape_claim_found(found),
        "history": [shape_claim_match(revision) for revision in history],
        "error": None,
    }
    lines = [*iter_claim_match_lines(match, post, found)]
    lines += [f"  {say_judgement(revision)}" for revision in history if revision.revised_by]
    session.output.answer(shape, lines)


def _judge(
    session: Session, ids: list[str], status: "MatchStatus", reason: str, stance: "Stance | None" = None
) -> None:
    from sankofa.workflows.judge import judge_claim_match, judge_match

    with session.open_desk() as desk:
        desk.require_person("to judge a match")

        def judge(match_id: str) -> None:
            if match_id.startswith(_CLAIM_MATCH):
                said = judge_claim_match(desk, match_id, status, stance=stance, reason=reason)
                shape, line = shape_claim_match(said), say_claim_match(said)
            else:
                match = judge_match(desk, match_id, status, reason=reason)
                shape, line = shape_match(match), say_match(match)
            session.output.answer({"input": match_id, **shape, "error": None}, [f"{match_id}  {line}"])

        session.answer_each(ids, judge, "input")


Row = tuple[str, str, str, str, str]


def _iter_matches(desk: "Desk", status: str, kinds: str, limit: int) -> "Iterator[tuple[dict[str, Any], Row]]":
    """Yield each match as JSON and as a row: media first, then claims."""
    from index.model import ClaimMatch, Match

    wanted = _STATUSES[:-1] if status == "all" else (status,)
    if kinds != "claims":
        yield from map(_row_of_media, desk.store.find_linked(Match, "status", wanted, limit=limit))
    if kinds != "media":
        yield from map(_row_of_claim, desk.store.find_linked(ClaimMatch, "status", wanted, limit=limit))


def _row_of_media(match: "Match") -> "tuple[dict[str, Any], Row]":
    why = say_evidence(match.evidence)
    return shape_match(match), (match.id, match.status, match.subject_id, match.target_id, why)


def _row_of_claim(match: "ClaimMatch") -> "tuple[dict[str, Any], Row]":
    why = f"{say_judged(match.stance, match.probability)}. {say_reasons(match.reasons)}"
    return shape_claim_match(match), (match.id, match.status, match.post_id, match.claim_id, why)
