"""The text search: terms of our own analyser in fields that the engine takes as they are, scored by its BM25.

What a query means is said at :func:`index.ranking.search`; here it becomes term, phrase and filter objects, never a string that
somebody parses. Statistics are those of all shards; what was replaced counts in them until the engine merges it away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.analysis import analyse, analyse_query
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.documents import shorten
from index.backends.elasticsearch.indices import Indices
from index.backends.elasticsearch.verdicts import Verdicts, build_filter
from index.codec import is_text
from index.documents import Filters
from index.errors import StoreError
from index.model import Claim
from index.query import ClaimCounts, ClaimQuery, PostQuery
from index.ranking import FACETS, Position, Ranked, Ranking, build_counts, check_length, get_boost, read_filters
from index.spelling import TermUse, find_near, get_beginning

_PASSAGES = "passages"
_MOST_LANGUAGES = 1_000
_MOST_IN_PHRASE = 500
"""Terms of a phrase that are looked for: all its readings together must stay below the engine's 8,192."""

_ASKED_TOGETHER = 50
"""Searches on one way to the engine; their answers are in memory at once."""

_COUNTED_TOGETHER = 5_000
_MOST_COUNTED = 20_000
_DAYS: list[Body] = [{name: {"terms": {"field": f"{name}_day"}}} for name in ("first", "last")]
_COUNTED: Body = {
    **{name: {"terms": {"field": f"facets.{name}", "size": _MOST_COUNTED}} for name in FACETS},
    "days": {"composite": {"size": _MOST_COUNTED, "sources": _DAYS}},
}

_NOT_ERASED: Body = {"exists": {"field": "newest"}}
_NOTHING = Ranking((), 0, "")


@dataclass(frozen=True)
class Found:
    """A page of an answer: the ranking, and the text of each record."""

    ranking: Ranking
    bodies: Mapping[str, str]


class Texts:
    """The searched kinds under one prefix."""

    def __init__(self, indices: Indices, verdicts: Verdicts) -> None:
        self._indices, self._verdicts = indices, verdicts

    def find_each(self, kind: str, queries: Sequence[ClaimQuery | PostQuery]) -> Iterator[Found]:
        """Answer :func:`index.ranking.search` for each query. Raises QueryError."""
        if any(isinstance(query, ClaimQuery) and (query.ratings or query.publishers) for query in queries):
            self._verdicts.tell_all()
        self._indices.refresh(kind)
        for start in range(0, len(queries), _ASKED_TOGETHER):
            yield from self._find_together(kind, queries[start : start + _ASKED_TOGETHER])

    def _find_together(self, kind: str, queries: Sequence[ClaimQuery | PostQuery]) -> Iterator[Found]:
        built = [self._build_search(kind, query) for query in queries]
        searches = [search for search, _ in built if search]
        answers = iter(
            self._indices.search_each(kind, searches, search_type="dfs_query_then_fetch") if searches else ()
        )
        for query, (search, terms) in zip(queries, built, strict=True):
            yield _build_page(next(answers)["hits"], query, terms) if search else Found(_NOTHING, {})

    def _build_search(self, kind: str, query: ClaimQuery | PostQuery) -> tuple[Body | None, list[str] | None]:
        """The search, None where nothing can be found, and the terms that it looks for, None where everything is."""
        check_length(query.text)
        position = Position.read(query)
        asked = [part for part in (query.text.words, *query.text.phrases) if part.strip()]
        terms = list(analyse_query(" ".join(asked))) if asked else []
        built = self._build_query(kind, query, terms, bool(asked))
        by = "newest" if query.order == "date" else "_score" if asked else None
        sort: list[Body] = [*([{by: {"order": "desc"}}] if by else []), {"id": {"order": "asc"}}]
        search: Body = {
            "query": built,
            "size": query.limit + 1,
            "sort": sort,
            "track_scores": True,
            "track_total_hits": True,
            "_source": ["body", "passages.terms"],
        }
        if position:
            search["search_after"] = [position.by, position.record_id][-len(sort) :]
        return search if built else None, terms if asked else None

    def count(self, query: ClaimQuery) -> ClaimCounts:
        """Answer :func:`index.ranking.count`. Raises QueryError."""
        check_length(query.text)
        self._verdicts.tell_all()
        self._indices.refresh(Claim.KIND)
        asked = [part for part in (query.text.words, *query.text.phrases) if part.strip()]
        built = self._build_query(Claim.KIND, query, list(analyse_query(" ".join(asked))) if asked else [], bool(asked))
        if built is None:
            return build_counts(0, {}, {})
        answer = self._indices.search(Claim.KIND, query=built, size=0, track_total_hits=True, aggs=_COUNTED)
        found = answer["aggregations"]
        facets = {
            (name, bucket["key"]): int(bucket["doc_count"]) for name in FACETS for bucket in _read_buckets(found, name)
        }
        days = {
            (bucket["key"]["first"], bucket["key"]["last"]): int(bucket["doc_count"])
            for bucket in _read_buckets(found, "days")
        }
        return build_counts(answer["hits"]["total"]["value"], facets, days)

    def count_holders(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Answer :meth:`index.store.Store.count_holders`."""
        self._indices.refresh(Claim.KIND)
        counted: dict[str, int] = {}
        for start in range(0, len(terms), _COUNTED_TOGETHER):
            asked = {term: {"term": {"words": term}} for term in terms[start : start + _COUNTED_TOGETHER]}
            found = self._indices.search(Claim.KIND, size=0, aggs={"words": {"filters": {"filters": asked}}})
            buckets = found["aggregations"].get("words", {}).get("buckets", {})
            counted |= {term: int(bucket["doc_count"]) for term, bucket in buckets.items() if bucket["doc_count"]}
        return counted

    def find_near_terms(self, terms: Sequence[str], edits: int) -> Mapping[str, TermUse]:
        """Answer :meth:`index.store.Store.find_near_terms`."""
        if not terms:
            return {}
        self._indices.refresh(Claim.KIND)
        include = "|".join(_build_pattern(term, edits) for term in terms)
        counted = {"terms": {"field": "words", "size": _MOST_COUNTED, "include": include}}
        found = self._indices.search(Claim.KIND, size=0, aggs={"words": counted})["aggregations"]
        held = {bucket["key"]: int(bucket["doc_count"]) for bucket in _read_buckets(found, "words")}
        return {term: TermUse(held[term], self._find_first(term)) for term in find_near(terms, held, edits=edits)}

    def _find_first(self, term: str) -> str:
        query = {"nested": {"path": _PASSAGES, "query": {"term": {f"{_PASSAGES}.terms": term}}}}
        sort = [{"id": {"order": "asc"}}]
        answer = self._indices.search(Claim.KIND, query=query, size=1, sort=sort, source_includes=["id"])
        return next((str(hit["sort"][0]) for hit in answer["hits"]["hits"]), "")

    def _build_query(self, kind: str, query: ClaimQuery | PostQuery, terms: Sequence[str], asked: bool) -> Body | None:
        """None where nothing can be found."""
        languages = self._list_languages(kind) if query.text.phrases or query.text.excluded else []
        required = [p for phrase in query.text.phrases if (p := _build_phrase(phrase, languages)) is not None]
        excluded = [p for phrase in query.text.excluded if (p := _build_phrase(phrase, languages)) is not None]
        if asked and not terms and not required:
            return None
        clauses: Body = {"filter": [_NOT_ERASED, *_build_filters(read_filters(query)), *required], "must_not": excluded}
        if terms:
            should = [{"term": {f"{_PASSAGES}.terms": {"value": term, "boost": get_boost(term)}}} for term in terms]
            scored = {"nested": {"path": _PASSAGES, "score_mode": "max", "query": {"bool": {"should": should}}}}
            clauses["should" if required else "must"] = [scored]
        return {"bool": clauses}

    def _list_languages(self, kind: str) -> list[str]:
        languages = {"terms": {"field": f"{_PASSAGES}.language", "size": _MOST_LANGUAGES}}
        passages = {"nested": {"path": _PASSAGES}, "aggs": {"languages": languages}}
        found = self._indices.search(kind, size=0, aggs={"passages": passages})["aggregations"]
        return [bucket["key"] for bucket in found["passages"]["languages"]["buckets"]] if found else []


def _build_pattern(term: str, edits: int) -> str:
    """The regular expression of what begins as a term and is about as long."""
    beginning = get_beginning(term)
    left = len(term) - len(beginning)
    escaped = "".join(letter if letter.isalnum() else f"\\{letter}" for letter in beginning)
    return f"{escaped}[^:]{{{max(0, left - edits)},{left + edits}}}"


def _read_buckets(found: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """What was counted, all of it. Raises StoreError."""
    buckets: Sequence[Mapping[str, Any]] = found.get(name, {}).get("buckets", ())
    if len(buckets) >= _MOST_COUNTED:
        raise StoreError(f"claims have more than {_MOST_COUNTED} values of {name}: they cannot be counted at once")
    return buckets


def _build_phrase(phrase: str, languages: Sequence[str]) -> Body | None:
    """Passages that hold the phrase as one of the languages reads it; None if it has no terms in any."""
    readings = {terms for language in languages if (terms := analyse(phrase, language))}
    if not readings:
        return None
    ways = [{"match_phrase": {f"{_PASSAGES}.terms": " ".join(terms[:_MOST_IN_PHRASE])}} for terms in sorted(readings)]
    return {"nested": {"path": _PASSAGES, "query": {"bool": {"should": ways, "minimum_should_match": 1}}}}


def _build_filters(filters: Filters) -> list[Body]:
    facets = [
        {"terms": {f"facets.{name}": [value for value in values if is_text(value)]}}
        for name, values in filters.facets.items()
        if values
    ]
    ids: list[Body] = (
        [{"terms": {"id": [shorten(name) for name in filters.ids if is_text(name)]}}] if filters.ids else []
    )
    days: list[Body] = []
    if filters.since:
        days.append({"range": {"last_day": {"gte": filters.since}}})
    if filters.until:
        days.append({"range": {"first_day": {"gt": "", "lte": filters.until}}})
    return [*facets, *ids, *build_filter(filters), *days]


def _build_page(answer: Mapping[str, Any], query: ClaimQuery | PostQuery, terms: Sequence[str] | None) -> Found:
    """*terms* are those that were looked for; None where everything was."""
    hits = answer["hits"]
    page = hits[: query.limit]
    ranked = tuple(_rank(hit, terms) for hit in page)
    cursor = ""
    if len(hits) > len(page):
        *by, record_id = page[-1]["sort"]
        cursor = Position(by[0] if by else 0.0, record_id).write(query)
    bodies = {hit["sort"][-1]: hit["_source"]["body"] for hit in page}
    return Found(Ranking(ranked, answer["total"]["value"], cursor), bodies)


def _rank(hit: Mapping[str, Any], terms: Sequence[str] | None) -> Ranked:
    if terms is None:
        return Ranked(hit["sort"][-1], 0.0, ())
    passages = hit["_source"].get("passages", ())
    held = {term for passage in passages for text in passage["terms"] for term in text.split(" ")}
    return Ranked(hit["sort"][-1], float(hit["_score"] or 0.0), tuple(term for term in terms if term in held))
