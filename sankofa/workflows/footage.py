"""Videos at the desk: their frames are remembered and looked for like stills, and what they meet is put together in time.

How many frames, and in which order, says :mod:`verify.footage`. Without OpenCV (the extra ``vision``) the hashes of keyframes go
on alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from index.model import Bank, BankEntry
from sankofa.desk import Desk
from sankofa.workflows.features import find_seen, find_shown, open_known
from sankofa.workflows.timelines import Suspect
from verify.confirmation import confirm_by_crops, confirm_by_pixels
from verify.description import ENGINE, MediaDescription
from verify.evidence import MediaEvidence
from verify.features import is_available
from verify.footage import (
    ASKED_FRAMES,
    FRAME_SIDE,
    REMEMBERED_FRAMES,
    Meeting,
    Questioning,
    merge_meetings,
    put_times,
)
from verify.media import Frame
from verify.recognition import REMEMBERED_SIDE, join, look_at, remember
from verify.rules import HASH_ONLY
from verify.thumbnails import shrink
from verify.video import spread

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
    return dict(Suspect(desk, path, description, frames).compare(found))


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
