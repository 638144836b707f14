"""The tables, and how an older file becomes a newer one.

``record`` is append-only (triggers refuse anything else): immutable records stand at revision 0, the others from 1 on. Only the
stub of something that was erased may take its place (:mod:`index.backends.embedded.erasing`). So is ``log_entry``, the log.
Everything else can be made again from them: ``head`` names the newest revision, ``link`` the values it is found under;
``document``, ``facet``, ``passage`` and ``text_total`` serve the text search (:mod:`index.backends.embedded.texts`),
``word`` holds the terms that claims hold or once held. ``analysis`` says how these five were made
(:func:`index.documents.get_mark`), and how many times so far; ``fingerprint`` serves the radius search, ``feature`` the
local-feature words (packed as :mod:`index.features` does), ``vector`` the signs of vectors (:mod:`index.vectors`) at the places
of their records. Rows of these three are only ever added, or erased; ``mark`` says of indexes that were saved beside the file
which rows they were made from (:mod:`index.backends.embedded.cache`), so that whoever makes rows anew must empty it.
``edition`` counts how many times something was erased from what an index is made from: one of an earlier edition is made anew.
"""

from collections.abc import Callable

import apsw

from index.backends.embedded.rows import analyse_anew, link_passages
from index.documents import get_mark

APPLICATION_ID = 0x53414E4B
""""SANK": says in the file's header whose it is."""

_FIRST = """
CREATE TABLE record (
    place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, id, revision)
) STRICT;
CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TABLE head (
    kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY (kind, id), FOREIGN KEY (kind, id, revision) REFERENCES record (kind, id, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE link (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (kind, name, value, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_of_record ON link (kind, id);
CREATE TABLE document (
    kind TEXT NOT NULL, id TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, newest TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE facet (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (kind, name, value, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX facet_of_document ON facet (kind, id);
CREATE TABLE passage (
    kind TEXT NOT NULL, id TEXT NOT NULL, language TEXT NOT NULL, terms TEXT NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY (kind, id, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE posting (
    kind TEXT NOT NULL, term TEXT NOT NULL, id TEXT NOT NULL, language TEXT NOT NULL,
    frequency INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY (kind, term, id, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE text_total (
    kind TEXT NOT NULL, language TEXT NOT NULL, passages INTEGER NOT NULL, terms INTEGER NOT NULL,
    PRIMARY KEY (kind, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE fingerprint (
    place INTEGER PRIMARY KEY, algorithm TEXT NOT NULL, bank TEXT NOT NULL, code BLOB NOT NULL,
    entry_id TEXT NOT NULL, media_id TEXT NOT NULL
) STRICT;
CREATE INDEX fingerprint_of_bank ON fingerprint (algorithm, bank, place);
"""

_FEATURES = """
CREATE TABLE feature (
    place INTEGER PRIMARY KEY, bank TEXT NOT NULL, words BLOB NOT NULL, others TEXT NOT NULL,
    entry_id TEXT NOT NULL, media_id TEXT NOT NULL
) STRICT;
CREATE INDEX feature_of_bank ON feature (bank, place);
"""

_MARKS = """
CREATE TABLE mark (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""

_RATINGS = """
INSERT OR IGNORE INTO link
SELECT head.kind, 'rating', json_extract(record.body, '$.rating'), head.id FROM head JOIN record USING (kind, id, revision)
WHERE head.kind = 'verdict' AND json_extract(record.body, '$.rating') IS NOT NULL;
"""

_PUBLISHERS = _RATINGS.replace("rating", "publisher").replace("IS NOT NULL", "<> ''")

_NO_POSTINGS = "DROP TABLE posting;"

_ANALYSED = ""  # once a step of its own

_VECTORS = """
CREATE TABLE vector (
    place INTEGER PRIMARY KEY, encoder TEXT NOT NULL, dimensions INTEGER NOT NULL, signs BLOB NOT NULL,
    claim_id TEXT NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE INDEX vector_of_encoder ON vector (encoder, dimensions, place);
"""

_ANALYSIS = """
CREATE TABLE analysis (mark TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
INSERT INTO analysis VALUES ('', 0);
CREATE TABLE word (term TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""

_LOG = """
CREATE TABLE log_entry (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log_entry BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER log_is_never_shortened BEFORE DELETE ON log_entry
BEGIN SELECT RAISE(ABORT, 'nothing is deleted from the log'); END;
"""

_ERASING = """
DROP TRIGGER record_is_never_changed;
CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record
WHEN NEW.place IS NOT OLD.place OR NEW.kind IS NOT OLD.kind OR NEW.id IS NOT OLD.id OR NEW.revision IS NOT OLD.revision
    OR json_extract(NEW.body, '$.erased') IS NULL
BEGIN SELECT RAISE(ABORT, 'records are never changed, but into the stub of what was erased'); END;
CREATE TABLE edition (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

_Step = str | Callable[[apsw.Connection], None]

MIGRATIONS: tuple[_Step, ...] = (
    _FIRST, _FEATURES, _MARKS, _RATINGS, _PUBLISHERS, _NO_POSTINGS, _ANALYSED, _VECTORS, link_passages, _ANALYSIS,
    _LOG, _ERASING,
)  # fmt: skip
"""``MIGRATIONS[n]`` leads from version n to n + 1, as a script or a function; the version is the file's ``user_version``."""


def get_latest_version() -> int:
    """Return the version that this code reads and writes."""
    return len(MIGRATIONS)


def read_version(connection: apsw.Connection) -> int:
    """Return the version of a connection's file."""
    return int(connection.pragma("user_version"))


def migrate(connection: apsw.Connection) -> None:
    """Bring a file, new or of an older version, to the latest, and its texts to how they are analysed now: all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[read_version(connection) :]:
            if isinstance(step, str):
                connection.execute(step).fetchall()  # to the last statement: without that it stops at the first row
            else:
                step(connection)
        if not is_analysed(connection):
            analyse_anew(connection)
            connection.execute("UPDATE analysis SET mark = ?, number = number + 1", (get_mark(),))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {get_latest_version()}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_current(connection: apsw.Connection) -> bool:
    """Tell whether a file needs no :func:`migrate`."""
    return read_version(connection) == get_latest_version() and is_analysed(connection)


def is_analysed(connection: apsw.Connection) -> bool:
    """Tell whether the texts of a file of the latest version are analysed as they are now."""
    return bool(connection.execute("SELECT mark FROM analysis").get == get_mark())
