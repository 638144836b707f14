"""Reports: the list, one as it was built, and the form that builds one."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from sankofa.web.pages.routing import form, page
from sankofa.web.pages.verdicts import split_citation
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows.browse import list_countries, list_reports
from sankofa.workflows.publish import build_report, read_report

router = APIRouter()
COVERED_FIRST = ("ML", "NE", "BF", "TD")

# A report carries its own style and pictures and no script; it may lead elsewhere but loads nothing.
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


@page(router, "/reports")
def show_reports(visit: OpenVisit) -> Response:
    """List the reports, and offer to build one."""
    others = [code for code in list_countries(visit.desk) if code not in COVERED_FIRST]
    month = f"{visit.desk.clock():%Y-%m}"
    return visit.render(
        "reports.html", reports=list_reports(visit.desk), countries=[*COVERED_FIRST, *others], month=month
    )


@form(router, "/reports")
def build(
    visit: OpenVisit,
    country: Annotated[str, Form(max_length=10)],
    month: Annotated[str, Form(max_length=10)],
    language: Annotated[str, Form(max_length=10)] = "fr",
) -> Response:
    """Build a report and show it; what was built before stays in the vault."""
    if visit.person is None:
        return visit.ask_who("/reports")
    built = build_report(visit.desk, country=country, month=month, language=language, folder=None)
    return redirect(f"/reports/{built.record.id}")


@page(router, "/reports/{cited}")
def show_report(visit: OpenVisit, cited: str) -> Response:
    """Show a report exactly as it was built: ``R-ML-2023-11-fr``, or one revision of it, ``R-ML-2023-11-fr.1``."""
    _, html, _ = read_report(visit.desk, *split_citation(cited))
    headers = {"content-security-policy": _REPORT_POLICY}
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


@page(router, "/reports/{cited}/json")
def send_report_data(visit: OpenVisit, cited: str) -> Response:
    """Send the same report as data."""
    record, _, data = read_report(visit.desk, *split_citation(cited))
    name = f"{record.id}.{record.revision}.json"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/json", headers=headers)
