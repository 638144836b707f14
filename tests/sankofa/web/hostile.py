"""A desk whose every text field holds something that would run if a page forgot to escape it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

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

LINKS = (
    "javascript:window.__ran=1",
    "data:text/html,<script>window.__ran=1</script>",
    'https://e.example/"><script>1</script>',
)


def build_hostile_case(folder: Path, texts: Sequence[str]) -> tuple[Case, list[str]]:
    """Build the desk with these texts in each field; gives also further addresses to look at."""
    together = " ".join(texts)
    case = build_case(folder)
    store = case.desk.store
    store.add(
        [Evidence(id="E-X", title=together, url=LINKS[0], publisher=together, archived_url=LINKS[1], note=together)]
    )
    review = ClaimReview(
        id="CR-X",
        publisher=together,
        publisher_site=together,
        url=LINKS[1],
        claim_reviewed=together,
        textual_rating=together,
        title=together,
    )
    narrative = store.revise(Narrative(id="N-X", names=(Wording("fr", together),)), expected_revision=0)
    event = store.revise(Event(id="x<script>", names=(Wording("en", together),)), expected_revision=0)
    store.revise(Person(id="x.y", name=together, organisation=together), expected_revision=0)
    places = [
        Appearance(
            id=f"A-X{number}",
            subject_id=subject,
            role="seen",
            url=url,
            account=together,
            platform=together,
            caption=together,
        )
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
                Wording(language, f"Kidal tunnels أنفاق كيدال {together}") for language in ("fr", "en", "ar", together)
            ),
            title=together,
            claimant=together,
            narrative_ids=(narrative.id,),
            event_ids=(event.id,),
            external_ids=LINKS,
            evidence_ids=("E-X",),
            reason=together,
            revised_by=together,
        ),
        expected_revision=claim.revision,
    )
    for verdict_id in (case.verdict, case.external_verdict):
        verdict = store.get(Verdict, verdict_id)
        changed = replace(
            verdict,
            publisher=together,
            textual_rating=together,
            rating=Rating.FALSE,
            explanation=(Wording("fr", together), Wording(together, together)),
            url=LINKS[0],
            claim_review_id="CR-X",
            media_reviews=(
                MediaReview(
                    categories=(AuthenticityCategory.STAGED,),
                    media_id=case.used,
                    original_url=LINKS[1],
                    original_context=together,
                ),
            ),
            evidence_ids=("E-X",),
            checklist=(Checked("who", together),),
            drafted_by=(together,),
            approved_by=together,
            release=0,
            reason=together,
            revised_by=together,
        )
        public = store.revise(changed, expected_revision=verdict.revision)
        proposed = Correction(
            by=together,
            reason=together,
            rating=Rating.FALSE,
            textual_rating=together,
            explanation=(Wording(together, together),),
        )
        store.revise(replace(public, proposed=proposed, release=public.revision), expected_revision=public.revision)
    post = store.get(Post, case.post)
    language = "fr<script>"
    store.add(
        [
            replace(
                post,
                id="P-X",
                url=LINKS[0],
                author=together,
                author_name=together,
                title=together,
                text=together,
                language=language,
            )
        ]
    )
    claim_match = store.get(ClaimMatch, case.claim_match)
    reasons = MatchReasons(words=(together, "kidal"), names=(together,), numbers=(together,), days_apart=3)
    spoken = replace(
        claim_match, id="XC-X", post_id="P-X", reasons=reasons, revision=0, engine=together, revised_by=together
    )
    store.revise(replace(spoken, reason=together, judged_by=together), expected_revision=0)
    match = store.get(Match, case.judged)
    store.revise(
        replace(match, reason=together, judged_by=together, revised_by=together, engine=together),
        expected_revision=match.revision,
    )
    query = quote_plus(" ".join(texts[::40]))
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
