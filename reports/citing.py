"""What the citations of an editor's text mean, at the moment at which a report is built; or why they cannot be printed."""

import re
from collections.abc import Mapping, Sequence

from index.errors import RecordNotFoundError
from index.merged import find_merged, resolve
from index.model import Claim, Evidence, Verdict
from index.releases import list_releases
from index.store import Store
from reports.bidi import isolate
from reports.blocks import Block, Run
from reports.citations import Statement, cite_revision, describe_evidence
from reports.content import CitedVerdict, MonthlyReport
from reports.errors import CitationFault, CitationRefusedError
from reports.i18n import Translator
from reports.membership import date_of
from reports.prose import find_citations, parse_prose
from reports.verdicts import sort_wordings, write_iso

_VERDICT = re.compile(r"(?P<id>V-\d{4}-\d{4,})(?:\.(?P<revision>[1-9]\d*))?")
_CLAIM = re.compile(r"C-\d{4}-\d{4,}")
_GONE = {"withdrawn": "was withdrawn", "suppressed": "was suppressed"}
_FORM = "is no citation: write [@V-2023-0007], or [@V-2023-0007.2] for its second revision"

History = tuple[Verdict, ...]


class _RefusedError(Exception):
    """Why one citation cannot be printed."""


def resolve_citations(store: Store, markdown: str, translator: Translator) -> tuple[CitedVerdict, ...]:
    """Find what a text cites, each revision once, in the order of first citation.

    ``V-2023-0007`` means the newest revision that stands, ``V-2023-0007.2`` that one; a claim means its one verdict.

    Raises:
        CitationRefusedError: Some are unknown, not published, withdrawn, suppressed or ambiguous; all of them are named.
    """
    found: dict[str, History] = {}
    written: dict[str, list[str]] = {}
    faults = []
    for citation in find_citations(markdown):
        try:
            history = _find(store, citation.cited)
        except _RefusedError as refused:
            faults.append(CitationFault(citation.line, citation.column, citation.cited, str(refused)))
            continue
        cited = cite_revision(history[-1])
        found[cited] = history
        if citation.cited not in written.setdefault(cited, []):
            written[cited].append(citation.cited)
    if faults:
        raise CitationRefusedError(faults)
    return _describe(store, found, written, translator)


def parse_report_text(report: MonthlyReport) -> tuple[Block, ...]:
    """Parse the editor's text; a citation leads to where the report lists the verdict, ``#cited-1``."""
    runs = {
        cited: Run(f"[{verdict.id}]", href=f"#cited-{verdict.number}")
        for verdict in report.cited
        for cited in verdict.cited_as
    }
    return parse_prose(report.text, lambda citation: runs[citation.cited])


def _find(store: Store, cited: str) -> History:
    """Return the public revisions of a verdict up to the one that is cited."""
    if _CLAIM.fullmatch(cited):
        return _find_of_claim(store, cited)
    match = _VERDICT.fullmatch(cited)
    if match is None:
        raise _RefusedError(_FORM)
    try:
        history = store.get_history(Verdict, match["id"])
    except RecordNotFoundError:
        raise _RefusedError("is unknown here") from None
    return _choose(history, int(match["revision"]) if match["revision"] else None)


def _choose(history: Sequence[Verdict], revision: int | None) -> History:
    releases = list_releases(history)
    if not releases:
        raise _RefusedError("is not published")
    if releases[-1].is_stub:
        raise _RefusedError("was erased")
    if not releases[-1].stands:
        raise _RefusedError(_GONE[releases[-1].status])
    if revision is None:
        return releases
    if revision > len(history):
        raise _RefusedError(f"is unknown here: the newest revision is {history[-1].revision}")
    given = tuple(each for each in releases if each.revision <= revision)
    if not given or given[-1].revision != revision or not given[-1].stands:
        raise _RefusedError(f"is not published: readers were never given revision {revision}")
    return given


def _find_of_claim(store: Store, claim_id: str) -> History:
    try:
        claim = resolve(store, [store.get(Claim, claim_id)])[claim_id]
    except RecordNotFoundError:
        raise _RefusedError("is unknown here") from None
    parts = [claim.id, *(part.id for part in find_merged(store, [claim.id])[claim.id])]
    verdicts = [verdict for verdict in store.find_linked(Verdict, "claim", parts) if verdict.stands]
    if not verdicts:
        raise _RefusedError("has no published verdict")
    if len(verdicts) > 1:
        choice = " or ".join(sorted(f"[@{verdict.id}]" for verdict in verdicts))
        raise _RefusedError(f"is ambiguous: write {choice}")
    return list_releases(store.get_history(Verdict, verdicts[0].id))


def _describe(
    store: Store, found: dict[str, History], written: dict[str, list[str]], translator: Translator
) -> tuple[CitedVerdict, ...]:
    verdicts = [history[-1] for history in found.values()]
    claims = store.get_many(Claim, {verdict.claim_id for verdict in verdicts})
    read = resolve(store, list(claims.values()))
    evidence = store.get_many(Evidence, {each for verdict in verdicts for each in verdict.evidence_ids})
    return tuple(
        _describe_one(number, history, written[cited], read[history[-1].claim_id], evidence, translator)
        for number, (cited, history) in enumerate(found.items(), start=1)
    )


def _describe_one(
    number: int,
    history: History,
    written: Sequence[str],
    claim: Claim,
    evidence: Mapping[str, Evidence],
    translator: Translator,
) -> CitedVerdict:
    verdict = history[-1]
    on = date_of(verdict, history[-2] if len(history) > 1 else None)
    own = (evidence[evidence_id] for evidence_id in verdict.evidence_ids if evidence_id in evidence)
    said = translator.gettext(
        "%(publisher)s: %(rating)s.", publisher=isolate(verdict.publisher), rating=translator.rating(verdict.rating)
    )
    return CitedVerdict(
        number=number,
        id=cite_revision(verdict),
        cited_as=tuple(written),
        claim_id=claim.id,
        wording=sort_wordings(claim.wordings, translator.language)[0],
        publisher=verdict.publisher,
        rating=verdict.rating,
        textual_rating=verdict.textual_rating,
        on=None if on is None else write_iso(on),
        url=verdict.url,
        evidence=tuple(describe_evidence(item, place) for place, item in enumerate(own, start=1)),
        statement=Statement(said, (cite_revision(verdict), cite_revision(claim))),
    )
