"""Suggested matches: the inbox, one match, and what only a person may do with it."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.model import ClaimMatch, Match, Wording
from sankofa.desk import Desk
from sankofa.web.pages.routing import form, page
from sankofa.web.proofs import ProofCache, name_proof, show_match_proof
from sankofa.web.repetition import show_claim_match
from sankofa.web.visits import OpenVisit, keep_local, redirect
from sankofa.workflows.browse import count_in_review, read_inbox, read_match
from sankofa.workflows.cases import state_claim_of
from sankofa.workflows.judge import judge_match
from sankofa.workflows.negative import find_marks, reject_as_negative
from sankofa.workflows.proof import list_names, prove_match

router = APIRouter()


@page(router, "/inbox")
def show_inbox(visit: OpenVisit, after: str = "", claims_after: str = "", judged: str = "") -> Response:
    """Show what waits for a person; *judged* names the match that was judged a moment ago, so that it can be undone."""
    inbox = read_inbox(visit.desk, after=after, claims_after=claims_after)
    store = visit.desk.store
    return visit.render(
        "inbox.html",
        inbox=inbox,
        in_review=count_in_review(visit.desk),
        proofs={view.match.id: show_match_proof(visit.translator, view) for view in inbox.matches},
        claims=[show_claim_match(visit.translator, view) for view in inbox.claims],
        done=store.get_many(Match, [judged]).get(judged) or store.get_many(ClaimMatch, [judged]).get(judged),
        after=after,
        claims_after=claims_after,
    )


@page(router, "/matches/{match_id}")
def show_match(visit: OpenVisit, match_id: str, view: str = "") -> Response:
    """Show one match with its evidence and history; *view* names how the two are looked at first.

    Where they are hard to look at, the proof stands open only if a view was asked for.
    """
    found, claims, history = read_match(visit.desk, match_id)
    proof = show_match_proof(visit.translator, found, view)
    mark = find_marks(visit.desk, [found.match.target_id]).get(found.match.target_id)
    opened = bool(view) or not (found.subject.sensitive or found.target.sensitive)
    return visit.render("match.html", view=found, claims=claims, history=history, proof=proof, mark=mark, opened=opened)


@page(router, "/matches/{match_id}/proof/{picture}")
def send_proof(request: Request, match_id: str, picture: str) -> Response:
    """Send one picture of the proof, as ``overlay.jpg``; the whole proof is drawn when the first is asked for."""
    desk: Desk = request.app.state.desk
    proofs: ProofCache = request.app.state.proofs
    match = desk.get(Match, match_id)
    name = picture.removesuffix(".jpg")
    if name == picture or name not in list_names(match.evidence):
        raise HTTPException(404)
    drawn = proofs.get(name_proof(match), lambda: prove_match(desk, match))
    return Response(drawn[name], media_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


@form(router, "/matches/{match_id}/judgement")
def judge(
    visit: OpenVisit,
    match_id: str,
    status: Annotated[Literal["confirmed", "rejected", "suggested"], Form()],
    back: Annotated[str, Form()] = "/inbox",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Confirm, reject, or take back; without a person, ask who acts first."""
    back = keep_local(back)
    if visit.person is None:
        return visit.ask_who(f"{back}#{match_id}")
    match = judge_match(visit.desk, match_id, status, reason=reason.strip())
    if not back.startswith("/inbox"):
        return redirect(back)
    return redirect(f"/inbox?{urlencode({'judged': match.id})}")


@form(router, "/matches/{match_id}/claim")
def state_claim(
    visit: OpenVisit,
    match_id: str,
    text: Annotated[str, Form(max_length=2000)] = "",
    language: Annotated[Literal["fr", "en", "ar"], Form()] = "fr",
) -> Response:
    """State the claim that is made with the two media, and go on to the draft of a verdict on it."""
    if visit.person is None:
        return visit.ask_who(f"/matches/{match_id}")
    claim = state_claim_of(visit.desk, match_id, Wording(language, text.strip()))
    return redirect(f"/claims/{claim.id}/draft")


@form(router, "/matches/{match_id}/negative")
def reject_for_showing_nothing(
    visit: OpenVisit, match_id: str, label: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Reject it because the known medium shows nothing by itself, and put that into the negative bank."""
    back = f"/matches/{match_id}"
    if visit.person is None:
        return visit.ask_who(back)
    reject_as_negative(visit.desk, match_id, label=label.strip())
    return redirect(back)
