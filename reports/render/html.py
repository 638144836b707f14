"""A report as one HTML file: its style and pictures are inside, nothing is loaded, nothing runs."""

import base64
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from itertools import islice

from jinja2 import Environment
from markupsafe import Markup, escape

from reports.bidi import render_isolates
from reports.citations import Statement
from reports.citing import parse_report_text
from reports.content import Case, MediumEntry, MonthlyReport
from reports.figures import build_figures
from reports.i18n import Translator
from reports.logged import say_log
from reports.pictures import Picture
from reports.short_links import draw_svg
from reports.templating import build_environment
from reports.timeline import build_timeline

_MAX_SHOWN_CITES = 8
_PARTS = 1_000
"""So many are in memory as text: all of a large report would take as much again, twice where it has Arabic, and longer."""


def render_html(report: MonthlyReport, *, preview: bool = False) -> bytes:
    """Render a report; the same report gives the same bytes. A *preview* says that it is one."""
    template = _get_environment(report.language, report.time_zone).get_template("monthly.html")
    words = Translator(report.language, zone=report.time_zone)
    anchors = Anchors(report)
    citer = _Citer(anchors, words)
    shown = {
        "report": report,
        "preview": preview,
        "text": parse_report_text(report),
        "figures": build_figures(report, words),
        "log_words": say_log(words, report.log) if report.log else "",
        "anchors": anchors,
        "citer": citer,
        "draw_svg": draw_svg,
        "picture": build_picture,
        "timeline": lambda case: build_timeline(case.spread, report.time_zone),
        "reuse_line": lambda medium: build_timeline(medium.uses, report.time_zone),
    }
    parts = template.root_render_func(template.new_context(shown))
    output = BytesIO()
    while batch := list(islice(parts, _PARTS)):
        output.write("".join(batch).encode())
    return output.getvalue()


class Anchors:
    """Where in the document a citation leads: to what stands there under its identifier, or to the list of sources.

    An element takes an identifier once; what occurs again (one post in two cases) links to its first place.
    """

    def __init__(self, report: MonthlyReport) -> None:
        self._numbers = {source.id: source.number for source in report.sources}
        self._bodies = _collect_bodies(report)
        self._placed: set[str] = set()

    def place(self, record_id: str | None) -> str:
        """Return the value for an element's ``id``, or nothing where this identifier has its place already."""
        if not record_id or record_id in self._placed or record_id in self._numbers:
            return ""
        self._placed.add(record_id)
        return record_id

    def render(self, record_id: str | None) -> Markup:
        """Render the attribute ``id`` of an element, with a space before it, where it takes this identifier."""
        place = self.place(record_id)
        return Markup(f' id="{escape(place)}"' if place else "")  # noqa: S704 - escaped

    def label(self, cite: str) -> str:
        """Return what a citation shows: the number of a source in brackets, or the identifier itself."""
        return f"[{self._numbers[cite]}]" if cite in self._numbers else cite

    def target(self, cite: str) -> str:
        """Return the fragment that a citation leads to; empty where the document has no place for it."""
        if cite in self._numbers:
            return f"source-{self._numbers[cite]}"
        return cite if cite in self._bodies else ""


class _Citer:
    """Writes statements with their citations."""

    def __init__(self, anchors: Anchors, words: Translator) -> None:
        self._anchors = anchors
        self._words = words
        self._link = cache(self._write_link)

    def cite(self, cites: tuple[str, ...]) -> Markup:
        """Write citations, each a link to its place in the document if it has one."""
        shown = " ".join(map(self._link, cites[:_MAX_SHOWN_CITES]))
        more = len(cites) - _MAX_SHOWN_CITES
        rest = escape(" " + self._words.ngettext("and %(num)s more", "and %(num)s more", more)) if more > 0 else ""
        return Markup(f'<span class="cites">{shown}{rest}</span>')  # noqa: S704 - each part is escaped

    def say(self, statement: Statement) -> Markup:
        """Write a sentence and what it rests on."""
        return Markup(f"{render_isolates(statement.text)} {self.cite(statement.cites)}")  # noqa: S704 - both are escaped

    def _write_link(self, cite: str) -> str:
        label, target = escape(self._anchors.label(cite)), self._anchors.target(cite)
        if target:
            return f'<a class="id" href="#{escape(target)}">{label}</a>'
        return f'<span class="id">{label}</span>'


def build_picture(entry: MediumEntry) -> Picture:
    """Build what the templates show of a medium; the thumbnail becomes a ``data:`` URI."""
    src = None
    if entry.thumbnail is not None:
        src = "data:image/jpeg;base64," + base64.b64encode(entry.thumbnail).decode()
    return Picture(
        media_id=entry.media_id,
        alt=entry.alt,
        src=src,
        width=entry.thumbnail_size[0],
        height=entry.thumbnail_size[1],
        caption=entry.caption,
        appeared_on=entry.appeared_on,
        source_urls=entry.source_urls,
        missing=entry.missing,
    )


@cache
def _get_environment(language: str, zone: str) -> Environment:
    environment = build_environment(language, zone=zone)
    # filters, since a template calls them directly, and a function or a macro by a long way round
    environment.filters.update(
        say=lambda statement, citer: citer.say(statement),
        cited=lambda cites, citer: citer.cite(cites),
        at=lambda record_id, anchors: anchors.render(record_id),
    )
    return environment


def _collect_bodies(report: MonthlyReport) -> frozenset[str]:
    """Collect the identifiers under which something stands in the body."""
    in_cases = (each for case in report.cases for each in _collect_case(case))
    return frozenset({report.id, *in_cases, *(gap.statement.cites[0] for gap in report.gaps)})


def _collect_case(case: Case) -> Iterable[str]:
    yield case.cited_as
    for verdict in case.verdicts:
        yield verdict.id
        yield from (earlier.id for earlier in verdict.earlier)
    for pair in case.comparisons:
        yield from (each for each in (pair.match_id, pair.known.media_id, pair.use.media_id) if each)
    yield from (cite for statement in case.further_matches for cite in statement.cites)
    yield from (entry.media_id for entry in case.media)
    yield from (cite for line in case.spread for cite in line.cites)
