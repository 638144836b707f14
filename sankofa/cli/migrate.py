"""``sankofa store migrate``: new indices for the old ones in Elasticsearch, while everybody works on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.session import Session
from sankofa.cli.setup import find_administrator
from sankofa.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIGRATE_EXAMPLES = """
sankofa store migrate                          # after an upgrade: brings the store to this version's schema
sankofa store migrate --again --admin elastic  # makes every index new, as it is
sankofa store migrate --drop-old               # deletes what the migrations before have taken out of use
"""


def migrate(
    session: Session,
    again: Annotated[
        bool, typer.Option("--again", help="Also make those new that have this version's schema.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Delete what an interrupted migration has built.")] = False,
    drop_old: Annotated[bool, typer.Option("--drop-old", help="Delete the indices that are out of use.")] = False,
    admin: Annotated[
        str | None, typer.Option(metavar="USER", help="An administrator, where the key may not do this.")
    ] = None,
    admin_file: Annotated[Path | None, typer.Option(help="A secrets file with the administrator instead.")] = None,
) -> None:
    """Build new indices beside the old ones, catch up with what is written meanwhile, compare both, and swap them at once.

    The old ones stay, read-only, until --drop-old. A migration that was interrupted goes on when it is done again. A file needs
    none: it is brought up to date when it is opened.
    """
    from sankofa.bootstrap import open_store_migration

    if sum((again, undo, drop_old)) > 1:
        raise typer.BadParameter("choose one of --again, --undo and --drop-old")
    user, password = find_administrator(admin, admin_file)
    with open_store_migration(session.settings, user=user, password=password) as migration:
        if undo or drop_old:
            deleted = migration.undo() if undo else migration.drop_old()
            session.output.answer(
                {"deleted": list(deleted)}, [f"deleted {name}" for name in deleted] or ["nothing to delete"]
            )
            return
        session.kept = "What was built stays, and nobody uses it yet: the same command goes on, --undo deletes it."
        with session.output.progress("Documents") as update:
            done = 0

            def tell(number: int) -> None:
                nonlocal done
                done += number
                update(done)

            migrated = migration.run(tell, again=again)
    shapes = [{"old": old, "new": new, "documents": documents} for old, new, documents in migrated]
    session.output.answer({"indices": shapes}, _iter_lines(migrated))


def _iter_lines(migrated: "Sequence[tuple[str, str, int]]") -> "Iterator[str]":
    if not migrated:
        yield "nothing to do: every index has this version's schema"
        return
    for old, new, documents in migrated:
        yield f"{new}: {count(documents, 'document')}, as in {old}"
    yield "The old indices stay, read-only, until `sankofa store migrate --drop-old`."
