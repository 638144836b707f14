"""What a report cites as BibTeX (BibLaTeX's ``@online`` and ``@report``), in UTF-8."""

from collections.abc import Iterator

from reports.content import MonthlyReport
from reports.references import Reference, build_references

_KINDS = {"report": "report", "webpage": "online"}
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
    }
)
_IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def render_bibtex(report: MonthlyReport) -> bytes:
    """Render the bibliography; braces are balanced whatever a title holds."""
    return "\n".join(_write(each) for each in build_references(report)).encode()


def _write(reference: Reference) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _iter_fields(reference) if value)
    return f"@{_KINDS[reference.kind]}{{{reference.key},\n{fields}}}\n"


def _iter_fields(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "title", "{" + reference.title.translate(_ESCAPES) + "}"
    yield "author", "{" + reference.author.translate(_ESCAPES) + "}" if reference.author else ""
    yield "date", reference.date
    yield "url", reference.url.translate(_IN_ADDRESS)
    yield "langid", {"fr": "french", "en": "english", "ar": "arabic"}.get(reference.language[:2], "")
    yield "note", reference.note.translate(_ESCAPES)
    yield "addendum", reference.archived_url.translate(_ESCAPES)
