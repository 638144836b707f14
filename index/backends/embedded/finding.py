"""What a query means, asked of tantivy and decided here: it nominates records, and the scores are those of :mod:`index.ranking`.

Records are nominated in blocks. Inside a block the exact scores order; no record scores higher than one of a block before, so
that pages neither leave out a record nor repeat one.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Protocol

from tantivy import FieldType, Occur, Query

from index.analysis import analyse, analyse_query
from index.backends.embedded.postings import SCHEMA, Postings
from index.codec import is_text
from index.documents import Filters
from index.query import ClaimCounts, ClaimQuery, PostQuery
from index.ranking import (
    FACETS,
    Position,
    Ranked,
    Ranking,
    Scored,
    build_counts,
    check_length,
    get_boost,
    read_filters,
    score_passage,
    weigh_term,
)

_FIRST_BLOCK = 128
"""More than a page, since exact scores order a little otherwise than those that nominate."""
_GROWTH = 4


class Documents(Protocol):
    """What the store itself knows of the documents of a kind."""

    def measure(self) -> tuple[int, int]:
        """Return the number of passages, and of terms in all of them."""

    def get_languages(self) -> Collection[str]:
        """Return the languages of the passages."""

    def get_passages(self, record_ids: Collection[str]) -> Sequence[tuple[str, str, int]]:
        """Return (record, terms, length) of the passages of some records."""

    def get_newest(self, record_ids: Collection[str]) -> Mapping[str, str]:
        """Return what some records are ordered by."""


def find(postings: Postings, documents: Documents, query: ClaimQuery | PostQuery) -> Ranking:
    """Answer :func:`index.ranking.search`. Raises QueryError."""
    check_length(query.text)
    position = Position.read(query)
    terms = _read_terms(query)
    scorer = _Scorer(postings, documents, terms)
    asked = _build_query(documents, query, scorer.held)
    if asked is None:
        return Ranking((), 0, "")
    page: list[tuple[float | str, str]] = []
    total = 0
    for block, found in _iter_blocks(postings, asked, _name_order(query, terms)):
        total = found
        keys = _order_by_date(documents, block) if query.order == "date" else scorer.order(block)
        page += [key for key in keys if position is None or position.is_before(key)]
        if len(page) > query.limit:
            break
    shown = page[: query.limit]
    scores = scorer.score([name for _, name in shown])
    hits = tuple(
        Ranked(name, by if isinstance(by, float) else scores[name].score, scores[name].matched_terms)
        for by, name in shown
    )
    more = len(page) > len(shown)
    return Ranking(hits, total, Position(*shown[-1]).write(query) if more else "")


def count(postings: Postings, documents: Documents, query: ClaimQuery) -> ClaimCounts:
    """Answer :func:`index.ranking.count`. Raises QueryError."""
    check_length(query.text)
    asked = _build_query(documents, query, postings.count_holders(_read_terms(query)))
    if asked is None:
        return build_counts(0, {}, {})
    facets: dict[tuple[str, str], int] = {}
    days: dict[tuple[str, str], int] = {}
    for held, number in postings.count_values(asked).items():
        name, _, value = held.partition("=")
        if name == "days":
            first, _, last = value.partition("/")
            days[first, last] = number
        elif name in FACETS:
            facets[name, value] = number
    return build_counts(postings.count(asked), facets, days)


class _Scorer:
    """Scores records as :func:`index.ranking.score_terms` does, for some terms."""

    def __init__(self, postings: Postings, documents: Documents, terms: Sequence[str]) -> None:
        self._documents = documents
        self._terms = terms
        passages, self._length = documents.measure()
        self._passages = passages
        holders = postings.count_passages(terms)
        self._weights = {term: weigh_term(term, passages, number) for term, number in holders.items()}
        self._places = {term: place for place, term in enumerate(terms)}
        self._floor = math.inf
        self._best: dict[str, float] = {}
        self._matched: dict[str, set[str]] = {}

    @property
    def held(self) -> Collection[str]:
        """The terms that any record holds."""
        return self._weights.keys()

    def order(self, block: Sequence[str]) -> list[tuple[float | str, str]]:
        """Order the next block, best first, ties by identifier."""
        self._read(block)
        keys = sorted((-min(self._best[name], self._floor), name) for name in block)
        self._floor = math.nextafter(-keys[-1][0], -math.inf) if keys else self._floor
        return [(-score, name) for score, name in keys]

    def score(self, record_ids: Sequence[str]) -> Mapping[str, Scored]:
        """Score some records: each as its best passage."""
        self._read([name for name in record_ids if name not in self._best])
        matched = (tuple(term for term in self._terms if term in self._matched[name]) for name in record_ids)
        return {name: Scored(self._best[name], terms) for name, terms in zip(record_ids, matched, strict=True)}

    def _read(self, record_ids: Sequence[str]) -> None:
        self._best |= dict.fromkeys(record_ids, 0.0)
        self._matched |= {name: set() for name in record_ids}
        for name, text, length in self._documents.get_passages(record_ids) if self._weights else ():
            terms = text.split("\n")
            there = self._weights.keys() & terms
            held = {term: terms.count(term) for term in sorted(there, key=self._places.__getitem__)}
            self._matched[name] |= there
            score = score_passage(held, length * self._passages / self._length, self._weights)
            self._best[name] = max(self._best[name], score)


def _iter_blocks(postings: Postings, asked: Query, by: str) -> Iterator[tuple[Sequence[str], int]]:
    """Yield each block, and how many records are found altogether."""
    seen, limit = 0, _FIRST_BLOCK
    while True:
        found, total = postings.nominate(asked, limit, by)
        yield found[seen:], total
        if total <= limit:
            return
        seen, limit = limit, limit * _GROWTH


def _name_order(query: ClaimQuery | PostQuery, terms: Sequence[str]) -> str:
    """The field that orders what is found; none where the engine's scores do."""
    if query.order == "date":
        return "date_order"
    return "" if terms else "id"


def _order_by_date(documents: Documents, block: Sequence[str]) -> list[tuple[float | str, str]]:
    newest = documents.get_newest(block)
    return [(newest[name], name) for name in block]


# --- queries ---------------------------------------------------------------------------------------------------------


def _read_terms(query: ClaimQuery | PostQuery) -> Sequence[str]:
    asked = _list_asked(query)
    return analyse_query(" ".join(asked)) if asked else ()


def _list_asked(query: ClaimQuery | PostQuery) -> list[str]:
    return [part for part in (query.text.words, *query.text.phrases) if part.strip()]


def _build_query(documents: Documents, query: ClaimQuery | PostQuery, terms: Collection[str]) -> Query | None:
    """Look for *terms*, which records hold; None where nothing can be found."""
    text = query.text
    languages = documents.get_languages() if text.phrases or text.excluded else ()
    required = [found for phrase in text.phrases if (found := _build_phrase(phrase, languages)) is not None]
    excluded = [found for phrase in text.excluded if (found := _build_phrase(phrase, languages)) is not None]
    if _list_asked(query) and not terms and not required:
        return None
    parts = [(Occur.Must, _silence(part)) for part in (*required, *_iter_filters(read_filters(query)))]
    parts += [(Occur.MustNot, part) for part in excluded]
    if terms:
        parts.append((Occur.Should if required else Occur.Must, _join(_build_term(term) for term in terms)))
    elif not required:
        parts.append((Occur.Must, Query.all_query()))
    return Query.boolean_query(parts) if len(parts) > 1 else parts[0][1]


def _build_phrase(phrase: str, languages: Collection[str]) -> Query | None:
    """What holds the phrase, as each of the languages reads it; None if it has no terms in any."""
    readings = {terms for language in languages if (terms := analyse(phrase, language))}
    if not readings:
        return None
    return _join(_build_term(t[0]) if len(t) == 1 else Query.phrase_query(SCHEMA, "terms", list(t)) for t in readings)


def _iter_filters(filters: Filters) -> Iterator[Query]:
    for name, values in filters.facets.items():
        if values:
            yield _build_facets(f"{name}={value}" for value in values if is_text(value))
    if filters.ratings or filters.publishers:
        said = product(filters.ratings or ("",), filters.publishers or ("",))
        yield _build_facets(name_verdict(rating, publisher)[-1] for rating, publisher in said if is_text(publisher))
    if filters.ids:
        yield Query.term_set_query(SCHEMA, "id", [name for name in filters.ids if is_text(name)])
    if filters.since:
        yield Query.range_query(SCHEMA, "last_day", FieldType.Integer, _number(filters.since), None)
    if filters.until:
        yield Query.range_query(SCHEMA, "first_day", FieldType.Integer, 1, _number(filters.until))


def _build_facets(facets: Iterable[str]) -> Query:
    """What has one of them: each as a term, which is gone through only where the words are; a set is read whole."""
    return _join(Query.term_query(SCHEMA, "facets", facet, "basic") for facet in facets)


def name_verdict(rating: str, publisher: str) -> Sequence[str]:
    """The facets of a claim by a verdict on it; the last is that of both together, where it has both."""
    facets = [f"{name}={value}" for name, value in (("rating", rating), ("publisher", publisher)) if value]
    return [*facets, f"rated_by={rating}\0{publisher}"] if rating and publisher else facets


def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _build_term(term: str) -> Query:
    return Query.boost_query(Query.term_query(SCHEMA, "terms", term, "freq"), get_boost(term))


def _join(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _silence(query: Query) -> Query:
    """What must be, but tells nothing about how good an answer is."""
    return Query.const_score_query(query, 0.0)
