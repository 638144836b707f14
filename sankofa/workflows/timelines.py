"""Where a video lies in the known ones that it shows, and what became of their sound: both are held against the originals.

Cuts, views and sound are read only here, when two videos are compared, for every frame or sample has to be decoded. Where the
vault has lost an original, what the kept frames say is all that is said.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from index.errors import OriginalAlteredError, OriginalMissingError
from index.model import BankEntry, MediaFacts, MediaItem
from sankofa.desk import Desk
from verify.cuts import Cuts
from verify.description import ENGINE, MediaDescription
from verify.errors import MediaRefusedError
from verify.evidence import MediaEvidence
from verify.features import describe_query, is_available
from verify.footage import put_sound, put_times
from verify.hashing.symmetry import is_mirrored
from verify.media import Frame
from verify.sound import Sound, SoundChange, compare_sound
from verify.views import find_view

_AHEAD_SECONDS = 12.0
"""How far before the first meeting cuts are looked for; kept frames lie up to about as far apart."""

_VIEW_SIDE = 720
"""The longer side at which frames of a known video are laid under those of the suspect."""

_Times = list[tuple[float, float]]


@dataclass(frozen=True)
class Suspect:
    """The video that is asked about: its file, what was read of it, its frames."""

    desk: Desk
    path: Path
    description: MediaDescription
    frames: tuple[Frame, ...]
    _cuts: dict[float, Cuts] = field(default_factory=dict, init=False)

    @cached_property
    def sound(self) -> Sound | None:
        """Its fingerprint; None where there is none, or it cannot be decoded in time."""
        return _read_sound(self.desk, self.path)

    def read_cuts(self, start: float) -> Cuts:
        """Its cuts from a second on, read once."""
        if start not in self._cuts:
            self._cuts[start] = _read_cuts(self.desk, self.path, start)
        return self._cuts[start]

    def compare(self, found: Mapping[str, MediaEvidence]) -> Iterator[tuple[str, MediaEvidence]]:
        """Yield the evidence of each known medium, that of videos with its stretches and what became of the sound."""
        items = self.desk.store.get_many(MediaItem, found)
        facts = self.desk.store.get_many(MediaFacts, [f"{known}.{ENGINE}" for known in found])
        for known, evidence in found.items():
            if items[known].kind == "video":
                with _open_original(self.desk, items[known].sha256) as original:
                    placed = self._place(known, original, evidence)
                    evidence = self._hear(facts.get(f"{known}.{ENGINE}"), original, placed)
            yield known, evidence

    def _place(self, known: str, original: Path | None, evidence: MediaEvidence) -> MediaEvidence:
        """By the cuts of both, or else by how the camera moves."""
        times = [(query, there) for query, there in evidence.time_codes if query is not None and there is not None]
        moments = _list_moments(self.desk, known)
        if original is None or not times:
            return put_times(evidence, evidence.time_codes, moments)
        begin, begin_there = (max(0.0, min(side) - _AHEAD_SECONDS) for side in zip(*times, strict=True))
        cuts = self.read_cuts(begin), _read_cuts(self.desk, original, begin_there)
        shared = cuts[0].times and cuts[1].times
        exact = {} if shared else dict(self._find_views(original, evidence, times))
        return put_times(evidence, evidence.time_codes, moments, cuts, exact)

    def _find_views(self, original: Path, evidence: MediaEvidence, times: _Times) -> Iterator[tuple[float, float]]:
        """For the first meeting, the last and the one in the middle, when the known video shows that view."""
        by_time = {frame.at_seconds: frame for frame in self.frames}
        for query, there in [times[place] for place in sorted({0, len(times) // 2, len(times) - 1})]:
            if query not in by_time or not is_available():
                continue
            features, read = describe_query(by_time[query].image), partial(_read_frame, self.desk, original)
            with suppress(MediaRefusedError):
                moment = find_view(features, is_mirrored(evidence.symmetry), there, read)
                if moment is not None:
                    yield query, moment

    def _hear(self, told: MediaFacts | None, original: Path | None, evidence: MediaEvidence) -> MediaEvidence:
        if told is None:
            return evidence
        if not (self.description.has_audio and told.has_audio):
            return put_sound(evidence, _tell(bool(self.description.has_audio), bool(told.has_audio)))
        known = None if original is None else _read_sound(self.desk, original)
        both = self.sound is not None and known is not None
        return put_sound(evidence, compare_sound(self.sound, known, evidence.segments) if both else "unknown")


@contextmanager
def _open_original(desk: Desk, sha256: str) -> Iterator[Path | None]:
    """The original, or None where the vault has lost it."""
    with ExitStack() as stack:
        try:
            original = stack.enter_context(desk.vault.open_local(sha256))
        except (OriginalMissingError, OriginalAlteredError):
            original = None
        yield original


def _list_moments(desk: Desk, media_id: str) -> list[float]:
    """The seconds of all frames of a known video."""
    entries = desk.store.get_many(BankEntry, [f"{media_id}.known.{ENGINE}"]).values()
    moments = {print_.at_seconds for entry in entries for print_ in entry.fingerprints}
    return sorted(seconds for seconds in moments if seconds is not None)


def _read_frame(desk: Desk, path: Path, at: float) -> Frame:
    return desk.decoder.moments(path, [at], _VIEW_SIDE, desk.media_limits)[0]


def _read_cuts(desk: Desk, path: Path, start: float) -> Cuts:
    try:
        return desk.decoder.cuts(path, desk.media_limits, start=start)
    except MediaRefusedError:
        return Cuts(start, start, ())  # what cannot be decoded in time has none that are known


def _tell(query_has: bool, known_has: bool) -> SoundChange:
    """What follows from the tracks alone, where one is missing."""
    return "added" if query_has else "removed" if known_has else "none"


def _read_sound(desk: Desk, path: Path) -> Sound | None:
    try:
        return desk.decoder.sound(path, desk.media_limits)
    except MediaRefusedError:
        return None  # a track that cannot be decoded in time says nothing
