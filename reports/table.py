"""What a report says as plain tables, for spreadsheets: every cell a text or a whole number, names of columns in English."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.bidi import remove_isolates
from reports.content import MonthlyReport

Cell = str | int


@dataclass(frozen=True)
class Sheet:
    """One table: its name, the names of its columns, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_CASES = (
    "claim", "wording", "language", "title", "claimant", "first_appeared", "countries", "verdict", "publisher", "status",
    "rating", "textual_rating", "date", "url", "evidence", "cited_in_text", "log_entry", "revision_sha256",
)  # fmt: skip


def build_sheets(report: MonthlyReport) -> tuple[Sheet, ...]:
    """Build the tables of a report; that of the cases comes first, with a row for each verdict."""
    return (
        Sheet("cases", _CASES, tuple(_iter_cases(report))),
        Sheet("figures", ("group", "key", "label", "value"), tuple(
            (count.group, count.key, remove_isolates(count.label), count.value) for count in report.counts
        )),
        Sheet("balance", ("claimant", "cases", "true", "partly", "false", "open"), tuple(
            (row.claimant, row.cases, row.true, row.partly, row.false, row.open) for row in report.balance
        )),
        Sheet("corrections", ("verdict", "was", "now", "status", "reason"), tuple(
            (each.verdict_id, each.was, each.now, each.status, each.reason) for each in report.corrections
        )),
        Sheet("cited", ("verdict", "claim", "wording", "publisher", "rating", "textual_rating", "date", "url"), tuple(
            (each.id, each.claim_id, each.wording.text, each.publisher, each.rating or "", each.textual_rating,
             each.on or "", each.url)
            for each in report.cited
        )),
        Sheet("seen", ("claim", "date", "basis", "platform", "account", "url"), tuple(
            (case.claim_id, line.appeared_on or "", line.basis, line.platform, line.account, line.url)
            for case in report.cases for line in case.spread
        )),
        Sheet("reused", ("medium", "place", "date", "role", "copy", "platform", "account", "url", "claims"), tuple(
            (medium.media_id, place, use.appeared_on or "", use.role, use.media_id, use.platform, use.account, use.url,
             " ".join(use.claim_ids))
            for place, medium in enumerate(report.reused, start=1) for use in medium.uses
        )),
        Sheet("log", ("verdict", "entry", "text", "path"), tuple(_iter_proofs(report))),
        Sheet("checkpoint", ("checkpoint", "key_sha256"), tuple(
            (log.checkpoint, log.key_sha256) for log in (report.log,) if log
        )),
        Sheet("sources", ("number", "id", "publisher", "title", "date", "url", "archived_url", "sha256"), tuple(
            (each.number, each.id, each.publisher, each.title, each.published_on or "", each.url, each.archived_url,
             each.sha256 or "")
            for each in report.sources
        )),
    )  # fmt: skip


def _iter_cases(report: MonthlyReport) -> Iterator[tuple[Cell, ...]]:
    cited = {verdict.id for verdict in report.cited}
    for case in report.cases:
        said = (
            case.cited_as, case.wording.text, case.wording.language, case.title, case.claimant,
            case.first_appeared_on or "", " ".join(case.countries),
        )  # fmt: skip
        for verdict in case.verdicts:
            on = verdict.review_date.isoformat() if verdict.review_date else ""
            yield (
                *said, verdict.id, verdict.publisher, verdict.status, verdict.rating or "", verdict.textual_rating, on,
                verdict.url, " ".join(verdict.evidence_ids), "yes" if verdict.id in cited else "",
                *((verdict.logged.number, verdict.logged.digest) if verdict.logged else ("", "")),
            )  # fmt: skip
        if not case.verdicts:
            yield (*said, *("" for _ in _CASES[len(said) :]))


def _iter_proofs(report: MonthlyReport) -> Iterator[tuple[Cell, ...]]:
    for verdict_id, logged in {each.id: each.logged for each in report.iter_verdicts()}.items():
        if logged:
            yield verdict_id, logged.number, logged.entry, " ".join(logged.path)
