"""Exact radius search: the bands say which codes can be near at all, a script says how far they are."""

from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from index.backends.elasticsearch.bands import list_near_bands
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.documents import name_bank
from index.backends.elasticsearch.indices import FINGERPRINTS, Indices, name_vector
from index.backends.elasticsearch.translation import translated
from index.errors import StoreError
from index.fingerprints import get_width_bits
from index.query import FingerprintHit

_PAGE = 1_000
_TOGETHER = 64
"""Codes that are asked for in one request."""


class Fingerprints:
    """The fingerprints under one prefix."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._client: Elasticsearch = indices.client
        self._where = indices.where

    def find(self, algorithm: str, codes: Sequence[str], radius_bits: int, bank: str) -> tuple[FingerprintHit, ...]:
        """Answer :meth:`index.store.Store.find_fingerprints`; *codes* were checked."""
        self._indices.refresh(FINGERPRINTS)
        index = self._indices.name(FINGERPRINTS)
        bits = get_width_bits(algorithm)
        searches = [_build_search(name_bank(algorithm, bank), code, bits, radius_bits) for code in codes]
        found: dict[tuple[int, int, str], FingerprintHit] = {}
        for start in range(0, len(searches), _TOGETHER):
            for number, hits in enumerate(self._ask(index, searches[start : start + _TOGETHER]), start):
                for hit in hits:
                    distance = bits - round(hit["_score"])
                    entry_id, media_id = (hit["fields"][name][0] for name in ("entry_id", "media_id"))
                    key = (number, distance, entry_id)
                    found[key] = FingerprintHit(
                        query_index=number, entry_id=entry_id, media_id=media_id, distance_bits=distance
                    )
        return tuple(found[key] for key in sorted(found))

    def _ask(self, index: str, searches: Sequence[Body]) -> Iterator[list[Any]]:
        """Ask all at once, and each that has more hits than a page on its own for the rest."""
        for search, hits in zip(searches, self._ask_once(index, searches), strict=True):
            yield [*hits, *self._read_on(index, search, hits)]

    def _read_on(self, index: str, search: Body, hits: Sequence[Any]) -> Iterator[Any]:
        while len(hits) == _PAGE:
            (hits,) = self._ask_once(index, [{**search, "search_after": hits[-1]["sort"]}])
            yield from hits

    def _ask_once(self, index: str, searches: Sequence[Body]) -> list[Sequence[Any]]:
        header = {"index": index, "ignore_unavailable": True, "allow_partial_search_results": False}
        with translated(self._where):
            answers = self._client.msearch(searches=[part for search in searches for part in (header, search)])
        refused = [answer["error"] for answer in answers["responses"] if "error" in answer]
        if refused:
            raise StoreError(f"{self._where} could not search: {refused[0].get('reason', '')}")
        return [answer["hits"]["hits"] for answer in answers["responses"]]


def _build_search(bank: str, code: str, bits: int, radius_bits: int) -> Body:
    filters: list[Body] = [{"term": {"bank": bank}}]
    if (bands := list_near_bands(code, radius_bits)) is not None:
        filters.append({"terms": {"bands": bands}})
    field = name_vector(bits)
    script = {"source": f"{bits} - hamming(params.code, '{field}')", "params": {"code": code}}
    return {
        "query": {"script_score": {"query": {"bool": {"filter": filters}}, "script": script}},
        "min_score": max(0, bits - radius_bits),
        "size": _PAGE,
        "sort": [{"key": "asc"}],
        "track_scores": True,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": ["entry_id", "media_id"],
    }
