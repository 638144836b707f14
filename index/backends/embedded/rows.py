"""What is written for one record: its text, and everything that is found through."""

from dataclasses import dataclass
from typing import Generic

import apsw

from index.codec import decode, encode
from index.documents import Document, Passage, build_document
from index.features import PackedWords, pack_words
from index.fingerprints import FingerprintRow, iter_rows
from index.model import BankEntry, Claim, Post, Record, Revised, TextVector
from index.store import AnyRecord
from index.vectors import pack_vector


@dataclass(frozen=True)
class Prepared(Generic[AnyRecord]):
    """A record with all that can be worked out, or refused, before anybody has to wait for it."""

    record: AnyRecord
    body: str
    document: Document | None
    fingerprints: tuple[tuple[str, FingerprintRow], ...]
    words: PackedWords | None
    signs: tuple[int, bytes] | None

    @property
    def revision(self) -> int:
        """Its revision number; 0 for what has no history."""
        return self.record.revision if isinstance(self.record, Revised) else 0


def prepare(record: AnyRecord) -> Prepared[AnyRecord]:
    """Work a record out; the one inside is as it will be read.

    Raises:
        RecordFormatError: It cannot be kept.
    """
    body = encode(record)
    kept = decode(type(record), body)
    fingerprints = tuple(iter_rows(record)) if isinstance(record, BankEntry) else ()
    words = pack_words(record) if isinstance(record, BankEntry) else None
    signs = pack_vector(record) if isinstance(record, TextVector) and not record.is_stub else None
    return Prepared(kept, body, build_document(kept), fingerprints, words, signs)


def write_record(connection: apsw.Connection, prepared: Prepared[AnyRecord]) -> None:
    """Append a record (or the next revision of one) and renew what it is found through."""
    record, revision = prepared.record, prepared.revision
    sql = "INSERT INTO record (kind, id, revision, body) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (record.KIND, record.id, revision, prepared.body))
    place = connection.last_insert_rowid()
    connection.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?)", (record.KIND, record.id, revision))
    if revision > 1:
        _forget(connection, record)
    _write_found_by(connection, prepared)
    if isinstance(record, BankEntry):
        _write_fingerprints(connection, record.bank, prepared.fingerprints)
        _write_words(connection, record, prepared.words)
    if isinstance(record, TextVector):
        _write_signs(connection, place, record, prepared.signs)


def replace_record(connection: apsw.Connection, stub: Prepared[Record]) -> bool:
    """Put a stub in the place of what it is of, and let nothing be found by that any more; false where there is nothing."""
    record, revision = stub.record, stub.revision
    sql = "UPDATE record SET body = ? WHERE kind = ? AND id = ? AND revision = ?"
    connection.execute(sql, (stub.body, record.KIND, record.id, revision))
    is_there = connection.changes() > 0
    newest = connection.execute("SELECT revision FROM head WHERE kind = ? AND id = ?", (record.KIND, record.id)).get
    if is_there and newest == revision:
        _forget(connection, record)
        _write_found_by(connection, stub)
    return is_there


def analyse_anew(connection: apsw.Connection) -> None:
    """Write anew what the text search knows of each record, as it is analysed now."""
    for table in ("document", "facet", "passage", "text_total", "word"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    for kind in (Claim, Post):
        sql = "SELECT body FROM head JOIN record USING (kind, id, revision) WHERE head.kind = ?"
        for (body,) in connection.execute(sql, (kind.KIND,)):
            if (document := build_document(decode(kind, body))) is not None:
                _write_document(connection, kind.KIND, document)


def link_passages(connection: apsw.Connection) -> None:
    """Write under which passages each claim is found."""
    for (body,) in connection.execute(
        "SELECT body FROM head JOIN record USING (kind, id, revision) WHERE kind = 'claim'"
    ):
        claim = decode(Claim, body)
        if claim.is_stub:
            continue
        rows = ((claim.id, digest) for digest in claim.links()["text"])
        connection.executemany("INSERT OR IGNORE INTO link VALUES ('claim', 'text', ?2, ?1)", rows)


def _write_found_by(connection: apsw.Connection, prepared: Prepared[AnyRecord]) -> None:
    _write_links(connection, prepared.record)
    if prepared.document is not None:
        _write_document(connection, prepared.record.KIND, prepared.document)


def _write_links(connection: apsw.Connection, record: Record) -> None:
    links = {(name, value) for name, values in record.found_by().items() for value in values}
    rows = ((record.KIND, name, value, record.id) for name, value in sorted(links))
    connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", rows)


def _write_document(connection: apsw.Connection, kind: str, document: Document) -> None:
    days = (document.first_day, document.last_day, document.newest)
    connection.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", (kind, document.id, *days))
    facets = {(name, value) for name, values in document.facets.items() for value in values}
    rows = ((kind, name, value, document.id) for name, value in sorted(facets))
    connection.executemany("INSERT INTO facet VALUES (?, ?, ?, ?)", rows)
    for passage in document.passages:
        _write_passage(connection, kind, document.id, passage)
    if kind == Claim.KIND:
        terms = {term for passage in document.passages for term in passage.terms if term}
        connection.executemany("INSERT OR IGNORE INTO word VALUES (?)", ((term,) for term in sorted(terms)))


def _write_passage(connection: apsw.Connection, kind: str, record_id: str, passage: Passage) -> None:
    key = (kind, record_id, passage.language)
    row = (*key, "\n".join(passage.terms), passage.length)
    connection.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", row)
    _count_passage(connection, kind, passage.language, 1, passage.length)


def _forget(connection: apsw.Connection, record: Record) -> None:
    """Remove what the revision before was found through."""
    key = (record.KIND, record.id)
    sql = "SELECT language, length FROM passage WHERE kind = ? AND id = ?"
    for language, length in list(connection.execute(sql, key)):
        _count_passage(connection, record.KIND, language, -1, -length)
    for table in ("link", "document", "facet", "passage"):
        connection.execute(f"DELETE FROM {table} WHERE kind = ? AND id = ?", key)  # noqa: S608 - names of ours


def _count_passage(connection: apsw.Connection, kind: str, language: str, passages: int, terms: int) -> None:
    connection.execute(
        "INSERT INTO text_total VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, language)"
        " DO UPDATE SET passages = passages + ?3, terms = terms + ?4",
        (kind, language, passages, terms),
    )


def _write_fingerprints(
    connection: apsw.Connection, bank: str, fingerprints: tuple[tuple[str, FingerprintRow], ...]
) -> None:
    connection.executemany(
        "INSERT INTO fingerprint (algorithm, bank, code, entry_id, media_id) VALUES (?, ?, ?, ?, ?)",
        ((algorithm, bank, bytes.fromhex(row.code), row.entry_id, row.media_id) for algorithm, row in fingerprints),
    )


def _write_words(connection: apsw.Connection, entry: BankEntry, words: PackedWords | None) -> None:
    if words is not None:
        sql = "INSERT INTO feature (bank, words, others, entry_id, media_id) VALUES (?, ?, ?, ?, ?)"
        row = (entry.bank, words.packed, " ".join(words.others), entry.id, entry.media_id)
        connection.execute(sql, row)


def _write_signs(connection: apsw.Connection, place: int, vector: TextVector, signs: tuple[int, bytes] | None) -> None:
    if signs is not None:
        row = (place, vector.encoder, *signs, vector.claim_id, vector.digest)
        connection.execute("INSERT INTO vector VALUES (?, ?, ?, ?, ?, ?)", row)
