"""Keeping records and finding them by identifier or link.

A record that is created once is one document, made with ``op_type=create``. A record with a history has a document for each
revision, made so too, and one for its newest state (the head), which only moves from the revision before
(``if_seq_no``). A revision is acknowledged when the head has moved; whoever finds the head left behind by a
process that died moves it on.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, cast

from elasticsearch import ConflictError, Elasticsearch

from index.backends.elasticsearch.connection import Body, create_all
from index.backends.elasticsearch.documents import (
    build_head,
    build_revision,
    is_text,
    iter_fingerprints,
    name_document,
    name_revision,
    shorten,
)
from index.backends.elasticsearch.indices import FINGERPRINTS, REVISIONS, Indices
from index.backends.elasticsearch.translation import translated
from index.codec import decode, same_content
from index.errors import (
    RecordConflictError,
    RecordFormatError,
    RecordNotFoundError,
    RevisionConflictError,
    StoreError,
    StoreUnavailableError,
)
from index.model import BankEntry, Record, Revised
from index.store import AnyRecord, AnyRevised

_PAGE = 1_000
_MOST_VALUES = 10_000
_MOST_COUNTED = 50_000
_LARGEST_INTEGER = 2**31 - 1


class Records:
    """The records under one prefix."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._client: Elasticsearch = indices.client
        self._where = indices.where

    # --- created once ---

    def add(self, records: Sequence[Record]) -> frozenset[str]:
        """Create those that do not exist. What a bank entry is found by is there before it, so that none is ever missed."""
        once = _require_one_content(records)
        heads = [(kind.KIND, name_document(name), build_head(record)) for (kind, name), record in once.items()]
        entries = {name: record for (_, name), record in once.items() if isinstance(record, BankEntry)}
        self._require_same(BankEntry, entries)  # or codes of one that is refused would stay
        self._create([(FINGERPRINTS, *found) for entry in entries.values() for found in iter_fingerprints(entry)])
        existed = self._create(heads)
        known = [(kind, name) for kind, name in once if (kind.KIND, name_document(name)) in existed]
        for kind in dict.fromkeys(kind for kind, _ in known):
            asked = {name: once[kind, name] for of, name in known if of is kind}
            self._require_there(asked.keys() <= self._require_same(kind, asked))
        return frozenset(name for _, name in once.keys() - known)

    def _require_same(self, kind: type[AnyRecord], records: Mapping[str, AnyRecord]) -> Set[str]:
        """Which of them exist. Raises RecordConflictError where one has other content."""
        found = self.get_many(kind, records)
        for name, there in found.items():
            if not same_content(there, records[name]):
                raise RecordConflictError(kind.KIND, name)
        return found.keys()

    def _require_there(self, is_there: bool) -> None:
        """What existed a moment ago can be gone where its node is gone and nobody was told that it is kept."""
        if not is_there:
            raise StoreUnavailableError(f"{self._where} lost a node just now: do this again")

    def _create(self, documents: Sequence[tuple[str, str, Body]]) -> set[tuple[str, str]]:
        """Create documents, each as (what its index holds, ``_id``, source); returns those that existed, on all copies."""
        existed: set[tuple[str, str]] = set()
        for holds, group in groupby(sorted(documents, key=itemgetter(0)), key=itemgetter(0)):
            sources = {name: source for _, name, source in group}
            alias, there = self._indices.require(holds), set[str]()
            self._indices.write(holds, partial(create_all, self._client, self._where, alias, sources, there))
            if there:
                self._indices.await_copies(holds)
            existed |= {(holds, name) for name in there}
        return existed

    # --- with a history ---

    def revise(self, record: AnyRevised, expected: int) -> AnyRevised:
        """Create the revision after *expected*, which *record* says it is, and move the head to it."""
        kind = type(record)
        head = self._read_head(kind, record.id)
        found = head.revision if head is not None else 0
        if found > expected >= 0:
            written = self._read_revision(kind, record.id, expected + 1)
            if written is not None and same_content(written, record):
                self._move_head(written)
                return written
        if found != expected:
            raise RevisionConflictError(record.KIND, record.id, expected, found)
        build_head(record)  # refused before anything is written
        written = self._create_revision(record)
        try:
            self._move_head(written)
        except RecordFormatError:
            self._forget_revision(written)
            raise
        if not same_content(written, record):
            raise RevisionConflictError(record.KIND, record.id, expected, expected + 1)
        return written

    def _create_revision(self, record: AnyRevised) -> AnyRevised:
        """Create it, or return the one that somebody else created first."""
        name = name_revision(record.KIND, record.id, record.revision)
        if self._create([(REVISIONS, name, build_revision(record))]):
            written = self._read_revision(type(record), record.id, record.revision)
            self._require_there(written is not None)
            return cast("AnyRevised", written)
        return record

    def _forget_revision(self, record: Revised) -> None:
        """Remove a revision that cannot become the head, or the record could never be revised again."""
        index, name = self._indices.require(REVISIONS), name_revision(record.KIND, record.id, record.revision)
        with translated(self._where):
            self._client.options(ignore_status=404).delete(index=index, id=name)

    def _move_head(self, record: AnyRevised) -> None:
        """Move the head from the revision before to this one; no error if it stands there already, or further."""
        index, name = self._indices.require(record.KIND), name_document(record.id)
        while True:
            found = self._get(index, name)
            if found is not None and found["_source"]["revision"] >= record.revision:
                self._indices.await_copies(record.KIND)
                return
            where: Body = (
                {"op_type": "create"}
                if found is None
                else {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
            )
            if self._indices.write(record.KIND, partial(self._try_to_move, index, name, build_head(record), where)):
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
        bodies = [(*key, build_head(record)) for key, record in heads.items()]
        revisions = {name_revision(record.KIND, record.id, record.revision): record for record in missing}
        existed = self._create([(REVISIONS, name, build_revision(record)) for name, record in revisions.items()])
        self._require_same_revisions([revisions[name] for _, name in existed])
        for key in self._create(bodies):
            self._move_head(heads[key])
        return len(missing)

    def _find_missing(self, records: Sequence[AnyRevised]) -> list[AnyRevised]:
        """Those behind the heads. Raises RevisionConflictError where one is here with other content, or leaves a gap."""
        newest: dict[tuple[type[Revised], str], int] = {}
        for kind in {type(record) for record in records}:
            heads = self.get_many(kind, {record.id for record in records if type(record) is kind})
            newest |= {(kind, name): head.revision for name, head in heads.items()}
        missing: list[AnyRevised] = []
        here: list[AnyRevised] = []
        for record in records:
            found = newest.get((type(record), record.id), 0)
            if not 1 <= record.revision <= found + 1:
                raise RevisionConflictError(record.KIND, record.id, record.revision - 1, found)
            (missing if record.revision > found else here).append(record)
            newest[type(record), record.id] = max(found, record.revision)
        self._require_same_revisions(here)
        return missing

    def _require_same_revisions(self, records: Sequence[AnyRevised]) -> None:
        asked = {name_revision(record.KIND, record.id, record.revision): record for record in records}
        index = self._indices.name(REVISIONS)
        for part in _cut(list(asked), _PAGE):
            for name, body in self._read_many(index, part):
                record = asked[name]
                if not same_content(decode(type(record), body), record):
                    raise RevisionConflictError(record.KIND, record.id, record.revision - 1, record.revision)

    # --- by identifier ---

    def get(self, kind: type[AnyRecord], record_id: str, revision: int | None) -> AnyRecord:
        """Read one. Raises RecordNotFoundError."""
        found: AnyRecord | None = None
        if record_id and is_text(record_id):
            head = self._read_head(kind, record_id)
            if revision is None or head is None:
                found = head
            elif 1 <= revision <= getattr(head, "revision", 0):
                found = self._read_revision(kind, record_id, revision)
        if found is None:
            raise RecordNotFoundError(kind.KIND, record_id, revision)
        return found

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> dict[str, AnyRecord]:
        """Read those that exist."""
        asked = {name_document(record_id): record_id for record_id in record_ids if record_id and is_text(record_id)}
        found: dict[str, AnyRecord] = {}
        for names in _cut(list(asked), _PAGE):
            for name, body in self._read_many(self._indices.name(kind.KIND), names):
                found[asked[name]] = decode(kind, body)
        return found

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        """Read all revisions up to the head. Raises RecordNotFoundError."""
        newest = getattr(self.get(kind, record_id, None), "revision", 0)
        if not newest:
            raise RecordNotFoundError(kind.KIND, record_id)
        names = [name_revision(kind.KIND, record_id, number) for number in range(1, newest + 1)]
        index = self._indices.name(REVISIONS)
        return tuple(decode(kind, body) for part in _cut(names, _PAGE) for _, body in self._read_many(index, part))

    def _read_head(self, kind: type[AnyRecord], record_id: str) -> AnyRecord | None:
        found = self._get(self._indices.name(kind.KIND), name_document(record_id))
        return decode(kind, found["_source"]["body"]) if found is not None else None

    def _read_revision(self, kind: type[AnyRecord], record_id: str, revision: int) -> AnyRecord | None:
        found = self._get(self._indices.name(REVISIONS), name_revision(kind.KIND, record_id, revision))
        return decode(kind, found["_source"]["body"]) if found is not None else None

    def _get(self, index: str, name: str) -> Mapping[str, Any] | None:
        with translated(self._where):
            answer = self._indices.lenient.get(index=index, id=name)
        return answer.body if answer.get("found") else None

    def _read_many(self, index: str, names: list[str]) -> Iterator[tuple[str, str]]:
        """Yield (``_id``, body) of those that exist, in the order asked."""
        with translated(self._where):
            answer = self._indices.lenient.mget(index=index, ids=names)
        for document in answer.get("docs", ()):
            if document.get("found"):
                yield document["_id"], document["_source"]["body"]

    # --- by link, and all ---

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], after: str, limit: int | None
    ) -> tuple[AnyRecord, ...]:
        """Read those that hold one of the values."""
        asked = sorted({shorten(value) for value in values if is_text(value)})
        if not asked or limit == 0 or not by.isidentifier():
            return ()
        self._indices.refresh(kind.KIND)
        parts = [
            self._iter_bodies(kind.KIND, {"terms": {f"links.{by}": part}}, after) for part in _cut(asked, _MOST_VALUES)
        ]
        once = (next(same)[1] for _, same in groupby(heapq.merge(*parts), key=itemgetter(0)))
        return tuple(decode(kind, body) for body in islice(once, limit))

    def iter_records(self, kind: type[AnyRecord], after: str) -> Iterator[AnyRecord]:
        """Read all, page by page."""
        self._indices.refresh(kind.KIND)
        for _, body in self._iter_bodies(kind.KIND, {"match_all": {}}, after):
            yield decode(kind, body)

    def iter_revisions(self, kind: type[AnyRevised], after: str) -> Iterator[AnyRevised]:
        """Read all with their histories, page by page; what stands behind a head was never acknowledged."""
        self._indices.refresh(REVISIONS)
        pages = self._iter_pages(
            REVISIONS, {"term": {"kind": kind.KIND}}, ["id", "revision"], [after, _LARGEST_INTEGER]
        )
        for hits in pages:
            revisions = [decode(kind, hit["_source"]["body"]) for hit in hits]
            heads = self.get_many(kind, {record.id for record in revisions})
            yield from (r for r in revisions if r.id in heads and r.revision <= heads[r.id].revision)

    def _iter_bodies(self, kind: str, query: Body, after: str) -> Iterator[tuple[str, str]]:
        """Yield (identifier, body) in the order of the identifiers."""
        for hits in self._iter_pages(kind, query, ["id"], [after]):
            yield from ((hit["sort"][0], hit["_source"]["body"]) for hit in hits)

    def _iter_pages(self, name: str, query: Body, by: list[str], after: list[Any]) -> Iterator[list[Any]]:
        """Yield the hits, a page at a time, in the order of the fields *by*."""
        while True:
            answer = self._indices.search(
                name,
                query=query,
                size=_PAGE,
                sort=[{field: "asc"} for field in by],
                search_after=after,
                source_includes=["body"],
                track_total_hits=False,
            )
            hits = answer["hits"]["hits"]
            yield hits
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]

    # --- counts ---

    def count(self, kind: str) -> int:
        """How many there are."""
        self._indices.refresh(kind)
        answer = self._indices.search(kind, size=0, track_total_hits=True)
        return int(answer["hits"]["total"]["value"])

    def count_by(self, kind: str, by: str) -> dict[str, int]:
        """How many hold each value of a link."""
        if not by.isidentifier():
            return {}
        self._indices.refresh(kind)
        values = {"terms": {"field": f"links.{by}", "size": _MOST_COUNTED}}
        found = self._indices.search(kind, size=0, aggs={"values": values})["aggregations"].get("values")
        if found is None:
            return {}
        if found["sum_other_doc_count"]:
            raise StoreError(f"{kind} has more than {_MOST_COUNTED} values of {by}: they cannot be counted at once")
        return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}


def _require_one_content(records: Sequence[Record]) -> dict[tuple[type[Record], str], Record]:
    """Each once. Raises RecordConflictError for two contents under one identifier."""
    once: dict[tuple[type[Record], str], Record] = {}
    for record in records:
        earlier = once.setdefault((type(record), record.id), record)
        if not same_content(earlier, record):
            raise RecordConflictError(record.KIND, record.id)
    return once


def _cut(values: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield parts of at most that size."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
