"""``sankofa store backup`` and ``sankofa store restore``: the records as they stood at one moment, and the list of originals."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.errors import ExitCode
from sankofa.cli.session import Session
from sankofa.cli.setup import find_administrator
from sankofa.cli.words import count

if TYPE_CHECKING:
    from index.backup import Keeper
    from index.vault import Vault
    from sankofa.cli.shapes import Shape
    from sankofa.workflows.backup import Done
    from sankofa.workflows.backup_folder import BackupFolder

Folder = Annotated[Path, typer.Argument(help="The folder of the backup; one for each desk.")]

Repository = Annotated[
    str, typer.Option("--repository", metavar="NAME", help="The snapshot repository of the Elasticsearch.")
]
Admin = Annotated[
    str | None, typer.Option("--admin", metavar="USER", help="An administrator, where the key may not do this.")
]
AdminFile = Annotated[Path | None, typer.Option("--admin-file", help="A secrets file with the administrator instead.")]

BACKUP_EXAMPLES = """
sankofa store backup /mnt/backup/desk
sankofa store backup /mnt/backup/desk --with-originals
sankofa --store https://es.example.org:9200 store backup /mnt/backup/desk --repository backups --admin elastic
"""
RESTORE_EXAMPLES = """
sankofa --home /srv/new store restore /mnt/backup/desk
sankofa --store https://new.example.org:9200 store restore /mnt/backup/desk --admin elastic
"""


def backup(
    session: Session,
    folder: Folder,
    with_originals: Annotated[
        bool, typer.Option("--with-originals", help="Also copy the originals that FOLDER/vault lacks.")
    ] = False,
    repository: Repository = "",
    admin: Admin = None,
    admin_file: AdminFile = None,
) -> None:
    """Keep the records as they stand now in FOLDER, while others work, with the list of all originals; and check what was kept.

    The earlier backup in FOLDER counts until the new one is whole. Ends with 4 when an original could not be copied.
    """
    from sankofa.workflows.backup import back_up
    from sankofa.workflows.backup_folder import BackupFolder

    place = BackupFolder(folder)
    keeper = _open_keeper(session, repository, admin, admin_file)
    copies = _open_copies(session, place) if with_originals else None
    with session.open_desk(create=False) as desk, session.output.progress("Backing up") as update:
        session.kept = f"If {folder} held a backup before, that one is as it was."
        done = back_up(place, keeper, desk.store.url, desk.vault, desk.clock(), copies=copies, on_done=update)
    where = f"{folder}: {_describe(done)} of {done.backup.store}"
    lines = [f"{where}, backed up", *_iter_lost_lines(done, "and was not copied")]
    if with_originals:
        lines.insert(1, f"{count(done.originals, 'original')} copied to {place.vault}")
    session.output.answer(_shape(folder, done), lines)
    if done.lost_originals:
        session.refuse(ExitCode.DATA)


def restore(
    session: Session,
    folder: Folder,
    repository: Repository = "",
    admin: Admin = None,
    admin_file: AdminFile = None,
) -> None:
    """Bring the backup in FOLDER back into an empty place, and see whether it holds what was backed up.

    Originals come from FOLDER/vault, if they are there. Ends with 4 when some are missing from the vault or altered: bring
    them back from your copy of it.
    """
    from sankofa.bootstrap import open_originals, open_records
    from sankofa.workflows.backup import restore as restore_from
    from sankofa.workflows.backup_folder import BackupFolder

    settings = session.settings
    place = BackupFolder(folder)
    keeper = _open_keeper(session, repository, admin, admin_file)
    copies = _open_copies(session, place) if place.vault.is_dir() else None
    with session.output.progress("Restoring") as update:
        done = restore_from(
            place,
            keeper,
            lambda: open_records(settings),
            open_originals(settings),
            copies=copies,
            on_done=update,
        )
    lines = [
        f"{settings.store_url}: {_describe(done)} restored, as they stood on {done.backup.made_at:%Y-%m-%d %H:%M} UTC",
        f"{count(done.originals, 'original')} brought back to {settings.vault_url}",
        *_iter_lost_lines(done, "bring it back from your copy of the vault"),
    ]
    session.output.answer(_shape(folder, done), lines)
    if done.lost_originals:
        session.refuse(ExitCode.DATA)


def _open_keeper(session: Session, repository: str, admin: str | None, admin_file: Path | None) -> "Keeper":
    from sankofa.bootstrap import open_keeper

    user, password = find_administrator(admin, admin_file)
    return open_keeper(session.settings, repository, user=user, password=password)


def _open_copies(session: Session, place: "BackupFolder") -> "Vault":
    from sankofa.bootstrap import open_originals

    return open_originals(session.settings.model_copy(update={"vault": str(place.vault)}))


def _describe(done: "Done") -> str:
    records, originals = sum(done.backup.records.values()), done.backup.originals
    return f"{count(records, 'revision')} and the names of {count(originals, 'original')}"


def _iter_lost_lines(done: "Done", what: str) -> Iterator[str]:
    for sha256 in done.lost_originals:
        yield f"  original {sha256}: is missing or altered, {what}"


def _shape(folder: Path, done: "Done") -> "Shape":
    from sankofa.cli.shapes import shape_moment

    backup = done.backup
    return {
        "folder": str(folder),
        "store": backup.store,
        "engine": backup.engine,
        "made_at": shape_moment(backup.made_at),
        "records": dict(backup.records),
        "digest": backup.digest,
        "originals": backup.originals,
        "snapshot": asdict(backup.snapshot) if backup.snapshot else None,
        "copied_originals": done.originals,
        "lost_originals": list(done.lost_originals),
    }
