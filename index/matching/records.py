"""What is judged, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.model import Claim

Stance = Literal["repeats", "denies", "unclear"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A post, or words: its text, the day on which it was published, and the words read in its pictures.

    ``shared_media`` counts by claim the media that the post and the claim have in common.
    """

    text: str
    published_on: date | None = None
    picture_text: str = ""
    shared_media: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A claim that was nominated.

    ``lexical`` and ``matched_terms`` are those of :class:`index.query.ClaimHit`, 0 and none where the words did not find it.
    ``cosine`` is that of the nearest wording, ``None`` where meaning did not bring it. ``shared_media`` counts the media that
    the post and the claim have in common.
    """

    claim: Claim
    lexical: float
    matched_terms: tuple[str, ...]
    cosine: float | None = None
    shared_media: int = 0


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why a claim was found: words and numbers in common as the post writes them, names by identifier, and the rest as measured.

    ``days_apart`` is ``None`` where one of the two has no date, or the claim's is vaguer than a month.
    """

    words: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    cosine: float | None
    days_apart: int | None
    shared_media: int
    by_meaning_alone: bool


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How likely the post is about what the claim says (0 to 1), and whether it repeats or denies it.

    ``score`` orders the candidates of one call and says nothing beyond it.
    """

    claim_id: str
    probability: float
    stance: Stance
    score: float
    reasons: Reasons
