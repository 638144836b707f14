"""How the report came about, in sentences that name the version of the method or the published standard."""

from collections.abc import Iterator

from index.dates import zone_of
from index.ratings import AuthenticityCategory
from reports.bidi import isolate
from reports.citations import SourceList, Statement
from reports.i18n import Translator
from reports.words import AUTHENTICITY_MEANINGS
from verify.description import ENGINE
from verify.evidence import CANDIDATE_RADIUS_BITS, WITNESS, WITNESS_BITS_FAR, WITNESS_BITS_NEAR
from verify.hashing import HASHERS
from verify.hashing.pdq import SAME_PICTURE_BITS

_RATINGS = ("https://africacheck.org/how-we-fact-check/how-we-rate-claims", "How we rate claims", "Africa Check")
_CATEGORIES = (
    "https://schema.org/MediaManipulationRatingEnumeration",
    "MediaManipulationRatingEnumeration",
    "schema.org",
)
_PDQ = ("https://github.com/facebook/ThreatExchange/tree/main/pdq", "PDQ image hashing", "Meta")


class MethodWriter:
    """Writes the method note of one report."""

    def __init__(self, translator: Translator, sources: SourceList, country: str, report_id: str) -> None:
        self._translator = translator
        self._sources = sources
        self._country = country
        self._report_id = report_id

    def iter_statements(self, *, has_cases: bool, hidden: int = 0) -> Iterator[Statement]:
        """Yield the sentences: on media and verdicts where there are cases, on pseudonyms where accounts are *hidden*."""
        tell = self._translator.gettext
        yield Statement(self._say_month(), (self._report_id,))
        if not has_cases:
            return
        yield Statement(
            tell(
                "A verdict is cited at one revision, as in V-2023-0007.2; what it said before stays readable. A later correction"
                " does not change this report."
            ),
            (self._report_id,),
        )
        yield Statement(
            tell(
                "Ratings stand on one scale so that they can be counted; the words of each organisation stand beside them."
                " The rating is on the claim, that is, on the use of a picture; what the picture itself is, is said apart."
            ),
            (self._sources.cite_page(*_RATINGS),),
        )
        yield Statement(self._say_categories(), (self._sources.cite_page(*_CATEGORIES),))
        yield from self._say_matching()
        if hidden:
            yield Statement(self._say_hidden(hidden), (self._report_id,))

    def _say_hidden(self, hidden: int) -> str:
        return self._translator.ngettext(
            "%(num)s account that is not public stands here under a pseudonym, the same in all reports of this month, without the"
            " address of its posts. Public are websites, accounts that the desk follows by name, and those of known"
            " organisations, groups and persons, or what the newsroom's own rule says.",
            "%(num)s accounts that are not public stand here under pseudonyms, the same in all reports of this month, without the"
            " addresses of their posts. Public are websites, accounts that the desk follows by name, and those of known"
            " organisations, groups and persons, or what the newsroom's own rule says.",
            hidden,
        )

    def _say_month(self) -> str:
        return self._translator.gettext(
            "A case belongs to this month if the claim first appeared for this country in it, or a verdict on it was published,"
            " corrected or withdrawn in it, by local time (%(zone)s).",
            zone=isolate(zone_of(self._country)),
        )

    def _say_categories(self) -> str:
        tell = self._translator.gettext
        meanings = [
            tell("%(category)s: %(meaning)s", category=self._translator.authenticity(category), meaning=tell(meaning))
            for category, meaning in ((each, AUTHENTICITY_MEANINGS[each]) for each in AuthenticityCategory)
        ]
        return tell("What a medium itself is: %(meanings)s.", meanings="; ".join(meanings))

    def _say_matching(self) -> Iterator[Statement]:
        tell, number = self._translator.gettext, self._translator.number
        engine = self._sources.cite_method(ENGINE, tell("The media engine, version %(version)s", version=ENGINE))
        yield Statement(
            tell(
                "“Suggested” means that a method found two media alike and no person has said yet whether they are; such a"
                " match carries no verdict. “Confirmed” means that a named person compared both."
            ),
            (engine,),
        )
        yield Statement(
            tell(
                "A match is suggested when the PDQ fingerprints of two pictures, or of two frames, differ in at most %(near)s of"
                " %(bits)s bits and a second fingerprint (%(witness)s) in at most %(witness_near)s, or PDQ in at most %(far)s"
                " and the second in at most %(witness_far)s. Pictures with too little detail are never matched this way;"
                " mirrored and turned copies are.",
                near=number(SAME_PICTURE_BITS),
                far=number(CANDIDATE_RADIUS_BITS),
                bits=number(HASHERS["pdq"].bits),
                witness=isolate(WITNESS),
                witness_near=number(WITNESS_BITS_NEAR),
                witness_far=number(WITNESS_BITS_FAR),
            ),
            (engine, self._sources.cite_page(*_PDQ)),
        )
        yield Statement(
            tell(
                "A match is suggested too when local features of one lie over those of the other and the pixels agree there. What"
                " only fingerprints found is laid over each other as well, and refused where the pixels contradict it. Beside"
                " each match stands by what it is known, and how often matches of that kind were wrong when they were measured."
            ),
            (engine,),
        )
