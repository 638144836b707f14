"""Whether a file is sound: its pages, each record's text, and everything that records are found through.

SQLite keeps no checksums, so a flipped bit in a text is seen only by reading it; what is found through is made again from
the records, in a temporary file, and compared.
"""

from collections.abc import Iterator
from pathlib import Path

import apsw

from index.backends.embedded.rows import prepare, write_record
from index.backends.embedded.schema import migrate
from index.codec import decode
from index.errors import RecordFormatError
from index.model import KINDS

_RECORDS = "SELECT kind, id, body FROM kept.record ORDER BY place"
_DERIVED = {
    "head": "SELECT * FROM {}.head",
    "link": "SELECT * FROM {}.link",
    "document": "SELECT * FROM {}.document",
    "facet": "SELECT * FROM {}.facet",
    "passage": "SELECT * FROM {}.passage",
    "text_total": "SELECT * FROM {}.text_total WHERE passages > 0",
    "fingerprint": "SELECT algorithm, bank, code, entry_id, media_id, count(*) FROM {}.fingerprint GROUP BY 1, 2, 3, 4, 5",
    "feature": "SELECT bank, words, others, entry_id, media_id, count(*) FROM {}.feature GROUP BY 1, 2, 3, 4, 5",
    "vector": "SELECT encoder, dimensions, signs, claim_id, digest, count(*) FROM {}.vector GROUP BY 1, 2, 3, 4, 5",
}


def find_problem(path: Path, busy_seconds: float) -> str:
    """Return what is wrong with the file first of all, or nothing. It is read as it stood at one moment."""
    connection = apsw.Connection("")
    try:
        connection.set_busy_timeout(int(busy_seconds * 1000))
        migrate(connection)
        connection.execute("ATTACH ? AS kept", (str(path),))
        found = str(connection.execute("PRAGMA kept.integrity_check(1)").get)
        if found != "ok":
            return found.splitlines()[-1]
        connection.execute("BEGIN")
        return next(_compare(connection), "")
    finally:
        connection.close()


def _compare(connection: apsw.Connection) -> Iterator[str]:
    for kind, record_id, body in connection.execute(_RECORDS):
        try:
            write_record(connection, prepare(decode(KINDS[kind], body)))
        except (KeyError, RecordFormatError, apsw.ConstraintError) as error:
            yield f"{kind} {record_id} cannot be read: {error}"
            return
    for table, rows in _DERIVED.items():
        kept, made = rows.format("kept"), rows.format("main")
        for one, other in ((kept, made), (made, kept)):
            if connection.execute(f"SELECT * FROM ({one} EXCEPT {other}) LIMIT 1").get is not None:  # noqa: S608 - ours
                yield f"the table {table} does not say what the records say"
    if connection.execute("SELECT count(*) <> max(number) + 1 OR min(number) < 0 FROM kept.log_entry").get:
        yield "entries of the log are missing"
