"""``sankofa log``: who did what and when, and what proves that none of it was changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.words import count, say_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.log.entries import Entry
    from sankofa.cli.output import Shape
    from sankofa.workflows.log import Proven, Signed

_SHOW = """
sankofa log show                          # the last 20 entries
sankofa log show --subject V-2023-0007    # every act on one record
sankofa log show 41                       # one entry, with the proof that it is in the log
"""
_CHECKPOINT = """
sankofa log checkpoint                    # sign how the log stands; print it, publish it, mail it
sankofa log checkpoint --new-key          # with another key, which the old one signs
sankofa log checkpoint --timestamp https://freetsa.org/tsr --calendar https://a.pool.opentimestamps.org
"""
_TIMESTAMP = """
sankofa log timestamp 000000000057.freetsa.org.tsr --checkpoint 000000000057.txt --ca freetsa.pem
sankofa log timestamp 000000000057.a.pool.opentimestamps.org.ots --checkpoint 000000000057.txt
"""
_EXPORT = """
sankofa log export /media/usb/log         # what an outsider checks the log with
"""
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("The log: every act, signed, so that none can be changed unseen.")
    add_command(group, "show", show, examples=_SHOW)
    add_command(group, "checkpoint", checkpoint, examples=_CHECKPOINT)
    add_command(group, "timestamp", timestamp, examples=_TIMESTAMP)
    add_command(group, "export", export, examples=_EXPORT)
    app.add_typer(group, name="log")


def show(
    session: Session,
    number: Annotated[int | None, typer.Argument(min=0, help="An entry's number, from 0 on.")] = None,
    subject: Annotated[str, typer.Option(metavar="ID", help="Only acts on this record.")] = "",
    last: Annotated[int, typer.Option(min=1, help="So many of the newest entries.")] = _SHOWN,
) -> None:
    """List entries, or show one with what proves that it is in the log."""
    from sankofa.workflows.log import iter_entries, prove_entry

    with session.open_desk(create=False) as desk:
        if number is not None:
            proven = prove_entry(desk, number)
            session.output.answer(_shape_proven(proven), _iter_proven_lines(proven))
            return
        session.output.table(
            (shape_entry(place, entry) for place, entry in iter_entries(desk, subject=subject, last=last)),
            ("Entry", "When", "Who", "Act", "Record"),
            lambda shape: (
                str(shape["number"]), shape["at"], shape["actor"], shape["act"], _say_record(shape),
            ),
            empty="The log holds no such entry: it begins with the first act.",
        )  # fmt: skip


def checkpoint(
    session: Session,
    new_key: Annotated[bool, typer.Option("--new-key", help="Sign with another key from now on.")] = False,
    authority: Annotated[
        list[str] | None,
        typer.Option("--timestamp", metavar="URL", help="An RFC 3161 authority that is to say when; may be repeated."),
    ] = None,
    calendar: Annotated[
        list[str] | None,
        typer.Option("--calendar", metavar="URL", help="An OpenTimestamps calendar likewise; may be repeated."),
    ] = None,
) -> None:
    """Sign how many entries there are and their root. Whoever keeps the note can tell later that nothing before was changed.

    The key is made at first use. Its fingerprint is to be published where people look for it. With --timestamp or --calendar
    the SHA-256 of the note goes to somebody outside, whose answer is kept beside it.
    """
    from sankofa.workflows.log import sign_log
    from sankofa.workflows.timestamps import ask_authority, ask_opentimestamps

    with session.open_desk() as desk:
        signed = sign_log(desk, new_key=new_key)
        session.kept = f"The checkpoint is kept as {signed.file}."
        stamps = [ask_authority(desk, signed, url) for url in authority or ()]
        stamps += [ask_opentimestamps(desk, signed, url) for url in calendar or ()]
    shape = {
        **shape_signed(signed),
        "timestamps": [{"url": each.url, "file": str(each.file), "says": each.says} for each in stamps],
    }
    lines = [*_iter_signed_lines(signed), *(f"{each.url}: {each.says}, kept as {each.file}" for each in stamps)]
    session.output.answer(shape, lines)


def timestamp(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A token (.tsr) or a proof (.ots).")],
    checkpoint: Annotated[Path, typer.Option("--checkpoint", metavar="FILE", help="The note that it is of.")],
    ca: Annotated[
        Path | None, typer.Option("--ca", metavar="FILE", help="Certificates (PEM) of authorities that you trust.")
    ] = None,
) -> None:
    """Say what a timestamp proves of a checkpoint; needs no network and no desk.

    A proof of OpenTimestamps is read, not verified: that takes a node of Bitcoin (ots verify).
    """
    from sankofa.workflows.timestamps import check_stamp

    says = check_stamp(file, checkpoint, ca)
    session.output.answer({"file": str(file), "checkpoint": str(checkpoint), "says": list(says)}, says)


def export(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to; it is made if need be.")],
) -> None:
    """Sign the log, and write every entry (log.jsonl), the checkpoint (checkpoint.txt) and the public keys (keys.txt)."""
    from sankofa.workflows.log import export_log

    with session.open_desk(create=False) as desk, session.output.progress("Entries") as update:
        signed = export_log(desk, folder, update)
    lines = [f"{say_entries(signed.checkpoint.size)} written to {folder}", f"key {signed.fingerprint}"]
    session.output.answer({**shape_signed(signed), "folder": str(folder)}, lines)


def shape_entry(number: int, entry: "Entry") -> "Shape":
    """Shape an entry with its number."""
    return {
        "number": number,
        "act": entry.act,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "subject": entry.subject,
        "revision": entry.revision,
        "digest": entry.digest,
        "more": dict(entry.more),
    }


def shape_signed(signed: "Signed") -> "Shape":
    """Shape a checkpoint that was signed."""
    return {
        "origin": signed.checkpoint.origin,
        "size": signed.checkpoint.size,
        "root": signed.checkpoint.root.hex(),
        "fingerprint": signed.fingerprint,
        "note": signed.note,
        "file": str(signed.file),
    }


def _shape_proven(proven: "Proven") -> "Shape":
    steps = [step.hex() for step in proven.proof]
    return {**shape_entry(proven.number, proven.entry), "size": proven.size, "root": proven.root.hex(), "proof": steps}


def _say_record(shape: "Shape") -> str:
    revision = f".{shape['revision']}" if shape["revision"] else ""
    return f"{shape['kind']} {shape['subject']}{revision}"


def _iter_signed_lines(signed: "Signed") -> "Iterator[str]":
    yield from signed.note.rstrip("\n").split("\n")
    yield f"key {signed.fingerprint}"
    yield f"kept as {signed.file}"


def _iter_proven_lines(proven: "Proven") -> "Iterator[str]":
    shape = _shape_proven(proven)
    yield f"entry {proven.number}: {shape['act']} {_say_record(shape)}"
    yield f"  by {shape['actor'] or 'nobody named'} at {shape['at']}"
    if shape["digest"]:
        yield f"  digest {shape['digest']}"
    yield from (f"  {name} {value}" for name, value in shape["more"].items())
    hashes = count(len(proven.proof), "hash", "hashes")
    yield f"proven by {hashes} to be in the log of {proven.size} entries with the root {proven.root.hex()}"
    yield from (f"  {step}" for step in shape["proof"])
