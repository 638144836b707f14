"""``sankofa serve``: the pages."""

from typing import Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.session import Session

_EXAMPLES = """
sankofa serve
sankofa serve --port 0        # any free port
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "serve", serve, examples=_EXAMPLES)


def serve(
    session: Session,
    host: Annotated[str | None, typer.Option(help="The address to listen on; 127.0.0.1 when left out.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port; 8377 when left out, 0 for any free one.")
    ] = None,
) -> None:
    """Serve the desk's pages on this machine until Ctrl-C.

    There is no sign-in yet: whoever reaches the address can read everything. Leave it on 127.0.0.1.
    """
    settings = session.settings
    open_pages(session, host or settings.host, settings.port if port is None else port)


def open_pages(session: Session, host: str, port: int) -> None:
    """Serve the desk until Ctrl-C, and say where."""
    from sankofa.web.app import create_app
    from sankofa.web.server import run_server

    def tell(url: str) -> None:
        session.output.answer({"url": url}, [f"The desk is open at {url} (Ctrl-C closes it)"])

    with session.open_desk() as desk:
        run_server(create_app(desk, host=host), host, port, tell)
