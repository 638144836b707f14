"""Publish: build the month's report of a country, keep it in the vault, and write it where the editor wants it."""

from dataclasses import dataclass
from pathlib import Path

from index.errors import RecordNotFoundError
from index.model import Report
from reports.monthly import MonthlyReport, build_monthly
from reports.render.html import render_html
from reports.render.json import render_json
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit


@dataclass(frozen=True, kw_only=True)
class BuiltReport:
    """A report that was built: its record, its content and the files that were written."""

    record: Report
    content: MonthlyReport
    files: tuple[Path, ...]


def build_report(desk: Desk, *, country: str, month: str, language: str, folder: Path | None) -> BuiltReport:
    """Build the report of *month* (``2023-11``) for *country*, keep it, and write HTML and JSON into *folder*.

    Building again adds a revision; what was built before stays in the vault.

    Raises:
        CountryUnknownError, MonthUnknownError: see :mod:`reports.errors`.
        InputError: *folder* cannot be written.
    """
    person = desk.require_person("to build a report")
    now = desk.clock()
    content = build_monthly(
        desk.store,
        desk.vault,
        desk.decoder,
        country=country,
        month=month,
        language=language,
        now=now,
        built_by=person.id,
    )
    html, data = render_html(content), render_json(content)
    report_id = f"R-{content.country}-{content.month}-{language}"
    record = Report(
        id=report_id,
        country=content.country,
        month=content.month,
        language=language,
        built_at=now,
        html_sha256=desk.vault.keep(html.encode()).sha256,
        json_sha256=desk.vault.keep(data.encode()).sha256,
        case_count=len(content.cases),
        demo=content.demo,
        revised_by=person.id,
        revised_at=now,
    )
    kept = commit(desk, record, expected_revision=_get_revision(desk, report_id), act="build")
    files = write_report(folder, kept, html, data) if folder else ()
    return BuiltReport(record=kept, content=content, files=files)


def read_report(desk: Desk, report_id: str, revision: int | None = None) -> tuple[Report, str, str]:
    """Return a report's record, its HTML and its JSON, from the vault, exactly as they were built."""
    record = desk.store.get(Report, report_id, revision=revision)
    return record, desk.vault.read(record.html_sha256).decode(), desk.vault.read(record.json_sha256).decode()


def write_report(folder: Path, record: Report, html: str, data: str) -> tuple[Path, ...]:
    """Write a report's documents into *folder*, which is made if need be: ``ID.html`` and ``ID.json``.

    Raises:
        InputError: *folder* cannot be written; the report itself is kept.
    """
    files = (folder / f"{record.id}.html", folder / f"{record.id}.json")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in zip(files, (html, data), strict=True):
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        kept = f"the report is kept as {record.id}.{record.revision}"
        raise InputError(f"{kept}, but {folder} cannot be written: {error.strerror}") from error
    return files


def _get_revision(desk: Desk, report_id: str) -> int:
    try:
        return desk.store.get(Report, report_id).revision
    except RecordNotFoundError:
        return 0
