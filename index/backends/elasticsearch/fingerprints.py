"""Exact radius search: the bands say which codes can be near at all, a script says which are.

Where the radius is too wide for bands, all codes of the bank are read, once for many that are asked for.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from index.backends.elasticsearch.bands import cut_code, join_code, list_near_bands
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.documents import name_bank
from index.backends.elasticsearch.indices import FINGERPRINTS, Indices, list_columns
from index.backends.elasticsearch.translation import translated
from index.errors import StoreError
from index.fingerprints import get_width_bits
from index.query import FingerprintHit

_PAGE = 1_000
_TOGETHER = 64
"""Searches that are asked for in one request."""
_COMPARED_TOGETHER = 128
"""Codes that every code of a bank is compared with when it is read."""


class Fingerprints:
    """The fingerprints under one prefix."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._client: Elasticsearch = indices.client
        self._where = indices.where

    def find(self, algorithm: str, codes: Sequence[str], radius_bits: int, bank: str) -> tuple[FingerprintHit, ...]:
        """Answer :meth:`index.store.Store.find_fingerprints`; *codes* were checked."""
        self._indices.refresh(FINGERPRINTS)
        index, name = self._indices.name(FINGERPRINTS), name_bank(algorithm, bank)
        bits = get_width_bits(algorithm)
        groups = _group(codes, radius_bits)
        searches = [build_search(name, group, bits, radius_bits) for group in groups]
        found: dict[tuple[int, int, str], FingerprintHit] = {}
        number = 0
        for start in range(0, len(searches), _TOGETHER):
            together = groups[start : start + _TOGETHER]
            for group, hits in zip(together, self._ask(index, searches[start : start + _TOGETHER]), strict=True):
                for hit in _compare(group, number, hits, bits, radius_bits):
                    found[hit.query_index, hit.distance_bits, hit.entry_id] = hit
                number += len(group)
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


def _group(codes: Sequence[str], radius_bits: int) -> list[Sequence[str]]:
    """Those that are looked for in one search: each by its bands, or many where these narrow nothing."""
    size = 1 if codes and list_near_bands(codes[0], radius_bits) is not None else _COMPARED_TOGETHER
    return [codes[start : start + size] for start in range(0, len(codes), size)]


def build_search(bank: str, codes: Sequence[str], bits: int, radius_bits: int) -> Body:
    """The search for what lies within the radius of one of the codes, of which several share no bands."""
    filters: list[Body] = [{"term": {"bank": bank}}]
    if len(codes) == 1 and (bands := list_near_bands(codes[0], radius_bits)) is not None:
        filters.append({"terms": {"bands": bands}})
    parameters = {"codes": [part for code in codes for part in cut_code(code)], "beyond": radius_bits + 1}
    columns = list_columns(bits)
    return {
        "query": {
            "script_score": {
                "query": {"bool": {"filter": filters}},
                "script": {"source": _write_script(columns), "params": parameters},
            }
        },
        "min_score": 1,
        "size": _PAGE,
        "sort": [{"key": "asc"}],
        "track_scores": True,
        "track_total_hits": False,
        "_source": False,
        "docvalue_fields": ["entry_id", "media_id", *columns],
    }


def _write_script(columns: Sequence[str]) -> str:
    """By how many bits the nearest of those asked for is nearer than just beyond the radius."""
    read = [f"long part{number} = doc['{column}'].value;" for number, column in enumerate(columns)]
    last, compare = len(columns) - 1, "nearest = bits;"
    for number in range(last, -1, -1):
        step = f"bits += Long.bitCount(part{number} ^ ((Number) codes.get(at + {number})).longValue());"
        is_looked_at = number % 2 or number == last
        compare = f"{step} if (bits < nearest) {{ {compare} }}" if is_looked_at else f"{step} {compare}"
    return " ".join(
        [
            *read,
            "int nearest = params.beyond; List codes = params.codes;",
            f"for (int at = 0; at < codes.size(); at += {len(columns)}) {{ int bits = 0; {compare} }}",
            "return params.beyond - nearest;",
        ]
    )


def _compare(
    codes: Sequence[str], first: int, hits: Sequence[Any], bits: int, radius_bits: int
) -> Iterator[FingerprintHit]:
    """Yield which of the codes, counted from *first*, each of the hits is near to."""
    asked = [int(code, 16) for code in codes]
    for fields in (hit["fields"] for hit in hits):
        found = int(join_code([fields[column][0] for column in list_columns(bits)]), 16)
        for number, code in enumerate(asked, first):
            if (distance := (code ^ found).bit_count()) <= radius_bits:
                entry_id, media_id = fields["entry_id"][0], fields["media_id"][0]
                yield FingerprintHit(query_index=number, entry_id=entry_id, media_id=media_id, distance_bits=distance)
