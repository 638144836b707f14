"""``sankofa demo``: the Kidal case of November 2023, through the whole desk."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sankofa.cli.options import add_command
from sankofa.cli.output import align
from sankofa.cli.pack import shape_pack
from sankofa.cli.serve import open_pages
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_cited_change, shape_report
from sankofa.cli.words import UNKNOWN, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sankofa.demo.run import DemoSummary
    from sankofa.workflows.publish import FrozenReport

_EXAMPLES = """
sankofa demo
sankofa demo --no-serve                       # ends after the report is written
sankofa --home /tmp/desk demo --no-serve      # keep it apart from your own work
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "demo", demo, examples=_EXAMPLES)


def demo(
    session: Session,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End when the report is written.")] = False,
) -> None:
    """Walk the Kidal case through the whole desk: collect, keep, match, judge, search, report; then serve it.

    Its data are marked as a demonstration everywhere. It does not mix with work of yours.
    """
    from sankofa.demo.run import run_demo

    summary = run_demo(session.settings, on_step=session.output.note)
    session.output.answer(_shape(summary), _iter_lines(summary))
    if not no_serve:
        open_pages(session, session.settings.host, session.settings.port)


def _shape(summary: "DemoSummary") -> dict[str, Any]:
    return {
        "collected": summary.collected.posts,
        "posts": summary.posts,
        "media": summary.media,
        "matches": dict(summary.matches),
        "claim_matches": dict(summary.claim_matches),
        "claims": summary.claims,
        "verdicts": summary.verdicts,
        "searches": [{"query": query, "claim_id": claim_id or None} for query, claim_id in summary.found],
        "exchange": {
            "read": summary.exchanged.read,
            "new": summary.exchanged.new,
            "files": [str(file) for file in summary.exchanged.files],
        },
        "reports": [
            {**shape_report(report.record), "files": [str(file) for file in report.files], "pack": shape_pack(pack)}
            for report, pack in zip(summary.reports, summary.packs, strict=True)
        ],
        "corrections": [shape_cited_change(each) for each in summary.corrections],
        "verified": summary.verified.shape("en"),
    }


def _iter_lines(summary: "DemoSummary") -> "Iterator[str]":
    from reports.bidi import remove_isolates

    suggested, confirmed = (summary.matches.get(status, 0) for status in ("suggested", "confirmed"))
    exchanged = summary.exchanged
    rows = [
        ("collected", f"{count(summary.collected.posts, 'post or page', 'posts and pages')} in this run"),
        ("kept", f"{count(summary.posts, 'post')}, {count(summary.media, 'picture or video', 'pictures and videos')}"),
        ("matched", f"{confirmed} confirmed by a person, {suggested} suggested and waiting"),
        ("posts", f"{count(sum(summary.claim_matches.values()), 'suggestion')} of what claims they repeat or deny"),
        ("claims", f"{summary.claims} with {count(summary.verdicts, 'verdict')}"),
        (
            "exchange",
            f"{count(exchanged.read, 'check')} read, {exchanged.new} new; {', '.join(map(str, exchanged.files[2:]))}",
        ),
        *((f"search “{query}”", claim_id or UNKNOWN) for query, claim_id in summary.found),
        *((f"report {report.record.id}", _say_report(report)) for report in summary.reports),
        *(("pack", str(pack.file)) for pack in summary.packs[:1]),
        *(("corrected since", remove_isolates(each.statement.text)) for each in summary.corrections),
    ]
    yield from align(("DEMONSTRATION", "the Kidal case of November 2023"), rows)
    yield from summary.verified.lines("en")


def _say_report(report: "FrozenReport") -> str:
    files = [str(file) for file in report.files if file.suffix == ".html"]
    return f"{count(report.record.case_count, 'case')}: {', '.join(files) or 'kept in the vault'}"
