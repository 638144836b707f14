"""``sankofa import``: tables, feeds and pages with what others checked, and records that another desk gave out."""

import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session
from sankofa.cli.values import parse_choice
from sankofa.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.exchange.columns import Layout
    from index.exchange.rows import RowProblem
    from sankofa.workflows.import_rows import Imported

_EXAMPLES = """
sankofa import claims.csv --dry-run
sankofa import list.xlsx --map claim=Affirmation,rating=Verdict
sankofa import page.html --from https://checks.example/tunnel
sankofa import feed.json
sankofa import --google "tunnels Kidal" --language fr --max-age-days 30
sankofa import desk.jsonl --kind records      # what another desk gave out
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "import", import_files, examples=_EXAMPLES)


def import_files(
    session: Session,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="A table, JSON-LD, a feed, a saved page; - is stdin."),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="Found out by itself where it is not given.")] = "auto",
    kind: Annotated[str, typer.Option(help="claims: what others checked; records: what export gave out.")] = "claims",
    address: Annotated[str, typer.Option("--from", metavar="URL", help="Where a saved page came from.")] = "",
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=NAME,…", help="A table's own names for our columns.")
    ] = None,
    google: Annotated[
        str, typer.Option("--google", metavar="QUERY", help="Ask Google's Fact Check Tools API instead; needs a key.")
    ] = "",
    language: Annotated[str, typer.Option(help="With --google: only checks in this language, as fr.")] = "",
    max_age_days: Annotated[int | None, typer.Option(min=1, help="With --google: only so recent ones.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and judge every row, and keep nothing.")] = False,
) -> None:
    """Bring in what others checked, with the publisher's rating in their own words; nothing in a file is fetched.

    Formats: csv, xlsx, jsonl (a claim a row), claimreview, datacommons, defacto, google, page.
    Columns: id, text, title, url, date, language, claimant, country, rating, publisher; only text is required. A bad row is
    refused with its place, the good ones are kept, and the same file again adds nothing.
    """
    from index.exchange.formats import FORMATS

    if google:
        if files or map_ or address or (kind, format_) != ("claims", "auto"):
            raise typer.BadParameter(
                "goes with --language, --max-age-days and --dry-run only; leave the rest out", param_hint="--google"
            )
        _ask_google(session, google, language, max_age_days, dry_run=dry_run)
        return
    if not files or language or max_age_days:
        raise typer.BadParameter("say which FILE, or ask with --google QUERY", param_hint="FILE")
    parse_choice(format_, ("auto", *FORMATS), "--format")
    bring_in = _choose_import(parse_choice(kind, ("claims", "records"), "--kind"), format_, address, map_ or [])
    with session.open_desk() as desk, session.output.progress("Importing") as update:

        def answer(file: Path) -> None:
            with _at_hand(file) as path:
                done = bring_in(desk, path, dry_run=dry_run, on_row=update)
            if done.refused:
                session.refuse()
            _answer_import(session, str(file), done, dry_run=dry_run)

        session.kept = "" if dry_run else "The rows before are kept; the same command goes on from there."
        session.answer_each(files, answer, "input")


def _choose_import(kind: str, form: str, address: str, mapping: list[str]) -> "Callable[..., Imported]":
    from index.exchange.columns import parse_mapping
    from sankofa.workflows.exchange import import_records
    from sankofa.workflows.import_checks import import_file

    if kind == "records":
        return import_records
    try:
        columns = parse_mapping(mapping)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--map") from error
    return partial(import_file, form="" if form == "auto" else form, address=address, mapping=columns)


def _ask_google(session: Session, query: str, language: str, max_age_days: int | None, *, dry_run: bool) -> None:
    from crawlers.fact_checks import ClaimsAsked
    from sankofa.workflows.import_checks import import_answers

    asked = ClaimsAsked(query=query, language=language, max_age_days=max_age_days)
    with session.open_desk() as desk, session.output.progress("Asking") as update:
        done = import_answers(desk, asked, dry_run=dry_run, on_row=update)
    if done.refused:
        session.refuse()
    _answer_import(session, query, done, dry_run=dry_run)


def _answer_import(session: Session, given: str, done: "Imported", *, dry_run: bool) -> None:
    shape = {
        "input": given,
        "rows": done.rows,
        "new": done.new,
        "refused": [_shape_problem(problem) for problem in done.refused],
        "remarks": [_shape_problem(problem) for problem in done.remarks],
        "claim_matches": done.claim_matches,
        "dry_run": dry_run,
        "read_as": asdict(done.layout) | {"columns": dict(done.layout.columns)} if done.layout else None,
        "error": None,
    }
    what = f"{done.new} would be new; nothing was kept" if dry_run else f"{done.new} new"
    lines = [f"{given}: {count(done.rows, 'row')} read, {what}, {len(done.refused)} refused"]
    lines += [f"  {_say_layout(done.layout)}"] if done.layout else []
    lines += [f"  {problem}" for problem in (*done.refused, *done.remarks)]
    if done.claim_matches:
        lines.append(f"  {count(done.claim_matches, 'earlier post')} may say so: sankofa match list --kind claims")
    session.output.answer(shape, lines)


def _say_layout(layout: "Layout") -> str:
    columns = ", ".join(ours if ours == theirs else f"{ours} ← {theirs}" for ours, theirs in layout.columns)
    how = {"encoding": "in", "separator": "parted by", "sheet": "sheet"}
    said = [f"{word} {getattr(layout, name)!r}" for name, word in how.items() if getattr(layout, name)]
    return f"read as {' '.join([layout.form, *said])}: {columns or 'names as they are'}"


def _shape_problem(problem: "RowProblem") -> dict[str, Any]:
    return {"line": problem.line, "unit": problem.unit, "column": problem.column, "error": problem.message}


@contextmanager
def _at_hand(file: Path) -> "Iterator[Path]":
    """Give *file*, or for ``-`` a file that holds stdin: formats are told apart by their beginning, which a pipe gives once."""
    if str(file) != "-":
        yield file
        return
    with tempfile.NamedTemporaryFile(prefix="sankofa-") as held:
        shutil.copyfileobj(sys.stdin.buffer, held)
        held.flush()
        yield Path(held.name)
