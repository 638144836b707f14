"""The dead letters: what a write could not keep for good lies here with the reason, until the same record is written after all.

An entry is never deleted, for a migration copies what is written and not what is gone: one that is done for says so, and
holds nothing else.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from elasticsearch.helpers import streaming_bulk

from index.backends.elasticsearch.connection import BULK, Body
from index.backends.elasticsearch.documents import name_revision
from index.backends.elasticsearch.indices import DEAD_LETTERS
from index.backends.elasticsearch.records import PAGE, Records, cut
from index.backends.elasticsearch.translation import translate, translated
from index.codec import encode
from index.errors import IndexingError
from index.model import KINDS, LASTING, Record, Revised
from index.store import Refused

_REFUSED = 400
_BRIEF_SECONDS = 10
"""Whoever waited for a cluster that does not take a record does not wait as long again for this."""

_SAID = ("key", "kind", "id", "revision", "refused_at", "reason")
_OPEN: Body = {"bool": {"must_not": [{"exists": {"field": "written_at"}}]}}


class DeadLetters:
    """The entries under one prefix."""

    def __init__(self, records: Records) -> None:
        self._records, self._indices = records, records.indices
        self._lock = threading.Lock()
        self._known: set[str] | None = None

    def keep(self, refused: Sequence[tuple[Record, IndexingError]]) -> IndexingError:
        """Keep records aside, each with why; returns the error to raise, which says whether that went well."""
        _, first = refused[0]
        lasting = {_name(record): (record, error) for record, error in refused if record.KIND in LASTING}
        if not lasting:
            return first
        try:
            self._write({name: _build_entry(name, *entry) for name, entry in lasting.items()})
        except IndexingError as second:
            return _add(first, f"nor could it be kept aside ({second}): it lies nowhere but where it came from")
        with self._lock:
            if self._known is not None:
                self._known |= lasting.keys()
        said = "1 record is" if len(lasting) == 1 else f"{len(lasting)} records are"
        return _add(first, f"{said} kept aside (`sankofa store check`)")

    def forget(self, records: Iterable[Record]) -> None:
        """Take away the entries of records that are kept now. Where that fails, :meth:`iter_open` knows better all the same."""
        with suppress(IndexingError):
            known = self._read_known()
            written = {name for record in records if (name := _name(record)) in known} if known else set[str]()
            if written:
                self._write({name: {"key": name, "written_at": _now()} for name in written})
                with self._lock:
                    known -= written

    def empty(self, records: Iterable[Record]) -> None:
        """Let nothing of records that were erased lie here, whoever kept it aside. Raises IndexingError."""
        names = sorted({_name(record) for record in records})
        index = self._indices.name(DEAD_LETTERS)
        there = [name for part in cut(names, PAGE) for name, _ in self._records.read_bodies(index, part)]
        if there:
            self._write({name: {"key": name, "written_at": _now()} for name in there})

    def iter_open(self) -> Iterator[Refused]:
        """Answer :meth:`index.store.Store.iter_refused`."""
        for entries in self._iter_pages():
            newest: dict[tuple[str, str], int] = {}
            for kind in {entry["kind"] for entry in entries} & KINDS.keys():
                asked = {entry["id"] for entry in entries if entry["kind"] == kind}
                found = self._records.get_many(KINDS[kind], asked)
                newest |= {(kind, name): getattr(record, "revision", 0) for name, record in found.items()}
            yield from (_read(e) for e in entries if newest.get((e["kind"], e["id"]), -1) < e["revision"])

    def _read_known(self) -> set[str]:
        """The names of the entries that this process knows of: those that there were when it wrote first, and its own."""
        with self._lock:
            if self._known is None:
                self._known = {entry["key"] for entries in self._iter_pages() for entry in entries}
            return self._known

    def _iter_pages(self) -> Iterator[list[Body]]:
        self._indices.refresh(DEAD_LETTERS)
        for hits in self._records.iter_pages(DEAD_LETTERS, _OPEN, ["key"], [""], _SAID):
            yield [hit["_source"] for hit in hits]

    def _write(self, entries: dict[str, Body]) -> None:
        """Write entries, by ``_id``, in the place of those that are there. Raises IndexingError."""
        alias = self._indices.require(DEAD_LETTERS)
        actions = [
            {"_op_type": "index", "_index": alias, "_id": name, "_source": source} for name, source in entries.items()
        ]
        self._indices.write(DEAD_LETTERS, partial(self._send, actions))

    def _send(self, actions: list[Body]) -> None:
        where = self._indices.where
        client = self._indices.client.options(max_retries=1, request_timeout=_BRIEF_SECONDS)
        with translated(where):
            for _, item in streaming_bulk(client, actions, raise_on_error=False, require_alias=True, **BULK):
                if item["index"]["status"] >= _REFUSED:
                    raise translate(where, item["index"]["status"], item["index"])


def _name(record: Record) -> str:
    return name_revision(record.KIND, record.id, _get_revision(record))


def _get_revision(record: Record) -> int:
    return record.revision if isinstance(record, Revised) else 0


def _build_entry(name: str, record: Record, error: IndexingError) -> Body:
    return {
        "key": name,
        "kind": record.KIND,
        "id": record.id,
        "revision": _get_revision(record),
        "refused_at": _now(),
        "reason": str(error),
        "body": encode(record),
    }


def _read(entry: Body) -> Refused:
    return Refused(
        kind=entry["kind"],
        record_id=entry["id"],
        revision=entry["revision"],
        refused_at=datetime.fromisoformat(entry["refused_at"]),
        reason=entry["reason"],
    )


def _add(error: IndexingError, said: str) -> IndexingError:
    """The same error, with one more thing to say."""
    more = type(error)(f"{error}; {said}")
    more.__cause__ = error
    return more


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
