"""Erasing: the entry of the log first, with the stubs beside it; then these in the place of what they are of; then the segments.

What was interrupted in between is found by the stubs that lie beside the entry, and done again from the beginning.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from elasticsearch.helpers import streaming_bulk

from index.backends.elasticsearch.clearing import clear, require_alone
from index.backends.elasticsearch.connection import BULK, Body
from index.backends.elasticsearch.documents import build_head, build_revision, name_document, name_revision
from index.backends.elasticsearch.indices import DEAD_LETTERS, FINGERPRINTS, LOG, REVISIONS
from index.backends.elasticsearch.letters import DeadLetters
from index.backends.elasticsearch.log import Log
from index.backends.elasticsearch.records import PAGE, Records, cut
from index.backends.elasticsearch.translation import translate, translated
from index.backends.elasticsearch.verdicts import Verdicts, build_next
from index.errors import RecordNotFoundError, StoreUnavailableError
from index.log.entries import build_void
from index.model import BankEntry, Claim, Record, Revised, Verdict

_MISSING, _CONFLICT, _REFUSED = 404, 409, 400
_ATTEMPTS = 20

Key = tuple[type[Record], str]


class Eraser:
    """Erases under one prefix."""

    def __init__(self, records: Records, letters: DeadLetters, verdicts: Verdicts, log: Log) -> None:
        self._records, self._indices = records, records.indices
        self._letters, self._verdicts, self._log = letters, verdicts, log
        self._client, self._where = self._indices.client, self._indices.where

    def erase(self, stubs: Sequence[Record], entries: Sequence[bytes]) -> None:
        """Answer :meth:`index.store.Store.erase`."""
        require_alone(self._indices)
        self._require_there(stubs)
        number = self._log.append(entries, stubs=stubs)
        self.complete(stubs)
        if entries:
            self._log.release(number)

    def complete(self, stubs: Sequence[Record]) -> None:
        """Put stubs in the place of what they are of, and clear every segment of that."""
        self._void_waiting({(type(stub), stub.id) for stub in stubs})
        entries = [stub.id for stub in stubs if isinstance(stub, BankEntry)]
        self._send(FINGERPRINTS, [{"_op_type": "delete", "_id": name} for name in self._iter_fingerprints(entries)])
        revised = [stub for stub in stubs if isinstance(stub, Revised)]
        self._send(REVISIONS, [_index(_name(stub), build_revision(stub)) for stub in revised])
        for kind, of_kind in _group(stubs).items():
            self._replace_heads(kind, {name_document(stub.id): stub for stub in of_kind})
        self._verdicts.tell(stubs)
        self._letters.empty(stubs)
        clear(self._indices, _list_touched(stubs))

    def _require_there(self, stubs: Sequence[Record]) -> None:
        for kind, of_kind in _group(stubs).items():
            heads: Mapping[str, Record] = self._records.get_many(kind, {stub.id for stub in of_kind})
            for stub in of_kind:
                if stub.id not in heads or _get_revision(stub) > _get_revision(heads[stub.id]):
                    raise RecordNotFoundError(kind.KIND, stub.id, _get_revision(stub) or None)

    def _void_waiting(self, keys: set[Key]) -> None:
        """Let go of revisions that lie beside entries of the log and could not be made."""
        for waiting in self._log.iter_waiting():
            record = waiting.record
            if record is not None and (type(record), record.id) in keys:
                self._log.append([build_void(waiting.entry, waiting.number, datetime.now(UTC))])
                self._log.release(waiting.number)

    def _iter_fingerprints(self, entry_ids: Sequence[str]) -> Iterator[str]:
        for part in cut(entry_ids, PAGE):
            for entry in self._records.get_many(BankEntry, part).values():
                yield from (f"{name_document(entry.id)}:{number}" for number in range(len(entry.fingerprints)))

    def _replace_heads(self, kind: type[Record], stubs: dict[str, Record]) -> None:
        """Put those that are of the newest revision in the place of the heads, however often these move meanwhile."""
        for _ in range(_ATTEMPTS):
            heads = self._read_heads(kind, list(stubs))
            newest = {name: head["_source"].get("revision", 0) for name, head in heads.items()}
            due = {name: stub for name, stub in stubs.items() if newest.get(name) == _get_revision(stub)}
            moved = self._send(kind.KIND, [_replace(heads[name], stub) for name, stub in due.items()])
            stubs = {name: due[name] for name in moved}
            if not stubs:
                return
        raise StoreUnavailableError(f"{self._where} holds {kind.KIND} that others change all the time: do this again")

    def _read_heads(self, kind: type[Record], names: list[str]) -> Mapping[str, Any]:
        heads: dict[str, Any] = {}
        for part in cut(names, PAGE):
            heads |= self._records.read_documents(kind.KIND, part, ["body", "revision", "untold", "verdicts"])
        return heads

    def _send(self, name: str, actions: list[Body]) -> list[str]:
        """Send actions to an index; returns the ``_id`` of what moved meanwhile. Raises IndexingError."""
        moved: list[str] = []
        if actions:
            alias = self._indices.require(name)
            self._indices.write(name, partial(self._try, [{**action, "_index": alias} for action in actions], moved))
        return moved

    def _try(self, actions: list[Body], moved: list[str]) -> None:
        with translated(self._where):
            for _, item in streaming_bulk(self._client, actions, raise_on_error=False, require_alias=True, **BULK):
                ((what, result),) = item.items()
                if result["status"] == _CONFLICT:
                    moved.append(result["_id"])
                elif result["status"] >= _REFUSED and (what, result["status"]) != ("delete", _MISSING):
                    raise translate(self._where, result["status"], result)


def _group(stubs: Sequence[Record]) -> dict[type[Record], list[Record]]:
    groups: dict[type[Record], list[Record]] = {}
    for stub in stubs:
        groups.setdefault(type(stub), []).append(stub)
    return groups


def _index(name: str, source: Body) -> Body:
    return {"_op_type": "index", "_id": name, "_source": source}


def _replace(head: Mapping[str, Any], stub: Record) -> Body:
    """The stub in the place of a head that is as it was found."""
    before = head["_source"]
    source = build_next(stub, before) if isinstance(stub, Claim | Verdict) else build_head(stub)
    return {
        **_index(head["_id"], source),
        "if_seq_no": head["_seq_no"],
        "if_primary_term": head["_primary_term"],
    }


def _name(stub: Revised) -> str:
    return name_revision(stub.KIND, stub.id, stub.revision)


def _get_revision(record: Record) -> int:
    return record.revision if isinstance(record, Revised) else 0


def _list_touched(stubs: Sequence[Record]) -> list[str]:
    """The indices that held something of what was erased."""
    names = {stub.KIND for stub in stubs} | {LOG, DEAD_LETTERS}
    if any(isinstance(stub, Revised) for stub in stubs):
        names.add(REVISIONS)
    if any(isinstance(stub, BankEntry) for stub in stubs):
        names.add(FINGERPRINTS)
    if any(isinstance(stub, Verdict) for stub in stubs):
        names.add(Claim.KIND)
    return sorted(names)
