"""What a verdict may say: our rating of a claim's use, and schema.org's categories of a medium's authenticity."""

import re
from enum import StrEnum

from index.analysis import fold


class Rating(StrEnum):
    """Our rating of a claim, from the scales that the region's fact-checkers publish.

    Source: Africa Check, "How we rate claims", https://africacheck.org/how-we-fact-check/how-we-rate-claims, and
    the labels of AFP / DE FACTO. The publisher's own words always stay beside it (``textual_rating``).
    """

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    MIXED = "mixed"
    MISLEADING = "misleading"
    MISSING_CONTEXT = "missing_context"
    EXAGGERATED = "exaggerated"
    UNDERSTATED = "understated"
    UNPROVEN = "unproven"
    MOSTLY_FALSE = "mostly_false"
    FALSE = "false"
    FABRICATED = "fabricated"
    SATIRE = "satire"
    NOT_A_CLAIM = "not_a_claim"


class AuthenticityCategory(StrEnum):
    """What a media check says of the medium itself; several may hold.

    Source: https://schema.org/MediaManipulationRatingEnumeration
    """

    ORIGINAL = "OriginalMediaContent"
    DECONTEXTUALIZED = "DecontextualizedContent"
    EDITED_OR_CROPPED = "EditedOrCroppedContent"
    TRANSFORMED = "TransformedContent"
    STAGED = "StagedContent"
    SATIRE_OR_PARODY = "SatireOrParodyContent"


# What publishers write, with a hyphen between words, and what it means on our scale.
_SPOKEN = {
    Rating.TRUE: "true correct vrai exact c-est-vrai صحيح حقيقي",
    Rating.MOSTLY_TRUE: "mostly-true mostly-correct plutot-vrai",
    Rating.MIXED: "mixed mixture half-true mitige",
    Rating.MISLEADING: "misleading trompeur trompeuse مضلل",
    Rating.MISSING_CONTEXT: "missing-context out-of-context hors-contexte hors-de-contexte manque-de-contexte contexte-manquant"
    " sorti-de-son-contexte خارج-السياق",
    Rating.EXAGGERATED: "exaggerated exagere",
    Rating.UNDERSTATED: "understated minimise",
    Rating.UNPROVEN: "unproven unverified not-verifiable inverifiable non-prouve non-verifiable",
    Rating.MOSTLY_FALSE: "mostly-false partly-false plutot-faux partiellement-faux",
    Rating.FALSE: "false incorrect faux c-est-faux intox infox fake fake-news زائف كاذب خطا غير-صحيح",
    Rating.FABRICATED: "fabricated hoax canular fabrique",
    Rating.SATIRE: "satire parodie ساخر",
}
_WORD = re.compile(r"[^\W_]+")
_BY_LABEL = {fold(label): rating for rating, labels in _SPOKEN.items() for label in labels.split()}


def map_label(textual_rating: str) -> Rating | None:
    """Map a publisher's own label onto our scale; ``None`` where we do not know it, and for a question: never a guess."""
    label = fold(textual_rating)
    if "?" in label or "؟" in label:
        return None
    return _BY_LABEL.get("-".join(_WORD.findall(label)))


# The five steps that ClaimReview publishers number from 1 (false) to 5 (true).
# Source: https://developers.google.com/search/docs/appearance/structured-data/factcheck
_NUMBERED = (Rating.FALSE, Rating.MOSTLY_FALSE, Rating.MIXED, Rating.MOSTLY_TRUE, Rating.TRUE)


def map_number(value: float | None, worst: float | None, best: float | None) -> Rating | None:
    """Map a number on the usual scale from 1 to 5 onto ours; any other scale, or a number between two steps, is not guessed."""
    if value is None or (worst, best) != (1, 5) or value not in (1, 2, 3, 4, 5):
        return None
    return _NUMBERED[int(value) - 1]


def number_of(rating: Rating) -> int | None:
    """Return the step from 1 to 5 that *rating* is on the usual scale; ``None`` for what is no step of it."""
    return _NUMBERED.index(rating) + 1 if rating in _NUMBERED else None
