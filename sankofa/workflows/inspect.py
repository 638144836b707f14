"""What the desk holds, and whether all of it is still good."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from index.errors import RecordFormatError, StoreFormatError
from index.model import (
    KINDS,
    Appearance,
    BankEntry,
    Capture,
    Claim,
    ClaimMatch,
    Evidence,
    Match,
    MediaFacts,
    MediaItem,
    Post,
    Record,
    Report,
    Revised,
    TextVector,
    Verdict,
)
from index.releases import PUBLIC
from index.store import Engine, Refused
from index.vault import find_fault
from sankofa.desk import Desk
from sankofa.workflows.erasure_reach import survey
from sankofa.workflows.log_check import check_log
from verify.metadata import describe_credentials_reader, describe_text_reader

_BATCH = 500
_FAULTS = {
    "missing": "is missing from the vault: bring it back from a copy",
    "altered": "was altered in the vault: bring it back from a copy",
    "returned": "was erased with {record} and lies in the vault: erase that once more",
}


@dataclass(frozen=True, kw_only=True)
class StoreInfo:
    """What the desk holds: records by kind, and originals; the limits under which media are opened here; what else is read."""

    store_url: str
    engine: Engine
    vault_url: str
    records: Mapping[str, int]
    originals: int
    size_bytes: int
    protection: tuple[str, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is not as it was kept: in which record or original, and what to do."""

    where: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was looked at, and what was found; `refused` are records that the store could not keep, by kind."""

    records: int
    entries: int
    originals: int
    refused: Mapping[str, int]
    problems: tuple[Problem, ...]


def read_info(desk: Desk) -> StoreInfo:
    """Count what the desk holds."""
    originals = list(desk.vault.iter_originals())
    return StoreInfo(
        store_url=desk.store.url,
        engine=desk.store.describe(),
        vault_url=desk.vault.url,
        records=_count_records(desk),
        originals=len(originals),
        size_bytes=sum(original.size_bytes for original in originals),
        protection=desk.decoder.describe_protection(),
        readers=(describe_credentials_reader(), describe_text_reader(), _describe_encoder(desk)),
    )


def _count_records(desk: Desk) -> dict[str, int]:
    """Count by kind; verdicts that no reader was given apart from those that one was."""
    counts = {name: desk.store.count(kind) for name, kind in KINDS.items()}
    by_status = desk.store.count_by(Verdict, "status")
    unpublished = sum(number for status, number in by_status.items() if status not in PUBLIC)
    counts[Verdict.KIND] -= unpublished
    return counts | {"unpublished_verdict": unpublished}


def _describe_encoder(desk: Desk) -> str:
    if desk.encoder is None:
        return "claims are found by their words alone: install the extra semantic to find them by meaning too"
    made = desk.store.count_by(TextVector, "encoder").get(desk.encoder.name, 0)
    return f"claims are found by meaning too: {desk.encoder.name}, which has encoded {made}"


def inspect(desk: Desk, on_checked: Callable[[int], None] = lambda checked: None) -> Inspection:
    """Read every record with all its revisions, every original and the log, follow every link, name what was refused."""
    records = originals = 0
    problems: list[Problem] = []
    erased: dict[str, str] = {}
    for kind in KINDS.values():
        for batch in _iter_batches(desk, kind, problems):
            records += len(batch)
            problems += _find_dangling(desk, batch)
            problems += _find_broken_histories(desk, batch)
            erased |= _find_erased(batch)
            for sha256 in _find_originals(batch):
                originals += 1
                problems += _check_original(desk, sha256)
            on_checked(records)
    problems += _find_returned(desk, erased)
    entries, found = check_log(desk)
    problems += [Problem(where=where, says=says) for where, says in found]
    refused = list(desk.store.iter_refused())
    problems += [Problem(where=_name_refused(one), says=_say_refused(one)) for one in refused]
    counts = Counter(one.kind for one in refused)
    return Inspection(records=records, entries=entries, originals=originals, refused=counts, problems=tuple(problems))


def _name_refused(refused: Refused) -> str:
    return f"{refused.kind} {refused.record_id}" + (f".{refused.revision}" if refused.revision else "")


def _say_refused(refused: Refused) -> str:
    return f"was not kept on {refused.refused_at:%Y-%m-%d %H:%M} UTC: {refused.reason}"


def _iter_batches(desk: Desk, kind: type[Record], problems: list[Problem]) -> Iterator[list[Record]]:
    """Yield the records of a kind; one that cannot be read ends its kind and becomes a problem."""
    records = desk.store.iter_records(kind)
    while True:
        try:
            batch = list(islice(records, _BATCH))
        except (RecordFormatError, StoreFormatError) as error:
            problems.append(Problem(where=kind.KIND, says=str(error)))
            return
        if not batch:
            return
        yield batch


def _iter_references(record: Record) -> Iterator[tuple[type[Record], str]]:
    """Yield the records that *record* rests on."""
    match record:
        case Appearance():
            yield (MediaItem if record.subject_id.startswith("M-") else Claim), record.subject_id
            if record.post_id:
                yield Post, record.post_id
        case BankEntry() | MediaFacts():
            yield MediaItem, record.media_id
        case Capture():
            yield Post, record.subject_id
        case Match():
            yield MediaItem, record.subject_id
            yield MediaItem, record.target_id
        case ClaimMatch() | TextVector() | Verdict():
            yield Claim, record.claim_id
        case Claim():
            yield from _iter_parts(record)
    if isinstance(record, ClaimMatch):
        yield Post, record.post_id
    if isinstance(record, Claim | Verdict):
        yield from ((Evidence, evidence_id) for evidence_id in record.evidence_ids)


def _iter_parts(claim: Claim) -> Iterator[tuple[type[Record], str]]:
    if claim.merged_into:
        yield Claim, claim.merged_into
    yield from ((MediaItem, medium.media_id) for medium in claim.media)


def _find_dangling(desk: Desk, batch: list[Record]) -> Iterator[Problem]:
    wanted: dict[type[Record], dict[str, str]] = {}
    for record in batch:
        for kind, record_id in _iter_references(record):
            wanted.setdefault(kind, {})[record_id] = f"{record.KIND} {record.id}"
    for kind, asked in wanted.items():
        found = desk.store.get_many(kind, asked)
        for record_id in asked.keys() - found.keys():
            yield Problem(where=asked[record_id], says=f"names {kind.KIND} {record_id}, which is not here")


def _find_broken_histories(desk: Desk, batch: list[Record]) -> Iterator[Problem]:
    for record in batch:
        if isinstance(record, Revised) and record.revision > 1:
            try:
                revisions = [earlier.revision for earlier in desk.store.get_history(type(record), record.id)]
            except (RecordFormatError, StoreFormatError) as error:
                yield Problem(where=f"{record.KIND} {record.id}", says=str(error))
                continue
            if revisions != list(range(1, len(revisions) + 1)):
                yield Problem(where=f"{record.KIND} {record.id}", says=f"has only the revisions {revisions}")


def _find_erased(batch: list[Record]) -> dict[str, str]:
    """The originals that went, each with the record that they went with."""
    return {sha256: record.id for record in batch if record.erased for sha256 in record.erased.files}


def _find_returned(desk: Desk, erased: Mapping[str, str]) -> Iterator[Problem]:
    """Name the originals that were erased and are there all the same, though nothing rests on them."""
    there = [sha256 for sha256 in sorted(erased) if desk.vault.has(sha256)]
    needed = survey(desk.store, (), (), (), ()).needed if there else ()
    for sha256 in there:
        if sha256 not in needed:
            yield Problem(where=f"original {sha256}", says=_FAULTS["returned"].format(record=erased[sha256]))


def _find_originals(batch: list[Record]) -> Iterator[str]:
    for record in batch:
        if isinstance(record, MediaItem) and not record.is_stub:
            yield record.sha256
        elif isinstance(record, Report):
            yield from record.files().values()
            yield from record.thumbnails_sha256


def _check_original(desk: Desk, sha256: str) -> Iterator[Problem]:
    fault = find_fault(desk.vault, sha256)
    if fault is not None:
        yield Problem(where=f"original {sha256}", says=_FAULTS[fault])
