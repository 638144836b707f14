"""The entry point ``sankofa``: all commands, and what becomes of a line that cannot be understood."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from sankofa.cli import (
    check,
    claim,
    collect,
    demo,
    erase,
    exporting,
    importing,
    log,
    match,
    media,
    names,
    pack,
    person,
    report,
    saved,
    search,
    serve,
    store,
    verdict,
)
from sankofa.cli.errors import ExitCode
from sankofa.cli.options import Home, Json, Person, Store, Vault, keep_options, make_app
from sankofa.cli.output import Output, use_utf8

SUMMARY = """Monitor disinformation and verify media: collect, check, search, judge, report.

The options below work before and after every command. The exit codes stand in docs/reference/exit-codes.md.

\b
Examples:
  sankofa demo                       # the Kidal case of November 2023, through the whole desk
  sankofa check photo.jpg            # is this picture known?
  sankofa search tunnels de Kidal    # was this claim checked?
"""

_COMMANDS = (
    demo,
    serve,
    collect,
    check,
    search,
    saved,
    media,
    claim,
    verdict,
    match,
    report,
    pack,
    importing,
    exporting,
    names,
    person,
    log,
    erase,
    store,
)


def build_app() -> typer.Typer:
    """Put all commands together."""
    app = make_app(SUMMARY, with_completion=True)
    app.callback(invoke_without_command=True)(_begin)
    for module in _COMMANDS:
        module.register(app)
    return app


def main(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    use_utf8(sys.stdout, sys.stderr)
    command = typer.main.get_command(build_app())
    try:
        code = command.main(list(arguments), prog_name="sankofa", standalone_mode=False)
    except typer.TyperException as error:
        return _refuse(error, arguments)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    return code if isinstance(code, int) else ExitCode.DONE


def run() -> NoReturn:
    """Run the command line that the shell gave us."""
    sys.exit(main(sys.argv[1:]))


def _begin(
    context: typer.Context,
    version_: Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)] = False,
    json_: Json = False,
    home: Home = None,
    store: Store = None,
    vault: Vault = None,
    as_: Person = None,
) -> None:
    if version_:
        from sankofa.workflows.pack_file import digest_verifier

        said = {"version": version("sankofa"), "verifier_sha256": digest_verifier()}
        lines = [f"sankofa {said['version']}", f"verify.py SHA-256 {said['verifier_sha256']}"]
        Output(as_json=json_).answer(said, lines)
        raise typer.Exit
    keep_options(context, json_, home, store, vault, as_)


def _refuse(error: typer.TyperException, arguments: Sequence[str]) -> int:
    """Say what is wrong with the line, and where to read how it is written."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context else "sankofa"
    message = error.format_message() or "say what to do"
    Output(as_json=_asks_for_json(arguments)).error(
        f"{message} (how it is written: {where} --help)", code=ExitCode.USAGE, kind="UsageError"
    )
    return ExitCode.USAGE


def _asks_for_json(arguments: Sequence[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


if __name__ == "__main__":
    run()
