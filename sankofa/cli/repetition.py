"""What a post does with a claim, as JSON and in words: suggestions between the two, and what a pasted text repeats."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sankofa.cli.shapes import shape_claim_found, shape_moment
from sankofa.cli.words import UNKNOWN, iter_claim_lines, say_status, shorten, translator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.model import ClaimMatch, Post
    from reports.repetition import Reasons
    from sankofa.workflows.claims import ClaimWithVerdicts
    from sankofa.workflows.repeats import Repeated

Shape = dict[str, Any]


def shape_claim_match(match: "ClaimMatch") -> Shape:
    """Shape a match between a post and a claim."""
    return {
        "kind": "claim",
        "match_id": match.id,
        "revision": match.revision,
        "post_id": match.post_id,
        "claim_id": match.claim_id,
        "status": match.status,
        "stance": match.stance,
        "probability": match.probability,
        "reasons": shape_reasons(match.reasons),
        "engine": match.engine,
        "suggested_at": shape_moment(match.suggested_at),
        "judged_by": match.judged_by,
        "judged_at": shape_moment(match.judged_at),
        "reason": match.reason,
    }


def shape_reasons(reasons: "Reasons") -> Shape:
    """Shape why the two may belong together; names without the sign of the gazetteer."""
    from index.analysis import show_term

    return {
        "words": list(reasons.words),
        "names": list(dict.fromkeys(map(show_term, reasons.names))),
        "numbers": list(reasons.numbers),
        "cosine": reasons.cosine,
        "days_apart": reasons.days_apart,
        "shared_media": reasons.shared_media,
        "by_meaning_alone": reasons.by_meaning_alone,
    }


def shape_post(post: "Post") -> Shape:
    """Shape a post."""
    return {
        **{name: value for name, value in asdict(post).items() if name not in ("id", "published_at")},
        "post_id": post.id,
        "published_at": shape_moment(post.published_at),
    }


def shape_repeated(repeated: "Repeated") -> Shape:
    """Shape a claim that a text speaks of, with every verdict on it."""
    return {
        "stance": repeated.judged.stance,
        "probability": repeated.judged.probability,
        "reasons": shape_reasons(repeated.judged.reasons),
        "claim": shape_claim_found(repeated.found),
    }


def say_claim_match(match: "ClaimMatch") -> str:
    """Say in one line what a post does with a claim, how surely, and whether a person said so."""
    return (
        f"{match.post_id} {say_judged(match.stance, match.probability)}; {match.claim_id}; {say_status(match.status)}"
    )


def say_judged(stance: str, probability: float) -> str:
    """Say a stance and how probable it is."""
    from reports.repetition import describe_probability

    return f"{translator().stance(stance)}, {describe_probability(translator(), probability)}"


def say_reasons(reasons: "Reasons") -> str:
    """Say what speaks for it."""
    from reports.bidi import remove_isolates
    from reports.repetition import list_reasons

    return remove_isolates(" ".join(list_reasons(translator(), reasons)))


def iter_claim_match_lines(match: "ClaimMatch", post: "Post | None", found: "ClaimWithVerdicts") -> "Iterator[str]":
    """Say a match with the post, the claim and every verdict on it."""
    yield f"{match.id}  {say_claim_match(match)}"
    yield f"  {say_reasons(match.reasons)}"
    if post is not None:
        yield f"  {post.id}  {shorten(' '.join((post.title, post.text)).strip(), 160)}  {post.url}"
    yield from iter_claim_lines(found, "  ")


def iter_repeated_lines(repeated: "Sequence[Repeated]") -> "Iterator[str]":
    """Say which claims a pasted text speaks of, or that none is known."""
    if not repeated:
        yield f"Already checked? {UNKNOWN} No claim is likely enough to be what this text says."
    for one in repeated:
        yield f"Already checked? It {say_judged(one.judged.stance, one.judged.probability)}:"
        yield from iter_claim_lines(one.found, "  ")
        yield f"      {say_reasons(one.judged.reasons)}"


def iter_near_lines(near: "Sequence[Repeated]") -> "Iterator[str]":
    """Say which claims say nearly the same as a new one, or the opposite."""
    yield "Known already:"
    for one in near:
        yield f"  The new one {say_judged(one.judged.stance, one.judged.probability)}:"
        yield from iter_claim_lines(one.found, "  ")
