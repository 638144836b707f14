"""Reports: the list, one as it was frozen, and the form that freezes one."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from index.errors import LeaseTakenError, LogError
from reports.formats import FORMATS
from reports.render.html import render_html
from sankofa.web.pages.routing import form, page
from sankofa.web.pages.verdicts import split_citation
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows.browse import list_countries, list_reports
from sankofa.workflows.pack import build_pack, offer_pack
from sankofa.workflows.publish import freeze_report, preview_report, read_file, read_report

router = APIRouter()
_LONGEST_TEXT = 200_000
COVERED_FIRST = ("ML", "NE", "BF", "TD")

# A report carries its own style and pictures and no script; it may lead elsewhere but loads nothing.
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


@page(router, "/reports")
def show_reports(visit: OpenVisit) -> Response:
    """List the reports, and offer to freeze one."""
    others = [code for code in list_countries(visit.desk) if code not in COVERED_FIRST]
    month = f"{visit.desk.clock():%Y-%m}"
    return visit.render(
        "reports.html", reports=list_reports(visit.desk), countries=[*COVERED_FIRST, *others], month=month
    )


@form(router, "/reports")
def freeze(
    visit: OpenVisit,
    country: Annotated[str, Form(max_length=10)],
    month: Annotated[str, Form(max_length=10)],
    language: Annotated[str, Form(max_length=10)] = "fr",
    text: Annotated[str, Form(max_length=_LONGEST_TEXT)] = "",
    show_sensitive: Annotated[bool, Form()] = False,
) -> Response:
    """Freeze a report with the editor's text and show it; what was frozen before stays as it was."""
    if visit.person is None:
        return visit.ask_who("/reports")
    frozen = freeze_report(
        visit.desk, country=country, month=month, language=language, text=text, show_sensitive=show_sensitive
    )
    try:
        build_pack(visit.desk, frozen.record.id, frozen.record.revision)
    except (LogError, LeaseTakenError):
        pass  # the report is frozen; its page says that the pack is not built yet, and how
    return redirect(f"/reports/{frozen.record.id}")


@form(router, "/reports/preview")
def preview(
    visit: OpenVisit,
    country: Annotated[str, Form(max_length=10)],
    month: Annotated[str, Form(max_length=10)],
    language: Annotated[str, Form(max_length=10)] = "fr",
    text: Annotated[str, Form(max_length=_LONGEST_TEXT)] = "",
    show_sensitive: Annotated[bool, Form()] = False,
) -> Response:
    """Show a report as it would be frozen; nothing is kept."""
    content = preview_report(
        visit.desk, country=country, month=month, language=language, text=text, show_sensitive=show_sensitive
    )
    headers = {"content-security-policy": _REPORT_POLICY}
    return Response(render_html(content, preview=True), media_type=FORMATS["html"].media_type, headers=headers)


@page(router, "/reports/{cited}")
def show_report(visit: OpenVisit, cited: str) -> Response:
    """Show what was frozen as ``R-ML-2023-11-fr``, or one revision of it (``.1``), and what changed since."""
    view = read_report(visit.desk, *split_citation(cited), visit.language)
    return visit.render(
        "report.html",
        report=view.record,
        history=view.history,
        corrections=view.corrections,
        pack=offer_pack(visit.desk, view.record.id, view.record.revision),
    )


@page(router, "/reports/{cited}/{name}")
def send_report(visit: OpenVisit, cited: str, name: str) -> Response:
    """Send one format, exactly as it was frozen, by the names of :data:`reports.formats.FORMATS`; only HTML is shown."""
    record, content = read_file(visit.desk, *split_citation(cited), name)
    form = FORMATS[name]
    headers = {"content-security-policy": _REPORT_POLICY}
    if name != "html":
        headers["content-disposition"] = f'attachment; filename="{record.id}.{record.revision}{form.suffix}"'
    return Response(content, media_type=form.media_type, headers=headers)
