"""``--proof FOLDER``: the pictures by which a person sees that two media are the same, written where they were asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sankofa.desk import Desk
    from sankofa.workflows.check import CheckResult
    from sankofa.workflows.proof import ProofPicture

ProofFolder = Annotated[
    Path | None,
    typer.Option(
        "--proof", metavar="FOLDER", help="Draw how they lie on each other: overlay, blink pair, difference, boxes."
    ),
]


@dataclass(frozen=True)
class Proven:
    """What was written, by name; *error* says why there is nothing."""

    files: dict[str, Path] = field(default_factory=dict)
    error: str | None = None


def shape_proof(proven: Proven | None) -> dict[str, Any]:
    """Shape where the pictures lie."""
    proven = proven or Proven()
    return {
        "proof": {name: str(path) for name, path in proven.files.items()},
        "proof_error": proven.error,
    }


def prove_result(desk: "Desk", result: "CheckResult", path: Path, folder: Path) -> dict[str, Proven]:
    """Write the proof of each match of a checked file, in a folder of its own: by medium; nothing for the same file."""
    from sankofa.workflows.proof import prove_file

    proven = {}
    for match in result.matches:
        if match.evidence is not None:
            evidence, item = match.evidence, match.item
            own = folder / (result.sha256 or "")[:16] / item.id
            proven[item.id] = write(lambda: prove_file(desk, evidence, path, item), own)  # noqa: B023 - called at once
    return proven


def write(draw: "Callable[[], tuple[ProofPicture, ...]]", folder: Path) -> Proven:
    """Draw and write; a medium that cannot be drawn is said, a folder that cannot be written ends the command."""
    from index.errors import OriginalAlteredError, OriginalMissingError
    from sankofa.workflows.proof import write_proof
    from verify.errors import HashFormatError, MediaRefusedError

    try:
        pictures = draw()
    except (HashFormatError, MediaRefusedError, OriginalAlteredError, OriginalMissingError) as error:
        return Proven(error=str(error))
    return Proven(dict(write_proof(pictures, folder)))
