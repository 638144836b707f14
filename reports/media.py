"""The media of a case: what each is, how it looks, and which known one a later use shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from index.dates import first_day
from index.errors import OriginalAlteredError, OriginalMissingError
from index.model import Appearance, Match, MediaItem, Verdict
from index.vault import Vault
from reports.alterations import describe_alterations
from reports.bidi import isolate
from reports.citations import Statement, cite_revision
from reports.content import Comparison, Gap, GapCode, MediumEntry
from reports.evidence import list_sentences, name_rule
from reports.i18n import Translator
from reports.records import CaseRecords, MonthClaim, media_of, standing_verdicts
from verify.errors import MediaRefusedError
from verify.sandbox.decoder import MediaDecoder
from verify.thumbnails import blur

MAX_COMPARISONS = 24
"""Pictures side by side in one case; further matches are listed in words, so that a report stays readable."""


@dataclass(frozen=True)
class _Look:
    """What can be shown of a medium: a JPEG, perhaps blurred, or why there is none."""

    thumbnail: bytes | None = None
    size: tuple[int, int] = (0, 0)
    missing: str = ""
    blurred: bool = False


class Album:
    """Entries for the media of a report; each original is opened once.

    ``gaps`` collects the originals that could not be shown. What is hard to look at is blurred unless *show_sensitive*.
    """

    def __init__(
        self,
        vault: Vault,
        decoder: MediaDecoder,
        records: CaseRecords,
        translator: Translator,
        *,
        show_sensitive: bool = False,
    ) -> None:
        self._show_sensitive = show_sensitive
        self._vault = vault
        self._decoder = decoder
        self._records = records
        self._translator = translator
        self._looks: dict[str, _Look] = {}
        self.gaps: list[Gap] = []

    def build_entry(
        self, media_id: str, describe: Callable[[str, str], str], appearances: Iterable[Appearance]
    ) -> MediumEntry:
        """Build an entry; *describe* makes the alternative text from the medium's kind and its caption."""
        item = self._records.items.get(media_id) or MediaItem(
            id=media_id, sha256="", media_type="", kind="other", size_bytes=0
        )
        facts = self._records.facts.get(media_id)
        seen = sorted(appearances, key=_when)
        caption = next((appearance.caption for appearance in seen if appearance.caption), "")
        look = self._look_at(item)
        return MediumEntry(
            media_id=media_id,
            sha256=item.sha256,
            media_type=item.media_type,
            kind=item.kind,
            size_bytes=item.size_bytes,
            width=facts.width if facts else 0,
            height=facts.height if facts else 0,
            duration_seconds=facts.duration_seconds if facts else None,
            has_audio=facts.has_audio if facts else None,
            alt=self._describe(describe(item.kind, caption), look),
            caption=caption,
            appeared_on=seen[0].appeared_on if seen else None,
            source_urls=tuple(dict.fromkeys(appearance.url for appearance in seen if appearance.url)),
            missing=look.missing,
            thumbnail=look.thumbnail,
            thumbnail_size=look.size,
            blurred=look.blurred,
        )

    def _describe(self, alt: str, look: _Look) -> str:
        return (
            self._translator.gettext("Blurred, since it is hard to look at: %(alt)s", alt=alt) if look.blurred else alt
        )

    def _look_at(self, item: MediaItem) -> _Look:
        if item.id not in self._looks:
            self._looks[item.id] = self._open(item)
        return self._looks[item.id]

    def _open(self, item: MediaItem) -> _Look:
        tell = self._translator.gettext
        try:
            if not item.sha256:
                raise OriginalMissingError(item.id)
            with self._vault.open_local(item.sha256) as path:
                thumbnail = self._decoder.thumbnail(path)
        except OriginalMissingError:
            return self._miss(item.id, "original_missing", tell("The original is not in the vault."))
        except OriginalAlteredError:
            text = tell("The original in the vault was altered since it was kept; it is not shown.")
            return self._miss(item.id, "original_altered", text)
        except MediaRefusedError as error:
            text = tell("The file was not opened: %(reason)s.", reason=self._translator.refusal(error.reason))
            return self._miss(item.id, "media_refused", text)
        blurred = item.id in self._records.sensitive and not self._show_sensitive
        shown = blur(thumbnail) if blurred else thumbnail
        return _Look(shown.content, (shown.width, shown.height), blurred=blurred)

    def _miss(self, media_id: str, code: GapCode, missing: str) -> _Look:
        text = self._translator.gettext("%(medium)s: %(problem)s", medium=isolate(media_id), problem=missing)
        self.gaps.append(Gap(code=code, statement=Statement(text, (media_id,))))
        return _Look(missing=missing)


@dataclass(frozen=True, kw_only=True)
class CaseMedia:
    """The media of one case: side by side, matches for which there was no room, and media that stand alone."""

    comparisons: tuple[Comparison, ...]
    further_matches: tuple[Statement, ...]
    alone: tuple[MediumEntry, ...]


class MediaOfCase:
    """Builds the media of one case. *is_spread* tells an appearance of the claim from one on a checker's own page."""

    def __init__(
        self,
        case: MonthClaim,
        records: CaseRecords,
        album: Album,
        translator: Translator,
        *,
        wording: str,
        is_spread: Callable[[Appearance], bool],
    ) -> None:
        self._case = case
        self._records = records
        self._album = album
        self._translator = translator
        self._wording = wording
        self._is_spread = is_spread

    def build(self) -> CaseMedia:
        """Build comparisons from matches and from what verdicts state; the rest stands alone."""
        matches = sorted(find_matches(self._case, self._records), key=self._rank)
        shown, further = matches[:MAX_COMPARISONS], matches[MAX_COMPARISONS:]
        comparisons = [self._compare(match) for match in shown]
        comparisons.extend(self._compare_stated(matches))
        compared = {entry.media_id for pair in comparisons for entry in (pair.known, pair.use)}
        alone = (media_id for media_id in media_of(self._case) if media_id not in compared)
        originals = {medium.media_id for medium in self._case.claim.media if medium.role == "original"}
        return CaseMedia(
            comparisons=tuple(comparisons),
            further_matches=tuple(Statement(self._say(match), (cite_revision(match),)) for match in further),
            alone=tuple(self._known(each) if each in originals else self._use(each, "shown") for each in alone),
        )

    def _rank(self, match: Match) -> tuple[bool, str, str]:
        dates = [when for when in self._dates(match.subject_id) if when]
        return match.status != "confirmed", min(dates, default="9999"), match.id

    def _dates(self, media_id: str) -> list[str | None]:
        return [seen.appeared_on for seen in self._records.appearances.get(media_id, ())]

    def _compare(self, match: Match) -> Comparison:
        known, use = self._known(match.target_id), self._use(match.subject_id, match.status)
        codes = _add_sound(match.evidence.alterations, known, use)
        return Comparison(
            match_id=cite_revision(match),
            status=match.status,
            method=match.evidence.method,
            distance_bits=match.evidence.distance_bits,
            alterations=codes,
            done=describe_alterations(self._translator, codes, match.evidence.transformation),
            known=known,
            use=use,
            statement=Statement(self._say(match), (cite_revision(match),)),
        )

    def _compare_stated(self, matches: list[Match]) -> list[Comparison]:
        """Put side by side what verdicts say belongs together and no method found."""
        found = {(match.target_id, match.subject_id) for match in matches}
        stated: dict[tuple[str, str], list[Verdict]] = {}
        for verdict in standing_verdicts(self._case):
            for review in verdict.media_reviews:
                pair = (review.original_media_id or "", review.media_id or "")
                if all(pair) and pair[0] != pair[1] and pair not in found:
                    stated.setdefault(pair, []).append(verdict)
        return [self._state(known, use, verdicts) for (known, use), verdicts in stated.items()]

    def _state(self, known_id: str, use_id: str, verdicts: list[Verdict]) -> Comparison:
        names = self._translator.enumerate([isolate(verdict.publisher) for verdict in verdicts])
        text = self._translator.gettext("Stated by %(publishers)s; no method found it.", publishers=names)
        known, use = self._known(known_id), self._use(use_id, "shown")
        codes = _add_sound((), known, use)
        return Comparison(
            match_id=None,
            status="",
            method="",
            distance_bits=None,
            alterations=codes,
            done=self._translator.alterations(codes),
            known=known,
            use=use,
            statement=Statement(text, tuple(cite_revision(verdict) for verdict in verdicts)),
        )

    def _known(self, media_id: str) -> MediumEntry:
        appearances = self._records.appearances.get(media_id, ())
        known = [seen for seen in appearances if seen.role == "known"]
        return self._album.build_entry(media_id, self._describe_known, known)

    def _use(self, media_id: str, basis: str) -> MediumEntry:
        appearances = self._records.appearances.get(media_id, ())
        seen = [each for each in appearances if each.role == "seen" and self._is_spread(each)]
        describe = self._describe_suggested if basis == "suggested" else self._describe_shown
        entry = self._album.build_entry(media_id, describe, seen)
        return replace(entry, source_urls=entry.source_urls[:1])

    def _describe_known(self, kind: str, caption: str) -> str:
        tell = self._translator.gettext
        if not caption:
            return tell("Video known earlier, one frame") if kind == "video" else tell("Picture known earlier")
        if kind == "video":
            return tell("Video known earlier, one frame: %(caption)s", caption=isolate(caption))
        return tell("Picture known earlier: %(caption)s", caption=isolate(caption))

    def _describe_shown(self, kind: str, _caption: str) -> str:
        tell, claim = self._translator.gettext, isolate(self._wording)
        if kind == "video":
            return tell("Video shown with the claim “%(claim)s”, one frame", claim=claim)
        return tell("Picture shown with the claim “%(claim)s”", claim=claim)

    def _describe_suggested(self, kind: str, _caption: str) -> str:
        tell = self._translator.gettext
        if kind == "video":
            return tell("Video that may show the same, one frame; not confirmed")
        return tell("Picture that may show the same; not confirmed")

    def _say(self, match: Match) -> str:
        tell, evidence = self._translator.gettext, match.evidence
        kind = name_rule(self._translator, evidence)
        text = tell("Found by %(method)s: %(kind)s.", method=isolate(evidence.method), kind=kind)
        text = " ".join((text, *list_sentences(self._translator, evidence)))
        if match.status == "confirmed" and match.judged_by and match.judged_at:
            by, on = isolate(match.judged_by), self._translator.date(match.judged_at.date())
            text += " " + tell("Confirmed by %(person)s, %(date)s.", person=by, date=on)
        return text


def find_matches(case: MonthClaim, records: CaseRecords) -> tuple[Match, ...]:
    """Return the suggested and confirmed matches of the media that a case names, each once."""
    matches = (match for media_id in media_of(case) for match in records.matches.get(media_id, ()))
    return tuple({match.id: match for match in matches}.values())


def _add_sound(codes: tuple[str, ...], known: MediumEntry, use: MediumEntry) -> tuple[str, ...]:
    """Add what the facts of both say of their sound, which no picture's hash can."""
    if known.has_audio and use.has_audio is False and use.kind == "video":
        return (*(code for code in codes if code != "re-encoded"), "sound-removed")
    return codes


def _when(appearance: Appearance) -> tuple[int, str, str]:
    on = appearance.appeared_on
    return (first_day(on).toordinal() if on else 10**9, on or "", appearance.id)
