"""Erase from a file: stubs in the place of records, and nothing that they were found by, not even in the files beside it.

What is deleted is overwritten with zeros (``secure_delete``), SQLite's log beside the file is emptied, and indexes that were
saved, or that any process holds, are made anew: the edition of what they are made from is another one.
"""

import json
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import apsw

from index.backends.embedded import log
from index.backends.embedded.connections import open_writer, translated
from index.backends.embedded.rows import Prepared, replace_record
from index.codec import decode
from index.documents import build_document
from index.errors import RecordNotFoundError, StoreLockedError
from index.model import BankEntry, Claim, Post, Record, TextVector, Verdict
from verify.hashing import HASHERS

TEXT, CODES, WORDS, SIGNS = "text", "codes", "words", "signs"
"""What indexes are made from, each with editions of its own."""

_MADE_FROM: dict[type[Record], tuple[str, ...]] = {
    Post: (TEXT,),
    Claim: (TEXT,),
    Verdict: (TEXT,),
    BankEntry: (CODES, WORDS),
    TextVector: (SIGNS,),
}
_EDITION = "SELECT number FROM edition WHERE name = ?"
_NEXT = "INSERT INTO edition VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1"
_OF_MEDIA = "DELETE FROM {} WHERE entry_id IN (SELECT value FROM json_each(?))"
_OF_CLAIMS = (
    "DELETE FROM vector WHERE place IN"
    " (SELECT place FROM record WHERE kind = ? AND id IN (SELECT value FROM json_each(?)))"
)
_BODIES = "SELECT body FROM record WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
_MOMENT_SECONDS = 0.05


def read_edition(connection: apsw.Connection, name: str) -> str:
    """The edition of what an index is made from; empty where nothing was ever erased from it."""
    return str(connection.execute(_EDITION, (name,)).get or "")


def list_touched(stubs: Iterable[Record]) -> frozenset[str]:
    """What is made from the records that the stubs are of."""
    return frozenset(name for stub in stubs for name in _MADE_FROM.get(type(stub), ()))


def name_folders(stubs: Iterable[Record]) -> tuple[str, ...]:
    """What the folders begin with in which indexes of it are saved; those of codes are named after their hash types."""
    touched = list_touched(stubs)
    return (*sorted(touched - {CODES}), *(HASHERS if CODES in touched else ()))


def erase(connection: apsw.Connection, stubs: Sequence[Prepared[Record]], entries: Sequence[bytes]) -> None:
    """Put stubs in the place of what they are of, with the entries of the log. Raises RecordNotFoundError."""
    lost = _list_terms(connection, _name(stubs, Claim))
    for stub in stubs:
        if not replace_record(connection, stub):
            raise RecordNotFoundError(stub.record.KIND, stub.record.id, stub.revision or None)
    entry_ids = json.dumps(_name(stubs, BankEntry))
    for table in ("fingerprint", "feature"):
        connection.execute(_OF_MEDIA.format(table), (entry_ids,))
    connection.execute(_OF_CLAIMS, (TextVector.KIND, json.dumps(_name(stubs, TextVector))))
    _forget_terms(connection, lost)
    for name in sorted(list_touched(stub.record for stub in stubs)):
        connection.execute(_NEXT, (name,))
    log.append(connection, entries)


def clear_log(path: Path, busy_seconds: float) -> None:
    """Bring SQLite's log into the file and empty it.

    Raises:
        StoreLockedError: Somebody reads all the time.
    """
    until = time.monotonic() + busy_seconds
    with translated(path), closing(open_writer(path, busy_seconds)) as connection:
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]:
            if time.monotonic() > until:
                raise StoreLockedError(
                    f"all was erased from {path}, but {path.name}-wal beside it still holds it while another program reads:"
                    " close that, and do this again"
                )
            time.sleep(_MOMENT_SECONDS)


def _name(stubs: Iterable[Prepared[Record]], kind: type[Record]) -> list[str]:
    return sorted({stub.record.id for stub in stubs if isinstance(stub.record, kind)})


def _list_terms(connection: apsw.Connection, claim_ids: Collection[str]) -> set[str]:
    """The terms that claims hold in any revision."""
    rows = list(connection.execute(_BODIES, (Claim.KIND, json.dumps(claim_ids)))) if claim_ids else []
    documents = (build_document(decode(Claim, body)) for (body,) in rows)
    return {
        term for document in documents if document for passage in document.passages for term in passage.terms if term
    }


def _forget_terms(connection: apsw.Connection, terms: set[str]) -> None:
    """Forget those that no claim holds any more."""
    for held in _iter_held(connection) if terms else ():
        terms -= held
        if not terms:
            return
    connection.executemany("DELETE FROM word WHERE term = ?", ((term,) for term in sorted(terms)))


def _iter_held(connection: apsw.Connection) -> Iterator[set[str]]:
    for (terms,) in connection.execute("SELECT terms FROM passage WHERE kind = ?", (Claim.KIND,)):
        yield set(terms.split("\n"))
