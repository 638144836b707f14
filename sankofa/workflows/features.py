"""Local features at the desk: remember a picture by them, and find the known pictures inside another.

Stills only; videos are found by the hashes of their keyframes. Without OpenCV (the extra ``vision``) nothing is remembered
or found here, and the hashes go on alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.model import Bank, BankEntry, MediaFacts
from index.query import FeatureHit
from sankofa.desk import Desk
from verify.description import ENGINE
from verify.evidence import MediaEvidence
from verify.features import CANDIDATES, is_available
from verify.recognition import (
    METHOD,
    REMEMBERED_SIDE,
    KnownPicture,
    Look,
    look_at,
    may_show,
    read_features,
    recognise,
    remember,
)

_QUERY_SIDE = 720


@dataclass(frozen=True)
class Remembered:
    """What is kept of a still beside its hashes; all empty where features cannot be read."""

    words: tuple[str, ...] = ()
    features: str = ""
    thumbnail_sha256: str | None = None


def list_methods(kind: Literal["image", "video"]) -> tuple[str, ...]:
    """Name the methods by which a medium of this kind is looked for here."""
    return ("pdq", METHOD) if kind == "image" and is_available() else ("pdq",)


def remember_still(desk: Desk, path: Path) -> Remembered:
    """Read the features of the still at *path* and keep a thumbnail of it. Raises MediaRefusedError."""
    if not is_available():
        return Remembered()
    frame = desk.decoder.frames(path, desk.media_limits, least_side=REMEMBERED_SIDE)[0]
    words, features = remember(frame)
    thumbnail = desk.decoder.thumbnail(path, REMEMBERED_SIDE, desk.media_limits)
    return Remembered(words, features, desk.vault.keep(thumbnail.content).sha256)


def look_at_still(desk: Desk, path: Path) -> Look | None:
    """Look at the still at *path*; ``None`` where features cannot be read. Raises MediaRefusedError."""
    if not is_available():
        return None
    return look_at(desk.decoder.frames(path, desk.media_limits, least_side=_QUERY_SIDE)[0])


def find_inside(desk: Desk, look: Look) -> Iterator[tuple[str, MediaEvidence]]:
    """Find the known stills that the picture shows: (media id, evidence), each once."""
    found: set[str] = set()
    for entry, mirrored in _iter_candidates(desk, look, "known"):
        if entry.media_id not in found:
            evidence = recognise_entry(desk, look, entry, mirrored)
            if evidence is not None:
                found.add(entry.media_id)
                yield entry.media_id, evidence


def find_seen(desk: Desk, look: Look) -> Iterator[str]:
    """Find the collected stills that may show the newly known picture; each must be compared the usual way round."""
    found: set[str] = set()
    for entry, mirrored in _iter_candidates(desk, look, "seen"):
        if entry.media_id not in found and may_show(look, read_features(entry.words, entry.features), mirrored):
            found.add(entry.media_id)
            yield entry.media_id


def recognise_entry(desk: Desk, look: Look, entry: BankEntry, mirrored: bool) -> MediaEvidence | None:
    """Decide whether the picture shows the one of *entry*."""

    def open_known() -> KnownPicture:
        facts = desk.store.get(MediaFacts, f"{entry.media_id}.{ENGINE}")
        thumbnail = desk.vault.read(facts.thumbnail_sha256 or "")
        return KnownPicture(features, thumbnail, (facts.width, facts.height))

    features = read_features(entry.words, entry.features)
    return recognise(look, features, mirrored, open_known)


def _iter_candidates(desk: Desk, look: Look, bank: Bank) -> Iterator[tuple[BankEntry, bool]]:
    """Yield the candidates of both sides, plain and mirrored, the best sums of rarity first."""
    ranked: list[tuple[FeatureHit, bool]] = []
    for mirrored in (False, True):
        hits = desk.store.find_features(look.features.words(mirrored), limit=CANDIDATES, bank=bank)
        ranked.extend((hit, mirrored) for hit in hits)
    ranked.sort(key=lambda pair: (-pair[0].score, pair[0].entry_id, pair[1]))
    chosen: Sequence[tuple[FeatureHit, bool]] = ranked[:CANDIDATES]
    entries = desk.store.get_many(BankEntry, {hit.entry_id for hit, _ in chosen})
    for hit, mirrored in chosen:
        if hit.entry_id in entries and entries[hit.entry_id].features:
            yield entries[hit.entry_id], mirrored
