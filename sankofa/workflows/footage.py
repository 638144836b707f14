"""Videos at the desk: their frames are remembered and looked for like stills, and what they meet is put together in time.

How many frames, and in which order, says :mod:`verify.footage`. Without OpenCV (the extra ``vision``) the hashes of keyframes go
on alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from index.model import Bank, BankEntry, MediaFacts, MediaItem
from sankofa.desk import Desk
from sankofa.workflows.features import find_seen, find_shown, open_known
from verify.confirmation import confirm_by_crops, confirm_by_pixels
from verify.cuts import Cuts
from verify.description import ENGINE, MediaDescription
from verify.errors import MediaRefusedError
from verify.evidence import MediaEvidence
from verify.features import describe_query, is_available
from verify.footage import (
    ASKED_FRAMES,
    FRAME_SIDE,
    REMEMBERED_FRAMES,
    Meeting,
    Questioning,
    merge_meetings,
    put_sound,
    put_times,
)
from verify.hashing.symmetry import is_mirrored
from verify.media import Frame
from verify.recognition import REMEMBERED_SIDE, join, look_at, remember
from verify.rules import HASH_ONLY
from verify.sound import Sound, SoundChange, compare_sound
from verify.thumbnails import shrink
from verify.timeline_alignment import Segment
from verify.video import spread
from verify.views import find_view

_AHEAD_SECONDS = 12.0
"""How far before the first meeting cuts are looked for; kept frames lie up to about as far apart."""

_VIEW_SIDE = 720
"""The longer side at which frames of a known video are laid under those of the suspect."""

_MOST_CONFIRMED = 3
"""Meetings of hashes that are laid over each other where no local feature met; one that agrees is enough."""


def remember_frames(desk: Desk, media_id: str, path: Path, bank: Bank) -> tuple[BankEntry, ...]:
    """Build the entries of the video's frames; of known ones a thumbnail is kept. Raises MediaRefusedError."""
    if not is_available() and bank != "known":
        return ()
    entries = (_remember(desk, media_id, bank, frame) for frame in _decode(desk, path))
    return tuple(entry for entry in entries if entry.words or entry.thumbnail_sha256)


def find_in_footage(
    desk: Desk, media_id: str, description: MediaDescription, path: Path, by_hash: Mapping[str, MediaEvidence]
) -> dict[str, MediaEvidence]:
    """Find what the frames of the video at *path* show, and look at what only hashes have found; with times and sound."""
    frames = _decode(desk, path)
    found = {known: merge_meetings(met) for known, met in _ask(desk, frames).items()}
    for known, evidence in by_hash.items():
        times = evidence.time_codes
        if known in found:
            times = (*times, *found[known].time_codes)
            evidence = join(evidence, found[known])
        else:
            evidence = _confirm(desk, frames, known, evidence, media_id)
        found[known] = put_times(evidence, times)
    return dict(_hear(desk, description, path, dict(_place(desk, path, frames, found))))


def find_seen_in_footage(desk: Desk, path: Path) -> set[str]:
    """Find the collected media that may show a frame of the newly known video."""
    if not is_available():
        return set()
    frames = spread(_decode(desk, path), ASKED_FRAMES)
    questioning = Questioning([frame.at_seconds for frame in frames])
    found: set[str] = set()
    for number in questioning:
        seen = set(find_seen(desk, look_at(frames[number])))
        questioning.put(number, dict.fromkeys(seen))
        found |= seen
    return found


def _decode(desk: Desk, path: Path) -> tuple[Frame, ...]:
    return desk.decoder.frames(path, desk.media_limits, least_side=FRAME_SIDE, most=REMEMBERED_FRAMES)


def _remember(desk: Desk, media_id: str, bank: Bank, frame: Frame) -> BankEntry:
    words, features = remember(frame) if is_available() else ((), "")
    is_known = bank == "known"
    thumbnail = desk.vault.keep(shrink(frame.image, REMEMBERED_SIDE).content).sha256 if is_known else None
    return BankEntry(
        id=f"{media_id}.{bank}.{ENGINE}.{frame.index}",
        media_id=media_id,
        bank=bank,
        engine=ENGINE,
        fingerprints=(),
        words=words,
        features=features,
        frame_index=frame.index,
        at_seconds=frame.at_seconds,
        width=frame.width,
        height=frame.height,
        thumbnail_sha256=thumbnail,
    )


def _ask(desk: Desk, frames: tuple[Frame, ...]) -> dict[str, list[Meeting]]:
    """Ask frame by frame; the meetings of each known medium."""
    met: dict[str, list[Meeting]] = {}
    if not is_available():
        return met
    asked = spread(frames, ASKED_FRAMES)
    questioning = Questioning([frame.at_seconds for frame in asked])
    for number in questioning:
        shown = find_shown(desk, look_at(asked[number]))
        questioning.put(number, {known: entry.at_seconds for known, (entry, _) in shown.items()})
        for known, (entry, evidence) in shown.items():
            met.setdefault(known, []).append(Meeting(asked[number].at_seconds, entry.at_seconds, evidence))
    return met


def _confirm(desk: Desk, frames: tuple[Frame, ...], known: str, by_hash: MediaEvidence, seed: str) -> MediaEvidence:
    """What hashes found, surer where one of the meetings agrees in its pixels.

    The hashes say of one meeting only how the pictures lie, so that another may disagree without contradicting the match.
    """
    by_time = {frame.at_seconds: frame for frame in frames}
    meetings = [times for times in by_hash.time_codes if times[0] in by_time]
    for query_seconds, known_seconds in meetings[:_MOST_CONFIRMED]:
        picture = open_known(desk, known, known_seconds)
        if picture is None:
            continue
        frame = by_time[query_seconds]
        if is_available():
            looked = confirm_by_pixels(by_hash, look_at(frame), picture, seed)
        else:
            looked = confirm_by_crops(by_hash, frame.image, picture, seed)
        if looked is not None and looked.is_confident:
            return looked
    return replace(by_hash, rule=HASH_ONLY)


def _list_moments(desk: Desk, media_id: str) -> list[float]:
    """The seconds of all frames of a known video; none of a still."""
    entries = desk.store.get_many(BankEntry, [f"{media_id}.known.{ENGINE}"]).values()
    moments = {print_.at_seconds for entry in entries for print_ in entry.fingerprints}
    return sorted(seconds for seconds in moments if seconds is not None)


def _place(
    desk: Desk, path: Path, frames: tuple[Frame, ...], found: Mapping[str, MediaEvidence]
) -> Iterator[tuple[str, MediaEvidence]]:
    """The evidence with where in each known video it lies: by the cuts of both, or else by how the camera moves."""
    items = desk.store.get_many(MediaItem, found)
    read = cache(lambda start: _read_cuts(desk, path, start))
    for known, evidence in found.items():
        times = [(query, there) for query, there in evidence.time_codes if query is not None and there is not None]
        if items[known].kind != "video" or not times:
            yield known, evidence
            continue
        begin, begin_there = (max(0.0, min(side) - _AHEAD_SECONDS) for side in zip(*times, strict=True))
        with desk.vault.open_local(items[known].sha256) as original:
            cuts = read(begin), _read_cuts(desk, original, begin_there)
            shared = cuts[0].times and cuts[1].times
            exact = {} if shared else dict(_find_views(desk, original, frames, evidence, times))
        yield known, put_times(evidence, evidence.time_codes, _list_moments(desk, known), cuts, exact)


def _find_views(
    desk: Desk, original: Path, frames: tuple[Frame, ...], evidence: MediaEvidence, times: list[tuple[float, float]]
) -> Iterator[tuple[float, float]]:
    """For the first meeting, the last and the one in the middle, when the known video shows that view."""
    by_time = {frame.at_seconds: frame for frame in frames}
    for query, there in [times[place] for place in sorted({0, len(times) // 2, len(times) - 1})]:
        if query not in by_time or not is_available():
            continue
        features = describe_query(by_time[query].image)
        with suppress(MediaRefusedError):
            moment = find_view(features, is_mirrored(evidence.symmetry), there, partial(_read_frame, desk, original))
            if moment is not None:
                yield query, moment


def _read_frame(desk: Desk, path: Path, at: float) -> Frame:
    return desk.decoder.moments(path, [at], _VIEW_SIDE, desk.media_limits)[0]


def _read_cuts(desk: Desk, path: Path, start: float) -> Cuts:
    try:
        return desk.decoder.cuts(path, desk.media_limits, start=start)
    except MediaRefusedError:
        return Cuts(start, start, ())  # what cannot be decoded in time has none that are known


def _hear(
    desk: Desk, description: MediaDescription, path: Path, found: Mapping[str, MediaEvidence]
) -> Iterator[tuple[str, MediaEvidence]]:
    """The evidence with what became of the sound of each known video."""
    items = desk.store.get_many(MediaItem, found)
    facts = desk.store.get_many(MediaFacts, [f"{known}.{ENGINE}" for known in found])
    read = cache(lambda: _read_sound(desk, path))
    for known, evidence in found.items():
        told = facts.get(f"{known}.{ENGINE}")
        if items[known].kind != "video" or told is None:
            yield known, evidence
        elif not (description.has_audio and told.has_audio):
            yield known, put_sound(evidence, _tell(bool(description.has_audio), bool(told.has_audio)))
        else:
            with desk.vault.open_local(items[known].sha256) as original:
                change = _compare(read(), _read_sound(desk, original), evidence.segments)
            yield known, put_sound(evidence, change)


def _tell(query_has: bool, known_has: bool) -> SoundChange:
    """What follows from the tracks alone, where one is missing."""
    return "added" if query_has else "removed" if known_has else "none"


def _read_sound(desk: Desk, path: Path) -> Sound | None:
    try:
        return desk.decoder.sound(path, desk.media_limits)
    except MediaRefusedError:
        return None  # a track that cannot be decoded in time says nothing


def _compare(query: Sound | None, known: Sound | None, segments: Iterable[Segment]) -> SoundChange:
    return "unknown" if query is None or known is None else compare_sound(query, known, tuple(segments))
