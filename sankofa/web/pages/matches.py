"""Suggested matches: the inbox, one match, and what only a person may do with it."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.responses import Response

from index.model import Match
from sankofa.web.pages.routing import form, page
from sankofa.web.pictures import lay_over
from sankofa.web.visits import OpenVisit, keep_local, redirect
from sankofa.workflows.browse import read_inbox, read_match
from sankofa.workflows.judge import judge_match

router = APIRouter()


@page(router, "/inbox")
def show_inbox(visit: OpenVisit, after: str = "", judged: str = "") -> Response:
    """Show what waits for a person; *judged* names the match that was judged a moment ago, so that it can be undone."""
    inbox = read_inbox(visit.desk, after=after)
    overlays = {view.match.id: lay_over(view) for view in inbox.matches}
    done = visit.desk.store.get_many(Match, [judged]).get(judged)
    return visit.render("inbox.html", inbox=inbox, overlays=overlays, done=done, after=after)


@page(router, "/matches/{match_id}")
def show_match(visit: OpenVisit, match_id: str) -> Response:
    """Show one match with its evidence and history."""
    view, claims, history = read_match(visit.desk, match_id)
    return visit.render("match.html", view=view, claims=claims, history=history, overlay=lay_over(view))


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
