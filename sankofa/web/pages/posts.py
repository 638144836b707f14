"""A post with the claims that it speaks of, and one match between the two with what only a person may do with it."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.responses import Response

from sankofa.web.pages.routing import form, page
from sankofa.web.repetition import show_claim_match
from sankofa.web.visits import OpenVisit, keep_local, redirect
from sankofa.workflows.judge import judge_claim_match
from sankofa.workflows.posts import read_claim_match, read_post

router = APIRouter()


@page(router, "/posts/{post_id}")
def show_post(visit: OpenVisit, post_id: str) -> Response:
    """Show a post."""
    view = read_post(visit.desk, post_id)
    return visit.render("post.html", view=view, claims=[show_claim_match(visit.translator, one) for one in view.claims])


@page(router, "/claim-matches/{match_id}")
def show_match(visit: OpenVisit, match_id: str) -> Response:
    """Show one match between a post and a claim, with its history."""
    view, history = read_claim_match(visit.desk, match_id)
    return visit.render("claim_match.html", shown=show_claim_match(visit.translator, view), history=history)


@form(router, "/claim-matches/{match_id}/judgement")
def judge(
    visit: OpenVisit,
    match_id: str,
    status: Annotated[Literal["confirmed", "rejected", "suggested"], Form()],
    stance: Annotated[Literal["repeats", "denies", "unclear"] | None, Form()] = None,
    back: Annotated[str, Form()] = "/inbox",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Confirm, reject, or take back; without a person, ask who acts first."""
    back = keep_local(back)
    if visit.person is None:
        return visit.ask_who(f"{back}#{match_id}")
    match = judge_claim_match(visit.desk, match_id, status, stance=stance, reason=reason.strip())
    if not back.startswith("/inbox"):
        return redirect(back)
    return redirect(f"/inbox?{urlencode({'judged': match.id})}")
