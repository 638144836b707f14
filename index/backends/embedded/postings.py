"""The words of one kind in tantivy: a folder of segments (the base), and what is newer than it in memory.

Queries are objects, never texts that somebody parses. What a query finds is only nominated: the scores are made by
:mod:`index.backends.embedded.finding`.
"""

import shutil
import weakref
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import count, islice, takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from tantivy import Document, Index, Occur, Order, Query, Searcher

from index.backends.embedded.published import link_all, make_private, publish
from index.errors import StoreError
from index.spelling import TermUse

_HEAP_BYTES = 128_000_000
_LEAST_HEAP_BYTES = 15_000_000
_MOST_VALUES = 65_000
_FACETS = {"facets": {"terms": {"field": "facets", "size": _MOST_VALUES}}}
_INVERTED = {code: 158 - code for code in range(159)}
_COUNT = {"all": {"value_count": {"field": "first_day"}}}
"""Of a field that every record has: nothing is scored, which takes half as long."""
_RARE = 10_000
"""Holders of a term that are counted one by one, so that what was replaced does not count."""

FORM = 3
"""Of the fields; what was written in another is not opened."""


class Entry(NamedTuple):
    """A record as it is searched.

    *passages* are the terms of each, a line for one, an empty one where a phrase ends; days are ordinals (0: none), *newest*
    as it is ordered by.
    """

    id: str
    passages: Sequence[str]
    facets: Sequence[str]
    first_day: int
    last_day: int
    newest: str


def _build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="terms", index_option="position")
    builder.add_text_field("again", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facets", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("date_order", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("first_day", indexed=True, fast=True)
    builder.add_integer_field("last_day", indexed=True, fast=True)
    return builder.build()


SCHEMA = _build_schema()


class Postings:
    """One base at most, and what is newer."""

    def __init__(self, base: Path | None = None) -> None:
        self._begin(base)

    def _begin(self, base: Path | None) -> None:
        """Begin with a base that is this process's own, and is removed with it."""
        self._base = base
        self._old = _open(base) if base else None
        if base:
            weakref.finalize(self, shutil.rmtree, base, ignore_errors=True)
        self._new: _Writing | None = None
        self._fresh: dict[str, None] = {}
        self._replaced: list[str] = []

    @property
    def fresh(self) -> Collection[str]:
        """The records that are newer than the base."""
        return self._fresh.keys()

    def add(self, entries: Iterable[Entry]) -> None:
        """Take up records, in the place of what they were before."""
        self._new = self._new or _Writing(Index(SCHEMA), _LEAST_HEAP_BYTES)
        for entry in entries:
            is_fresh = entry.id in self._fresh
            if not is_fresh and self._is_in_base(entry.id):
                self._replaced.append(entry.id)
            self._new.put(entry, is_there=is_fresh)
            self._fresh[entry.id] = None
        self._new.commit()

    def rebase(self, folder: Path, entries: Iterable[Entry]) -> None:
        """Make a base of this process's own, below *folder*, from the one before and *entries*, which hold all that is newer."""
        place = make_private(folder)
        if self._base:
            link_all(self._base, place)
        writing = _Writing(Index.open(str(place)) if self._base else Index(SCHEMA, path=str(place)), _HEAP_BYTES)
        for entry in entries:
            writing.put(entry, is_there=self._is_in_base(entry.id))
        writing.finish()
        self._begin(place)

    def publish(self, folder: Path, name: str, stamp: str) -> None:
        """Put the base where others find it (:mod:`index.backends.embedded.published`)."""
        if self._base:
            publish(self._base, folder, name, stamp)

    def _is_in_base(self, record_id: str) -> bool:
        return self._old is not None and self._old.doc_freq("id", record_id) > 0

    def nominate(self, query: Query, limit: int, by: str = "") -> tuple[Sequence[str], int]:
        """The first *limit* records that a query finds, best first or in the order of a field, and how many it finds in all.

        Both at once: counting what was scored costs less than passing over what cannot be among the first.
        """
        parts: list[Iterable[tuple[Any, str]]] = []
        total = 0
        for searcher, asked in self._iter_parts(query):
            found = searcher.search(asked, limit, order_by_field=by or None, order=Order.Asc)
            parts.append([(key if by else -key, searcher.doc(place)["id"][0]) for key, place in found.hits])
            total += found.count  # type: ignore[attr-defined]  # its stubs lack it
        return [name for _, name in islice(merge(*parts, key=itemgetter(0)), limit)], total

    def count(self, query: Query) -> int:
        """How many records a query finds."""
        counts = (searcher.aggregate(asked, _COUNT)["all"] for searcher, asked in self._iter_parts(query))
        return sum(int(count["value"]) for count in counts)

    def find_use(self, term: str) -> TermUse:
        """How many records hold a term, and which is the first."""
        query = Query.term_query(SCHEMA, "terms", term, "basic")
        names, held = self.nominate(query, 1, "id")
        return TermUse(held, next(iter(names), ""))

    def count_values(self, query: Query) -> Mapping[str, int]:
        """How many records that a query finds hold each facet. Raises StoreError where there are too many to count."""
        counted: Counter[str] = Counter()
        for searcher, asked in self._iter_parts(query):
            facets = searcher.aggregate(asked, _FACETS)["facets"]
            if facets["sum_other_doc_count"]:
                raise StoreError(
                    f"what was found holds more than {_MOST_VALUES} values: narrow the search to count them"
                )
            counted.update({bucket["key"]: int(bucket["doc_count"]) for bucket in facets["buckets"]})
        return counted

    def count_holders(self, terms: Collection[str]) -> Mapping[str, int]:
        """How many records hold each term, where any does; of a frequent one some may count that were replaced since."""
        return {term: held for term in terms if (held := self._count_holders("terms", term))}

    def count_passages(self, terms: Collection[str]) -> Mapping[str, int]:
        """In how many passages each term stands, where in any; a frequent one may count some that were replaced since."""
        return {term: held for term in terms if (held := self._count_passages(term))}

    def _count_passages(self, term: str) -> int:
        """Count the records that hold it, and those that hold it in a second passage, a third …"""
        held = self._count_holders("terms", term)
        more = (self._count_holders("again", _name_again(term, place)) for place in count(2))
        return held + sum(takewhile(bool, more)) if held else 0

    def _count_holders(self, field: str, term: str) -> int:
        held = sum(searcher.doc_freq(field, term) for searcher in self._iter_searchers())
        return self.count(Query.term_query(SCHEMA, field, term, "basic")) if 0 < held < _RARE else held

    def _iter_searchers(self) -> Iterator[Searcher]:
        if self._old:
            yield self._old
        if self._new:
            yield self._new.searcher

    def _iter_parts(self, query: Query) -> Iterator[tuple[Searcher, Query]]:
        if self._old:
            yield self._old, self._leave_out_replaced(query) if self._replaced else query
        if self._new:
            yield self._new.searcher, query

    def _leave_out_replaced(self, query: Query) -> Query:
        replaced = Query.term_set_query(SCHEMA, "id", self._replaced)
        return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, replaced)])


class _Writing:
    """An index that is written to."""

    def __init__(self, index: Index, heap_bytes: int) -> None:
        _register(index)
        self._index = index
        self._writer = index.writer(heap_bytes, 1)
        self.searcher = index.searcher()

    def put(self, entry: Entry, *, is_there: bool) -> None:
        if is_there:
            self._writer.delete_documents_by_term("id", entry.id)
        self._writer.add_document(_build_document(entry))

    def commit(self) -> None:
        self._writer.commit()
        self._index.reload()
        self.searcher = self._index.searcher()

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


def _open(folder: Path) -> Searcher:
    index = Index.open(str(folder))
    _register(index)
    return index.searcher()


def _register(index: Index) -> None:
    index.register_tokenizer("terms", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def _build_document(entry: Entry) -> Document:
    return Document(
        id=entry.id,
        terms=[phrase for passage in entry.passages for phrase in passage.split("\n\n")],
        again=_list_again(entry.passages) if len(entry.passages) > 1 else [],
        facets=entry.facets,
        date_order=f"{invert(entry.newest)}\0{entry.id}",
        first_day=entry.first_day,
        last_day=entry.last_day,
    )


def _list_again(passages: Sequence[str]) -> list[str]:
    held = Counter(term for passage in passages for term in set(passage.split("\n")) if term)
    return [_name_again(term, place) for term, times in held.items() for place in range(2, times + 1)]


def _name_again(term: str, place: int) -> str:
    return f"{place} {term}"


def invert(moment: str) -> str:
    """A moment (ISO 8601, empty for none) so that what is later comes first, and none last; inverting twice gives it back."""
    return moment.translate(_INVERTED) if moment else "\x7f"
