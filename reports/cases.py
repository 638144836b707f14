"""One case of the month: the claim, why it is here, who spread it, its media, and every verdict on it."""

from collections.abc import Callable, Iterable

from index.dates import zone_of
from index.model import STANDING, Claim
from index.names.gazetteer import load_gazetteer
from reports.bidi import isolate
from reports.citations import SourceList, Statement, cite_revision
from reports.content import Case, Named, Reason, Spread
from reports.i18n import Translator
from reports.media import Album, MediaOfCase
from reports.membership import Door
from reports.records import CaseRecords, MonthClaim, narratives_of, standing_verdicts
from reports.spread import build_spread, build_spread_test
from reports.verdicts import VerdictWriter, find_disagreements, sort_wordings, write_iso


class CaseWriter:
    """Writes the cases of one report in one language.

    ``sources`` collects what they cite.
    """

    def __init__(
        self,
        translator: Translator,
        records: CaseRecords,
        album: Album,
        country: str,
        hide_line: Callable[[Spread], Spread],
    ) -> None:
        self._translator = translator
        self._records = records
        self._country = country
        self._hide_line = hide_line
        self._album = album
        self.sources = SourceList()
        self._verdicts = VerdictWriter(translator, self.sources, records.evidence, records.reviews)

    def build_case(self, case: MonthClaim) -> Case:
        """Build one case."""
        claim = case.claim
        wording, *others = sort_wordings(claim.wordings, self._translator.language)
        evidence_ids = self._verdicts.cite_evidence(claim)
        verdicts = tuple(self._verdicts.build_entry(history) for history in case.histories)
        media = MediaOfCase(
            case,
            self._records,
            self._album,
            self._translator,
            wording=wording.text,
            is_spread=build_spread_test(case, self._records),
        ).build()
        return Case(
            claim_id=claim.id,
            revision=claim.revision,
            wording=wording,
            other_wordings=tuple(others),
            title=claim.title,
            claimant=claim.claimant,
            first_appeared_on=case.first_appeared_on,
            countries=claim.countries,
            demo=claim.demo,
            cites=(cite_revision(claim), *evidence_ids),
            reasons=tuple(self._explain(claim, case.doors)),
            about=self._say_about(claim),
            verdicts=tuple(sorted(verdicts, key=lambda entry: (entry.status not in STANDING, entry.verdict_id))),
            disagreements=find_disagreements(standing_verdicts(case), self._translator),
            comparisons=media.comparisons,
            further_matches=media.further_matches,
            media=media.alone,
            spread=build_spread(case, self._records, zone_of(self._country), self._hide_line),
            evidence_ids=evidence_ids,
            narratives=self._name_narratives(case),
            actors=self._name_actors(claim),
        )

    def _name_narratives(self, case: MonthClaim) -> tuple[Named, ...]:
        told = (self._records.narratives[each] for each in narratives_of(case) if each in self._records.narratives)
        language = self._translator.language
        return tuple(Named(id=each.id, name=sort_wordings(each.names, language)[0].text) for each in told)

    def _name_actors(self, claim: Claim) -> tuple[Named, ...]:
        names, language = load_gazetteer(), self._translator.language
        found = dict.fromkeys(each for passage in claim.passages() for each in names.find_actors(passage.text))
        return tuple(Named(id=each, name=names.get_title(each, language)) for each in found)

    def _explain(self, claim: Claim, doors: Iterable[Door]) -> Iterable[Reason]:
        for door in doors:
            rests_on = cite_revision(door.verdict or claim)
            text = self._say_door(door)
            yield Reason(code=door.code, on=write_iso(door.on), statement=Statement(text, (rests_on,)))

    def _say_door(self, door: Door) -> str:
        tell, date = self._translator.gettext, self._translator.date(write_iso(door.on))
        publisher = isolate(door.verdict.publisher) if door.verdict else ""
        match door.code:
            case "first_appeared":
                country = self._translator.country(self._country)
                return tell("First appeared (%(country)s): %(date)s.", country=country, date=date)
            case "verdict_published":
                return tell("Verdict of %(publisher)s published: %(date)s.", publisher=publisher, date=date)
            case "verdict_corrected":
                return tell("Verdict of %(publisher)s corrected: %(date)s.", publisher=publisher, date=date)
            case "verdict_withdrawn":
                return tell("Verdict of %(publisher)s withdrawn: %(date)s.", publisher=publisher, date=date)

    def _say_about(self, claim: Claim) -> tuple[Statement, ...]:
        if not claim.about_ids:
            return ()
        about = self._translator.enumerate([isolate(about_id) for about_id in claim.about_ids])
        text = self._translator.gettext("This claim is about %(ids)s.", ids=about)
        return (Statement(text, (cite_revision(claim),)),)
