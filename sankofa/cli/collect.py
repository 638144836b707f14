"""``sankofa collect``: what the crawlers do."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sankofa.cli.errors import ExitCode, concerns_one_input, exit_code, explain
from sankofa.cli.options import add_command
from sankofa.cli.session import Session
from sankofa.cli.values import parse_period
from sankofa.cli.words import count

if TYPE_CHECKING:
    from sankofa.desk import Desk
    from sankofa.workflows.follow import Errand
    from sankofa.workflows.ingest import Tally

_EXAMPLES = """
sankofa collect kidal-tunnels-2023            # an event: all of its sources
sankofa collect posts.csv --dry-run           # a file of posts: what would be read
sankofa collect fasocheck benbere --since 2023-11 --until 2023-11 --limit 500
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "collect", collect, examples=_EXAMPLES)


def collect(
    session: Session,
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="A source or event of the catalogue, or a file.")
    ],
    since: Annotated[str | None, typer.Option(help="From this day or month on, as 2023-11-14.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this day or month, inclusive.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many posts of each source.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and keep nothing.")] = False,
) -> None:
    """Collect posts, their media and published checks, and suggest which known media they show.

    A SOURCE is a name of the catalogue or a file of posts (CSV or JSON Lines); an event collects from all of its sources. A run
    that was cut goes on where it stopped; what is met twice is kept once.
    """
    first, last = parse_period(since, until)
    from sankofa.workflows.follow import plan_errands

    with session.open_desk() as desk:
        for asked in sources:
            for errand in plan_errands(desk, asked, since=first, until=last, limit=limit):
                _run(session, desk, errand, dry_run=dry_run)


def _run(session: Session, desk: "Desk", errand: "Errand", *, dry_run: bool) -> None:
    from sankofa.workflows.ingest import Tally

    total = Tally()
    failure: Exception | None = None
    try:
        total = _collect(session, desk, errand, dry_run=dry_run)
    except Exception as error:
        code = exit_code(error)
        if not (concerns_one_input(error) or code is ExitCode.OUTSIDE):
            raise
        session.refuse(ExitCode.OUTSIDE if code is ExitCode.OUTSIDE else ExitCode.REFUSED)
        failure = error
    if total.refused:
        session.refuse()
    _answer(session, errand, total, failure, dry_run=dry_run)


def _collect(session: Session, desk: "Desk", errand: "Errand", *, dry_run: bool) -> "Tally":
    from sankofa.workflows.follow import keep_event
    from sankofa.workflows.ingest import collect as collect_source

    event = errand.event if errand.event is None or dry_run else keep_event(desk, errand.event)
    with desk.outside.open_source(errand.source) as source, session.output.progress(errand.source) as update:

        def tell(tally: "Tally") -> None:
            update(tally.posts)
            session.kept = "" if dry_run else f"Kept: {_say(tally)}. The same command goes on from there."

        return collect_source(desk, source, errand.request, event=event, dry_run=dry_run, on_batch=tell)


def _answer(session: Session, errand: "Errand", tally: "Tally", failure: Exception | None, *, dry_run: bool) -> None:
    shape: dict[str, Any] = {
        "source": errand.source,
        "event": errand.event.id if errand.event else None,
        "posts": tally.posts,
        "new_posts": tally.new_posts,
        "media": tally.media,
        "new_media": tally.new_media,
        "reviews": tally.reviews,
        "matches": tally.matches,
        "claim_matches": tally.claim_matches,
        "missing_media": [{"url": url, "reason": reason} for url, reason in tally.missing_media],
        "refused": [{"where": where, "reason": reason} for where, reason in tally.refused],
        "dry_run": dry_run,
        "error": explain(failure) if failure else None,
    }
    lines = [
        f"{errand.source}: failed: {explain(failure)}"
        if failure
        else f"{errand.source}: {_say(tally, dry_run=dry_run)}"
    ]
    lines += [f"  not had: {url}: {reason}" for url, reason in tally.missing_media]
    lines += [f"  refused: {where}: {reason}" for where, reason in tally.refused]
    if tally.matches or tally.claim_matches:
        lines.append("  Look at the suggested matches: sankofa match list")
    session.output.answer(shape, lines)


def _say(tally: "Tally", *, dry_run: bool = False) -> str:
    if dry_run:
        return (
            f"would read {count(tally.posts, 'post')} with {count(tally.media, 'picture or video', 'pictures and videos')} "
            f"and {count(tally.reviews, 'published check')}; nothing was kept"
        )
    return (
        f"{count(tally.posts, 'post')} ({tally.new_posts} new), "
        f"{count(tally.media, 'picture or video', 'pictures and videos')} ({tally.new_media} new), "
        f"{count(tally.reviews, 'published check')}, {count(tally.matches, 'suggested match', 'suggested matches')}, "
        f"{count(tally.claim_matches, 'suggested claim')}"
    )
