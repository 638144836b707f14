"""Every organisation's verdict on a claim, and where they disagree."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from index.model import Claim, ClaimReview, Evidence, MediaReview, Verdict, Wording
from reports.bidi import isolate
from reports.citations import SourceList, Statement, cite_revision
from reports.content import EarlierRevision, MediaFinding, VerdictEntry
from reports.i18n import Translator
from reports.membership import When, date_of
from reports.words import mark


class VerdictWriter:
    """Writes verdicts down in one language, and takes up what they rest on as sources."""

    def __init__(
        self,
        translator: Translator,
        sources: SourceList,
        evidence: Mapping[str, Evidence],
        reviews: Mapping[str, ClaimReview],
    ) -> None:
        self._translator = translator
        self._sources = sources
        self._evidence = evidence
        self._reviews = reviews

    def build_entry(self, history: tuple[Verdict, ...]) -> VerdictEntry:
        """Build the entry of a verdict from its public revisions, oldest first."""
        verdict = history[-1]
        cites = (cite_revision(verdict), *self._cite_review(verdict), *self.cite_evidence(verdict))
        return VerdictEntry(
            id=cite_revision(verdict),
            verdict_id=verdict.id,
            revision=verdict.revision,
            publisher=verdict.publisher,
            publisher_site=verdict.publisher_site,
            external=verdict.external,
            status=verdict.status,
            rating=verdict.rating,
            textual_rating=verdict.textual_rating,
            review_date=verdict.review_date,
            published_at=verdict.published_at,
            url=verdict.url,
            reason=verdict.reason,
            explanations=sort_wordings(verdict.explanation, self._translator.language),
            media_findings=tuple(self._find(verdict, review) for review in verdict.media_reviews),
            earlier=tuple(self._recall(history)),
            evidence_ids=tuple(evidence_id for evidence_id in verdict.evidence_ids if evidence_id in self._evidence),
            statement=Statement(self._say(verdict, history[-2] if len(history) > 1 else None), cites),
        )

    def cite_evidence(self, record: Verdict | Claim) -> tuple[str, ...]:
        """Take up a record's evidence as sources; return the identifiers."""
        return self._sources.cite(
            self._evidence[evidence_id] for evidence_id in record.evidence_ids if evidence_id in self._evidence
        )

    def _cite_review(self, verdict: Verdict) -> tuple[str, ...]:
        review = self._reviews.get(verdict.claim_review_id or "")
        return (self._sources.cite_review(review),) if review else ()

    def _say(self, verdict: Verdict, before: Verdict | None) -> str:
        tell, on = self._translator.gettext, date_of(verdict, before)
        publisher = isolate(verdict.publisher)
        if verdict.status == "withdrawn":
            text = tell("%(publisher)s withdrew this verdict.", publisher=publisher)
        elif verdict.status == "suppressed":
            text = tell("This verdict of %(publisher)s is no longer shown.", publisher=publisher)
        else:
            rating = self._translator.rating(verdict.rating)
            text = tell("%(publisher)s: %(rating)s.", publisher=publisher, rating=rating)
        if verdict.textual_rating:
            text += " " + tell("In their own words: “%(words)s”.", words=isolate(verdict.textual_rating))
        if on is not None:
            text += " " + tell("Date: %(date)s.", date=self._translator.date(on))
        return text

    def _recall(self, history: tuple[Verdict, ...]) -> Iterable[EarlierRevision]:
        for before, (revision, after) in zip((None, *history), pairwise(history), strict=False):
            on = date_of(revision, before)
            cites = (cite_revision(revision), cite_revision(after))
            yield EarlierRevision(
                id=cite_revision(revision),
                rating=revision.rating,
                textual_rating=revision.textual_rating,
                on=None if on is None else write_iso(on),
                statement=Statement(self._say(revision, before), cites),
            )

    def _find(self, verdict: Verdict, review: MediaReview) -> MediaFinding:
        categories = [self._translator.authenticity(category) for category in review.categories]
        said = self._translator.enumerate(categories) or self._translator.gettext("no category given")
        publisher = isolate(verdict.publisher)
        text = self._translator.gettext("%(publisher)s on the media: %(findings)s.", publisher=publisher, findings=said)
        if review.original_context:
            context = isolate(review.original_context)
            text += " " + self._translator.gettext("The original: %(context)s", context=context)
        return MediaFinding(
            categories=review.categories,
            media_id=review.media_id,
            original_media_id=review.original_media_id,
            original_url=review.original_url,
            original_context=review.original_context,
            statement=Statement(text, (cite_revision(verdict),)),
        )


def find_disagreements(verdicts: Iterable[Verdict], translator: Translator) -> tuple[Statement, ...]:
    """State where organisations rate a claim, or name or describe its media, differently. *verdicts* are those that stand."""
    standing = tuple(verdicts)
    found = [_compare_ratings(standing, translator)]
    by_medium: dict[str, list[tuple[Verdict, MediaReview]]] = {}
    for verdict in standing:
        for review in verdict.media_reviews:
            by_medium.setdefault(review.media_id or "", []).append((verdict, review))
    for pairs in by_medium.values():
        found.extend((_compare_categories(pairs, translator), _compare_contexts(pairs, translator)))
    return tuple(dict.fromkeys(statement for statement in found if statement is not None))


def sort_wordings(wordings: Iterable[Wording], language: str) -> tuple[Wording, ...]:
    """Put the wording in *language* first, the others behind it in their order."""
    return tuple(sorted(wordings, key=lambda wording: wording.language.partition("-")[0].lower() != language))


def write_iso(when: When) -> str:
    """Write a date, a moment or a partial date in ISO 8601, moments with ``Z``."""
    return (when if isinstance(when, str) else when.isoformat()).replace("+00:00", "Z")


def _compare_ratings(verdicts: tuple[Verdict, ...], translator: Translator) -> Statement | None:
    rated = [verdict for verdict in verdicts if verdict.rating is not None]
    if len({verdict.rating for verdict in rated}) < 2:
        return None
    said = translator.enumerate([f"{isolate(each.publisher)} ({translator.rating(each.rating)})" for each in rated])
    text = translator.gettext("The organisations rate this claim differently: %(verdicts)s.", verdicts=said)
    return Statement(text, tuple(cite_revision(verdict) for verdict in rated))


def _compare_categories(pairs: list[tuple[Verdict, MediaReview]], translator: Translator) -> Statement | None:
    if len({frozenset(review.categories) for _, review in pairs if review.categories}) < 2:
        return None
    return _state(mark("They put the media into different categories: %(publishers)s."), pairs, translator)


def _compare_contexts(pairs: list[tuple[Verdict, MediaReview]], translator: Translator) -> Statement | None:
    if len({review.original_context for _, review in pairs if review.original_context}) < 2:
        return None
    message = mark("They describe the original in different words, and all of them stand here: %(publishers)s.")
    return _state(message, pairs, translator)


def _state(message: str, pairs: list[tuple[Verdict, MediaReview]], translator: Translator) -> Statement | None:
    by_publisher = {verdict.publisher: verdict for verdict, _ in pairs}
    if len(by_publisher) < 2:
        return None
    names = translator.enumerate([isolate(publisher) for publisher in by_publisher])
    return Statement(
        translator.gettext(message, publishers=names),
        tuple(cite_revision(verdict) for verdict in by_publisher.values()),
    )
