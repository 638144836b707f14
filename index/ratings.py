"""What a verdict may say: our rating of a claim's use, and schema.org's categories of a medium's authenticity.

What publishers write is mapped to these by :mod:`index.scales.mapping`.
"""

from enum import StrEnum


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
