"""``sankofa store setup``: the key with which a desk works in Elasticsearch."""

import getpass
import sys
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from sankofa.cli.output import is_terminal
from sankofa.cli.session import Session
from sankofa.errors import SettingsError

SETUP_EXAMPLES = """
sankofa --store https://es.example.org:9200 store setup                  # asks for the password of elastic
sankofa --store https://es.example.org:9200/lyon store setup --admin ana
sankofa --store https://es.example.org:9200 store setup --admin-file /run/secrets/administrator.toml
"""


def setup(
    session: Session,
    admin: Annotated[str, typer.Option(metavar="USER", help="An administrator of the cluster.")] = "elastic",
    admin_file: Annotated[Path | None, typer.Option(help="A secrets file with the administrator instead.")] = None,
) -> None:
    """Make the role and the API key with which this desk works in Elasticsearch, and keep the key in the secrets file.

    The password of the administrator is asked for, or read as one line, and kept nowhere. A key that is there already
    stays: doing it again changes nothing.
    """
    from sankofa.bootstrap import set_up_store

    settings = session.settings
    user, password = read_administrator(admin_file) if admin_file else (admin, ask_password(admin))
    is_new = set_up_store(settings, user=user, password=password)
    file = settings.secrets_path
    said = f"a new key lies in {file}" if is_new else "the key that the settings hold works and stays"
    session.output.answer({"secrets_file": str(file), "new_key": is_new}, [said])
    if is_new and settings.secrets_file is None:
        session.output.note(f"It is read from there wherever the home folder is {settings.home}.")


def ask_password(user: str) -> str:
    """Ask for it on a terminal, or read one line of standard input."""
    if is_terminal(sys.stdin):
        return getpass.getpass(f"Password of {user}: ")
    return sys.stdin.readline().rstrip("\r\n")


def find_administrator(user: str | None, file: Path | None) -> tuple[str, str]:
    """User and password, where one was named, or two empty words. Raises SettingsError."""
    if file is not None:
        return read_administrator(file)
    return (user, ask_password(user)) if user is not None else ("", "")


def read_administrator(file: Path) -> tuple[str, str]:
    """Read user and password of a secrets file. Raises SettingsError."""
    from sankofa.secrets_file import check_secrets_file

    try:
        given = tomllib.loads(check_secrets_file(file).read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise SettingsError(f"the secrets file {file} cannot be read: {type(error).__name__}") from error
    user, password = given.get("elasticsearch_user"), given.get("elasticsearch_password")
    if not (isinstance(user, str) and isinstance(password, str)):
        raise SettingsError(f"the secrets file {file} must name elasticsearch_user and elasticsearch_password")
    return user, password
