"""Keeping records; what reads them is in :mod:`index.backends.elasticsearch.records`.

A record that is created once is one document, made with ``op_type=create``. A record with a history has a document for each
revision, made so too, and one for its newest state (the head), which only moves from the revision before
(``if_seq_no``). A revision is acknowledged when the head has moved; whoever finds the head left behind by a
process that died moves it on. Where an act goes into the log, its entry comes before its revision
(:mod:`index.backends.elasticsearch.log`).
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import cast

from elasticsearch import ConflictError, Elasticsearch

from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.creating import Document, Refusals, create, name_record
from index.backends.elasticsearch.documents import (
    build_head,
    build_revision,
    iter_fingerprints,
    name_document,
    name_revision,
)
from index.backends.elasticsearch.erasing import Eraser
from index.backends.elasticsearch.indices import FINGERPRINTS, REVISIONS
from index.backends.elasticsearch.letters import DeadLetters
from index.backends.elasticsearch.log import Log, Waiting
from index.backends.elasticsearch.records import PAGE, Records, cut
from index.backends.elasticsearch.translation import translated
from index.backends.elasticsearch.verdicts import Verdicts, build_next
from index.codec import decode, same_content
from index.erasing import refuse_erased
from index.errors import (
    IndexingError,
    RecordConflictError,
    RecordFormatError,
    RevisionConflictError,
    StoreUnavailableError,
)
from index.log.entries import build_void
from index.model import BankEntry, Record, Revised
from index.store import AnyRecord, AnyRevised


class Writer:
    """Keeps records under one prefix."""

    def __init__(self, records: Records, letters: DeadLetters, verdicts: Verdicts, log: Log, eraser: Eraser) -> None:
        self._records, self._indices, self._letters, self._verdicts = records, records.indices, letters, verdicts
        self._log, self._eraser = log, eraser
        self._client: Elasticsearch = self._indices.client
        self._where = self._indices.where

    # --- created once ---

    def add(self, records: Sequence[Record]) -> frozenset[str]:
        """Create those that do not exist. What a bank entry is found by is there before it, so that none is ever missed."""
        once = _require_one_content(records)
        heads = [_build_head(record) for record in once.values()]
        entries = {name: record for (_, name), record in once.items() if isinstance(record, BankEntry)}
        self._require_same(BankEntry, entries)  # or codes of one that is refused would stay
        refused: Refusals = {}
        found = (Document(FINGERPRINTS, *row, entry) for entry in entries.values() for row in iter_fingerprints(entry))
        create(self._indices, found, refused)
        existed = create(self._indices, heads, refused)
        self._settle(once.values(), refused)
        known = [(kind, name) for kind, name in once if (kind.KIND, name_document(name)) in existed]
        for kind in dict.fromkeys(kind for kind, _ in known):
            asked = {name: once[kind, name] for of, name in known if of is kind}
            self._require_there(asked.keys() <= self._require_same(kind, asked))
        return frozenset(name for _, name in once.keys() - known)

    def _require_same(self, kind: type[AnyRecord], records: Mapping[str, AnyRecord]) -> Set[str]:
        """Which of them exist. Raises RecordConflictError where one has other content."""
        found = self._records.get_many(kind, records)
        for name, there in found.items():
            if not there.is_stub and not same_content(there, records[name]):
                raise RecordConflictError(kind.KIND, name)
        return found.keys()

    def _require_there(self, is_there: bool) -> None:
        """What existed a moment ago can be gone where its node is gone and nobody was told that it is kept."""
        if not is_there:
            raise StoreUnavailableError(f"{self._where} lost a node just now: do this again")

    def _settle(self, records: Iterable[Record], refused: Refusals) -> None:
        """Keep aside what was refused, and raise why; what is kept now lies aside no more."""
        self._letters.forget(record for record in records if name_record(record) not in refused)
        if refused:
            lost = [(record, refused[key]) for record in records if (key := name_record(record)) in refused]
            raise self._letters.keep(lost)

    # --- with a history ---

    def revise(self, record: AnyRevised, expected: int, entry: bytes) -> AnyRevised:
        """Create the revision after *expected*, which *record* says it is, and move the head to it; *entry* is its act's."""
        kind = type(record)
        head = self._records.read_head(kind, record.id)
        found = head.revision if head is not None else 0
        if found > expected >= 0:
            written = self._records.read_revision(kind, record.id, expected + 1)
            if written is not None and same_content(written, record):
                self._move_head(written)
                self._verdicts.tell([written])
                return written
        if found != expected:
            raise RevisionConflictError(record.KIND, record.id, expected, found)
        if head is not None and record.erased is None:
            refuse_erased(head)
        build_head(record)  # refused before anything is written
        if not entry:
            return self._advance(record)
        return self._complete(Waiting(self._log.append([entry], record), entry, record), record)

    def settle(self) -> None:
        """Do the acts that were interrupted, or say in the log that they cannot be done.

        Where one cannot be made now (an index is read-only), it waits for the next time.
        """
        for waiting in self._log.iter_waiting():
            with suppress(IndexingError):
                if waiting.record is not None:
                    self._complete(waiting, waiting.record)
                elif waiting.stubs:
                    self._eraser.complete(waiting.stubs)
                    self._log.release(waiting.number)

    def _complete(self, waiting: Waiting, record: AnyRevised) -> AnyRevised:
        """Make the revision of an act that is in the log. Raises where the log now says that it never will be."""
        try:
            written = self._advance(record)
        except (RevisionConflictError, RecordFormatError):
            self._log.append([build_void(waiting.entry, waiting.number, datetime.now(UTC))])
            self._log.release(waiting.number)
            raise
        self._log.release(waiting.number)
        return written

    def _advance(self, record: AnyRevised) -> AnyRevised:
        written = self._create_revision(record)
        self._move_head_or_keep_aside(written)
        self._verdicts.tell([written])
        if not same_content(written, record):
            raise RevisionConflictError(record.KIND, record.id, record.revision - 1, record.revision)
        return written

    def _create_revision(self, record: AnyRevised) -> AnyRevised:
        """Create it, or return the one that somebody else created first."""
        refused: Refusals = {}
        existed = create(self._indices, [_build_revision(record)], refused)
        if refused:
            self._settle([record], refused)
        if existed:
            written = self._records.read_revision(type(record), record.id, record.revision)
            self._require_there(written is not None)
            return cast("AnyRevised", written)
        return record

    def _move_head_or_keep_aside(self, record: AnyRevised) -> None:
        refused: Refusals = {}
        try:
            self._move_head(record)
        except IndexingError as error:
            refused[name_record(record)] = error
            if isinstance(error, RecordFormatError):
                self._forget_revision(record)
        self._settle([record], refused)

    def _forget_revision(self, record: Revised) -> None:
        """Remove a revision that cannot become the head, or the record could never be revised again."""
        index, name = self._indices.require(REVISIONS), name_revision(record.KIND, record.id, record.revision)
        with translated(self._where):
            self._client.options(ignore_status=404).delete(index=index, id=name)

    def _move_head(self, record: AnyRevised) -> None:
        """Move the head from the revision before to this one; no error if it stands there already, or further."""
        index, name = self._indices.require(record.KIND), name_document(record.id)
        while True:
            found = self._records.get_document(index, name)
            if found is not None and found["_source"]["revision"] >= record.revision:
                self._indices.await_copies(record.KIND)
                return
            where: Body = (
                {"op_type": "create"}
                if found is None
                else {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
            )
            head = build_next(record, found["_source"] if found is not None else None)
            if self._indices.write(record.KIND, partial(self._try_to_move, index, name, head, where)):
                return

    def _try_to_move(self, index: str, name: str, head: Body, where: Body) -> bool:
        """Whether nobody was faster."""
        with translated(self._where):
            try:
                self._client.index(index=index, id=name, document=head, require_alias=True, **where)
            except ConflictError:
                return False
        return True

    def add_revisions(self, records: Sequence[AnyRevised]) -> int:
        """Create many revisions in few requests, and move each head once."""
        missing = self._find_missing(records)
        heads = {(record.KIND, name_document(record.id)): record for record in missing}
        bodies = [_build_head(record) for record in heads.values()]
        revisions = {name_revision(record.KIND, record.id, record.revision): record for record in missing}
        refused: Refusals = {}
        existed = create(self._indices, [_build_revision(record) for record in missing], refused)
        self._require_same_revisions([revisions[name] for _, name in existed])
        for key in create(self._indices, bodies, refused):
            self._move_head(heads[key])
        self._settle(missing, refused)
        self._verdicts.tell(heads.values())
        return len(missing)

    def _find_missing(self, records: Sequence[AnyRevised]) -> list[AnyRevised]:
        """Those behind the heads. Raises RevisionConflictError where one is here with other content, or leaves a gap."""
        newest: dict[tuple[type[Revised], str], int] = {}
        stubs: dict[tuple[type[Revised], str], Revised] = {}
        for kind in {type(record) for record in records}:
            heads = self._records.get_many(kind, {record.id for record in records if type(record) is kind})
            newest |= {(kind, name): head.revision for name, head in heads.items()}
            stubs |= {(kind, name): head for name, head in heads.items() if head.is_stub}
        missing: list[AnyRevised] = []
        here: list[AnyRevised] = []
        for record in records:
            found = newest.get((type(record), record.id), 0)
            if not 1 <= record.revision <= found + 1:
                raise RevisionConflictError(record.KIND, record.id, record.revision - 1, found)
            if record.revision > found and record.erased is None and (type(record), record.id) in stubs:
                refuse_erased(stubs[type(record), record.id])
            (missing if record.revision > found else here).append(record)
            newest[type(record), record.id] = max(found, record.revision)
        self._require_same_revisions(here)
        return missing

    def _require_same_revisions(self, records: Sequence[AnyRevised]) -> None:
        asked = {name_revision(record.KIND, record.id, record.revision): record for record in records}
        index = self._indices.name(REVISIONS)
        for part in cut(list(asked), PAGE):
            for name, body in self._records.read_bodies(index, part):
                record = asked[name]
                there = decode(type(record), body)
                if there.erased is None and not same_content(there, record):
                    raise RevisionConflictError(record.KIND, record.id, record.revision - 1, record.revision)


def _build_head(record: Record) -> Document:
    return Document(record.KIND, name_document(record.id), build_head(record), record)


def _build_revision(record: Revised) -> Document:
    name = name_revision(record.KIND, record.id, record.revision)
    return Document(REVISIONS, name, build_revision(record), record)


def _require_one_content(records: Sequence[Record]) -> dict[tuple[type[Record], str], Record]:
    """Each once. Raises RecordConflictError for two contents under one identifier."""
    once: dict[tuple[type[Record], str], Record] = {}
    for record in records:
        earlier = once.setdefault((type(record), record.id), record)
        if not same_content(earlier, record):
            raise RecordConflictError(record.KIND, record.id)
    return once
