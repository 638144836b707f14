"""Keep a medium: original to the vault, facts and fingerprints to a bank, and what it may be the same as, both ways.

The order is what makes a killed run harmless: bytes, record, bank entry, matches, and the appearance last. A medium
whose appearance is missing was not finished and is gone through again; every step before it changes nothing when repeated.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import RevisionConflictError
from index.identifiers import name_by_content, name_medium
from index.model import Appearance, Bank, BankEntry, Match, MediaFacts, MediaItem
from index.vault import Original
from sankofa.desk import Desk
from sankofa.workflows.erased import refuse_erased_file
from sankofa.workflows.features import (
    Remembered,
    build_facts,
    confirm,
    find_inside,
    find_seen,
    look_at_still,
    remember_still,
)
from sankofa.workflows.file_facts import keep_facts
from sankofa.workflows.footage import find_in_footage, find_seen_in_footage, remember_frames
from sankofa.workflows.near import find_near
from sankofa.workflows.negative import KnownNegative, find_marks, find_negative, rests_on_negative
from verify.description import ENGINE
from verify.errors import MediaRefusedError
from verify.evidence import CANDIDATE_RADIUS_BITS, MediaEvidence, compare
from verify.media import Frame, sniff_media_type
from verify.reading import Reading
from verify.recognition import Look, join

# Asked from the known side, a mirrored code is that of the mirrored original, not of the mirrored copy; the two differ by
# a few bits. Candidates are looked for a little further out and then compared the usual way round.
_REVERSE_MARGIN_BITS = 8


@dataclass(frozen=True, kw_only=True)
class KeptMedium:
    """A medium that is kept; ``refusal`` says why the engine could not read it (the original is kept all the same)."""

    item: MediaItem
    is_new: bool
    refusal: str | None
    new_matches: tuple[Match, ...]


def keep_medium(desk: Desk, path: Path, bank: Bank, appearance: Appearance | None = None) -> KeptMedium:
    """Keep the file at *path* in *bank*, and suggest what it may be the same as.

    *appearance* is where it was seen; its ``subject_id`` and ``id`` are filled in here. Raises MediaRefusedError for a file whose
    bytes cannot be read, RecordErasedError for one that was erased here.
    """
    refuse_erased_file(desk, path)
    original = _keep_original(desk, path)
    media_id = name_medium(original.sha256)
    media_type = sniff_media_type(path) or "application/octet-stream"
    kind = media_type.split("/")[0]
    item = MediaItem(
        id=media_id,
        sha256=original.sha256,
        media_type=media_type,
        kind="image" if kind == "image" else "video" if kind == "video" else "other",
        size_bytes=original.size_bytes,
    )
    is_new = bool(desk.store.add([item]))
    matches: tuple[Match, ...] = ()
    refusal = None
    if not _is_finished(desk, media_id, bank):
        refusal, matches = _enter(desk, item, path, bank)
    if appearance is not None:
        desk.store.add([_place(appearance, media_id)])
    return KeptMedium(item=item, is_new=is_new, refusal=refusal, new_matches=matches)


def _keep_original(desk: Desk, path: Path) -> Original:
    try:
        return desk.vault.keep(path)
    except OSError as error:  # the file's; the vault's own have their names
        raise MediaRefusedError("unreadable", f"the file cannot be read ({error.strerror}): check it") from error


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a medium may show: known media with the evidence, surest first, and what is in it of the negative bank.

    ``layouts`` are known stills with the same layout and other content, or words that nobody compared: no matches.
    """

    suggested: tuple[tuple[str, MediaEvidence], ...]
    negatives: tuple[KnownNegative, ...]
    layouts: tuple[tuple[str, MediaEvidence], ...] = ()


def _find_known(
    desk: Desk, media_id: str, reading: Reading, path: Path, look: Look | None, near: Sequence[BankEntry]
) -> tuple[tuple[str, MediaEvidence], ...]:
    """Find the known media that the one at *path* may show, surest first, and last those of which it only has the layout."""
    description = reading.description
    compared = {entry.media_id: compare(description.probes, entry.fingerprints) for entry in near}
    by_hash = {known: evidence for known, evidence in compared.items() if evidence is not None}
    if reading.still is None:
        found = find_in_footage(desk, media_id, description, path, by_hash)
    else:
        found = _find_by_pixels(desk, media_id, reading.still, look, by_hash)
    return tuple(sorted(found.items(), key=_sort_surest))


def _find_by_pixels(
    desk: Desk, media_id: str, still: Frame, look: Look | None, by_hash: Mapping[str, MediaEvidence]
) -> dict[str, MediaEvidence]:
    """Find what local features find in a still, layouts too, and look at what only hashes have found."""
    found, layouts = find_inside(desk, look) if look is not None else ({}, {})
    for known, evidence in by_hash.items():
        if known in found:
            found[known] = join(evidence, found[known])
            continue
        looked = confirm(desk, still, look, known, evidence, media_id)
        if looked is not None:
            found[known] = looked
    return {**layouts, **found}


def _sort_surest(pair: tuple[str, MediaEvidence]) -> tuple[bool, bool, int, int, str]:
    media_id, evidence = pair
    bits = evidence.distance_bits
    return (
        not evidence.is_match,
        not evidence.is_confident,
        256 if bits is None else bits,
        -evidence.aligned_points,
        media_id,
    )


def find_suggested(desk: Desk, media_id: str, reading: Reading, path: Path) -> Found:
    """Find the known media that the one at *path* may show, without what rests on the negative bank."""
    description = reading.description
    with ThreadPoolExecutor(thread_name_prefix="near") as aside:  # the store is asked while the picture is looked at
        known = aside.submit(find_near, desk, description.probes, "known")
        negative = aside.submit(find_near, desk, description.probes, "negative")
        look = look_at_still(desk, reading, path)
        negligible = aside.submit(find_negative, desk, media_id, description, look, negative.result())
        found = _find_known(desk, media_id, reading, path, look, known.result())
        negatives = negligible.result()
    marks = find_marks(desk, [known for known, _ in found])
    counted = [
        (known, evidence)
        for known, evidence in found
        if known not in marks and not rests_on_negative(evidence, negatives)
    ]
    return Found(
        suggested=tuple(pair for pair in counted if pair[1].is_match),
        negatives=negatives,
        layouts=tuple(pair for pair in counted if not pair[1].is_match and pair[0] != media_id),
    )


def _is_finished(desk: Desk, media_id: str, bank: Bank) -> bool:
    appearances = desk.store.find_linked(Appearance, "subject", [media_id])
    return any((appearance.role == "known") == (bank == "known") for appearance in appearances)


def _enter(desk: Desk, item: MediaItem, path: Path, bank: Bank) -> tuple[str | None, tuple[Match, ...]]:
    try:
        reading = desk.decoder.read(path, desk.media_limits)
        still = remember_still(desk, reading.still, path) if reading.still else Remembered()
        frames = () if reading.still else remember_frames(desk, item.id, path, bank)
    except MediaRefusedError as error:
        keep_facts(desk, _refuse(item, error))
        return str(error), ()
    description = reading.description
    entry = BankEntry(
        id=f"{item.id}.{bank}.{ENGINE}",
        media_id=item.id,
        bank=bank,
        engine=ENGINE,
        fingerprints=description.fingerprints if bank == "known" else description.seen_fingerprints,
        words=still.words,
        features=still.features,
    )
    keep_facts(desk, build_facts(item.id, reading, still))
    desk.store.add([*frames, entry])
    if bank == "seen":
        found = find_suggested(desk, item.id, reading, path)
        pairs = [(item.id, target, evidence) for target, evidence in found.suggested]
    else:
        pairs = [(subject, item.id, evidence) for subject, evidence in _find_seen(desk, item, reading, path)]
    suggested = (_suggest(desk, subject, target, evidence) for subject, target, evidence in pairs if subject != target)
    return None, tuple(match for match in suggested if match is not None)


def _refuse(item: MediaItem, error: MediaRefusedError) -> MediaFacts:
    facts = MediaFacts(id=f"{item.id}.{ENGINE}", media_id=item.id, engine=ENGINE)
    return replace(facts, refusal=str(error), refusal_reason=error.reason)


def _find_seen(desk: Desk, known: MediaItem, reading: Reading, path: Path) -> Iterable[tuple[str, MediaEvidence]]:
    """Find what was collected earlier and shows this newly known medium, compared the usual way round."""
    codes = [probe for probe in reading.description.probes if probe.region is None]
    entries = find_near(desk, codes, "seen", CANDIDATE_RADIUS_BITS + _REVERSE_MARGIN_BITS)
    candidates = {entry.media_id for entry in entries}
    if reading.still is None:
        candidates |= find_seen_in_footage(desk, path)
    elif (look := look_at_still(desk, reading, path)) is not None:
        candidates |= set(find_seen(desk, look))
    for item in desk.store.get_many(MediaItem, sorted(candidates)).values():
        with desk.vault.open_local(item.sha256) as seen:
            other = desk.decoder.read(seen, desk.media_limits)
            found = dict(find_suggested(desk, item.id, other, seen).suggested)
        if known.id in found:
            yield item.id, found[known.id]


def _suggest(desk: Desk, subject_id: str, target_id: str, evidence: MediaEvidence) -> Match | None:
    match = Match(
        id=name_by_content("X", subject_id, target_id),
        subject_id=subject_id,
        target_id=target_id,
        status="suggested",
        evidence=evidence,
        engine=ENGINE,
        suggested_at=desk.clock(),
    )
    try:
        return desk.store.revise(match, expected_revision=0)
    except RevisionConflictError:
        return None  # suggested before, perhaps judged since: it stays as it is


def _place(appearance: Appearance, media_id: str) -> Appearance:
    where = (
        appearance.role,
        appearance.url,
        appearance.post_id or "",
        appearance.appeared_on or "",
        appearance.caption,
    )
    return replace(appearance, subject_id=media_id, id=name_by_content("A", media_id, *where))
