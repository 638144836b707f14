"""What a report cites, as entries of a bibliography: itself, the verdicts at their revisions, and its sources with an address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.model import Wording
from reports.bidi import remove_controls
from reports.content import CitedVerdict, MonthlyReport, VerdictEntry
from reports.i18n import Translator

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One entry. ``date`` is a partial date (``2023-11-17``, ``2016``), ``key`` holds letters, digits, ``-`` and ``.`` only."""

    key: str
    kind: Literal["report", "webpage"]
    title: str
    author: str
    date: str = ""
    url: str = ""
    archived_url: str = ""
    language: str = ""
    note: str = ""


def build_references(report: MonthlyReport) -> tuple[Reference, ...]:
    """Build the entries of a report, each once: the report, its verdicts (those of the text first), its sources."""
    verdicts = {reference.key: reference for reference in _iter_verdicts(report)}
    return (_describe_report(report), *verdicts.values(), *_iter_sources(report))


def _describe_report(report: MonthlyReport) -> Reference:
    words = Translator(report.language, zone=report.time_zone)
    title = (
        f"{words.label(words.gettext('Monthly report'))} {words.country(report.country)}, {words.date(report.month)}"
    )
    day = report.built_at.date().isoformat()
    return Reference(
        key=report.id, kind="report", title=title, author=report.built_by, date=day, language=report.language
    )


def _iter_verdicts(report: MonthlyReport) -> Iterator[Reference]:
    for each in report.cited:
        yield _describe_verdict(each, each.wording, each.on or "")
    for case in report.cases:
        for verdict in case.verdicts:
            on = verdict.review_date.isoformat() if verdict.review_date else ""
            yield _describe_verdict(verdict, case.wording, on)


def _describe_verdict(verdict: CitedVerdict | VerdictEntry, wording: Wording, on: str) -> Reference:
    note = f"{verdict.id}: {verdict.rating.value if verdict.rating else 'not rated'}"
    if verdict.logged:
        note += f"; log entry {verdict.logged.number}, SHA-256 of the revision {verdict.logged.digest}"
    return Reference(
        key=verdict.id,
        kind="webpage",
        title=_plain(wording.text),
        author=_plain(verdict.publisher),
        date=on[:10],
        url=_plain(verdict.url),
        language="" if wording.language == "und" else wording.language,
        note=note,
    )


def _iter_sources(report: MonthlyReport) -> Iterator[Reference]:
    for source in report.sources:
        if source.url:
            yield Reference(
                key=f"source-{source.number}",
                kind="webpage",
                title=_plain(source.title or source.url),
                author=_plain(source.publisher),
                date=(source.published_on or "")[:10],
                url=_plain(source.url),
                archived_url=_plain(source.archived_url),
                note=f"SHA-256 {source.sha256}" if source.sha256 else "",
            )


def _plain(text: str) -> str:
    """One line without controls."""
    return " ".join(_CONTROL.sub(" ", remove_controls(text)).split())
