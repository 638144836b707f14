"""The global options on every command, before and after its name, and how a command function becomes a command.

A command function takes the :class:`~sankofa.cli.session.Session` first and then its own arguments. The parser itself knows
the global options at each level, so that ``--`` and values that look like options mean what they always mean.
"""

import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from sankofa.cli.errors import ExitCode, exit_code
from sankofa.cli.interrupts import hear_interrupts
from sankofa.cli.output import Output
from sankofa.cli.session import GlobalOptions, Session

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, and nothing else.")]
Home = Annotated[Path | None, typer.Option("--home", metavar="FOLDER", help="Where data lie. [env: SANKOFA_HOME]")]
Store = Annotated[str | None, typer.Option("--store", metavar="URL", help="Which store. [env: SANKOFA_STORE]")]
Vault = Annotated[str | None, typer.Option("--vault", metavar="URL", help="Where originals lie. [env: SANKOFA_VAULT]")]
Person = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who acts. [env: SANKOFA_PERSON]")]

Languages = Annotated[list[str] | None, typer.Option("--language", help="Only claims worded in it; may be repeated.")]
Countries = Annotated[list[str] | None, typer.Option("--country", help="Only about it, as ML; may be repeated.")]
Ratings = Annotated[list[str] | None, typer.Option("--rating", help="Only those rated so, as false; may be repeated.")]
Publishers = Annotated[
    list[str] | None,
    typer.Option("--publisher", metavar="NAME", help="Only those judged by this organisation; may be repeated."),
]
Places = Annotated[
    list[str] | None, typer.Option("--place", metavar="NAME", help="Only those that name this place; may be repeated.")
]
Actors = Annotated[
    list[str] | None,
    typer.Option(
        "--actor", metavar="NAME", help="Only those that name this group, mission or person; may be repeated."
    ),
]
WithMedia = Annotated[bool, typer.Option("--with-media", help="Only claims with a picture or video.")]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="First seen on or after it, as 2023-11-14.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="First seen on or before it.")]
"""What search and claim list let pass."""

_GLOBAL = {
    "json_": (Json, False),
    "home": (Home, None),
    "store": (Store, None),
    "vault": (Vault, None),
    "as_": (Person, None),
}
_CONTEXT = "context"
_HELP = {"help_option_names": ["-h", "--help"]}

Command = Callable[..., None]

_TYPE_NAME = re.compile(r" <[\w\[\]]+>")


class _PlainHelp(TyperCommand):
    """Help without the names of Python's types; the columns stay where they are."""

    def get_help(self, ctx: Any) -> str:
        return _TYPE_NAME.sub(lambda name: " " * len(name[0]), super().get_help(ctx))


def make_app(summary: str, *, with_completion: bool = False) -> typer.Typer:
    """Make a group of commands that takes the global options itself."""
    app = typer.Typer(
        help=summary,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=with_completion,
        context_settings=_HELP,
    )
    app.callback(invoke_without_command=True)(keep_options)
    return app


def add_command(app: typer.Typer, name: str, function: Command, *, examples: str) -> None:
    """Add *function* to *app* as the command *name*; its docstring and *examples* are the help."""
    help_text = f"{inspect.getdoc(function)}\n\n\b\nExamples:\n{_indent(examples)}"
    app.command(name, cls=_PlainHelp, help=help_text, context_settings=_HELP)(_wrap(function))


def keep_options(
    context: typer.Context,
    json_: Json = False,
    home: Home = None,
    store: Store = None,
    vault: Vault = None,
    as_: Person = None,
) -> None:
    """Remember the global options that stood before the command; without a command say which there are."""
    options = _refine(context, GlobalOptions(as_json=json_, home=home, store=store, vault=vault, person=as_))
    if context.invoked_subcommand is None:
        raise typer.Exit(_say_commands(context, as_json=options.as_json))


def _say_commands(context: typer.Context, *, as_json: bool) -> ExitCode:
    if as_json:
        message = f"no command was named (how it is written: {context.command_path} --help)"
        Output(as_json=True).error(message, code=ExitCode.USAGE, kind="UsageError")
    else:
        typer.echo(context.get_help(), err=True)
    return ExitCode.USAGE


def _refine(context: typer.Context, nearer: GlobalOptions) -> GlobalOptions:
    outer = context.obj if isinstance(context.obj, GlobalOptions) else GlobalOptions()
    options = outer.refine(nearer)
    context.obj = options
    return options


def _wrap(function: Command) -> Command:
    @wraps(function)
    def command(**given: Any) -> None:
        context = given.pop(_CONTEXT)
        as_json, home, store, vault, person = (given.pop(name) for name in _GLOBAL)
        nearer = GlobalOptions(as_json=as_json, home=home, store=store, vault=vault, person=person)
        raise typer.Exit(run_command(Session(_refine(context, nearer)), lambda session: function(session, **given)))

    own = list(inspect.signature(function).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, keyword, annotation=kind, default=default) for name, (kind, default) in _GLOBAL.items()
    ]
    context = inspect.Parameter(_CONTEXT, keyword, annotation=typer.Context)
    parameters = [context, *(parameter.replace(kind=keyword) for parameter in own), *added]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def run_command(session: Session, function: Callable[[Session], None]) -> int:
    """Run a command to its exit code: every error of ours has its place in the table of :mod:`sankofa.cli.errors`."""
    try:
        with hear_interrupts():
            function(session)
            sys.stdout.flush()
    except (typer.TyperException, typer.Exit):
        raise
    except KeyboardInterrupt:
        session.output.note(f"Stopped. {session.kept}".rstrip())
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return ExitCode.PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - the outermost loop; uncaught it would end with 1, which means "refused"
        if exit_code(error) is ExitCode.OURS:
            traceback.print_exc()
        return session.fail(error)
    return session.code


def _silence_stdout() -> None:
    """Keep the interpreter from complaining, when it ends, about what it can no longer write."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError:
        pass  # stdout is no file; there is nothing left to write then


def _indent(examples: str) -> str:
    return "\n".join(f"  {line}" for line in inspect.cleandoc(examples).splitlines())
