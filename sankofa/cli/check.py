"""``sankofa check``: is this picture or video known?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.proof import ProofFolder, Proven, prove_result
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_check
from sankofa.cli.words import count, iter_check_lines

if TYPE_CHECKING:
    from sankofa.desk import Desk

_EXAMPLES = """
sankofa check photo.jpg
sankofa check downloads/ https://example.org/clip.mp4
sankofa check photo.jpg --proof proof/
sankofa check downloads/ --json > answers.jsonl
"""


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    add_command(app, "check", check, examples=_EXAMPLES)


def check(
    session: Session,
    inputs: Annotated[
        list[str], typer.Argument(metavar="FILE|FOLDER|URL", help="Pictures and videos; folders to the bottom.")
    ],
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the file as seen, so that later finds point to it.")
    ] = False,
    proof: ProofFolder = None,
) -> None:
    """Is this picture or video known? Where, how was it changed, what was said of it?

    Nothing is kept unless you say --keep. A match is a suggestion with its reason, never a verdict.
    """
    from sankofa.workflows.check import CheckResult, iter_checks

    answered = known = refused = 0
    proofs: dict[str, Proven] = {}

    def prove(path: Path, result: CheckResult) -> None:
        proofs.clear()
        if proof is not None:
            proofs.update(prove_result(desk, result, path, proof))

    with session.open_desk() as desk, session.output.progress("Checking", lambda: _count_files(inputs)) as update:
        tried = "" if session.options.as_json else _say_tried(desk)
        one_file = len(inputs) == 1 and not Path(inputs[0]).is_dir()
        for given in inputs:
            before = answered
            for result in iter_checks(desk, [given], keep=keep, on_checked=prove):
                answered += 1
                known += bool(result.matches)
                refused += result.error is not None
                lines = iter_check_lines(result, tried if one_file else "", proofs)
                session.output.answer(shape_check(result, proofs), lines)
                update(answered)
                session.kept = f"{count(answered, 'file')} checked."
            if answered == before:
                session.complain(f"{given}: an empty folder; there is nothing to check", kind="EmptyFolder")
    if refused:
        session.refuse()
    unknown = answered - known - refused
    if answered and not one_file:
        session.output.note(f"{count(answered, 'file')}: {known} known, {unknown} not known here, {refused} refused")
        session.output.note(f"Tried: {tried}.")


def _count_files(inputs: list[str]) -> int:
    from sankofa.workflows.files import iter_files

    return sum(1 if "://" in given else sum(1 for _ in iter_files(Path(given))) for given in inputs)


def _say_tried(desk: "Desk") -> str:
    from sankofa.workflows.browse import count_known
    from verify.evidence import CANDIDATE_RADIUS_BITS
    from verify.features import is_available

    known = count(count_known(desk), "known medium", "known media")
    inside = ", and by local features inside others" if is_available() else ""
    return (
        f"the same file, and its picture mirrored, turned and without its margins{inside}, among {known} "
        f"(PDQ within {CANDIDATE_RADIUS_BITS} bits, with a second hash that agrees)"
    )
