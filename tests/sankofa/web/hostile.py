"""A desk whose every text field holds something that would run if a page forgot to escape it."""

from dataclasses import replace
from pathlib import Path

from index.model import (
    Appearance,
    Checked,
    Claim,
    ClaimMatch,
    ClaimReview,
    Correction,
    Event,
    Evidence,
    Match,
    MatchReasons,
    MediaReview,
    Narrative,
    Person,
    Post,
    Verdict,
    Wording,
)
from index.ratings import AuthenticityCategory, Rating
from tests.sankofa.web.case import Case, build_case

PAYLOADS = (
    "<script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=1>",
    "\"'><svg/onload=window.__xss=1>",
    "</title></textarea></style><script>window.__xss=1</script>",
    "{{7*7}}<b onmouseover=window.__xss=1>",
)
LINKS = (
    "javascript:window.__xss=1",
    "data:text/html,<script>window.__xss=1</script>",
    'https://e.example/"><script>1</script>',
)
ALL = " ".join(PAYLOADS)


def build_hostile_case(folder: Path) -> tuple[Case, list[str]]:
    """Build the desk; gives also further addresses to look at."""
    case = build_case(folder)
    store = case.desk.store
    store.add([Evidence(id="E-X", title=ALL, url=LINKS[0], publisher=ALL, archived_url=LINKS[1], note=ALL)])
    review = ClaimReview(
        id="CR-X", publisher=ALL, publisher_site=ALL, url=LINKS[1], claim_reviewed=ALL, textual_rating=ALL, title=ALL
    )
    narrative = store.revise(Narrative(id="N-X", names=(Wording("fr", ALL),)), expected_revision=0)
    event = store.revise(Event(id="x<script>", names=(Wording("en", ALL),)), expected_revision=0)
    store.revise(Person(id="x.y", name=ALL, organisation=ALL), expected_revision=0)
    places = [
        Appearance(id=f"A-X{number}", subject_id=subject, role="seen", url=url, account=ALL, platform=ALL, caption=ALL)
        for number, (subject, url) in enumerate(
            [(case.used, LINKS[0]), (case.known, LINKS[1]), (case.refused_medium, LINKS[2])]
        )
    ]
    store.add([review, *places])
    claim = store.get(Claim, case.claim)
    store.revise(
        replace(
            claim,
            wordings=tuple(
                Wording(language, f"Kidal tunnels أنفاق كيدال {ALL}") for language in ("fr", "en", "ar", ALL)
            ),
            title=ALL,
            claimant=ALL,
            narrative_ids=(narrative.id,),
            event_ids=(event.id,),
            external_ids=LINKS,
            evidence_ids=("E-X",),
            reason=ALL,
            revised_by=ALL,
        ),
        expected_revision=claim.revision,
    )
    for verdict_id in (case.verdict, case.external_verdict):
        verdict = store.get(Verdict, verdict_id)
        changed = replace(
            verdict,
            publisher=ALL,
            textual_rating=ALL,
            rating=Rating.FALSE,
            explanation=(Wording("fr", ALL), Wording(ALL, ALL)),
            url=LINKS[0],
            claim_review_id="CR-X",
            media_reviews=(
                MediaReview(
                    categories=(AuthenticityCategory.STAGED,),
                    media_id=case.used,
                    original_url=LINKS[1],
                    original_context=ALL,
                ),
            ),
            evidence_ids=("E-X",),
            checklist=(Checked("who", ALL),),
            drafted_by=(ALL,),
            approved_by=ALL,
            release=0,
            reason=ALL,
            revised_by=ALL,
        )
        public = store.revise(changed, expected_revision=verdict.revision)
        proposed = Correction(
            by=ALL, reason=ALL, rating=Rating.FALSE, textual_rating=ALL, explanation=(Wording(ALL, ALL),)
        )
        store.revise(replace(public, proposed=proposed, release=public.revision), expected_revision=public.revision)
    post = store.get(Post, case.post)
    language = "fr<script>"
    store.add(
        [replace(post, id="P-X", url=LINKS[0], author=ALL, author_name=ALL, title=ALL, text=ALL, language=language)]
    )
    claim_match = store.get(ClaimMatch, case.claim_match)
    reasons = MatchReasons(words=(ALL, "kidal"), names=(ALL,), numbers=(ALL,), days_apart=3)
    spoken = replace(claim_match, id="XC-X", post_id="P-X", reasons=reasons, revision=0, engine=ALL, revised_by=ALL)
    store.revise(replace(spoken, reason=ALL, judged_by=ALL), expected_revision=0)
    match = store.get(Match, case.judged)
    store.revise(
        replace(match, reason=ALL, judged_by=ALL, revised_by=ALL, engine=ALL), expected_revision=match.revision
    )
    query = ALL.replace("#", "")
    return case, [
        "/posts/P-X",
        "/claim-matches/XC-X",
        f"/search?q={query}",
        f"/search?q=Kidal&language={query}",
        f"/search?q=Kidal&publisher={query}",
        "/search?q=Kidal&rating=false",
        f"/check?url={query}",
        f"/person?back={query}",
    ]
