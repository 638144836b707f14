"""What a report cites as RIS, which reference managers read: a tag, two spaces, a dash, a space and the value on each line."""

from collections.abc import Iterator

from reports.content import MonthlyReport
from reports.references import Reference, build_references

_KINDS = {"report": "RPRT", "webpage": "ELEC"}


def render_ris(report: MonthlyReport) -> bytes:
    """Render the bibliography."""
    lines = (line for each in build_references(report) for line in (*_iter_lines(each), "ER  - ", ""))
    return ("\r\n".join(lines) + "\r\n").encode()


def _iter_lines(reference: Reference) -> Iterator[str]:
    year, *rest = reference.date.split("-")
    fields = (
        ("TY", _KINDS[reference.kind]),
        ("ID", reference.key),
        ("TI", reference.title),
        ("AU", reference.author),
        ("PY", year),
        ("DA", "/".join((year, *rest, *("" for _ in range(3 - len(rest))))) if year else ""),
        ("UR", reference.url),
        ("L2", reference.archived_url),
        ("LA", reference.language),
        ("N1", reference.note),
    )
    return (f"{tag}  - {value}" for tag, value in fields if value)
