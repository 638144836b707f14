"""``sankofa report``: the month of a country, with citations."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.errors import ExitCode
from sankofa.cli.options import add_command, make_app
from sankofa.cli.pack import list_pack_lines, shape_pack
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_cited_change, shape_moment, shape_report
from sankofa.cli.values import split_revision
from sankofa.cli.words import count, say_date, translator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.model import Report
    from sankofa.desk import Desk

_PREVIEW = """
sankofa report preview --country ML --month 2023-11 --out reports/
sankofa report preview --country ML --month 2023-11 --text november.md --out reports/
"""
_FREEZE = """
sankofa --as ines.keita report freeze --country ML --month 2023-11 --text november.md --out reports/
sankofa --as ines.keita report freeze --country NE --month 2023-11 --out reports/ --language en
"""
_SHOW = """
sankofa report show R-ML-2023-11-fr
sankofa report show R-ML-2023-11-fr.1 --out old/       # the files of the first revision, unchanged
"""
_LIST = """
sankofa report list
sankofa report list --json
"""


_CODE = typer.Option(metavar="CODE", help="Two letters, as ML, NE, BF or TD.")
_MONTH = typer.Option(metavar="MONTH", help="Year and month, as 2023-11.")
_OUT = typer.Option("--out", metavar="FOLDER", help="Where to write the files.")
_TEXT = typer.Option(
    metavar="FILE",
    help="What you write about the month: Markdown, with citations as [@V-2023-0007]. - is standard input.",
)
_LANGUAGE = typer.Option(help="fr, en or ar; yours when left out.")
_SENSITIVE = typer.Option("--show-sensitive", help="Show pictures that are hard to look at as they are, not blurred.")


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Reports: the month of a country, looked at, frozen, and given out again as it was.")
    add_command(group, "preview", preview, examples=_PREVIEW)
    add_command(group, "freeze", freeze, examples=_FREEZE)
    add_command(group, "show", show, examples=_SHOW)
    add_command(group, "list", list_reports, examples=_LIST)
    app.add_typer(group, name="report")


def preview(
    session: Session,
    country: Annotated[str, _CODE],
    month: Annotated[str, _MONTH],
    out: Annotated[Path, _OUT],
    text: Annotated[str | None, _TEXT] = None,
    language: Annotated[str | None, _LANGUAGE] = None,
    show_sensitive: Annotated[bool, _SENSITIVE] = False,
) -> None:
    """Write the month's report as one HTML file to look at; nothing is kept, and it says that it is a preview.

    A citation that cannot be printed (unknown, not published, withdrawn or ambiguous) is refused with its line and column.
    """
    from sankofa.workflows.publish import preview_report, write_preview

    with session.open_desk() as desk:
        content = preview_report(
            desk,
            country=country,
            month=month,
            language=language or session.settings.language,
            text=_read_text(text),
            show_sensitive=show_sensitive,
        )
    file = write_preview(out, content)
    cases = count(len(content.cases), "case")
    shape = {
        "report_id": content.id,
        "case_count": len(content.cases),
        "cites": [cited.id for cited in content.cited],
        "file": str(file),
    }
    session.output.answer(shape, [f"{content.id}: {cases}, not frozen", f"  {file}"])


def freeze(
    session: Session,
    country: Annotated[str, _CODE],
    month: Annotated[str, _MONTH],
    out: Annotated[Path, _OUT],
    text: Annotated[str | None, _TEXT] = None,
    language: Annotated[str | None, _LANGUAGE] = None,
    show_sensitive: Annotated[bool, _SENSITIVE] = False,
) -> None:
    """Freeze the month's report of a country in every format, keep it, and write it to a folder; needs a person (--as).

    Every statement carries the number of the verdict revision or source that it rests on. Freezing again makes a new revision;
    the earlier ones stay as they were, byte for byte. The evidence pack is left in the folder reports of the home.
    """
    from sankofa.workflows.pack import build_pack
    from sankofa.workflows.publish import freeze_report

    with session.open_desk() as desk:
        frozen = freeze_report(
            desk,
            country=country,
            month=month,
            language=language or session.settings.language,
            text=_read_text(text),
            show_sensitive=show_sensitive,
            folder=out,
        )
        name = f"{frozen.record.id}.{frozen.record.revision}"
        session.kept = f"{name} is frozen and kept; for its evidence pack: sankofa pack build {name}"
        pack = build_pack(desk, frozen.record.id, frozen.record.revision)
    files = [str(file) for file in frozen.files]
    shape = {**shape_report(frozen.record), "files": files, "pack": shape_pack(pack)}
    if not pack.result.is_intact:
        session.refuse(ExitCode.DATA)
    lines = [_say(frozen.record), *(f"  {file}" for file in files), *list_pack_lines(pack)]
    session.output.answer(shape, lines)


def _read_text(file: str | None) -> str:
    """Read what the editor wrote; UTF-8."""
    if file is None:
        return ""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="--text") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8: save it as such", param_hint="--text") from error


def show(
    session: Session,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID[.REV]", help="R-COUNTRY-MONTH-LANGUAGE, with .1 for a revision.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write the files here, as frozen.")
    ] = None,
) -> None:
    """Show reports with their revisions, and give their files out again exactly as they were frozen.

    What was corrected or withdrawn since is said beside it, never inside it.
    """
    with session.open_desk() as desk:
        session.answer_each(ids, lambda given: _show(session, desk, given, out), "input")


def list_reports(session: Session) -> None:
    """List the reports that were frozen."""
    from index.model import Report

    with session.open_desk() as desk:
        session.output.table(
            (shape_report(report) for report in desk.store.iter_records(Report)),
            ("Report", "Revision", "Country", "Month", "Language", "Cases", "Frozen"),
            lambda shape: (
                shape["report_id"],
                str(shape["revision"]),
                translator().country(shape["country"]),
                say_date(shape["month"]),
                shape["language"],
                str(shape["case_count"]),
                say_date(shape["built_at"]),
            ),
            empty="No report was frozen yet: sankofa report freeze --country ML --month 2023-11 --out FOLDER",
        )


def _show(session: Session, desk: "Desk", given: str, out: Path | None) -> None:
    from reports.bidi import remove_isolates
    from sankofa.workflows.publish import read_files, read_report, write_report

    view = read_report(desk, *split_revision(given), translator().language)
    report, history = view.record, view.history
    files = [str(file) for file in write_report(out, report, read_files(desk, report))] if out else []
    shape = {
        "input": given,
        **shape_report(report),
        "corrections": [shape_cited_change(each) for each in view.corrections],
        "history": [shape_report(old) for old in history],
        "files": files,
    }
    lines = [_say(report), *(f"  {name}: SHA-256 {sha256}" for name, sha256 in report.files().items())]
    lines += [f"  {file}" for file in files]
    if report.erased:
        lines.append(f"  redacted on {report.erased.at.date()} by {report.erased.by}: {report.erased.reason}")
    lines += [f"  since: {each.now}  {remove_isolates(each.statement.text)}" for each in view.corrections]
    lines += _iter_history(history)
    session.output.answer({**shape, "error": None}, lines)


def _iter_history(history: "tuple[Report, ...]") -> "Iterator[str]":
    for report in history if len(history) > 1 else ():
        built = say_date(shape_moment(report.built_at))
        yield f"  revision {report.revision}: {built}, {count(report.case_count, 'case')}"


def _say(report: "Report") -> str:
    words = translator()
    of = f"{words.country(report.country)}, {words.date(report.month)}, {words.language_name(report.language)}"
    demo = "  DEMONSTRATION" if report.demo else ""
    return (
        f"{report.id}.{report.revision}  {of}: {count(report.case_count, 'case')}, frozen by {report.revised_by}{demo}"
    )
