"""The proof of one match, drawn from the two media: pictures by which a person sees where they are the same and where not.

Pixels come from the decoder alone, as they do everywhere; nothing of the files' metadata is in what is drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.model import Match, MediaItem
from sankofa.desk import Desk
from verify.evidence import MediaEvidence
from verify.proof import PROOF_NAMES, draw_proof, place

PROOF_SIDE = 960
MOST_MEETINGS = 6
"""Of a video so many pairs of frames are drawn side by side, spread over all the moments at which the two meet."""

Meeting = tuple[float | None, float | None]
"""Seconds in the query and in the known medium; None on the side of a still picture."""

_SHEET = PROOF_NAMES[-1]


@dataclass(frozen=True, kw_only=True)
class ProofPicture:
    """One JPEG by its name (:data:`verify.proof.PROOF_NAMES`; ``side-by-side-2`` is the second meeting), and its moments."""

    name: str
    content: bytes
    meeting: Meeting = (None, None)


def list_meetings(evidence: MediaEvidence) -> tuple[Meeting, ...]:
    """Return the moments that a proof shows, in order of time; of two stills the one pair there is."""
    codes = evidence.time_codes or ((None, None),)
    if len(codes) <= MOST_MEETINGS:
        return codes
    return tuple(codes[round(place * (len(codes) - 1) / (MOST_MEETINGS - 1))] for place in range(MOST_MEETINGS))


def list_names(evidence: MediaEvidence) -> tuple[str, ...]:
    """Return the names of the pictures that :func:`prove` draws."""
    further = range(2, len(list_meetings(evidence)) + 1)
    return (*PROOF_NAMES, *(f"{_SHEET}-{number}" for number in further))


def prove(
    desk: Desk, evidence: MediaEvidence, query: Path, known: Path, *, max_side: int = PROOF_SIDE
) -> tuple[ProofPicture, ...]:
    """Draw the proof that the file *query* shows the file *known*: every picture of the first meeting, and the later ones
    side by side.

    Raises:
        MediaRefusedError: One of the two is not opened.
        HashFormatError: The evidence does not say how they lie on each other.
    """
    laid, meetings = place(evidence), list_meetings(evidence)
    asked = desk.decoder.moments(query, [at for at, _ in meetings], max_side, desk.media_limits)
    held = desk.decoder.moments(known, [at for _, at in meetings], max_side, desk.media_limits)
    drawn: list[ProofPicture] = []
    for number, (meeting, one, other) in enumerate(zip(meetings, asked, held, strict=True), start=1):
        pictures = draw_proof(one.image, other.image, laid).by_name()
        shown = pictures.items() if number == 1 else [(f"{_SHEET}-{number}", pictures[_SHEET])]
        drawn.extend(ProofPicture(name=name, content=content, meeting=meeting) for name, content in shown)
    return tuple(drawn)


def prove_file(
    desk: Desk, evidence: MediaEvidence, query: Path, known: MediaItem, *, max_side: int = PROOF_SIDE
) -> tuple[ProofPicture, ...]:
    """Draw the proof that a file shows a medium of the desk. Raises what :func:`prove` does, and VaultError."""
    with desk.vault.open_local(known.sha256) as original:
        return prove(desk, evidence, query, original, max_side=max_side)


def prove_match(desk: Desk, match: Match) -> tuple[ProofPicture, ...]:
    """Draw the proof of a match of the desk. Raises what :func:`prove_file` does."""
    subject, target = (desk.store.get(MediaItem, media_id) for media_id in (match.subject_id, match.target_id))
    with desk.vault.open_local(subject.sha256) as query:
        return prove_file(desk, match.evidence, query, target)


def write_proof(pictures: Sequence[ProofPicture], folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the pictures into *folder*, which is made: (name, path) of each. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        path = folder / f"{picture.name}.jpg"
        path.write_bytes(picture.content)
        yield picture.name, path
