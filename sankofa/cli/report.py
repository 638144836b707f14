"""``sankofa report``: the month of a country, with citations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_moment, shape_report
from sankofa.cli.values import split_revision
from sankofa.cli.words import count, say_date, translator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.model import Report
    from sankofa.desk import Desk

_BUILD = """
sankofa --as ines.keita report build --country ML --month 2023-11 --out reports/
sankofa --as ines.keita report build --country NE --month 2023-11 --out reports/ --language en
"""
_SHOW = """
sankofa report show R-ML-2023-11-fr
sankofa report show R-ML-2023-11-fr.1 --out old/       # the documents of the first revision, unchanged
"""
_LIST = """
sankofa report list
sankofa report list --json
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Reports: the month of a country as one HTML file and one JSON file.")
    add_command(group, "build", build, examples=_BUILD)
    add_command(group, "show", show, examples=_SHOW)
    add_command(group, "list", list_reports, examples=_LIST)
    app.add_typer(group, name="report")


def build(
    session: Session,
    country: Annotated[str, typer.Option(metavar="CODE", help="Two letters, as ML, NE, BF or TD.")],
    month: Annotated[str, typer.Option(metavar="MONTH", help="Year and month, as 2023-11.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to write the documents.")],
    language: Annotated[str | None, typer.Option(help="fr, en or ar; yours when left out.")] = None,
) -> None:
    """Build the month's report for a country, keep it, and write it to a folder; needs a person (--as).

    Every statement carries the number of the verdict revision or source that it rests on. Building again makes a new revision;
    the earlier ones stay as they were.
    """
    from sankofa.workflows.publish import build_report

    with session.open_desk() as desk:
        built = build_report(
            desk, country=country, month=month, language=language or session.settings.language, folder=out
        )
    files = [str(file) for file in built.files]
    shape = {**shape_report(built.record), "files": files}
    session.output.answer(shape, [_say(built.record), *(f"  {file}" for file in files)])


def show(
    session: Session,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID[.REV]", help="R-COUNTRY-MONTH-LANGUAGE, with .1 for a revision.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write the documents here, as built.")
    ] = None,
) -> None:
    """Show reports with their revisions, and give their documents out again exactly as they were built."""
    with session.open_desk() as desk:
        session.answer_each(ids, lambda given: _show(session, desk, given, out), "input")


def list_reports(session: Session) -> None:
    """List the reports that were built."""
    from index.model import Report

    with session.open_desk() as desk:
        session.output.table(
            (shape_report(report) for report in desk.store.iter_records(Report)),
            ("Report", "Revision", "Country", "Month", "Language", "Cases", "Built"),
            lambda shape: (
                shape["report_id"],
                str(shape["revision"]),
                translator().country(shape["country"]),
                say_date(shape["month"]),
                shape["language"],
                str(shape["case_count"]),
                say_date(shape["built_at"]),
            ),
            empty="No report was built yet: sankofa report build --country ML --month 2023-11 --out FOLDER",
        )


def _show(session: Session, desk: "Desk", given: str, out: Path | None) -> None:
    from index.model import Report
    from sankofa.workflows.publish import read_report, write_report

    report_id, revision = split_revision(given)
    report, html, data = read_report(desk, report_id, revision)
    history = desk.store.get_history(Report, report_id)
    files = [str(file) for file in write_report(out, report, html, data)] if out else []
    shape = {"input": given, **shape_report(report), "history": [shape_report(old) for old in history], "files": files}
    lines = [_say(report), f"  SHA-256 of the HTML {report.html_sha256}, of the JSON {report.json_sha256}"]
    lines += [f"  {file}" for file in files]
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
        f"{report.id}.{report.revision}  {of}: {count(report.case_count, 'case')}, built by {report.revised_by}{demo}"
    )
