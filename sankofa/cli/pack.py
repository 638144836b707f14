"""``sankofa pack build`` and ``sankofa verify``: evidence packs, made here and verified anywhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.errors import ExitCode
from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.values import split_revision

if TYPE_CHECKING:
    from sankofa.cli.output import Shape
    from sankofa.workflows.pack import Pack

_BUILD = """
sankofa pack build R-ML-2023-11-fr                     # the pack of a report, in the folder reports of the home
sankofa pack build V-2023-0007.2 --out verdict.zip
sankofa pack build R-ML-2023-11-fr.1 --without-originals
"""
_VERIFY = """
sankofa verify R-ML-2023-11-fr.1.zip
sankofa verify report.pdf --pack R-ML-2023-11-fr.1.zip
sankofa verify pack.zip --key FINGERPRINT --checkpoint earlier.txt
sankofa verify pack.zip --log /media/usb/log           # and what was corrected since
sankofa verify /media/usb/log                          # what log export wrote
"""
_WORDS = "en"


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Evidence packs: a report or a verdict with all that proves it, in one file.")
    add_command(group, "build", build, examples=_BUILD)
    app.add_typer(group, name="pack")
    add_command(app, "verify", verify, examples=_VERIFY)


def build(
    session: Session,
    cited: Annotated[str, typer.Argument(metavar="REPORT|VERDICT[.REV]", help="As R-ML-2023-11-fr or V-2023-0007.2.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.")] = None,
    without_originals: Annotated[
        bool, typer.Option("--without-originals", help="Name originals by their SHA-256 only.")
    ] = False,
) -> None:
    """Put a report or a verdict, what it rests on, what proves it and the verifier into one ZIP file.

    It holds records whole: also the checklist, and who drafted and approved. The log is signed where it was not yet.
    """
    from sankofa.workflows.pack import build_pack

    with session.open_desk() as desk:
        pack = build_pack(desk, *split_revision(cited), file=out, with_originals=not without_originals)
    if not pack.result.is_intact:
        session.refuse(ExitCode.DATA)
    session.output.answer(shape_pack(pack), list_pack_lines(pack))


def verify(
    session: Session,
    path: Annotated[Path, typer.Argument(metavar="PACK|FOLDER|FILE", help="A pack, a log export, or a file.")],
    pack: Annotated[Path | None, typer.Option("--pack", metavar="PACK", help="The pack that FILE must be in.")] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", metavar="FINGERPRINT", help="A key that you know; may be repeated.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option("--keys", metavar="FILE", help="A text with fingerprints that you know.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="A text with an earlier checkpoint.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", metavar="FOLDER", help="The log as it was exported later.")
    ] = None,
) -> None:
    """Verify a pack, a log export, or whether a file is the one in a pack; needs no desk. Ends with 1 where it is not intact.

    The file verify.py in every pack is the same code.
    """
    from sankofa.verifier import read_fingerprints, verify_path

    try:
        known = read_fingerprints(key or (), keys)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--key") from error
    earlier = checkpoint.read_text("utf-8", "replace") if checkpoint else None
    result = verify_path(pack or path, known=known, checkpoint=earlier, file=path if pack else None, log=log)
    if not result.is_intact:
        session.refuse()
    session.output.answer(result.shape(_WORDS), result.lines(_WORDS))


def shape_pack(pack: "Pack") -> "Shape":
    """Shape a pack that was built."""
    return {
        "file": str(pack.file),
        "sha256": pack.sha256,
        "size_bytes": pack.size_bytes,
        "fingerprint": pack.fingerprint,
        "intact": pack.result.is_intact,
        "problems": pack.result.shape(_WORDS)["problems"],
    }


def list_pack_lines(pack: "Pack") -> list[str]:
    """Say a pack that was built in lines."""
    return [str(pack.file), f"  SHA-256 {pack.sha256}", *(f"  {line}" for line in pack.result.lines(_WORDS))]
