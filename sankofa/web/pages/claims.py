"""A claim: its wordings, its verdicts side by side, its media compared, where and when it appeared."""

from fastapi import APIRouter
from starlette.responses import Response

from reports.timeline import build_timeline
from sankofa.web.pages.routing import page
from sankofa.web.proofs import show_match_proof
from sankofa.web.repetition import show_claim_match
from sankofa.web.visits import OpenVisit
from sankofa.workflows.browse import read_claim

router = APIRouter()


@page(router, "/claims/{claim_id}")
def show_claim(visit: OpenVisit, claim_id: str) -> Response:
    """Show a claim."""
    view = read_claim(visit.desk, claim_id)
    matched = {media_id for match in view.matches for media_id in (match.match.subject_id, match.match.target_id)}
    return visit.render(
        "claim.html",
        view=view,
        proofs={match.match.id: show_match_proof(visit.translator, match) for match in view.matches},
        alone=[(medium, card) for medium, card in view.media if medium.media_id not in matched],
        timeline=build_timeline(view.appearances),
        posts=[show_claim_match(visit.translator, post) for post in view.posts],
        repeated=sum(post.match.is_repetition for post in view.posts),
    )
