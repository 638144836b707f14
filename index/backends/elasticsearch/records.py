"""Reading records by identifier or link, and counting them."""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from elasticsearch import Elasticsearch

from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.documents import (
    name_document,
    name_revision,
    shorten,
)
from index.backends.elasticsearch.indices import REVISIONS, Indices
from index.backends.elasticsearch.translation import translated
from index.codec import decode, is_text
from index.errors import (
    RecordNotFoundError,
    StoreError,
)
from index.store import AnyRecord, AnyRevised

PAGE = 1_000
"""Documents asked for at once."""

_MOST_VALUES = 10_000
_MOST_COUNTED = 50_000
_LARGEST_INTEGER = 2**31 - 1


class Records:
    """The records under one prefix."""

    def __init__(self, indices: Indices) -> None:
        self.indices = indices
        self._client: Elasticsearch = indices.client
        self._where = indices.where

    # --- by identifier ---

    def get(self, kind: type[AnyRecord], record_id: str, revision: int | None) -> AnyRecord:
        """Read one. Raises RecordNotFoundError."""
        found: AnyRecord | None = None
        if record_id and is_text(record_id):
            head = self.read_head(kind, record_id)
            if revision is None or head is None:
                found = head
            elif 1 <= revision <= getattr(head, "revision", 0):
                found = self.read_revision(kind, record_id, revision)
        if found is None:
            raise RecordNotFoundError(kind.KIND, record_id, revision)
        return found

    def get_many(self, kind: type[AnyRecord], record_ids: Collection[str]) -> dict[str, AnyRecord]:
        """Read those that exist."""
        asked = {name_document(record_id): record_id for record_id in record_ids if record_id and is_text(record_id)}
        found: dict[str, AnyRecord] = {}
        for names in cut(list(asked), PAGE):
            for name, body in self.read_bodies(self.indices.name(kind.KIND), names):
                found[asked[name]] = decode(kind, body)
        return found

    def get_history(self, kind: type[AnyRevised], record_id: str) -> tuple[AnyRevised, ...]:
        """Read all revisions up to the head. Raises RecordNotFoundError."""
        newest = getattr(self.get(kind, record_id, None), "revision", 0)
        if not newest:
            raise RecordNotFoundError(kind.KIND, record_id)
        names = [name_revision(kind.KIND, record_id, number) for number in range(1, newest + 1)]
        index = self.indices.name(REVISIONS)
        return tuple(decode(kind, body) for part in cut(names, PAGE) for _, body in self.read_bodies(index, part))

    def read_head(self, kind: type[AnyRecord], record_id: str) -> AnyRecord | None:
        """Read the newest state of one; ``None`` where there is none."""
        found = self.get_document(self.indices.name(kind.KIND), name_document(record_id))
        return decode(kind, found["_source"]["body"]) if found is not None else None

    def read_revision(self, kind: type[AnyRecord], record_id: str, revision: int) -> AnyRecord | None:
        """Read one revision, acknowledged or not; ``None`` where there is none."""
        found = self.get_document(self.indices.name(REVISIONS), name_revision(kind.KIND, record_id, revision))
        return decode(kind, found["_source"]["body"]) if found is not None else None

    def get_document(self, index: str, name: str) -> Mapping[str, Any] | None:
        """Read a document with its sequence number; ``None`` where there is none."""
        with translated(self._where):
            answer = self.indices.lenient.get(index=index, id=name)
        return answer.body if answer.get("found") else None

    def read_documents(self, kind: str, names: list[str], wanted: list[str]) -> dict[str, Mapping[str, Any]]:
        """Read the fields *wanted* of heads, with their sequence numbers, by ``_id``; of those that exist."""
        with translated(self._where):
            answer = self.indices.lenient.mget(index=self.indices.name(kind), ids=names, source_includes=wanted)
        return {document["_id"]: document for document in answer.get("docs", ()) if document.get("found")}

    def read_bodies(self, index: str, names: list[str]) -> Iterator[tuple[str, str]]:
        """Yield (``_id``, body) of those that exist, in the order asked."""
        with translated(self._where):
            answer = self.indices.lenient.mget(index=index, ids=names, source_includes=["body"])
        for document in answer.get("docs", ()):
            if document.get("found") and "body" in document["_source"]:
                yield document["_id"], document["_source"]["body"]

    # --- by link, and all ---

    def find_linked(
        self, kind: type[AnyRecord], by: str, values: Collection[str], after: str, limit: int | None
    ) -> tuple[AnyRecord, ...]:
        """Read those that hold one of the values."""
        asked = sorted({shorten(value) for value in values if is_text(value)})
        if not asked or limit == 0 or not by.isidentifier():
            return ()
        self.indices.refresh(kind.KIND)
        parts = [
            self._iter_bodies(kind.KIND, {"terms": {f"links.{by}": part}}, after) for part in cut(asked, _MOST_VALUES)
        ]
        once = (next(same)[1] for _, same in groupby(heapq.merge(*parts), key=itemgetter(0)))
        return tuple(decode(kind, body) for body in islice(once, limit))

    def iter_records(self, kind: type[AnyRecord], after: str) -> Iterator[AnyRecord]:
        """Read all, page by page."""
        self.indices.refresh(kind.KIND)
        for _, body in self._iter_bodies(kind.KIND, {"match_all": {}}, after):
            yield decode(kind, body)

    def iter_revisions(self, kind: type[AnyRevised], after: str) -> Iterator[AnyRevised]:
        """Read all with their histories, page by page; what stands behind a head was never acknowledged."""
        self.indices.refresh(REVISIONS)
        pages = self.iter_pages(REVISIONS, {"term": {"kind": kind.KIND}}, ["id", "revision"], [after, _LARGEST_INTEGER])
        for hits in pages:
            revisions = [decode(kind, hit["_source"]["body"]) for hit in hits]
            heads = self.get_many(kind, {record.id for record in revisions})
            yield from (r for r in revisions if r.id in heads and r.revision <= heads[r.id].revision)

    def _iter_bodies(self, kind: str, query: Body, after: str) -> Iterator[tuple[str, str]]:
        """Yield (identifier, body) in the order of the identifiers."""
        for hits in self.iter_pages(kind, query, ["id"], [after]):
            yield from ((hit["sort"][0], hit["_source"]["body"]) for hit in hits)

    def iter_pages(
        self, name: str, query: Body, by: list[str], after: list[Any], wanted: Sequence[str] = ("body",)
    ) -> Iterator[list[Any]]:
        """Yield the hits, a page at a time, in the order of the fields *by*; of each the fields *wanted*."""
        while True:
            answer = self.indices.search(
                name,
                query=query,
                size=PAGE,
                sort=[{field: "asc"} for field in by],
                search_after=after,
                source_includes=wanted,
                track_total_hits=False,
            )
            hits = answer["hits"]["hits"]
            yield hits
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]

    # --- counts ---

    def count(self, kind: str) -> int:
        """How many there are."""
        self.indices.refresh(kind)
        answer = self.indices.search(kind, size=0, track_total_hits=True)
        return int(answer["hits"]["total"]["value"])

    def count_by(self, kind: str, by: str) -> dict[str, int]:
        """How many hold each value of a link."""
        if not by.isidentifier():
            return {}
        self.indices.refresh(kind)
        values = {"terms": {"field": f"links.{by}", "size": _MOST_COUNTED}}
        found = self.indices.search(kind, size=0, aggs={"values": values})["aggregations"].get("values")
        if found is None:
            return {}
        if found["sum_other_doc_count"]:
            raise StoreError(f"{kind} has more than {_MOST_COUNTED} values of {by}: they cannot be counted at once")
        return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}


def cut(values: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield parts of at most that size."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
