"""What a verdict may say: our rating of a claim's use, and schema.org's categories of a medium's authenticity."""

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


# What publishers write, folded (lower case, no accents), and what it means on our scale.
_SPOKEN = {
    Rating.TRUE: "true correct vrai exact صحيح حقيقي",
    Rating.MOSTLY_TRUE: "mostly-true mostly-correct plutot-vrai",
    Rating.MIXED: "mixed mixture half-true mitige",
    Rating.MISLEADING: "misleading trompeur مضلل",
    Rating.MISSING_CONTEXT: "missing-context out-of-context hors-contexte manque-de-contexte sorti-de-son-contexte",
    Rating.EXAGGERATED: "exaggerated exagere",
    Rating.UNDERSTATED: "understated minimise",
    Rating.UNPROVEN: "unproven unverified not-verifiable inverifiable non-prouve non-verifiable",
    Rating.MOSTLY_FALSE: "mostly-false partly-false plutot-faux partiellement-faux",
    Rating.FALSE: "false incorrect faux intox infox fake زائف كاذب خطا",
    Rating.FABRICATED: "fabricated hoax canular fabrique",
    Rating.SATIRE: "satire parodie",
}
_BY_LABEL = {label: rating for rating, labels in _SPOKEN.items() for label in labels.split()}


def map_label(textual_rating: str) -> Rating | None:
    """Map a publisher's own label onto our scale; ``None`` where we do not know the label (never a guess)."""
    words = fold(textual_rating).replace("_", " ").split()
    return _BY_LABEL.get("-".join(words).strip(".:!"))
