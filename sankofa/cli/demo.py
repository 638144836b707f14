"""``sankofa demo``: the Kidal case of November 2023, through the whole desk."""

from typing import Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session

_EXAMPLES = """
sankofa demo
sankofa demo --no-serve                       ends after the report is written
sankofa --home /tmp/desk demo --no-serve      keep it apart from your own work
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "demo", demo, examples=_EXAMPLES)


def demo(
    session: Session,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End when the report is written.")] = False,
) -> None:
    """Walk the Kidal case through the whole desk: collect, keep, match, judge, search, report; then serve it."""
    from sankofa.demo.run import run_demo

    run_demo(session.settings, serve=not no_serve, on_step=lambda *a: None)
