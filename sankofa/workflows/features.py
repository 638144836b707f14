"""Pixels at the desk: remember a picture by its local features, find the known pictures inside another, confirm hashes.

A frame of a known video is a picture like another (:mod:`sankofa.workflows.footage`). Without OpenCV (the extra ``vision``)
nothing is remembered or found by features here, and the hashes go on alone.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from index.model import Bank, BankEntry, MediaFacts, MediaItem
from index.query import FeatureHit
from sankofa.desk import Desk
from sankofa.workflows.file_facts import join_facts
from verify.confirmation import confirm_by_crops, confirm_by_pixels
from verify.description import ENGINE
from verify.elements import find_element
from verify.evidence import MediaEvidence
from verify.features import CANDIDATES, is_available
from verify.footage import put_times
from verify.media import Frame
from verify.metadata import read_text_of
from verify.reading import Reading
from verify.recognition import (
    METHOD,
    REMEMBERED_SIDE,
    KnownPicture,
    Look,
    ReadText,
    look_at,
    may_show,
    read_features,
    recognise,
    remember,
)
from verify.thumbnails import shrink

_TEXT_SIDE = 900
"""The shorter side at which words are read; small print is lost below."""

_MOST_TEXT_CHARACTERS = 20_000

_FRAMES_OF_ONE = 3
"""How many candidates may be of one medium: the frames of a video look alike, and must not crowd out all others."""

_MOST_HITS = 4 * CANDIDATES
"""How many are asked for, so that enough are left when the frames of a video were thinned out."""


@dataclass(frozen=True)
class Remembered:
    """What is kept of a still beside its hashes; empty where features or words cannot be read."""

    words: tuple[str, ...] = ()
    features: str = ""
    thumbnail_sha256: str | None = None
    text: str | None = None


def list_methods() -> tuple[str, ...]:
    """Name the methods by which a medium is looked for here."""
    return ("pdq", METHOD) if is_available() else ("pdq",)


def remember_still(desk: Desk, still: Frame, path: Path) -> Remembered:
    """Read features and words of the still at *path*, and keep a thumbnail of it. Raises MediaRefusedError."""
    words: tuple[str, ...] = ()
    features = ""
    if is_available():
        words, features = remember(still)
    thumbnail = shrink(still.image, REMEMBERED_SIDE)
    text = _read_text(desk, path) if desk.reads_text else None
    return Remembered(words, features, desk.vault.keep(thumbnail.content).sha256, text)


def build_facts(media_id: str, reading: Reading, still: Remembered) -> MediaFacts:
    """The facts of a medium that was opened, with what its file says of itself."""
    description = reading.description
    facts = MediaFacts(
        id=f"{media_id}.{ENGINE}",
        media_id=media_id,
        engine=ENGINE,
        width=description.width,
        height=description.height,
        duration_seconds=description.duration_seconds,
        has_audio=description.has_audio,
        frame_count=1 + max((print_.frame_index for print_ in description.fingerprints), default=0),
        thumbnail_sha256=still.thumbnail_sha256,
        text=still.text,
    )
    return join_facts(facts, reading.facts)


def look_at_still(desk: Desk, reading: Reading, path: Path) -> Look | None:
    """Look at the still at *path*; ``None`` of a video, and where features cannot be read."""
    if reading.still is None or not is_available():
        return None
    return look_at(reading.still, jpeg_quality=reading.description.jpeg_quality, read_text=_read_once(desk, path))


def find_inside(desk: Desk, look: Look) -> tuple[dict[str, MediaEvidence], dict[str, MediaEvidence]]:
    """Find the known media that the picture shows, stills and frames of videos, and the stills that only have its layout."""
    shown, layouts = _find_alike(desk, look)
    return {
        known: put_times(evidence, [(None, entry.at_seconds)]) for known, (entry, evidence) in shown.items()
    }, layouts


def find_shown(desk: Desk, look: Look) -> dict[str, tuple[BankEntry, MediaEvidence]]:
    """Find the known media that the picture shows; of a video the frame with the most points that fit."""
    return _find_alike(desk, look)[0]


def _find_alike(desk: Desk, look: Look) -> tuple[dict[str, tuple[BankEntry, MediaEvidence]], dict[str, MediaEvidence]]:
    found: dict[str, tuple[BankEntry, MediaEvidence]] = {}
    layouts: dict[str, MediaEvidence] = {}
    for entry, mirrored in _iter_candidates(desk, look, "known"):
        best = found.get(entry.media_id)
        if best is not None and entry.frame_index is None:
            continue
        evidence = recognise_entry(desk, look, entry, mirrored)
        if evidence is None:
            continue
        if evidence.is_match and (best is None or evidence.aligned_points > best[1].aligned_points):
            found[entry.media_id] = entry, evidence
        if not evidence.is_match and entry.frame_index is None:
            layouts[entry.media_id] = evidence
    return found, layouts


def find_elements(desk: Desk, look: Look) -> Iterator[tuple[str, MediaEvidence]]:
    """Find what the picture shows of the stills in the negative bank: (media id, evidence), each once."""
    found: set[str] = set()
    for entry, mirrored in _iter_candidates(desk, look, "negative"):
        if entry.media_id not in found:
            evidence = find_element_of(desk, look, entry, mirrored)
            if evidence is not None:
                found.add(entry.media_id)
                yield entry.media_id, evidence


def find_element_of(desk: Desk, look: Look, entry: BankEntry, mirrored: bool) -> MediaEvidence | None:
    """Find where the picture shows the still of *entry*, whatever it says in words."""
    features = read_features(entry.words, entry.features)
    return find_element(look, features, mirrored, lambda: _open_still(desk, entry.media_id))


def find_seen(desk: Desk, look: Look) -> Iterator[str]:
    """Find the collected media that may show the newly known picture; each must be compared the usual way round."""
    found: set[str] = set()
    for entry, mirrored in _iter_candidates(desk, look, "seen"):
        if entry.media_id not in found and may_show(look, read_features(entry.words, entry.features), mirrored):
            found.add(entry.media_id)
            yield entry.media_id


def recognise_entry(desk: Desk, look: Look, entry: BankEntry, mirrored: bool) -> MediaEvidence | None:
    """Decide whether the picture shows the one of *entry*; evidence of one layout is no match."""
    features = read_features(entry.words, entry.features)
    return recognise(look, features, mirrored, lambda: _open_entry(desk, entry))


def confirm(
    desk: Desk, still: Frame, look: Look | None, media_id: str, by_hash: MediaEvidence, seed: str
) -> MediaEvidence | None:
    """Hold a still against what hashes have found; ``None`` where the pixels contradict them.

    *seed* is the name of the medium that is asked about, which only its finished file gives.
    """
    known = open_known(desk, media_id, by_hash.time_codes[0][1] if by_hash.time_codes else None)
    if known is None:
        return by_hash
    if look is not None:
        return confirm_by_pixels(by_hash, look, known, seed)
    return confirm_by_crops(by_hash, still.image, known, seed)


def open_known(desk: Desk, media_id: str, at_seconds: float | None) -> KnownPicture | None:
    """Open what is kept of a known still, or of a video's frame at that second; ``None`` of a frame that is not remembered."""
    if at_seconds is None:
        return _open_still(desk, media_id)
    entries = desk.store.find_linked(BankEntry, "media", [media_id])
    frames = (entry for entry in entries if entry.at_seconds == at_seconds and entry.thumbnail_sha256)
    return next((_open_entry(desk, entry) for entry in frames), None)


def _open_entry(desk: Desk, entry: BankEntry) -> KnownPicture:
    if entry.thumbnail_sha256 is None:
        return _open_still(desk, entry.media_id)
    return KnownPicture(desk.vault.read(entry.thumbnail_sha256), (entry.width, entry.height))


def _open_still(desk: Desk, media_id: str) -> KnownPicture:
    facts = desk.store.get(MediaFacts, f"{media_id}.{ENGINE}")
    if facts.thumbnail_sha256 is None:
        return _open_original(desk, media_id)
    return KnownPicture(desk.vault.read(facts.thumbnail_sha256), (facts.width, facts.height), facts.text)


def _open_original(desk: Desk, media_id: str) -> KnownPicture:
    """Open a still that was refused when it was read first, of which no thumbnail is kept, and read a later time."""
    with desk.vault.open_local(desk.get(MediaItem, media_id).sha256) as path:
        frame = _decode(desk, path, REMEMBERED_SIDE)
    return KnownPicture(shrink(frame.image, REMEMBERED_SIDE).content, (frame.width, frame.height))


def _decode(desk: Desk, path: Path, side: int) -> Frame:
    return desk.decoder.frames(path, desk.media_limits, least_side=side)[0]


def _read_once(desk: Desk, path: Path) -> ReadText:
    return cache(lambda: _read_text(desk, path) if desk.reads_text else None)


def _read_text(desk: Desk, path: Path) -> str | None:
    """The words in the still; the reader sees bare pixels only."""
    read = read_text_of(_decode(desk, path, _TEXT_SIDE).image)
    return read.text[:_MOST_TEXT_CHARACTERS] if read is not None and read.languages else None


def _iter_candidates(desk: Desk, look: Look, bank: Bank) -> Iterator[tuple[BankEntry, bool]]:
    """Yield the candidates of both sides, plain and mirrored, the best sums of rarity first, and few frames of one video."""

    def ask(mirrored: bool) -> list[tuple[FeatureHit, bool]]:
        hits = desk.store.find_features(look.features.words(mirrored), limit=_MOST_HITS, bank=bank)
        return [(hit, mirrored) for hit in hits]

    with ThreadPoolExecutor(2, thread_name_prefix="side") as sides:
        ranked = list(chain.from_iterable(sides.map(ask, (False, True))))
    ranked.sort(key=lambda pair: (-pair[0].score, pair[0].entry_id, pair[1]))
    chosen = list(_thin_out(ranked))[:CANDIDATES]
    entries = desk.store.get_many(BankEntry, {hit.entry_id for hit, _ in chosen})
    for hit, mirrored in chosen:
        if hit.entry_id in entries and entries[hit.entry_id].features:
            yield entries[hit.entry_id], mirrored


def _thin_out(ranked: list[tuple[FeatureHit, bool]]) -> Iterator[tuple[FeatureHit, bool]]:
    """Keep the first few of each medium."""
    taken: Counter[str] = Counter()
    for hit, mirrored in ranked:
        taken[hit.media_id] += 1
        if taken[hit.media_id] <= _FRAMES_OF_ONE:
            yield hit, mirrored
