"""``sankofa store``: what the desk holds, and whether it is still good."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.backup import BACKUP_EXAMPLES, RESTORE_EXAMPLES, backup, restore
from sankofa.cli.copying import compare, copy
from sankofa.cli.encoding import ENCODE_EXAMPLES, encode
from sankofa.cli.errors import ExitCode
from sankofa.cli.migrate import MIGRATE_EXAMPLES, migrate
from sankofa.cli.options import add_command, make_app
from sankofa.cli.output import align
from sankofa.cli.session import Session
from sankofa.cli.setup import SETUP_EXAMPLES, setup
from sankofa.cli.words import count, say_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.store import Engine
    from sankofa.workflows.inspect import Inspection, StoreInfo

Other = Annotated[str | None, typer.Argument(help="A store to compare with: a file, or an address.")]
OtherSecrets = Annotated[
    Path | None,
    typer.Option("--other-secrets", metavar="FILE", help="A secrets file for OTHER; this desk's when left out."),
]

_INFO = """
sankofa store info
sankofa --store /srv/desk/sankofa.db store info --json
sankofa --store https://es.example.org:9200 store info
"""
_CHECK = """
sankofa store check
sankofa store check https://es.example.org:9200 --vault s3://desk
"""
_COPY = """
sankofa store copy sankofa.db https://es.example.org:9200 --vault s3://desk
sankofa store copy https://es.example.org:9200 back.db --from-vault s3://desk
sankofa store copy https://es.example.org:9200 https://new.example.org:9200 --to-secrets new.toml
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("The store and the vault: what they hold, and whether it is still good.")
    add_command(group, "info", info, examples=_INFO)
    add_command(group, "check", check, examples=_CHECK)
    add_command(group, "setup", setup, examples=SETUP_EXAMPLES)
    add_command(group, "copy", copy, examples=_COPY)
    add_command(group, "backup", backup, examples=BACKUP_EXAMPLES)
    add_command(group, "restore", restore, examples=RESTORE_EXAMPLES)
    add_command(group, "encode", encode, examples=ENCODE_EXAMPLES)
    add_command(group, "migrate", migrate, examples=MIGRATE_EXAMPLES)
    app.add_typer(group, name="store")


def info(session: Session) -> None:
    """Say where data lie, which versions run here, how much is kept, and under which limits media are opened."""
    from sankofa.trust_list import count_certificates, load_trust_list
    from sankofa.workflows.inspect import read_info

    with session.open_desk(create=False) as desk:
        found = read_info(desk)
    versions = _read_versions()
    trusted = count_certificates(load_trust_list(session.settings.trust_list))
    signers = f"trusted signers: {count(trusted, 'certificate')}" if trusted else "no trusted signers: set trust_list"
    readers = [*found.readers, signers]
    shape = {
        "store": found.store_url,
        "engine": asdict(found.engine),
        "vault": found.vault_url,
        "home": str(session.settings.home),
        "records": dict(found.records),
        "originals": found.originals,
        "size_bytes": found.size_bytes,
        "versions": versions,
        "protection": list(found.protection),
        "readers": readers,
    }
    session.output.answer(shape, [*_iter_info_lines(found, versions), *readers])


def check(session: Session, other: Other = None, other_secrets: OtherSecrets = None) -> None:
    """Read every record, follow every link, and read every original's bytes again; or compare with another store.

    Changes nothing. Ends with 4 when something is not as it was kept, or when the two do not hold the same. --vault is
    the vault of OTHER then, and its secrets stand in a file of their own where this desk's are for another cluster.
    """
    if other is not None:
        compare(session, other, other_secrets)
        return
    from sankofa.workflows.inspect import inspect

    with session.open_desk(create=False) as desk, session.output.progress("Reading") as update:
        found = inspect(desk, on_checked=update)
    shape = {
        "records": found.records,
        "originals": found.originals,
        "log": found.entries,
        "refused": dict(found.refused),
        "problems": [{"where": problem.where, "says": problem.says} for problem in found.problems],
    }
    session.output.answer(shape, _iter_check_lines(found))
    if found.problems:
        session.refuse(ExitCode.DATA)


def _read_versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    names = ("sankofa", "apsw", "av", "pillow", "imagehash", "scrapy", "tweepy")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _iter_info_lines(found: "StoreInfo", versions: dict[str, str]) -> "Iterator[str]":
    yield f"store  {found.store_url}: {_say_engine(found.engine)}"
    yield f"vault  {found.vault_url}: {count(found.originals, 'original')}, {count(found.size_bytes, 'byte')}"
    yield from align(("kind", "records"), [(kind, str(number)) for kind, number in found.records.items() if number])
    yield ", ".join(f"{name} {number}" for name, number in versions.items())
    yield "media are opened in a process of their own:"
    yield from (f"  {limit}" for limit in found.protection)


def _say_engine(engine: "Engine") -> str:
    parts = (f"{engine.name} {engine.version}".rstrip(), engine.health, count(engine.size_bytes, "byte"))
    return ", ".join(part for part in parts if part)


def _iter_check_lines(found: "Inspection") -> "Iterator[str]":
    looked_at = (
        f"{count(found.records, 'record')}, {count(found.originals, 'original')} and {say_entries(found.entries)} read"
    )
    yield f"{looked_at}: {count(len(found.problems), 'problem') if found.problems else 'all good'}"
    for problem in found.problems:
        yield f"  {problem.where}: {problem.says}"
    if found.refused:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found.refused.items()))
        yield f"not kept: {kinds}. Do again what brought them; what is kept then is named here no more"
