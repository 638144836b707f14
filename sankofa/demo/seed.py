"""Put the case's own part into the store: people, narratives, claims, and the desk's verdicts. Doing it twice adds nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from index.errors import RevisionConflictError
from index.identifiers import name_by_content
from index.model import Claim, ClaimMedia, Evidence, Match, MediaReview, Narrative, Person, Revised, Verdict
from index.numbering import create_numbered
from index.store import Store
from sankofa.demo.record import Case, ClaimCase, DraftCorrection, DraftVerdict, MediaFinding, Support
from sankofa.desk import Desk
from sankofa.workflows.judge import judge_match
from sankofa.workflows.reviews import revise_until_done
from sankofa.workflows.verdicts import Written, approve, correct, draft_verdict, submit


def seed_people_and_stories(store: Store, case: Case) -> None:
    """Keep who works at the desk, and the stories that are told."""
    people = (
        Person(id=person.id, name=person.name, organisation=person.organisation, roles=person.roles)
        for person in case.people
    )
    narratives = (Narrative(id=told.id, names=told.names.wordings, demo=True) for told in case.narratives)
    _create_missing(store, [*people, *narratives])


def seed_claims(store: Store, case: Case) -> dict[str, Claim]:
    """Keep the claims of the record under their numbers; return them by the record's own names (``A1``)."""
    return {claim.id: _find_claim(store, claim) or _create_claim(store, claim) for claim in case.claims}


def link_media(store: Store, case: Case, claims: Mapping[str, Claim], media_ids: Mapping[str, str]) -> None:
    """Tie each claim to its media and to what it is about; *media_ids* names the stand-ins that the desk holds."""
    for told in case.claims:
        about = [media_ids.get(key) or (claims[key].id if key in claims else None) for key in told.about]
        media = tuple(_iter_media(told.findings, media_ids))
        known = tuple(value for value in about if value)

        def join(claim: Claim, media: tuple[ClaimMedia, ...] = media, about: tuple[str, ...] = known) -> Claim:
            joined = tuple(dict.fromkeys((*claim.media, *media)))
            return replace(claim, media=joined, about_ids=tuple(dict.fromkeys((*claim.about_ids, *about))))

        revise_until_done(store, store.get(Claim, claims[told.id].id), join)


def confirm_matches(desk: Desk, media_ids: Iterable[str]) -> int:
    """Confirm the suggested matches of these later uses; return how many stand confirmed."""
    matches = desk.store.find_linked(Match, "subject", list(media_ids))
    for match in matches:
        if match.status == "suggested":
            judge_match(desk, match.id, "confirmed", reason="compared side by side (demonstration)")
    return len(matches)


def map_labels(desk: Desk, case: Case) -> None:
    """Map the publishers' labels that the desk does not know by itself; a person reads the check for that."""
    ratings = {check.url: check.rating for told in case.claims for check in told.checks}
    for verdict in list(desk.store.iter_records(Verdict)):
        if verdict.external and verdict.rating is None and verdict.url in ratings:
            mapped = replace(
                verdict,
                rating=ratings[verdict.url],
                reason="label mapped after reading the check",
                revised_by=desk.person_id,
                revised_at=desk.clock(),
            )
            desk.store.revise(mapped, expected_revision=verdict.revision)


def publish_verdicts(desk: Desk, case: Case, claims: Mapping[str, Claim], media_ids: Mapping[str, str]) -> None:
    """Publish the desk's own verdicts: one of the two persons whom the case names drafts each, the other approves it."""
    for told in case.claims:
        claim_id = claims[told.id].id
        ours = [found for found in desk.store.find_linked(Verdict, "claim", [claim_id]) if not found.external]
        if told.verdict is None or ours:
            continue
        written = _write(told.verdict, media_ids, tuple(_iter_evidence(told, told.verdict.evidence)))
        author = replace(desk, person_id=told.verdict.drafted_by)
        draft = submit(author, draft_verdict(author, claim_id, written).id)
        approve(replace(desk, person_id=told.verdict.published_by), draft.id, seen=draft.revision)


def correct_verdicts(desk: Desk, case: Case, claims: Mapping[str, Claim]) -> list[Verdict]:
    """Correct the verdicts for which the case says so: their author proposes it, the other person approves; once only."""
    return [
        _correct(desk, verdict, told.verdict, told.verdict.correction)
        for told in case.claims
        if told.verdict and told.verdict.correction
        for verdict in desk.store.find_linked(Verdict, "claim", [claims[told.id].id])
        if not verdict.external
    ]


def _correct(desk: Desk, verdict: Verdict, told: DraftVerdict, correction: DraftCorrection) -> Verdict:
    if verdict.status == "corrected":
        return verdict
    written = Written(explanation=correction.explanation.wordings)
    proposed = correct(replace(desk, person_id=told.drafted_by), verdict.id, written, reason=correction.reason)
    return approve(replace(desk, person_id=told.published_by), verdict.id, seen=proposed.revision)


def _create_missing(store: Store, records: Iterable[Revised]) -> None:
    for record in records:
        try:
            store.revise(record, expected_revision=0)
        except RevisionConflictError:
            pass  # there already, perhaps changed since: it stays


def _find_claim(store: Store, told: ClaimCase) -> Claim | None:
    found = store.find_linked(Claim, "external_id", [_own_id(told)])
    return found[0] if found else None


def _create_claim(store: Store, told: ClaimCase) -> Claim:
    evidence = tuple(_build_evidence(support) for support in told.evidence)
    store.add(evidence)
    year = int((told.first_appeared_on or "2023")[:4])
    return create_numbered(
        store,
        "C",
        year,
        lambda claim_id: Claim(
            id=claim_id,
            wordings=told.wordings.wordings,
            title=told.title,
            claimant=told.claimant,
            first_appeared_on=told.first_appeared_on,
            countries=told.countries,
            event_ids=told.events,
            narrative_ids=told.narratives,
            external_ids=(_own_id(told), *told.external_ids),
            evidence_ids=tuple(item.id for item in evidence),
            demo=True,
        ),
    )


def _own_id(told: ClaimCase) -> str:
    return f"demo:{told.id}"


def _iter_media(findings: Iterable[MediaFinding], media_ids: Mapping[str, str]) -> Iterable[ClaimMedia]:
    for finding in findings:
        if finding.shown in media_ids:
            yield ClaimMedia(media_ids[finding.shown], "shown")
        if finding.original and finding.original in media_ids:
            yield ClaimMedia(media_ids[finding.original], "original")


def _write(draft: DraftVerdict, media_ids: Mapping[str, str], evidence: tuple[Evidence, ...]) -> Written:
    return Written(
        rating=draft.rating,
        textual_rating=draft.textual_rating,
        explanation=draft.explanation.wordings,
        review_date=draft.replayed_on,
        published_at=datetime.combine(draft.replayed_on, time(12), UTC),
        media_reviews=tuple(_build_media_review(finding, media_ids) for finding in draft.media),
        evidence=evidence,
    )


def _build_media_review(finding: MediaFinding, media_ids: Mapping[str, str]) -> MediaReview:
    return MediaReview(
        categories=finding.categories,
        media_id=media_ids.get(finding.shown),
        original_media_id=media_ids.get(finding.original or ""),
        original_context=finding.original_context,
    )


def _iter_evidence(told: ClaimCase, urls: Iterable[str]) -> Iterable[Evidence]:
    """Yield what a verdict rests on: the claim's own sources, and the checks of others, by their addresses."""
    checks = (Support(title=check.title, publisher=check.publisher, url=check.url) for check in told.checks)
    by_url = {support.url: support for support in (*checks, *told.evidence)}
    for url in urls:
        yield _build_evidence(by_url[url])


def _build_evidence(support: Support) -> Evidence:
    return Evidence(
        id=name_by_content("E", support.url, support.title, support.publisher, support.note),
        title=support.title,
        url=support.url,
        publisher=support.publisher,
        published_on=support.published_on,
        note=support.note,
    )
