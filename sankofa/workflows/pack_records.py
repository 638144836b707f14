"""What goes into an evidence pack: the records that a report or a verdict rests on, and the files that they name."""

import json
import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any

from index.errors import RecordNotFoundError
from index.log.entries import Name, name_of
from index.model import (
    Capture,
    Claim,
    ClaimMatch,
    ClaimReview,
    Evidence,
    Match,
    MediaItem,
    Narrative,
    Record,
    Report,
    Revised,
    Verdict,
)
from index.releases import list_releases
from index.store import Store
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.verifier import THUMBNAILS, iter_cited, name_file, say_name

SUPPRESSED, MISSING = "suppressed", "missing"
_IDENTIFIER = re.compile(r"(?P<id>(?P<prefix>[A-Z]{1,2})-[0-9A-Z]+(?:-[0-9A-Z]+)*)(?:\.(?P<revision>[1-9][0-9]{0,8}))?")
_REVISED: dict[str, type[Revised]] = {"C": Claim, "X": Match, "XC": ClaimMatch, "N": Narrative}
_IMMUTABLE: dict[str, type[Record]] = {"E": Evidence, "CR": ClaimReview, "M": MediaItem}


@dataclass
class Contents:
    """What a pack of `subject` holds: files of the vault by their names, records, and what is left out and why.

    `printed_size` is how many entries the checkpoint has that the report prints, 0 where it prints none.
    """

    subject: Report | Verdict
    files: dict[str, str] = field(default_factory=dict)
    records: dict[Name, Record] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    printed_size: int = 0

    def take(self, records: Iterable[Record]) -> None:
        """Take up records."""
        self.records |= {name_of(record): record for record in records}

    def list_unlogged(self, logged: Container[Name]) -> list[Record]:
        """List the records that no entry of the log names."""
        return [one for name, one in self.records.items() if name not in logged]

    def was_erased(self, sha256: str) -> bool:
        """Tell whether an original went with something that was erased."""
        return any(sha256 in one.erased.files for one in self.records.values() if one.erased)

    def list_originals(self) -> list[str]:
        """List the SHA-256 of the originals that the records name."""
        named = (one.sha256 for one in self.records.values() if isinstance(one, MediaItem | Evidence))
        return sorted({sha256 for sha256 in named if sha256})


def find_subject(store: Store, cited: str, revision: int | None) -> Report | Verdict:
    """Find the report (``R-…``) or the verdict (``V-…``) that a pack is of, at its newest revision unless one is named.

    Raises:
        RecordNotFoundError: There is none of that name.
        InputError: It is neither, or no reader may have it.
    """
    if cited.startswith("R-"):
        return store.get(Report, cited, revision=revision)
    if not cited.startswith("V-"):
        raise InputError(f"a pack is of a report (R-…) or a verdict (V-…), and {cited!r} is neither")
    releases = _list_given(store, cited)
    if not releases or releases[-1].external:
        raise InputError(f"{cited} is no verdict that this desk has published")
    if releases[-1].status == SUPPRESSED:
        raise InputError(f"{cited} is suppressed: nobody reads what it said")
    wanted = revision or releases[-1].revision
    if (verdict := next((one for one in releases if one.revision == wanted), None)) is None:
        raise RecordNotFoundError(Verdict.KIND, f"{cited}.{revision}")
    return verdict


def gather(desk: Desk, cited: str, revision: int | None) -> Contents:
    """Gather what a pack of a report or a verdict holds. Raises as :func:`find_subject`."""
    subject = find_subject(desk.store, cited, revision)
    return _gather_report(desk, subject) if isinstance(subject, Report) else _gather_verdict(desk, subject)


def _list_given(store: Store, verdict_id: str) -> Sequence[Verdict]:
    return list_releases(store.get_history(Verdict, verdict_id))


def _gather_report(desk: Desk, report: Report) -> Contents:
    contents = Contents(report, records={name_of(report): report})
    contents.files = {name_file(report.id, report.revision, form): sha256 for form, sha256 in report.files().items()}
    contents.files |= {f"{THUMBNAILS}{sha256}.jpg": sha256 for sha256 in report.thumbnails_sha256}
    sha256 = report.files().get("snapshot")
    snapshot = json.loads(desk.vault.read(sha256)) if sha256 else {}
    said = collect_texts(snapshot)
    contents.printed_size = int((snapshot.get("report", {}).get("log") or {}).get("size", 0))
    for cited in sorted({*report.cites, *(text for text in said if text.startswith("V-"))}):
        _take_verdict(desk.store, contents, cited)
    contents.take(_read_revisions(desk.store, said))
    contents.take(read_attached(desk.store, said))
    contents.take(read_captures(desk.store, said))
    present = {f"{name[1]}.{name[2]}" if name[2] else name[1] for name in contents.records}
    lost = {*report.cites, *iter_cited(snapshot)} - present - {what.rpartition(" ")[2] for what in contents.absent}
    contents.absent |= dict.fromkeys(lost, MISSING)
    return contents


def _gather_verdict(desk: Desk, verdict: Verdict) -> Contents:
    contents = Contents(verdict)
    given = _list_given(desk.store, verdict.id)
    contents.take(one for one in given if one.revision <= verdict.revision)
    claim = _find_as_of(desk.store.get_history(Claim, verdict.claim_id), verdict.revised_at)
    matches = find_matches(desk.store, claim, verdict, at=verdict.revised_at)
    contents.take([claim, *matches])
    said = collect_texts([claim, verdict, *matches])
    contents.take(_read_revisions(desk.store, said))
    contents.take(read_attached(desk.store, said))
    return contents


def _take_verdict(store: Store, contents: Contents, cited: str) -> None:
    """Take up what readers were given of a verdict up to the revision that is cited."""
    found = _IDENTIFIER.fullmatch(cited)
    if found is None or not found["revision"]:
        return
    try:
        releases = list_releases(store.get_history(Verdict, found["id"]))
    except RecordNotFoundError:
        return
    if releases and releases[-1].status == SUPPRESSED:
        contents.absent[say_name((Verdict.KIND, found["id"], int(found["revision"])))] = SUPPRESSED
        return
    contents.take(one for one in releases if one.revision <= int(found["revision"]))


def _read_revisions(store: Store, said: Collection[str]) -> Iterator[Record]:
    """Read the revisions that the texts name."""
    for match in filter(None, map(_IDENTIFIER.fullmatch, sorted(said))):
        if match["revision"] and match["prefix"] in _REVISED:
            try:
                yield store.get(_REVISED[match["prefix"]], match["id"], revision=int(match["revision"]))
            except RecordNotFoundError:
                pass  # a text that only looks like a number of ours


def read_attached(store: Store, said: Collection[str]) -> Iterator[Record]:
    """Read what the texts name of evidence, media, and the published checks of others: these have no history."""
    for prefix, kind in _IMMUTABLE.items():
        yield from store.get_many(kind, [text for text in said if text.startswith(f"{prefix}-")]).values()


def read_captures(store: Store, said: Collection[str]) -> Iterator[Capture]:
    """Read how posts came here, of those whose address the report prints: a pack names nobody whom the report does not."""
    captures = store.get_many(Capture, [text for text in said if text.startswith("K-")])
    return (capture for capture in captures.values() if capture.url in said)


def find_matches(store: Store, claim: Claim, verdict: Verdict, *, at: datetime | None) -> list[Match]:
    """Find the confirmed matches of media that the verdict speaks of, as they stood at a moment; None: as they stand."""
    media = {one.media_id for one in claim.media} | {one.media_id for one in verdict.media_reviews if one.media_id}
    matches = store.find_linked(Match, "media", sorted(media)) if media else ()
    stood = (_find_as_of(store.get_history(Match, match.id), at) for match in matches) if at else matches
    return [match for match in stood if match.status == "confirmed"]


def _find_as_of(history: tuple[Any, ...], at: datetime | None) -> Any:
    """Return the last revision that was there at a moment; the first, where none was."""
    before = [one for one in history if at is None or one.revised_at is None or one.revised_at <= at]
    return before[-1] if before else history[0]


def collect_texts(value: Any) -> set[str]:
    """Collect the texts in an object of JSON, or in records and what they are made of."""
    found, left = set[str](), [value]
    while left:
        match left.pop():
            case str() as text:
                found.add(text)
            case dict() as named:
                left += named.values()
            case list() | tuple() as items:
                left += items
            case other if is_dataclass(other):
                left += (getattr(other, one.name) for one in fields(other))
    return found
