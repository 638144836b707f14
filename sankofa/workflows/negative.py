"""Media that show nothing by themselves: flags, maps, logos, lower thirds. Known as such, and never evidence alone.

A person puts a medium into the negative bank, from a file or from a wrong suggestion, and may take it out again.
Suggestions that rested on it are withdrawn with a note; what a person has judged stays as it was judged.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index.identifiers import name_medium
from index.model import BankEntry, Match, MediaItem, Negative
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import committing
from sankofa.workflows.erased import refuse_erased_file
from sankofa.workflows.features import (
    Remembered,
    build_facts,
    find_element_of,
    find_elements,
    find_seen,
    look_at_still,
    remember_still,
)
from sankofa.workflows.file_facts import keep_facts
from sankofa.workflows.files import refuse
from sankofa.workflows.judge import judge_match
from sankofa.workflows.near import find_near
from sankofa.workflows.reviews import revise_until_done
from verify.description import ENGINE, MediaDescription
from verify.elements import rests_on
from verify.evidence import MediaEvidence, compare
from verify.hashing.base import Region
from verify.media import require_media_type, sniff_media_type
from verify.reading import Reading
from verify.recognition import Look

SAME_REGION_SHARE = 0.75
"""Two regions whose common part is this share of both together are one. Source: own choice; the edges of one rectangle that
was found twice lie a few pixels apart, and neighbouring parts of a page overlap far less."""

_WHOLE = Region(0, 0, 1, 1)
_NOTE = re.compile(r"withdrawn: rests on (\S+) of the negative bank \((.*)\)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class NegativeChange:
    """What became of a medium's place in the negative bank, and the matches that were withdrawn or suggested again."""

    negative: Negative
    matches: tuple[Match, ...]


@dataclass(frozen=True, kw_only=True)
class KnownNegative:
    """A medium of the negative bank that a checked one shows; ``evidence`` is ``None`` for the same file, byte by byte."""

    negative: Negative
    evidence: MediaEvidence | None


def add_negative(desk: Desk, path: Path, *, label: str, reason: str = "") -> NegativeChange:
    """Keep the file at *path* and put it into the negative bank.

    Raises:
        InputError: *path* is no regular file, or *label* is blank.
        MediaRefusedError: It is neither a picture nor a video that may be opened; nothing is kept.
    """
    desk.require_person("to add to the negative bank")
    _check_label(label)
    if why := refuse(path):
        raise InputError(f"{path}: {why}")
    require_media_type(path, desk.media_limits)
    return mark_negative(desk, _keep(desk, path), label=label, reason=reason)


def mark_negative(desk: Desk, media_id: str, *, label: str, reason: str = "") -> NegativeChange:
    """Put a kept medium into the negative bank, and withdraw the suggestions that rest on it. *label* says what it is.

    Raises:
        InputError: *label* is blank.
        RecordNotFoundError: No such medium is kept.
        MediaRefusedError: The engine cannot read it.
    """
    person = desk.require_person(f"to put {media_id} into the negative bank")
    _check_label(label)
    item = desk.get(MediaItem, media_id)
    with desk.vault.open_local(item.sha256) as path:
        reading = desk.decoder.read(path, desk.media_limits)
        _enter(desk, media_id, reading, path)
        look = look_at_still(desk, reading, path)
    new = Negative(id=media_id, label=label, active=True, revised_by=person.id, revised_at=desk.clock(), reason=reason)
    negative = _mark(desk, new)
    return NegativeChange(negative=negative, matches=tuple(_withdraw(desk, negative, reading.description, look)))


def unmark_negative(desk: Desk, media_id: str, *, reason: str = "") -> NegativeChange:
    """Take a medium out of the negative bank; what was withdrawn because of it is suggested again.

    Raises:
        RecordNotFoundError: It was never there.
    """
    person = desk.require_person(f"to take {media_id} out of the negative bank")
    now = desk.clock()

    def unmark(current: Negative) -> Negative:
        if not current.active:
            return current
        return replace(current, active=False, revised_by=person.id, revised_at=now, reason=reason)

    known = desk.store.get(Negative, media_id)
    negative = revise_until_done(desk.store, known, unmark, committing(desk, "unmark"))
    withdrawn = (m for m in desk.store.find_linked(Match, "status", ["rejected"]) if _rests_by_note(m, media_id))
    matches = tuple(judge_match(desk, match.id, "suggested", reason=reason) for match in withdrawn)
    return NegativeChange(negative=negative, matches=matches)


def reject_as_negative(desk: Desk, match_id: str, *, label: str, reason: str = "") -> tuple[Match, NegativeChange]:
    """Reject a suggestion because its known medium shows nothing by itself, and put that into the negative bank."""
    _check_label(label)
    match = judge_match(desk, match_id, "rejected", reason=reason or label)
    return match, mark_negative(desk, match.target_id, label=label, reason=reason or f"wrong suggestion {match_id}")


def read_note(reason: str) -> tuple[str, str] | None:
    """Read what stands in the history of a match that was withdrawn: (medium of the bank, label); ``None`` for another reason."""
    found = _NOTE.fullmatch(reason)
    return (found[1], found[2]) if found else None


def find_negative(
    desk: Desk, media_id: str, description: MediaDescription, look: Look | None, near: Sequence[BankEntry]
) -> tuple[KnownNegative, ...]:
    """Find what the medium *media_id* shows of the negative bank, by hashes and by what *look* saw; the same file first.

    *near* are the entries of that bank whose hashes lie near.
    """
    found: dict[str, MediaEvidence | None] = dict(find_elements(desk, look)) if look is not None else {}
    for entry in near:
        evidence = compare(description.probes, entry.fingerprints)
        if evidence is not None:
            found.setdefault(entry.media_id, evidence)
    found = {media_id: None, **{other: evidence for other, evidence in found.items() if other != media_id}}
    marks = find_marks(desk, list(found))
    return tuple(KnownNegative(negative=marks[key], evidence=found[key]) for key in found if key in marks)


def find_marks(desk: Desk, media_ids: Sequence[str]) -> dict[str, Negative]:
    """Return the media among these that are in the negative bank now."""
    marks = desk.store.get_many(Negative, media_ids)
    return {media_id: mark for media_id, mark in marks.items() if mark.active}


def rests_on_negative(evidence: MediaEvidence | None, negatives: Sequence[KnownNegative]) -> bool:
    """Tell whether evidence looks at a region of the checked medium that is known to show nothing by itself.

    Where the two were laid over each other that is the part that agrees, wherever the frames end.
    ``None`` is the same file, byte by byte, which needs no evidence.
    """
    if evidence is None:
        return False
    if any(_shows_only(evidence, known.evidence) for known in negatives):
        return True
    laid = [
        known.evidence for known in negatives if known.evidence is not None and known.evidence.alignment is not None
    ]
    return rests_on(evidence, laid)


def _shows_only(evidence: MediaEvidence, negative: MediaEvidence | None) -> bool:
    """Whether that region, and of a video no other frames than those, is what shows nothing by itself."""
    if negative is None:
        return _is_same(evidence.query_region, None)
    met, negligible = ({query for query, _ in e.time_codes if query is not None} for e in (evidence, negative))
    return _is_same(evidence.query_region, negative.query_region) and met <= negligible


def _check_label(label: str) -> None:
    if not label.strip():
        raise InputError("say what it is: a flag, a map, a logo, a lower third")


def _keep(desk: Desk, path: Path) -> str:
    """Keep the original; it is neither known nor seen by that."""
    refuse_erased_file(desk, path)
    original = desk.vault.keep(path)
    media_type = sniff_media_type(path) or "application/octet-stream"
    kinds: dict[str, Literal["image", "video"]] = {"image": "image", "video": "video"}
    item = MediaItem(
        id=name_medium(original.sha256),
        sha256=original.sha256,
        media_type=media_type,
        kind=kinds.get(media_type.split("/")[0], "other"),
        size_bytes=original.size_bytes,
    )
    desk.store.add([item])
    return item.id


def _enter(desk: Desk, media_id: str, reading: Reading, path: Path) -> None:
    """Enter the medium in the bank, unless it stands there; what is remembered of a known still goes with it."""
    entry_id = f"{media_id}.negative.{ENGINE}"
    kept = desk.store.get_many(BankEntry, [entry_id, *(f"{media_id}.{bank}.{ENGINE}" for bank in ("known", "seen"))])
    if entry_id in kept:
        return
    entry = BankEntry(
        id=entry_id, media_id=media_id, bank="negative", engine=ENGINE, fingerprints=reading.description.fingerprints
    )
    if kept:
        remembered = next(iter(kept.values()))
        desk.store.add([replace(entry, words=remembered.words, features=remembered.features)])
        return
    still = remember_still(desk, reading.still, path) if reading.still else Remembered()
    keep_facts(desk, build_facts(media_id, reading, still))
    desk.store.add([replace(entry, words=still.words, features=still.features)])


def _withdraw(desk: Desk, negative: Negative, description: MediaDescription, look: Look | None) -> Iterator[Match]:
    person, now = desk.person_id, desk.clock()
    note = f"{_note(negative.id)} ({negative.label})"

    def withdraw(match: Match) -> Match:
        if match.status != "suggested":
            return match
        judged = replace(match, status="rejected", judged_by=person, judged_at=now)
        return replace(judged, revised_by=person, revised_at=now, reason=note)

    for match in {match.id: match for match in _iter_resting(desk, negative, description, look)}.values():
        if match.status == "suggested":
            yield revise_until_done(desk.store, match, withdraw, committing(desk, "reject"))


def _iter_resting(desk: Desk, negative: Negative, description: MediaDescription, look: Look | None) -> Iterator[Match]:
    """Yield the matches of the medium, and those of collected media that rest on it there."""
    yield from desk.store.find_linked(Match, "media", [negative.id])
    probes = [probe for probe in description.probes if probe.region is None]
    for entry in find_near(desk, probes, "seen"):
        shown = compare(entry.fingerprints, probes)
        if shown is not None:
            yield from _iter_resting_on(desk, entry.media_id, KnownNegative(negative=negative, evidence=shown))
    for media_id in find_seen(desk, look) if look is not None else ():
        for shown in _find_in(desk, media_id, negative.id):
            yield from _iter_resting_on(desk, media_id, KnownNegative(negative=negative, evidence=shown))


def _iter_resting_on(desk: Desk, subject_id: str, shown: KnownNegative) -> Iterator[Match]:
    for match in desk.store.find_linked(Match, "subject", [subject_id]):
        if rests_on_negative(match.evidence, [shown]):
            yield match


def _find_in(desk: Desk, subject_id: str, negative_id: str) -> Iterator[MediaEvidence]:
    """Find where a collected still shows the one that was put into the bank, compared the usual way round."""
    item = desk.get(MediaItem, subject_id)
    with desk.vault.open_local(item.sha256) as path:
        look = look_at_still(desk, desk.decoder.read(path, desk.media_limits), path)
    entry = desk.store.get(BankEntry, f"{negative_id}.negative.{ENGINE}")
    for mirrored in (False, True):
        shown = find_element_of(desk, look, entry, mirrored) if look is not None else None
        if shown is not None:
            yield shown


def _mark(desk: Desk, new: Negative) -> Negative:
    """Keep the mark; one that says the same already stays as it is."""

    def renew(current: Negative) -> Negative:
        same = current.active and current.label == new.label
        return current if same else replace(new, revision=current.revision)

    known = desk.store.get_many(Negative, [new.id]).get(new.id, replace(new, active=False))
    return revise_until_done(desk.store, known, renew, committing(desk, "mark"))


def _note(media_id: str) -> str:
    return f"withdrawn: rests on {media_id} of the negative bank"


def _rests_by_note(match: Match, media_id: str) -> bool:
    return match.reason.startswith(_note(media_id))


def _is_same(a: Region | None, b: Region | None) -> bool:
    """Tell whether two regions of a frame are one, by the share of their common part in both together."""
    a, b = a or _WHOLE, b or _WHOLE
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    common = max(width, 0.0) * max(height, 0.0)
    return common >= SAME_REGION_SHARE * (a.width * a.height + b.width * b.height - common)
