"""The proof of a match as a page shows it: which pictures, under which address, with which words beneath."""

import base64
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from index.model import Match
from reports.i18n import Translator
from sankofa.web.pictures import fit_size
from sankofa.web.words import write_seconds
from sankofa.workflows.browse import MatchView, MediumCard
from sankofa.workflows.proof import PROOF_SIDE, Meeting, ProofPicture, list_meetings, list_names
from verify.evidence import MediaEvidence
from verify.proof import PROOF_NAMES

VIEWS = ("boxes", "slider", "overlay", "blink", "difference")
"""How the two may be looked at; each has an address of its own on the page of the match."""

_KEPT_PROOFS = 32


class ProofCache:
    """The proofs that were asked for last; one that several pictures of a page ask for is drawn once."""

    def __init__(self, size: int = _KEPT_PROOFS) -> None:
        self._size = size
        self._lock = Lock()
        self._locks: OrderedDict[str, Lock] = OrderedDict()
        self._kept: dict[str, Mapping[str, bytes]] = {}

    def get(self, key: str, draw: Callable[[], Sequence[ProofPicture]]) -> Mapping[str, bytes]:
        """Return the pictures by name, drawn at the first call."""
        with self._lock:
            drawing = self._locks.setdefault(key, Lock())
            self._locks.move_to_end(key)
            while len(self._locks) > self._size:
                self._kept.pop(self._locks.popitem(last=False)[0], None)
        with drawing:
            proof = self._kept.get(key)
            if proof is None:
                proof = {picture.name: picture.content for picture in draw()}
                with self._lock:
                    if self._locks.get(key) is drawing:  # it was not pushed out meanwhile
                        self._kept[key] = proof
            return proof


@dataclass(frozen=True, kw_only=True)
class ShownProof:
    """What ``parts/proof.html`` needs.

    ``key`` tells the fields of several proofs on one page apart; ``sources`` are addresses or ``data:`` URIs by name;
    ``width`` and ``height`` are those of the known picture there. ``moments`` says when the shown frames stand in their videos,
    ``further`` are the later meetings. ``page`` is where the proof has its own address, empty for what is not kept; ``view`` is
    what is shown first.
    """

    key: str
    evidence: MediaEvidence
    sources: Mapping[str, str]
    width: int
    height: int
    moments: str = ""
    further: tuple[tuple[str, str], ...] = ()
    page: str = ""
    view: str = VIEWS[0]


def show_match_proof(words: Translator, view: MatchView, shown: str = VIEWS[0]) -> ShownProof | None:
    """Show the proof of a match of the desk; ``None`` where one of the two media cannot be opened."""
    if not (_can_be_drawn(view.subject) and _can_be_drawn(view.target)):
        return None
    match = view.match
    folder = f"/matches/{match.id}/proof"
    sources = {name: f"{folder}/{name}.jpg" for name in list_names(match.evidence)}
    way = shown if shown in VIEWS else VIEWS[0]
    return _show(words, match.id, match.evidence, view.target, sources, page=f"/matches/{match.id}", view=way)


def show_file_proof(
    words: Translator, evidence: MediaEvidence, known: MediumCard, pictures: Sequence[ProofPicture]
) -> ShownProof:
    """Show the proof for a file that is not kept: its pictures are part of the page."""
    sources = {picture.name: _inline(picture.content) for picture in pictures}
    return _show(words, known.item.id, evidence, known, sources)


def name_proof(match: Match) -> str:
    """Name a proof in the cache: that of a match as it stands now."""
    return f"{match.id}.{match.revision}"


def _show(
    words: Translator,
    key: str,
    evidence: MediaEvidence,
    known: MediumCard,
    sources: Mapping[str, str],
    *,
    page: str = "",
    view: str = VIEWS[0],
) -> ShownProof:
    first, *later = list_meetings(evidence)
    width, height = fit_size(known.facts.width, known.facts.height, PROOF_SIDE) if known.facts else (0, 0)
    sheets = (f"{PROOF_NAMES[-1]}-{number}" for number in range(2, len(later) + 2))
    return ShownProof(
        key=key,
        evidence=evidence,
        sources=sources,
        width=width,
        height=height,
        moments=_say_meeting(words, first),
        further=tuple((sources[name], _say_meeting(words, at)) for name, at in zip(sheets, later, strict=True)),
        page=page,
        view=view,
    )


def _say_meeting(words: Translator, meeting: Meeting) -> str:
    if meeting == (None, None):
        return ""
    use, known = (write_seconds(words, seconds) for seconds in meeting)
    return words.gettext("Known earlier at %(known)s, later use at %(use)s", known=known, use=use)


def _can_be_drawn(card: MediumCard) -> bool:
    return card.item.kind != "other" and card.facts is not None and not card.facts.refusal


def _inline(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
