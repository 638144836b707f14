"""What is written for one record: its text, and everything that is found through."""

from collections import Counter

import apsw

from index.documents import Document, build_document
from index.fingerprints import iter_rows
from index.model import BankEntry, Record, Revised


def write_record(connection: apsw.Connection, record: Record, body: str) -> None:
    """Append a record (or the next revision of one) and renew what it is found through."""
    revision = record.revision if isinstance(record, Revised) else 0
    connection.execute("INSERT INTO record VALUES (?, ?, ?, ?)", (record.KIND, record.id, revision, body))
    connection.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?)", (record.KIND, record.id, revision))
    is_first = revision <= 1
    _write_links(connection, record, is_first)
    document = build_document(record)
    if document is not None:
        _write_document(connection, record.KIND, document, is_first)
    if isinstance(record, BankEntry):
        _write_fingerprints(connection, record)


def _write_links(connection: apsw.Connection, record: Record, is_first: bool) -> None:
    if not is_first:
        connection.execute("DELETE FROM link WHERE kind = ? AND id = ?", (record.KIND, record.id))
    links = {(name, value) for name, values in record.links().items() for value in values}
    connection.executemany(
        "INSERT INTO link VALUES (?, ?, ?, ?)", ((record.KIND, name, value, record.id) for name, value in sorted(links))
    )


def _write_document(connection: apsw.Connection, kind: str, document: Document, is_first: bool) -> None:
    if not is_first:
        _forget_document(connection, kind, document.id)
    days = (document.first_day, document.last_day, document.newest)
    connection.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", (kind, document.id, *days))
    facets = {(name, value) for name, values in document.facets.items() for value in values}
    connection.executemany(
        "INSERT INTO facet VALUES (?, ?, ?, ?)", ((kind, name, value, document.id) for name, value in sorted(facets))
    )
    for passage in document.passages:
        terms = "\n".join(passage.terms)
        key = (kind, document.id, passage.language)
        connection.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", (*key, terms, passage.length))
        _count_passage(connection, kind, passage.language, 1, passage.length)
        connection.executemany(
            "INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)",
            (
                (kind, term, document.id, passage.language, frequency, passage.length)
                for term, frequency in Counter(filter(None, passage.terms)).items()
            ),
        )


def _forget_document(connection: apsw.Connection, kind: str, record_id: str) -> None:
    gone = list(connection.execute("SELECT language, length FROM passage WHERE kind = ? AND id = ?", (kind, record_id)))
    for language, length in gone:
        _count_passage(connection, kind, str(language), -1, -int(str(length)))
    for table in ("document", "facet", "passage", "posting"):
        connection.execute(f"DELETE FROM {table} WHERE kind = ? AND id = ?", (kind, record_id))  # noqa: S608 - ours


def _count_passage(connection: apsw.Connection, kind: str, language: str, passages: int, terms: int) -> None:
    connection.execute(
        "INSERT INTO text_total VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, language)"
        " DO UPDATE SET passages = passages + ?3, terms = terms + ?4",
        (kind, language, passages, terms),
    )


def _write_fingerprints(connection: apsw.Connection, entry: BankEntry) -> None:
    connection.executemany(
        "INSERT INTO fingerprint (algorithm, bank, code, entry_id, media_id) VALUES (?, ?, ?, ?, ?)",
        ((algorithm, entry.bank, row.code, row.entry_id, row.media_id) for algorithm, row in iter_rows(entry)),
    )
