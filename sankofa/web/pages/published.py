"""What programs read of this desk's verdicts: a published revision as ClaimReview, and every correction as a feed."""

import json
from dataclasses import replace

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index.exchange.atom import Entry, render_feed
from index.exchange.claimreview import CONTEXT, build_claim_review
from reports.i18n import Translator
from sankofa.web.pages.routing import page
from sankofa.web.pages.verdicts import split_citation
from sankofa.web.templating import pick_wording
from sankofa.web.visits import OpenVisit
from sankofa.workflows.browse import read_verdict
from sankofa.workflows.corrections import Change, list_corrections
from sankofa.workflows.export_checks import build_check

router = APIRouter()
_ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}  # so that it can stand in a page


@page(router, "/verdicts/{cited}/claimreview")
def send_claim_review(visit: OpenVisit, cited: str) -> Response:
    """Send a revision that readers were given as ClaimReview, with its MediaReviews; one that was taken back is none."""
    view = read_verdict(visit.desk, *split_citation(cited))
    verdict = view.verdict
    if view.claim is None or not verdict.stands or not view.newest.stands or verdict not in view.releases:
        raise HTTPException(404)
    check = build_check(visit.desk, view.claim, verdict, "")
    site = str(visit.request.base_url).rstrip("/")
    review = check.review if check.review.url else replace(check.review, url=f"{site}/verdicts/{verdict.cited_as}")
    node = {"@context": CONTEXT, **build_claim_review(review, check.body)}
    if verdict.status == "corrected" and verdict.revised_at:
        node["dateModified"] = verdict.revised_at.date().isoformat()
    text = json.dumps(node, ensure_ascii=False, indent=1).translate(_ESCAPED)
    return Response(text, media_type="application/ld+json")


@page(router, "/corrections")
def send_corrections(visit: OpenVisit) -> Response:
    """Send the newest changes of what this desk published, as an Atom feed in the reader's language."""
    site = str(visit.request.base_url).rstrip("/")
    entries = (_build_entry(visit.translator, change, site) for change in list_corrections(visit.desk))
    title = visit.translator.gettext("Corrections")
    feed = render_feed(entries, url=f"{site}/corrections", title=title, language=visit.language, now=visit.desk.clock())
    return Response("".join(feed), media_type="application/atom+xml")


def _build_entry(words: Translator, change: Change, site: str) -> Entry:
    verdict = change.verdict
    said = [words.rating(one.rating) for one in (change.before, verdict)] if verdict.stands else []
    facts = [words.status(verdict.status), " → ".join(dict.fromkeys(said))]
    if change.claim and verdict.status != "suppressed":
        facts.append(pick_wording(words.language, change.claim.wordings).text)
    title = f"{verdict.cited_as}: {' · '.join(filter(None, facts))}"
    return Entry(
        url=f"{site}/verdicts/{verdict.cited_as}",
        title=title,
        at=change.at,
        author=verdict.publisher,
        summary=verdict.reason,
    )
