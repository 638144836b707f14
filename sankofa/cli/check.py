"""``sankofa check``: is this picture or video known?"""

from pathlib import Path
from typing import Annotated

import typer

from sankofa.cli.options import add_command
from sankofa.cli.proof import ProofFolder, Proven, prove_result
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_check
from sankofa.cli.words import count, iter_check_lines, say_reach

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
    from sankofa.workflows.check import CheckResult, iter_checked
    from sankofa.workflows.reach import Reach

    answered = known = refused = 0
    reach: Reach | None = None

    def prove(path: Path, result: CheckResult) -> tuple[CheckResult, dict[str, Proven]]:
        return result, {} if proof is None else prove_result(desk, result, path, proof)

    def complain(folder: str) -> None:
        session.complain(f"{folder}: an empty folder; there is nothing to check", kind="EmptyFolder")

    with session.open_desk() as desk, session.output.progress("Checking", lambda: _count_files(inputs)) as update:
        one_file = len(inputs) == 1 and not Path(inputs[0]).is_dir()
        for result, proofs in iter_checked(desk, inputs, prove, keep=keep, on_empty=complain):
            answered += 1
            known += bool(result.matches)
            refused += result.error is not None
            reach = result.reach or reach
            lines = iter_check_lines(result, proofs, with_reach=one_file)
            session.output.answer(shape_check(result, proofs), lines)
            update(answered)
            session.kept = f"{count(answered, 'file')} checked."
    if refused:
        session.refuse()
    unknown = answered - known - refused
    if answered and not one_file:
        session.output.note(f"{count(answered, 'file')}: {known} known, {unknown} not known here, {refused} refused")
        if reach:
            session.output.note(f"Tried: {say_reach(reach)}.")


def _count_files(inputs: list[str]) -> int:
    from sankofa.workflows.files import iter_files

    return sum(1 if "://" in given else sum(1 for _ in iter_files(given)) for given in inputs)
