"""``sankofa store copy`` and ``sankofa store check OTHER``: from one store to another, and whether both hold the same."""

from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.errors import ExitCode
from sankofa.cli.session import Session
from sankofa.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sankofa.cli.shapes import Shape
    from sankofa.desk import Desk
    from sankofa.settings import Settings
    from sankofa.workflows.compare import Comparison
    from sankofa.workflows.copy import Copied

Source = Annotated[str, typer.Argument(help="The store to copy: a file, or the address of an Elasticsearch.")]
Target = Annotated[str, typer.Argument(help="The store to copy it to; empty, or an earlier copy.")]
FromVault = Annotated[
    str | None,
    typer.Option("--from-vault", metavar="URL", help="Where the originals of SOURCE lie; this desk's when left out."),
]
FromSecrets = Annotated[
    Path | None,
    typer.Option("--from-secrets", metavar="FILE", help="A secrets file for SOURCE; this desk's when left out."),
]
ToSecrets = Annotated[
    Path | None,
    typer.Option("--to-secrets", metavar="FILE", help="A secrets file for TARGET; this desk's when left out."),
]


def copy(
    session: Session,
    source: Source,
    target: Target,
    from_vault: FromVault = None,
    from_secrets: FromSecrets = None,
    to_secrets: ToSecrets = None,
) -> None:
    """Bring everything that SOURCE holds to TARGET: records with all their revisions, and originals to the vault of --vault.

    TARGET must hold nothing else. What is there already stays; a copy that was stopped goes on when it is done again. What was
    erased in SOURCE since an earlier copy is erased in TARGET; an older state never goes onto a newer one.
    Without --vault both share one vault, and only records are copied. This desk's key is for one cluster: where both sides
    are clusters, name the secrets of one in a file.
    """
    from sankofa.bootstrap import open_desk
    from sankofa.sides import Side, settle_sides, share_vault
    from sankofa.workflows.copy import Copied, copy_originals, copy_records

    settings = _read_own(session)
    vaults = from_vault or settings.vault_url, session.options.vault or settings.vault_url
    sides = settle_sides(
        settings,
        Side(store=source, vault=vaults[0], secrets=from_secrets, option="--from-secrets FILE for SOURCE"),
        Side(store=target, vault=vaults[1], secrets=to_secrets, option="--to-secrets FILE for TARGET"),
    )
    with ExitStack() as opened:
        one = opened.enter_context(open_desk(sides[0], create=False))
        other = opened.enter_context(open_desk(sides[1], create=True))
        session.kept = "What was copied stays; the same command goes on from there."
        with session.output.progress("Records") as update:
            is_shared = share_vault(one, other, sides)
            records = copy_records(one.store, other.store, update, vault=None if is_shared else other.vault)
        originals, lost = 0, tuple[str, ...]()
        if not is_shared:
            with session.output.progress("Originals") as update:
                originals, lost = copy_originals(one.vault, other.vault, update)
        copied = Copied(records=records, originals=originals, lost_originals=lost)
        shape = {"source": one.store.url, "target": other.store.url, **asdict(copied)}
        session.output.answer(shape, _iter_copied_lines(one, other, copied, is_shared=is_shared))
    if copied.lost_originals:
        session.refuse(ExitCode.DATA)


def compare(session: Session, other: str, secrets: Path | None) -> None:
    """Say whether the store *other* holds the same as this desk's; ``--vault`` is the other's vault, *secrets* are for both."""
    from sankofa.bootstrap import open_desk
    from sankofa.sides import Side, settle_sides, share_vault
    from sankofa.workflows.compare import compare_stores, compare_vaults

    settings = _read_own(session)
    vault, option = session.options.vault or settings.vault_url, "--other-secrets FILE for OTHER"
    own = Side(store=settings.store_url, vault=settings.vault_url)
    sides = settle_sides(settings, own, Side(store=other, vault=vault, secrets=secrets, option=option))
    with ExitStack() as opened:
        here = opened.enter_context(open_desk(sides[0], create=False))
        there = opened.enter_context(open_desk(sides[1], create=False))
        with session.output.progress("Records") as update:
            found = compare_stores(here.store, there.store, update)
        if not share_vault(here, there, sides):
            with session.output.progress("Originals") as update:
                compare_vaults(here.vault, there.vault, found, update)
        session.output.answer(_shape_comparison(there, found), _iter_compared_lines(there, found))
    if found.counts:
        session.refuse(ExitCode.DATA)


def _read_own(session: Session) -> "Settings":
    """The settings of this desk, whatever --vault says of the other one."""
    return Session(replace(session.options, vault=None)).settings


def _shape_comparison(there: "Desk", found: "Comparison") -> "Shape":
    return {
        "other": there.store.url,
        "records": found.records,
        "originals": found.originals,
        "log": found.entries,
        "digest_here": found.digest_here,
        "digest_there": found.digest_there,
        "differ": found.counts.total(),
        "differences": [asdict(difference) for difference in found.named],
    }


def _iter_copied_lines(one: "Desk", other: "Desk", copied: "Copied", *, is_shared: bool) -> "Iterator[str]":
    yield f"{count(copied.records, 'record')} copied from {one.store.url} to {other.store.url}"
    if is_shared:
        yield f"both share the vault {one.vault.url}: no original was copied (give the other with --vault)"
    else:
        yield f"{count(copied.originals, 'original')} copied from {one.vault.url} to {other.vault.url}"
    for sha256 in copied.lost_originals:
        yield f"  original {sha256}: is missing or altered in {one.vault.url}, and was not copied"


def _iter_compared_lines(there: "Desk", found: "Comparison") -> "Iterator[str]":
    looked_at = (
        f"{count(found.records, 'revision')} and {count(found.originals, 'original')} compared with {there.store.url}"
    )
    if not found.counts:
        yield f"{looked_at}: both hold the same (SHA-256 {found.digest_here})"
        return
    yield f"{looked_at}: " + ", ".join(f"{number} {says}" for says, number in found.counts.items())
    for difference in found.named:
        revision = f".{difference.revision}" if difference.revision else ""
        yield f"  {difference.kind} {difference.id}{revision}: {difference.says}"
    if found.counts.total() > len(found.named):
        yield f"  … and {found.counts.total() - len(found.named)} more"
