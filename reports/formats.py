"""The formats in which a report is frozen: each is rendered once, from the snapshot alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.content import MonthlyReport
from reports.render.bibtex import render_bibtex
from reports.render.csl_json import render_csl_json
from reports.render.csv import render_csv
from reports.render.docx import MEDIA_TYPE as DOCX_TYPE
from reports.render.docx import render_docx
from reports.render.html import render_html
from reports.render.json import render_json
from reports.render.pdf import render_pdf
from reports.render.ris import render_ris
from reports.render.xlsx import MEDIA_TYPE as XLSX_TYPE
from reports.render.xlsx import render_xlsx
from reports.snapshot import write_snapshot


@dataclass(frozen=True)
class Format:
    """One format: what its file names end in, its media type, and what renders it (pure: same report, same bytes)."""

    suffix: str
    media_type: str
    render: Callable[[MonthlyReport], bytes]


FORMATS: Mapping[str, Format] = {
    "html": Format(".html", "text/html; charset=utf-8", render_html),
    "pdf": Format(".pdf", "application/pdf", render_pdf),
    "docx": Format(".docx", DOCX_TYPE, render_docx),
    "xlsx": Format(".xlsx", XLSX_TYPE, render_xlsx),
    "csv": Format(".csv", "text/csv; charset=utf-8", render_csv),
    "json": Format(".json", "application/json", lambda report: render_json(report).encode()),
    "bibtex": Format(".bib", "text/x-bibtex; charset=utf-8", render_bibtex),
    "csl-json": Format(".csl.json", "application/vnd.citationstyles.csl+json", render_csl_json),
    "ris": Format(".ris", "application/x-research-info-systems", render_ris),
    "snapshot": Format(".snapshot.json", "application/json", write_snapshot),
}
"""By name, in the order in which people see them."""
