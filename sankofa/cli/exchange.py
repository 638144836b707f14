"""``sankofa import`` and ``sankofa export``: CSV and JSON Lines in and out."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session
from sankofa.cli.values import parse_choice
from sankofa.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.exchange.rows import RowProblem
    from sankofa.workflows.exchange import Imported

_IMPORT = """
sankofa import claims.csv --dry-run
sankofa import claims.csv more.jsonl
sankofa import desk.jsonl --kind records      # what another desk gave out
"""
_EXPORT = """
sankofa export --out desk.jsonl
sankofa export --kind claim --kind verdict > claims.jsonl
sankofa export --format csv --out claims.csv
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    add_command(app, "import", import_files, examples=_IMPORT)
    add_command(app, "export", export, examples=_EXPORT)


def import_files(
    session: Session,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV with a head line, or JSON Lines.")],
    kind: Annotated[str, typer.Option(help="claims: a table of them; records: what export gave out.")] = "claims",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and judge every row, and keep nothing.")] = False,
) -> None:
    """Bring in what others checked: a claim a row, with the publisher's rating in their own words.

    Columns: id, text, title, url, date, language, claimant, country, rating, publisher; only text is required. A bad row is
    refused with its line number, the good ones are kept, and the same file again adds nothing.
    """
    parse_choice(kind, ("claims", "records"), "--kind")
    from sankofa.workflows.exchange import import_claims, import_records

    bring_in = import_claims if kind == "claims" else import_records
    with session.open_desk() as desk, session.output.progress("Importing") as update:

        def answer(file: Path) -> None:
            done = bring_in(desk, file, dry_run=dry_run, on_row=update)
            if done.refused:
                session.refuse()
            _answer_import(session, file, done, dry_run=dry_run)

        session.kept = "" if dry_run else "The rows before are kept; the same command goes on from there."
        session.answer_each(files, answer, "input")


def export(
    session: Session,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only records of this kind, as claim; may be repeated.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="jsonl; or csv: the claims with their verdicts.")] = "jsonl",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write here instead of to stdout.")] = None,
) -> None:
    """Give out what the desk holds as JSON Lines: one record a line, with every revision. Originals stay in the vault.

    The kinds: post, capture, claim_review, media_item, media_facts, bank_entry, appearance, evidence, match, claim, verdict,
    narrative, event, person, report, cursor, serial.
    """
    from index.model import LASTING
    from sankofa.workflows.exchange import iter_claims_csv, iter_records

    kinds = [parse_choice(name, LASTING, "--kind") for name in kind or LASTING]
    as_csv = parse_choice(format_, ("jsonl", "csv"), "--format") == "csv"
    if as_csv and kind:
        raise typer.BadParameter(
            "a table holds claims and their verdicts only; leave --kind out", param_hint="--format"
        )
    with session.open_desk(create=False) as desk, _open_sink(out, "utf-8-sig" if as_csv else "utf-8") as write:
        for line in iter_claims_csv(desk) if as_csv else iter_records(desk, kinds):
            write(line)
    if out:
        session.output.answer({"file": str(out)}, [f"{out}: written"])


def _answer_import(session: Session, file: Path, done: "Imported", *, dry_run: bool) -> None:
    shape = {
        "input": str(file),
        "rows": done.rows,
        "new": done.new,
        "refused": [_shape_problem(problem) for problem in done.refused],
        "remarks": [_shape_problem(problem) for problem in done.remarks],
        "dry_run": dry_run,
        "error": None,
    }
    what = f"{done.new} would be new; nothing was kept" if dry_run else f"{done.new} new"
    lines = [f"{file}: {count(done.rows, 'row')} read, {what}, {len(done.refused)} refused"]
    lines += [f"  {problem}" for problem in (*done.refused, *done.remarks)]
    session.output.answer(shape, lines)


def _shape_problem(problem: "RowProblem") -> dict[str, Any]:
    return {"line": problem.line, "column": problem.column, "error": problem.message}


@contextmanager
def _open_sink(out: Path | None, encoding: str) -> "Iterator[Callable[[str], object]]":
    """Open stdout, or a file that appears under its name only once it is whole."""
    if out is None:
        yield sys.stdout.write
        return
    from sankofa.errors import InputError

    unfinished = out.with_name(f".{out.name}.part")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            try:
                yield file.write
            except BaseException:
                unfinished.unlink()
                raise
        unfinished.replace(out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from error
