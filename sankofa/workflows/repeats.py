"""Was this said before? The claims that a text repeats or denies, each with how surely and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.matching import SUGGESTED_FROM, Asked, Candidate, Judged, judge
from index.merged import resolve
from index.model import Claim
from sankofa.desk import Desk
from sankofa.workflows.claims import ClaimWithVerdicts, read_claims
from sankofa.workflows.meaning import gather_candidates
from sankofa.workflows.reviews import find_worded
from sankofa.workflows.tags import write_out_tags

FEWEST_WORDS = 6
"""From so many words on a question is read as a pasted post, and not only as words to search for."""

SHOWN_FROM = 0.4
"""Whoever asks is shown what is right two times in five (`docs/reference/measurements.md`), with how probable it is."""


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """A claim that a text speaks of, with every verdict on it, and how the two were judged."""

    found: ClaimWithVerdicts
    judged: Judged


def find_repeated(desk: Desk, asked: Asked) -> tuple[Repeated, ...]:
    """Find the claims that a text may speak of, surest first; empty where none is probable enough to be shown."""
    return _read(desk, find_likely(desk, [asked], least=SHOWN_FROM)[0])


def is_pasted(text: str) -> bool:
    """Whether a question has words enough to be a post."""
    return len(text.split()) >= FEWEST_WORDS


def find_near(desk: Desk, claim: Claim) -> tuple[Repeated, ...]:
    """Find the claims that say the same as a new one, or the opposite: each once, surest first; the very same words always."""
    near: dict[str, Judged] = {}
    judged = _judge_all(desk, [Asked(text=wording.text) for wording in claim.wordings])
    for wording, found in zip(claim.wordings, judged, strict=True):
        for one, candidate in found:
            if one.probability >= SUGGESTED_FROM or find_worded([candidate.claim], wording.text):
                near[one.claim_id] = max(one, near.get(one.claim_id, one), key=_get_probability)
    return _read(desk, sorted(near.values(), key=_get_probability, reverse=True))


def find_likely(desk: Desk, texts: Sequence[Asked], *, least: float = SUGGESTED_FROM) -> list[list[Judged]]:
    """Find for each text the claims of at least that probability, surest first, each as it is read."""
    likely = ([one for one, _ in found if one.probability >= least] for found in _judge_all(desk, texts))
    return [sorted(found, key=_get_probability, reverse=True) for found in likely]


def _get_probability(judged: Judged) -> float:
    return judged.probability


def _read(desk: Desk, judged: Iterable[Judged]) -> tuple[Repeated, ...]:
    """Put to each judgement its claim."""
    by_claim = {one.claim_id: one for one in judged}
    found = {read.claim.id: read for read in read_claims(desk, list(desk.store.get_many(Claim, by_claim).values()))}
    return tuple(Repeated(found=found[name], judged=one) for name, one in by_claim.items() if name in found)


def _judge_all(desk: Desk, texts: Sequence[Asked]) -> list[list[tuple[Judged, Candidate]]]:
    """Judge what a search nominates for each text; a judgement names the claim as it is read."""
    texts = _write_out(desk, texts)
    gathered, passages = gather_candidates(desk, texts)
    return [_judge_gathered(desk, asked, found, passages) for asked, found in zip(texts, gathered, strict=True)]


def _write_out(desk: Desk, texts: Sequence[Asked]) -> list[Asked]:
    written = iter(write_out_tags(desk.store, [part for asked in texts for part in (asked.text, asked.picture_text)]))
    return [replace(asked, text=next(written), picture_text=next(written)) for asked in texts]


def _judge_gathered(
    desk: Desk, asked: Asked, gathered: Sequence[Candidate], passages: int
) -> list[tuple[Judged, Candidate]]:
    """Of claims that are read as one only that is judged which shares most words: the two would take the lead from each other."""
    read = resolve(desk.store, [candidate.claim for candidate in gathered])
    candidates: dict[str, Candidate] = {}
    for candidate in gathered:
        name = read[candidate.claim.id].id
        first = candidates.get(name, candidate)
        candidates[name] = replace(first, shared_media=max(first.shared_media, candidate.shared_media))
    names = {candidate.claim.id: name for name, candidate in candidates.items()}
    if not candidates:
        return []
    judged = judge(asked, list(candidates.values()), passages=passages)
    named = (replace(one, claim_id=names[one.claim_id]) for one in judged)
    return [(one, candidates[one.claim_id]) for one in named]
