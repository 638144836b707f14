"""A verdict, as readers have it or at one revision that somebody cited, and what may be done with it; and what waits."""

import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.responses import Response

from index.model import Evidence, Verdict
from index.ratings import AuthenticityCategory, Rating
from index.scales.mapping import list_scales
from sankofa.desk import Desk
from sankofa.web.pages.routing import form, page
from sankofa.web.verdict_form import VerdictForm, read_form
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows import verdicts
from sankofa.workflows.browse import list_unpublished, read_verdict
from sankofa.workflows.cases import find_claim_of
from sankofa.workflows.pack import offer_pack
from sankofa.workflows.states import CHECKLIST, list_acts, list_open, state_of

router = APIRouter()
_CHOICES: dict[str, Any] = {
    "ratings": tuple(Rating),
    "categories": tuple(AuthenticityCategory),
    "checklist": CHECKLIST,
}
_CITED = re.compile(r"(?P<id>.+?)(?:\.(?P<revision>[1-9]\d{0,8}))?")


@page(router, "/verdicts")
def show_unpublished(visit: OpenVisit) -> Response:
    """Show what waits for a second person, and the drafts."""
    return visit.render("verdicts.html", way=list_unpublished(visit.desk))


@page(router, "/verdicts/{cited}")
def show_verdict(visit: OpenVisit, cited: str) -> Response:
    """Show ``V-2023-0007`` (what stands now) or ``V-2023-0007.2`` (for ever the same)."""
    verdict_id, revision = split_citation(cited)
    view = read_verdict(visit.desk, verdict_id, revision)
    head = view.history[-1]
    return visit.render(
        "verdict.html",
        view=view,
        head=head,
        state=state_of(head),
        acts={rule.act: rule for rule in list_acts(visit.person, head)},
        open_points=list_open(head),
        pack=offer_pack(visit.desk, verdict_id, view.verdict.revision) if view.is_ours_and_public else None,
        rests_on=visit.desk.store.get_many(Evidence, head.evidence_ids).values(),
        shown_media=[medium.media_id for medium in view.claim.media] if view.claim else [],
        scales=list_scales(),
        **_CHOICES,
    )


@page(router, "/v/{cited}")
def follow_short_link(cited: str) -> Response:
    """Lead from the short link that reports print to the verdict."""
    return redirect(f"/verdicts/{quote(cited, safe='')}")


@form(router, "/verdicts/{verdict_id}/act")
def act(visit: OpenVisit, verdict_id: str, filled: Annotated[VerdictForm, Form()]) -> Response:
    """Do what the button says with a verdict that is still as the person saw it; without a person, ask who acts first."""
    back = f"/verdicts/{verdict_id}"
    if visit.person is None:
        return visit.ask_who(back)
    done = _act(visit.desk, verdict_id, filled)
    return redirect(back if done.proposed or done.status != "draft" else f"{back}#draft-title")


@page(router, "/claims/{claim_id}/draft")
def show_new(visit: OpenVisit, claim_id: str) -> Response:
    """Show the form for a new verdict on a claim, or on the claim that a match leads to."""
    claim = find_claim_of(visit.desk, claim_id)
    shown_media = [medium.media_id for medium in claim.media]
    return visit.render(
        "verdict_new.html", claim=claim, rests_on=(), shown_media=shown_media, scales=list_scales(), **_CHOICES
    )


@form(router, "/claims/{claim_id}/draft")
def draft(visit: OpenVisit, claim_id: str, filled: Annotated[VerdictForm, Form()]) -> Response:
    """Begin a draft; without a person, ask who acts first."""
    if visit.person is None:
        return visit.ask_who(f"/claims/{claim_id}/draft")
    drafted = verdicts.draft_verdict(visit.desk, claim_id, read_form(visit.desk, filled))
    return redirect(f"/verdicts/{drafted.id}")


def split_citation(cited: str) -> tuple[str, int | None]:
    """Split ``V-2023-0007.2`` into identifier and revision; without a revision, ``None``."""
    match = _CITED.fullmatch(cited)
    if match is None:
        return cited, None
    revision = match["revision"]
    return match["id"], int(revision) if revision else None


def _act(desk: Desk, verdict_id: str, filled: VerdictForm) -> Verdict:
    seen, reason = filled.seen, filled.reason
    match filled.act:
        case "draft":
            return verdicts.redraft(desk, verdict_id, read_form(desk, filled), seen=seen)
        case "submit":
            return verdicts.submit(desk, verdict_id, seen=seen)
        case "approve":
            return verdicts.approve(desk, verdict_id, seen=seen)
        case "return":
            return verdicts.send_back(desk, verdict_id, reason=reason, seen=seen)
        case "correct":
            return verdicts.correct(desk, verdict_id, read_form(desk, filled), reason=reason, seen=seen)
        case "withdraw":
            return verdicts.withdraw(desk, verdict_id, reason=reason, seen=seen)
    return verdicts.suppress(desk, verdict_id, reason=reason, seen=seen)
