"""The log: each call that appends is one document, whose ``_id`` is the number of its first entry.

Whoever appends makes the document behind the last one (``op_type=create``), so that of two only one does and the other goes
behind it. What an act makes, a revision or the stubs of an erasure, lies beside its entry until it is made: what was interrupted
in between is found by that.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from elasticsearch import ConflictError

from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.indices import LOG
from index.backends.elasticsearch.records import Records
from index.backends.elasticsearch.translation import translated
from index.codec import decode, encode
from index.errors import StoreFormatError
from index.model import KINDS, Record, Revised

_STUBS = "stubs"
"""Stands in the place of a kind where stubs lie beside an entry."""


@dataclass(frozen=True)
class Waiting:
    """An act in the log that may not be done yet: the number of its entry, the entry, and what it makes: a revision, or stubs."""

    number: int
    entry: bytes
    record: Revised | None
    stubs: tuple[Record, ...] = ()


class Log:
    """The log under one prefix."""

    def __init__(self, records: Records) -> None:
        self._records, self._indices = records, records.indices
        self._client, self._where = self._indices.client, self._indices.where

    def append(self, entries: Sequence[bytes], record: Revised | None = None, stubs: Sequence[Record] = ()) -> int:
        """Keep entries, and beside them what is yet to be made, a revision or stubs; returns the first's number."""
        first = self.count()
        if not entries:
            return first
        source: Body = {"entries": [entry.decode() for entry in entries], "token": secrets.token_hex(16)}
        if record is not None:
            source["waiting"] = {"kind": record.KIND, "body": encode(record)}
        if stubs:
            source["waiting"] = {"kind": _STUBS, "body": [f"{stub.KIND} {encode(stub)}" for stub in stubs]}
        while not self._try(first, source):
            self._indices.await_copies(LOG)
            first = self.count()
        return first

    def count(self) -> int:
        """How many entries there are."""
        self._indices.refresh(LOG)
        answer = self._indices.search(
            LOG, size=1, sort=[{"last": "desc"}], source_includes=["last"], track_total_hits=False
        )
        hits = answer["hits"]["hits"]
        return int(hits[0]["_source"]["last"]) + 1 if hits else 0

    def read(self, start: int, limit: int) -> tuple[bytes, ...]:
        """Return at most *limit* entries from number *start* on. Raises StoreFormatError where one is missing."""
        start, end = max(start, 0), max(start, 0) + max(limit, 0)
        self._indices.refresh(LOG)
        found: list[bytes] = []
        for first, entries in self._iter_parts(start, end):
            wanted = start + len(found)
            if first > wanted or first + len(entries) <= wanted:
                raise StoreFormatError(f"entries of the log in {self._where} are missing: restore it from a backup")
            found += [entry.encode() for entry in entries[wanted - first :]]
        return tuple(found[: end - start])

    def iter_waiting(self) -> Iterator[Waiting]:
        """Yield the acts that may not be done yet, in their order."""
        self._indices.refresh(LOG)
        wanted = ("first", "entries", "waiting")
        for hits in self._records.iter_pages(LOG, {"exists": {"field": "waiting.kind"}}, ["first"], [-1], wanted):
            for source in (hit["_source"] for hit in hits):
                yield _read_waiting(source["first"], source["entries"][0].encode(), source["waiting"])

    def release(self, number: int) -> None:
        """Let go of what lies beside an entry: it is made, or never will be."""
        self._write(partial(self._client.update, id=_name(number), doc={"waiting": None}))

    def _try(self, first: int, source: Body) -> bool:
        """Whether nobody was faster; an answer that was lost on the way is told from that by the token."""
        document = source | {"first": first, "last": first + len(source["entries"]) - 1}
        if self._write(partial(self._client.index, id=_name(first), document=document, op_type="create")):
            return True
        there = self._records.get_document(self._indices.name(LOG), _name(first))
        return there is not None and there["_source"]["token"] == source["token"]

    def _write(self, call: Callable[..., object]) -> bool:
        """Whether nobody was faster."""
        index = self._indices.require(LOG)

        def attempt() -> bool:
            with translated(self._where):
                try:
                    call(index=index, require_alias=True)
                except ConflictError:
                    return False
            return True

        return self._indices.write(LOG, attempt)

    def _iter_parts(self, start: int, end: int) -> Iterator[tuple[int, list[str]]]:
        within: list[Body] = [{"range": {"last": {"gte": start}}}, {"range": {"first": {"lt": end}}}]
        query: Body = {"bool": {"filter": within}}
        for hits in self._records.iter_pages(LOG, query, ["first"], [-1], ("first", "entries")):
            yield from ((hit["_source"]["first"], hit["_source"]["entries"]) for hit in hits)


def _read_waiting(number: int, entry: bytes, waiting: Body) -> Waiting:
    if waiting["kind"] == _STUBS:
        named = (line.split(" ", 1) for line in waiting["body"])
        return Waiting(number, entry, None, tuple(decode(KINDS[kind], body) for kind, body in named))
    record = decode(KINDS[waiting["kind"]], waiting["body"])
    return Waiting(number, entry, record if isinstance(record, Revised) else None)


def _name(number: int) -> str:
    return f"{number:012d}"
