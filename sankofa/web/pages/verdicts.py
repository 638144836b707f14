"""A verdict, at its newest revision or at one that somebody cited; later corrections stand beside it."""

import re

from fastapi import APIRouter
from starlette.responses import Response

from sankofa.web.pages.routing import page
from sankofa.web.visits import OpenVisit
from sankofa.workflows.browse import read_verdict

router = APIRouter()
_CITED = re.compile(r"(?P<id>.+?)(?:\.(?P<revision>[1-9]\d{0,8}))?")


@page(router, "/verdicts/{cited}")
def show_verdict(visit: OpenVisit, cited: str) -> Response:
    """Show ``V-2023-0007`` (what stands now) or ``V-2023-0007.2`` (for ever the same)."""
    verdict_id, revision = split_citation(cited)
    return visit.render("verdict.html", view=read_verdict(visit.desk, verdict_id, revision), cited=revision is not None)


def split_citation(cited: str) -> tuple[str, int | None]:
    """Split ``V-2023-0007.2`` into identifier and revision; without a revision, ``None``."""
    match = _CITED.fullmatch(cited)
    if match is None:
        return cited, None
    revision = match["revision"]
    return match["id"], int(revision) if revision else None
