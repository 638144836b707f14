"""``sankofa export``: all records, or claims with their verdicts as tables and feeds."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session
from sankofa.cli.values import parse_choice
from sankofa.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.model import Verdict
    from sankofa.desk import Desk

_EXAMPLES = """
sankofa export --out desk.jsonl
sankofa export --kind claim --kind verdict > claims.jsonl
sankofa export --format csv --out claims.csv
sankofa export --format claimreview --own --site https://desk.example --out checks.json
"""

_CHECK_FORMATS = ("claimreview", "datacommons", "defacto")


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "export", export, examples=_EXAMPLES)


def export(
    session: Session,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only records of this kind, as claim; may be repeated.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="jsonl, csv, xlsx, claimreview, datacommons or defacto.")
    ] = "jsonl",
    own: Annotated[bool, typer.Option("--own", help="Only this desk's own verdicts.")] = False,
    site: Annotated[str, typer.Option("--site", metavar="URL", help="Where this desk's verdicts are read.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write here instead of to stdout.")] = None,
) -> None:
    """Give out what the desk holds as JSON Lines: one record a line, with every revision. Originals stay in the vault.

    The kinds: post, capture, claim_review, media_item, media_facts, bank_entry, appearance, evidence, match, claim_match,
    negative, claim, verdict, narrative, event, person, report, cursor, serial. The other formats hold the claims with their
    published verdicts.
    """
    from index.model import LASTING

    kinds = [parse_choice(name, LASTING, "--kind") for name in kind or LASTING]
    parse_choice(format_, ("jsonl", "csv", "xlsx", *_CHECK_FORMATS), "--format")
    if format_ != "jsonl" and kind:
        raise typer.BadParameter(
            f"{format_} holds claims and their verdicts only; leave --kind out", param_hint="--format"
        )
    if format_ not in _CHECK_FORMATS and (own or site):
        raise typer.BadParameter(f"{format_} knows no --own and no --site", param_hint="--format")
    with (
        session.open_desk(create=False) as desk,
        _open_sink(out, "utf-8-sig" if format_ == "csv" else "utf-8") as file,
    ):
        if format_ == "xlsx":
            from sankofa.workflows.exchange import write_claims_xlsx

            write_claims_xlsx(desk, file.buffer)
        else:
            for piece in _render(session, desk, format_, kinds, own=own, site=site):
                file.write(piece)
    if out:
        session.output.answer({"file": str(out)}, [f"{out}: written"])


def _render(session: Session, desk: "Desk", form: str, kinds: list[str], *, own: bool, site: str) -> "Iterator[str]":
    from sankofa.workflows.exchange import iter_claims_csv, iter_records
    from sankofa.workflows.export_checks import iter_checks, render_checks

    if form not in _CHECK_FORMATS:
        yield from iter_claims_csv(desk) if form == "csv" else iter_records(desk, kinds)
        return
    skipped: list[Verdict] = []
    checks = iter_checks(desk, site=site, own_only=own, on_skipped=skipped.append)
    yield from render_checks(desk, form, checks, site=site)
    if skipped:
        what = count(len(skipped), "verdict")
        session.output.note(f"{what} without a web address left out: --site URL gives this desk's own one each")


@contextmanager
def _open_sink(out: Path | None, encoding: str) -> "Iterator[TextIO]":
    """Open stdout, or a file that appears under its name only once it is whole."""
    if out is None:
        yield sys.stdout
        return
    from sankofa.errors import InputError

    unfinished = out.with_name(f".{out.name}.part")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            try:
                yield file
            except BaseException:
                unfinished.unlink()
                raise
        unfinished.replace(out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from error
