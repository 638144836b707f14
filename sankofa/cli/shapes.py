"""The JSON of the answers, documented in ``docs/reference/json.md``: fields may be added, never renamed or removed."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sankofa.cli.proof import shape_proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.model import (
        Appearance,
        Claim,
        Correction,
        Erasure,
        Match,
        MediaFacts,
        MediaItem,
        Person,
        Report,
        Verdict,
        Wording,
    )
    from reports.content import CitedChange
    from sankofa.cli.proof import Proven
    from sankofa.workflows.check import CheckedMatch, CheckResult
    from sankofa.workflows.claims import ClaimWithVerdicts
    from sankofa.workflows.negative import KnownNegative, NegativeChange
    from sankofa.workflows.reach import Reach
    from sankofa.workflows.search import FoundClaim, SearchAnswer
    from verify.evidence import MediaEvidence
    from verify.hashing.base import Region

Shape = dict[str, Any]


def shape_check(result: "CheckResult", proofs: "Mapping[str, Proven]") -> Shape:
    """Shape the answer for one checked file; *proofs* are what was drawn, by medium."""
    return {
        "input": result.input,
        "sha256": result.sha256,
        "kind": result.kind,
        "matches": [
            shape_checked_match(match, proofs.get(match.item.id), result.reach.known_media if result.reach else 0)
            for match in result.matches
        ],
        "negative": [_shape_negative(known) for known in result.negative],
        "same_layout": [_shape_layout(item, evidence) for item, evidence in result.layouts],
        "tried": list(result.reach.methods) if result.reach else [],
        "searched": _shape_reach(result.reach),
        "file_facts": shape_file_facts(result.file_facts),
        "error": result.error,
    }


def shape_checked_match(match: "CheckedMatch", proven: "Proven | None" = None, known_media: int = 0) -> Shape:
    """Shape a known medium that the checked one may show, at a desk with so many of them."""
    known = [place for place in match.appearances if place.role == "known"]
    return {
        "media_id": match.item.id,
        "sha256": match.item.sha256,
        "source_urls": list(dict.fromkeys(place.url for place in known)),
        "method": match.method,
        "distance_bits": match.evidence.distance_bits if match.evidence else None,
        "transformation": shape_transformation(match.evidence),
        **shape_evidence(match.evidence, known_media),
        "status": match.status,
        "claims": [shape_claim_found(claim) for claim in match.claims],
        "appearances": [shape_appearance(place) for place in known],
        **shape_proof(proven),
    }


def shape_file_facts(facts: "MediaFacts | None") -> Shape | None:
    """Shape what a file says of itself; nothing where it was refused."""
    if facts is None:
        return None
    return {
        "digital_source_types": list(facts.digital_source_types),
        "credentials": facts.credentials,
        "position": list(facts.position) if facts.position else None,
        "metadata": [{"name": name, "value": value} for name, value in facts.metadata],
        "notes": list(facts.notes),
    }


def shape_transformation(evidence: "MediaEvidence | None") -> Shape:
    """Shape what was done to the known medium; nothing was where it is the same file."""
    from verify.evidence import Transformation

    done = evidence.transformation if evidence else Transformation(mirrored=False, rotated_degrees=0)
    return {
        "mirrored": done.mirrored,
        "rotated_degrees": done.rotated_degrees,
        "placed_in": _shape_region(done.placed_in),
        "taken_from": _shape_region(done.taken_from),
        "kept_share": done.kept_share,
        "scale": done.scale,
        "jpeg_quality": done.jpeg_quality,
        "alterations": list(evidence.alterations) if evidence else [],
    }


def shape_evidence(evidence: "MediaEvidence | None", known_media: int = 0) -> Shape:
    """Shape what speaks for a match: what was measured, where the two meet, and when; all of it as in ``check``."""
    return {
        "evidence": _shape_measured(evidence, known_media),
        "regions": _shape_regions(evidence),
        "time_codes": [list(codes) for codes in evidence.time_codes] if evidence else [],
        "segments": [asdict(segment) for segment in evidence.segments] if evidence else [],
        "sound": (evidence.sound or None) if evidence else None,
    }


def _shape_measured(evidence: "MediaEvidence | None", known_media: int) -> Shape:
    if evidence is None:
        rule = {"rule": "same-file", "confident": True, "text": None}
        return {**rule, "outcome": "same-file", "aligned_points": 0, "witnesses": [], "error_rate": None}
    witnesses = [{"algorithm": name, "distance_bits": bits} for name, bits in evidence.witnesses]
    return {
        "rule": evidence.rule,
        "confident": evidence.is_confident,
        "outcome": evidence.outcome,
        "aligned_points": evidence.aligned_points,
        "witnesses": witnesses,
        "text": evidence.text or None,
        "error_rate": _shape_rate(evidence, known_media),
    }


def _shape_rate(evidence: "MediaEvidence", known_media: int) -> Shape | None:
    """Shape how often this rule was wrong when it was measured, per pair and per answer; nothing where it was not."""
    from verify.rules import find_rate

    rate = find_rate(evidence.rule, evidence.distance_bits)
    if rate is None:
        return None
    measured = rate.at_size(known_media)
    per_query = {"known_media": measured[0], **asdict(measured[1])} if measured else None
    return {**asdict(rate.per_pair), "per_query": per_query}


def _shape_regions(evidence: "MediaEvidence | None") -> Shape:
    """Shape where the two meet, as fractions of their frames; null is the whole frame."""
    if evidence is None:
        return {"query": None, "known": None, "agreeing": [], "differing": []}
    return {
        "query": _shape_region(evidence.query_region),
        "known": _shape_region(evidence.known_region),
        "agreeing": [_shape_region(box) for box in evidence.agreeing],
        "differing": [_shape_region(box) for box in evidence.differing],
    }


def shape_search(answer: "SearchAnswer") -> Shape:
    """Shape the answer to one query."""
    return {
        "query": answer.query,
        "query_id": answer.query_id,
        "results": [_shape_found(found) for found in answer.results],
        "total": answer.total,
        "counts": answer.counts and answer.counts.rank(),
        "suggestions": [
            {"text": suggestion.text, "replaced": [list(pair) for pair in suggestion.replaced]}
            for suggestion in answer.suggestions
        ],
        "error": answer.error,
    }


def shape_claim_found(found: "ClaimWithVerdicts") -> Shape:
    """Shape a claim with every organisation's verdict, newest first, and what was merged into it."""
    return {
        **shape_claim(found.claim),
        "verdicts": [shape_verdict(verdict) for verdict in found.verdicts],
        "merged": [{"claim_id": claim.id, "text": claim.text, "language": claim.language} for claim in found.merged],
    }


def shape_claim(claim: "Claim") -> Shape:
    """Shape a claim."""
    return {
        "claim_id": claim.id,
        "revision": claim.revision,
        "text": claim.text,
        "language": claim.language,
        "wordings": [_shape_wording(wording) for wording in claim.wordings],
        "title": claim.title,
        "claimant": claim.claimant,
        "first_appeared_on": claim.first_appeared_on,
        "countries": list(claim.countries),
        "external_ids": list(claim.external_ids),
        "media": [asdict(medium) for medium in claim.media],
        "narrative_ids": list(claim.narrative_ids),
        "merged_into": claim.merged_into,
        "demo": claim.demo,
    }


def shape_verdict(verdict: "Verdict") -> Shape:
    """Shape one revision of a verdict."""
    return {
        "verdict_id": verdict.id,
        "revision": verdict.revision,
        "cited_as": verdict.cited_as,
        "claim_id": verdict.claim_id,
        "publisher": verdict.publisher,
        "external": verdict.external,
        "status": verdict.status,
        "rating": verdict.rating.value if verdict.rating else None,
        "textual_rating": verdict.textual_rating,
        "explanation": [_shape_wording(wording) for wording in verdict.explanation],
        "review_date": verdict.review_date.isoformat() if verdict.review_date else None,
        "url": verdict.url,
        "rating_scale_id": verdict.rating_scale_id,
        "checklist": {checked.point: checked.answer for checked in verdict.checklist},
        "drafted_by": list(verdict.drafted_by),
        "approved_by": verdict.approved_by,
        "published_at": shape_moment(verdict.published_at),
        "proposed": _shape_correction(verdict.proposed),
        "reason": verdict.reason,
        "revised_by": verdict.revised_by,
        "revised_at": shape_moment(verdict.revised_at),
    }


def _shape_correction(correction: "Correction | None") -> Shape | None:
    if correction is None:
        return None
    return {
        "by": correction.by,
        "reason": correction.reason,
        "rating": correction.rating.value if correction.rating else None,
        "textual_rating": correction.textual_rating,
        "explanation": [_shape_wording(wording) for wording in correction.explanation],
    }


def shape_appearance(appearance: "Appearance") -> Shape:
    """Shape where and when a medium was seen."""
    return {
        "role": appearance.role,
        "url": appearance.url,
        "post_id": appearance.post_id,
        "platform": appearance.platform,
        "account": appearance.account,
        "appeared_on": appearance.appeared_on,
        "country": appearance.country,
        "caption": appearance.caption,
    }


def shape_match(match: "Match") -> Shape:
    """Shape a match between two kept media."""
    return {
        "kind": "media",
        "match_id": match.id,
        "revision": match.revision,
        "subject_id": match.subject_id,
        "target_id": match.target_id,
        "status": match.status,
        "method": match.evidence.method,
        "distance_bits": match.evidence.distance_bits,
        "transformation": shape_transformation(match.evidence),
        "suggested_at": shape_moment(match.suggested_at),
        "judged_by": match.judged_by,
        "judged_at": shape_moment(match.judged_at),
        "reason": match.reason,
    }


def shape_negative_change(change: "NegativeChange") -> Shape:
    """Shape what became of a medium's place in the negative bank, and of the matches that rested on it."""
    negative = change.negative
    return {
        "media_id": negative.id,
        "label": negative.label,
        "active": negative.active,
        "revised_by": negative.revised_by,
        "revised_at": shape_moment(negative.revised_at),
        "reason": negative.reason,
        "matches": [shape_match(match) for match in change.matches],
    }


def shape_report(report: "Report") -> Shape:
    """Shape a report's record."""
    return {
        "report_id": report.id,
        "revision": report.revision,
        "country": report.country,
        "month": report.month,
        "language": report.language,
        "case_count": report.case_count,
        "built_at": shape_moment(report.built_at),
        "built_by": report.revised_by,
        "sha256": dict(report.files()),
        "cites": list(report.cites),
        "demo": report.demo,
        "redacted": shape_erasure(report.erased) if report.erased else None,
    }


def shape_erasure(erasure: "Erasure") -> Shape:
    """Shape by whom something was erased, when and why."""
    return {"by": erasure.by, "at": shape_moment(erasure.at), "reason": erasure.reason, "asked_by": erasure.asked_by}


def shape_cited_change(correction: "CitedChange") -> Shape:
    """Shape what became of a verdict that a report cites."""
    return {
        "verdict_id": correction.verdict_id,
        "was": correction.was,
        "now": correction.now,
        "status": correction.status,
        "on": shape_moment(correction.on),
        "reason": correction.reason,
    }


def shape_person(person: "Person") -> Shape:
    """Shape a person."""
    return {
        "person_id": person.id,
        "name": person.name,
        "organisation": person.organisation,
        "roles": list(person.roles),
    }


def shape_moment(moment: datetime | None) -> str | None:
    """Write a moment in UTC."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _shape_negative(known: "KnownNegative") -> Shape:
    region = known.evidence.query_region if known.evidence else None
    return {"media_id": known.negative.id, "label": known.negative.label, "placed_in": _shape_region(region)}


def _shape_layout(item: "MediaItem", evidence: "MediaEvidence") -> Shape:
    return {"media_id": item.id, "text": evidence.text or None, "regions": _shape_regions(evidence)}


def _shape_reach(reach: "Reach | None") -> Shape | None:
    """Shape how far it was looked for; nothing where it was refused."""
    if reach is None:
        return None
    return {
        "known_media": reach.known_media,
        "radius_bits": reach.radius_bits,
        "same_picture_bits": reach.same_picture_bits,
        "compares_text": reach.compares_text,
    }


def _shape_found(found: "FoundClaim") -> Shape:
    from index.analysis import show_term

    terms = dict.fromkeys(map(show_term, found.matched_terms))
    found_as = found.found_as.id if found.found_as else None
    return {**shape_claim_found(found.found), "score": found.score, "matched_terms": list(terms), "found_as": found_as}


def _shape_wording(wording: "Wording") -> Shape:
    return {"language": wording.language, "text": wording.text}


def _shape_region(region: "Region | None") -> Shape | None:
    return asdict(region) if region else None
