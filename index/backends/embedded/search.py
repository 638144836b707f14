"""The text index of one kind, read from one state of the file (:class:`index.ranking.TextIndex`)."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

import apsw

from index.documents import Filters
from index.model import STANDING
from index.ranking import Entry, Posting

_STANDING = json.dumps(STANDING)
_ENTRIES = "SELECT id, newest FROM document WHERE kind = :kind"
_AMONG = " AND id IN (SELECT value FROM json_each(:ids))"
_HOLDS = (
    " AND EXISTS (SELECT 1 FROM facet WHERE facet.kind = :kind AND facet.name = :name{n} AND facet.id = document.id"
    " AND facet.value IN (SELECT value FROM json_each(:values{n})))"
)

_STANDS = (
    " claim.kind = 'verdict' AND claim.name = 'claim' AND EXISTS (SELECT 1 FROM link WHERE link.kind = 'verdict'"
    " AND link.name = 'status' AND link.value IN (SELECT value FROM json_each(:standing)) AND link.id = claim.id)"
)
_SAYS = (
    " AND EXISTS (SELECT 1 FROM link WHERE link.kind = 'verdict' AND link.name = '{name}'"
    " AND link.value IN (SELECT value FROM json_each(:{name}s)) AND link.id = claim.id)"
)

_FACETS = (
    "SELECT name, value, count(*) FROM facet WHERE kind = :kind AND id IN (SELECT value FROM json_each(:ids))"
    " GROUP BY name, value"
)
_SAID = (  # constants of ours
    "SELECT said.name, said.value, count(DISTINCT claim.value) FROM link AS claim JOIN link AS said"  # noqa: S608
    " ON said.kind = 'verdict' AND said.id = claim.id AND said.name IN ('rating', 'publisher')"
    f" WHERE{_STANDS} AND claim.value IN (SELECT value FROM json_each(:ids)) GROUP BY said.name, said.value"
)
_DAYS = (
    "SELECT first_day, last_day, count(*) FROM document WHERE kind = :kind AND id IN (SELECT value FROM json_each(:ids))"
    " GROUP BY first_day, last_day"
)


class TextTables:
    """The passages and postings of one kind."""

    def __init__(self, connection: apsw.Connection, kind: str) -> None:
        self._connection = connection
        self._kind = kind

    def measure(self) -> tuple[int, int]:
        total = "SELECT coalesce(sum(passages), 0), coalesce(sum(terms), 0) FROM text_total WHERE kind = ?"
        ((passages, terms),) = self._connection.execute(total, (self._kind,))
        return passages, terms

    def get_languages(self) -> Collection[str]:
        rows = self._connection.execute(
            "SELECT language FROM text_total WHERE kind = ? AND passages > 0", (self._kind,)
        )
        return [language for (language,) in rows]

    def get_postings(self, term: str) -> Sequence[Posting]:
        sql = "SELECT id, language, frequency, length FROM posting WHERE kind = ? AND term = ?"
        return [Posting(*row) for row in self._connection.execute(sql, (self._kind, term))]

    def get_passages(self, record_ids: Collection[str], language: str) -> Mapping[str, Sequence[str]]:
        sql = "SELECT id, terms FROM passage WHERE kind = ? AND language = ? AND id IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(sql, (self._kind, language, json.dumps(list(record_ids))))
        return {record_id: terms.split("\n") for record_id, terms in rows}

    def get_entries(self, filters: Filters, record_ids: Collection[str] | None) -> Sequence[Entry]:
        sql, values = _ENTRIES, {"kind": self._kind}
        if record_ids is not None:
            sql, values["ids"] = sql + _AMONG, json.dumps(list(record_ids))
        if filters.since:
            sql, values["since"] = sql + " AND last_day >= :since", filters.since
        if filters.until:
            sql, values["until"] = sql + " AND first_day <> '' AND first_day <= :until", filters.until
        for number, (name, wanted) in enumerate(filters.facets.items()):
            if wanted:
                sql += _HOLDS.format(n=number)
                values |= {f"name{number}": name, f"values{number}": json.dumps(list(wanted))}
        said = {"rating": filters.ratings, "publisher": filters.publishers}
        asked = {name: json.dumps(list(wanted)) for name, wanted in said.items() if wanted}
        if asked:
            says = "".join(_SAYS.format(name=name) for name in asked)
            sql += f" AND EXISTS (SELECT 1 FROM link AS claim WHERE claim.value = document.id AND{_STANDS}{says})"  # noqa: S608 - ours
            values |= {"standing": _STANDING, **{f"{name}s": wanted for name, wanted in asked.items()}}
        return [Entry(*row) for row in self._connection.execute(sql, values)]

    def count_facets(self, record_ids: Collection[str]) -> Mapping[tuple[str, str], int]:
        rows = (row for sql in (_FACETS, _SAID) for row in self._count(sql, record_ids))
        return {(name, value): number for name, value, number in rows}

    def count_days(self, record_ids: Collection[str]) -> Mapping[tuple[str, str], int]:
        return {(first, last): number for first, last, number in self._count(_DAYS, record_ids)}

    def _count(self, sql: str, record_ids: Collection[str]) -> Iterable[tuple[str, str, int]]:
        given = {"kind": self._kind, "ids": json.dumps(list(record_ids)), "standing": _STANDING}
        return self._connection.execute(sql, given)
