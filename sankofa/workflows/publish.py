"""Publish: look at a month's report, freeze it in every format, and read what was frozen.

What is frozen never changes: the snapshot and every format lie in the vault under their SHA-256, and the record names them. It is
kept last, so that a report whose record is there is whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.dates import zone_of
from index.errors import RecordNotFoundError
from index.model import Report
from reports.content import CitedChange
from reports.corrections import find_corrections
from reports.formats import FORMATS
from reports.i18n import Translator
from reports.monthly import MonthlyReport, build_monthly
from reports.pseudonyms import Hiding
from reports.render.html import render_html
from reports.short_links import add_links
from reports.snapshot import collect_thumbnails, read_snapshot, write_snapshot
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit
from sankofa.workflows.pseudonym_key import load_pseudonym_key
from sankofa.workflows.stamp import stamp


@dataclass(frozen=True, kw_only=True)
class FrozenReport:
    """A report that was frozen: its record, its content and the files that were written."""

    record: Report
    content: MonthlyReport
    files: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """A frozen report with its revisions, and what became since of the verdicts that it cites."""

    record: Report
    history: tuple[Report, ...]
    corrections: tuple[CitedChange, ...]


def preview_report(
    desk: Desk, *, country: str, month: str, language: str, text: str = "", show_sensitive: bool = False
) -> MonthlyReport:
    """Build the report of *month* (``2023-11``) for *country* as it would be frozen now; nothing is kept.

    Raises:
        CountryUnknownError, MonthUnknownError, LanguageUnknownError, CitationRefusedError: see :mod:`reports.errors`.
    """
    return build_monthly(
        desk.store,
        desk.vault,
        desk.decoder,
        country=country,
        month=month,
        language=language,
        now=desk.clock(),
        built_by=desk.person_id,
        text=text,
        show_sensitive=show_sensitive,
        hiding=Hiding(desk.public_accounts, load_pseudonym_key(desk.home)),
    )


def freeze_report(
    desk: Desk,
    *,
    country: str,
    month: str,
    language: str,
    text: str = "",
    show_sensitive: bool = False,
    folder: Path | None = None,
) -> FrozenReport:
    """Build a report, render it in every format, keep all, and write the files into *folder*.

    Freezing again adds a revision; what was frozen before stays as it was. Of media that are hard to look at it holds blurred
    pictures only, unless *show_sensitive*.

    Raises:
        CountryUnknownError, MonthUnknownError, LanguageUnknownError, CitationRefusedError: see :mod:`reports.errors`.
        PersonRequiredError, PersonUnknownError
        RevisionConflictError: Somebody froze the same report at the same time; theirs was kept.
        InputError: The clock stands before the last freezing, or *folder* cannot be written.
        LogError, LeaseTakenError: The log cannot be signed; nothing was frozen.
    """
    desk.require_person("to freeze a report")
    content = preview_report(
        desk, country=country, month=month, language=language, text=text, show_sensitive=show_sensitive
    )
    before = _find_last(desk, content.id)
    if before is not None and content.built_at < before.built_at:
        raise InputError(
            f"the clock says {content.built_at:%Y-%m-%d %H:%M} UTC, but {before.id}.{before.revision} was frozen at"
            f" {before.built_at:%Y-%m-%d %H:%M} UTC: set the clock first"
        )
    content = add_links(stamp(desk, content), desk.public_address) if desk.public_address else stamp(desk, content)
    thumbnails = collect_thumbnails(content)
    snapshot = write_snapshot(content)
    del content  # so that a large report is in memory once
    frozen = read_snapshot(snapshot, thumbnails.__getitem__)
    files = {name: form.render(frozen) for name, form in FORMATS.items()}
    for picture in thumbnails.values():
        desk.vault.keep(picture)
    digests = {name: desk.vault.keep(file).sha256 for name, file in files.items()}
    record = commit(
        desk,
        Report(
            id=frozen.id,
            country=frozen.country,
            month=frozen.month,
            language=language,
            built_at=frozen.built_at,
            html_sha256=digests.pop("html"),
            json_sha256=digests.pop("json"),
            more_sha256=tuple(digests.items()),
            thumbnails_sha256=tuple(thumbnails),
            cites=_collect_cites(frozen),
            case_count=len(frozen.cases),
            demo=frozen.demo,
        ),
        expected_revision=before.revision if before else 0,
        act="freeze",
    )
    return FrozenReport(record=record, content=frozen, files=write_report(folder, record, files) if folder else ())


def write_preview(folder: Path, content: MonthlyReport) -> Path:
    """Write a report that is not frozen into *folder*, as ``ID.preview.html``, which says so."""
    path = folder / f"{content.id}.preview.html"
    _write(folder, {path: render_html(content, preview=True)}, "nothing was kept")
    return path


def read_report(desk: Desk, report_id: str, revision: int | None, language: str) -> ReportView:
    """Read a report's record, and in *language* what changed since it was frozen; raises RecordNotFoundError."""
    record = desk.store.get(Report, report_id, revision=revision)
    translator = Translator(language, zone=zone_of(record.country))
    return ReportView(
        record=record,
        history=desk.store.get_history(Report, report_id),
        corrections=find_corrections(desk.store, record.cites, translator, since=record.built_at),
    )


def read_file(desk: Desk, report_id: str, revision: int | None, name: str) -> tuple[Report, bytes]:
    """Read one format of a frozen report, exactly as it was frozen.

    Raises:
        RecordNotFoundError: There is no such report, or it was not frozen in this format.
    """
    record = desk.store.get(Report, report_id, revision=revision)
    if name not in record.files():
        raise RecordNotFoundError(Report.KIND, f"{record.id}.{record.revision} as {name}")
    return record, desk.vault.read(record.files()[name])


def read_files(desk: Desk, record: Report) -> Mapping[str, bytes]:
    """Read every format of a frozen report by its name, exactly as it was frozen."""
    return {name: desk.vault.read(sha256) for name, sha256 in record.files().items()}


def write_report(folder: Path, record: Report, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write a report's files into *folder*, which is made if need be: ``ID.html``, ``ID.json`` and so on.

    Raises:
        InputError: *folder* cannot be written; the report itself is kept.
    """
    paths = {name: folder / f"{record.id}{FORMATS[name].suffix}" for name in files if name in FORMATS}
    contents = {path: files[name] for name, path in paths.items()}
    _write(folder, contents, f"the report is kept as {record.id}.{record.revision}")
    return tuple(contents)


def _write(folder: Path, contents: Mapping[Path, bytes], kept: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{kept}, but {folder} cannot be written: {error.strerror}") from error


def _find_last(desk: Desk, report_id: str) -> Report | None:
    try:
        return desk.store.get(Report, report_id)
    except RecordNotFoundError:
        return None


def _collect_cites(content: MonthlyReport) -> tuple[str, ...]:
    """Name the verdicts at the revisions that the report says, those of the text first."""
    of_cases = (verdict.id for case in content.cases for verdict in case.verdicts)
    return tuple(dict.fromkeys((*(cited.id for cited in content.cited), *of_cases)))
