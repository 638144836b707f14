"""The text index of one kind, made from the tables of the file and caught up with them at every question."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

import apsw

from index.backends.embedded import published
from index.backends.embedded.cache import Cache, Stamp, are_many, read_stamp
from index.backends.embedded.erasing import TEXT, read_edition
from index.backends.embedded.finding import count, find, name_verdict
from index.backends.embedded.postings import FORM, Entry, Postings
from index.backends.embedded.saved import SavedIndex
from index.model import STANDING, Claim, Verdict
from index.query import ClaimCounts, ClaimQuery, PostQuery
from index.ranking import Ranking
from index.spelling import TermUse, find_near, get_beginning

_BATCH = 1_000
_EDITION = "SELECT number FROM analysis"
_LAST = "SELECT coalesce(max(place), 0) FROM record"
_ALL = "SELECT id FROM document WHERE kind = ? ORDER BY id"
# By the place, behind which little is new: SQLite would rather go through all of the kind.
CHANGED = "SELECT DISTINCT id FROM record WHERE place > ? AND +kind = ?"
JUDGED = (  # whatever claim a verdict was on in any revision
    "SELECT DISTINCT json_extract(body, '$.claim_id') FROM record WHERE kind = ?2"
    " AND id IN (SELECT id FROM record WHERE place > ?1 AND +kind = ?2)"
)
_THESE = "id IN (SELECT value FROM json_each(?))"
_FROM_TO = "id BETWEEN ? AND ?"
_DOCUMENTS = "SELECT id, first_day, last_day, newest FROM document WHERE kind = ? AND "
_FACETS = "SELECT id, name || '=' || value FROM facet WHERE kind = ? AND "
_PASSAGES = "SELECT id, terms FROM passage WHERE kind = ? AND "
_VERDICTS = (
    "SELECT DISTINCT claim.value, coalesce(rating.value, ''), coalesce(publisher.value, '') FROM link AS claim"
    " JOIN link AS status ON status.kind = 'verdict' AND status.name = 'status' AND status.id = claim.id"
    " AND status.value IN (SELECT value FROM json_each(?))"
    " LEFT JOIN link AS rating ON rating.kind = 'verdict' AND rating.name = 'rating' AND rating.id = claim.id"
    " LEFT JOIN link AS publisher ON publisher.kind = 'verdict' AND publisher.name = 'publisher' AND publisher.id = claim.id"
    " WHERE claim.kind = 'verdict' AND claim.name = 'claim' AND claim.value IN (SELECT value FROM json_each(?))"
)
_LENGTHS = "SELECT id, terms, length FROM passage WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
_TOTAL = "SELECT coalesce(sum(passages), 0), coalesce(sum(terms), 0) FROM text_total WHERE kind = ?"
_WORDS = "SELECT term FROM word WHERE term BETWEEN ? AND ?"
_LAST_CHARACTER = "\U0010ffff"
_LANGUAGES = "SELECT language FROM text_total WHERE kind = ? AND passages > 0"


class Tables:
    """What the file itself knows of the documents of one kind, in one transaction."""

    def __init__(self, connection: apsw.Connection, kind: str) -> None:
        self._connection = connection
        self._kind = kind

    def measure(self) -> tuple[int, int]:
        """Return the number of passages, and of terms in all of them."""
        ((passages, terms),) = self._connection.execute(_TOTAL, (self._kind,))
        return passages, terms

    def get_languages(self) -> Collection[str]:
        """Return the languages of the passages."""
        return [language for (language,) in self._connection.execute(_LANGUAGES, (self._kind,))]

    def get_passages(self, record_ids: Collection[str]) -> Sequence[tuple[str, str, int]]:
        """Return (record, terms, length) of the passages of some records."""
        return list(self._connection.execute(_LENGTHS, (self._kind, json.dumps(list(record_ids)))))

    def get_newest(self, record_ids: Collection[str]) -> Mapping[str, str]:
        """Return what some records are ordered by."""
        rows = self._connection.execute(_DOCUMENTS + _THESE, (self._kind, json.dumps(list(record_ids))))
        return {record_id: newest for record_id, _, _, newest in rows}


class Texts(SavedIndex[Postings]):
    """The texts of one kind."""

    def __init__(self, cache: Cache, kind: str) -> None:
        super().__init__(cache, f"{TEXT}-{kind}-{FORM}")
        self._kind = kind

    def find(self, connection: apsw.Connection, query: ClaimQuery | PostQuery) -> Ranking:
        """Documented at :func:`index.ranking.search`. Nothing may have been read through *connection* in this transaction."""
        return self.ask(connection, lambda index: find(index, Tables(connection, self._kind), query))

    def count(self, connection: apsw.Connection, query: ClaimQuery) -> ClaimCounts:
        """Documented at :func:`index.ranking.count`."""
        return self.ask(connection, lambda index: count(index, Tables(connection, self._kind), query))

    def count_holders(self, connection: apsw.Connection, terms: Collection[str]) -> Mapping[str, int]:
        """Documented at :meth:`index.store.Store.count_holders`."""
        return self.ask(connection, lambda index: index.count_holders(terms))

    def find_near_terms(self, connection: apsw.Connection, terms: Collection[str], edits: int) -> Mapping[str, TermUse]:
        """Documented at :meth:`index.store.Store.find_near_terms`."""

        def count_near(index: Postings) -> Mapping[str, TermUse]:
            near = find_near(terms, _list_words(connection, terms), edits=edits)
            uses = {term: index.find_use(term) for term in near}
            return {term: use for term, use in uses.items() if use.claims}

        return self.ask(connection, count_near)

    def read_edition(self, connection: apsw.Connection) -> str:
        """How many times the texts were analysed, and something was erased from them."""
        return f"{connection.execute(_EDITION).get}.{read_edition(connection, TEXT)}".rstrip(".")

    def make(self) -> Postings:
        return Postings()

    def load(self, folder: Path) -> tuple[Postings, str]:
        base, stamp = published.adopt(folder)
        return Postings(base), stamp

    def read_stamp(self, folder: Path) -> str:
        return published.read_stamp(folder)

    def is_due(self, index: Postings) -> bool:
        """Only a base is saved, and only when nothing is newer."""
        return not index.fresh and super().is_due(index)

    def catch_up(self, connection: apsw.Connection, index: Postings, last: int) -> Iterator[tuple[int, int]]:
        """Every revision is a row of its own, so what is behind *last* has changed, or is new."""
        newest = int(connection.execute(_LAST).get)
        if newest == last:
            return
        changed = self._list_changed(connection, last)
        if are_many(len(changed) + len(index.fresh)):
            newer = dict.fromkeys((*index.fresh, *changed))
            index.rebase(
                self._cache.get_folder(self._name), read_entries(connection, self._kind, newer, are_all=not last)
            )
        else:
            index.add(read_entries(connection, self._kind, changed))
        yield newest, len(changed)

    def take_snapshot(self, index: Postings, stamp: str) -> Callable[[Path], None]:
        read = read_stamp(stamp)
        name = read.mark if isinstance(read, Stamp) else ""
        return lambda folder: index.publish(folder, name, stamp)

    def _list_changed(self, connection: apsw.Connection, last: int) -> Collection[str]:
        if not last:
            return [name for (name,) in connection.execute(_ALL, (self._kind,))]
        rows = list(connection.execute(CHANGED, (last, self._kind)))
        if self._kind == Claim.KIND:
            rows += list(connection.execute(JUDGED, (last, Verdict.KIND)))
        return dict.fromkeys(name for (name,) in rows)


def read_entries(
    connection: apsw.Connection, kind: str, record_ids: Iterable[str], *, are_all: bool = False
) -> Iterator[Entry]:
    """Read what is searched of records; *are_all*: these are all of the kind, in order, so that the file is read through."""
    names, which = iter(record_ids), _FROM_TO if are_all else _THESE
    while batch := list(islice(names, _BATCH)):
        asked = (kind, batch[0], batch[-1]) if are_all else (kind, json.dumps(batch))
        facets = _collect(connection.execute(_FACETS + which, asked))
        said = _collect(_iter_said(connection, batch)) if kind == Claim.KIND else {}
        passages = _collect(connection.execute(_PASSAGES + which, asked))
        for name, first, last, newest in connection.execute(_DOCUMENTS + which, asked):
            held = [f"days={first}/{last}", *facets.get(name, ()), *dict.fromkeys(said.get(name, ()))]
            yield Entry(name, passages.get(name, ()), held, _number(first), _number(last), newest)


def _iter_said(connection: apsw.Connection, claim_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (claim, facet) for what the verdicts say that stand."""
    asked = (json.dumps(STANDING), json.dumps(claim_ids))
    for claim_id, rating, publisher in connection.execute(_VERDICTS, asked):
        for facet in name_verdict(rating, publisher):
            yield claim_id, facet


def _list_words(connection: apsw.Connection, terms: Collection[str]) -> Iterator[str]:
    """Yield the terms that begin as one of *terms* does."""
    for beginning in sorted({get_beginning(term) for term in terms if term}):
        for (term,) in connection.execute(_WORDS, (beginning, beginning + _LAST_CHARACTER)):
            yield term


def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal() if day else 0


def _collect(rows: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    collected: dict[str, list[str]] = defaultdict(list)
    for name, value in rows:
        collected[name].append(value)
    return collected
