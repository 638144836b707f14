"""What could not be checked: said in the report, not left out of it."""

from collections.abc import Iterable, Iterator

from index.model import Claim, Evidence
from reports.bidi import isolate
from reports.citations import Statement, cite_revision
from reports.content import Case, Gap
from reports.i18n import Translator
from reports.period import Month
from reports.records import CaseRecords


def iter_case_gaps(cases: Iterable[Case], translator: Translator) -> Iterator[Gap]:
    """Yield what is open in the cases: no verdict, a rating without a place on our scale, matches that nobody judged."""
    for case in cases:
        cite = case.cited_as
        standing = case.standing
        if not standing:
            text = translator.gettext("%(claim)s: no verdict stands on this claim.", claim=isolate(case.claim_id))
            yield Gap(code="no_verdict", statement=Statement(text, (cite,)))
        for verdict in standing:
            if verdict.rating is None:
                yield Gap(
                    code="rating_not_mapped",
                    statement=Statement(
                        translator.gettext(
                            "%(publisher)s rates in words that have no place on our scale: “%(words)s”.",
                            publisher=isolate(verdict.publisher),
                            words=isolate(verdict.textual_rating),
                        ),
                        (verdict.id,),
                    ),
                )
        yield from _find_open_matches(case, translator)


def _find_open_matches(case: Case, translator: Translator) -> Iterator[Gap]:
    cites = tuple(pair.match_id for pair in case.comparisons if pair.status == "suggested" and pair.match_id)
    if cites:
        text = translator.ngettext(
            "%(claim)s: %(num)s suggested match waits for a person.",
            "%(claim)s: %(num)s suggested matches wait for a person.",
            len(cites),
            claim=isolate(case.claim_id),
        )
        yield Gap(code="match_not_judged", statement=Statement(text, cites))


def iter_date_gaps(claims: Iterable[Claim], translator: Translator) -> Iterator[Gap]:
    """Yield the claims that may belong to the month, if their first appearance were known more exactly."""
    for claim in claims:
        if claim.first_appeared_on:
            text = translator.gettext(
                "%(claim)s may belong here: of its first appearance only “%(date)s” is known.",
                claim=isolate(claim.id),
                date=translator.date(claim.first_appeared_on),
            )
            yield Gap(code="date_not_precise", statement=Statement(text, (cite_revision(claim),)))


def iter_fetch_gaps(records: CaseRecords, month: Month, country: str, translator: Translator) -> Iterator[Gap]:
    """Yield the media of the month's posts that could not be had while the cases' events were followed."""
    for capture in sorted(records.unfetched, key=lambda capture: capture.id):
        post = records.posts.get(capture.subject_id)
        if post is None or post.published_at is None or not month.contains(post.published_at, country):
            continue
        for url, reason in capture.missing_media:
            text = translator.gettext("%(url)s was not fetched: %(reason)s", url=isolate(url), reason=isolate(reason))
            yield Gap(code="media_not_fetched", statement=Statement(text, (capture.id,)))


def iter_copy_gaps(evidence: Iterable[Evidence], translator: Translator) -> Iterator[Gap]:
    """Yield the sources on the web of which neither an archived copy nor the bytes are kept."""
    bare = [item for item in evidence if item.url and not item.archived_url and not item.sha256]
    if bare:
        text = translator.ngettext(
            "Of %(num)s source no copy is kept; it may change or disappear.",
            "Of %(num)s sources no copy is kept; they may change or disappear.",
            len(bare),
        )
        yield Gap(code="no_copy", statement=Statement(text, tuple(sorted(item.id for item in bare))))
