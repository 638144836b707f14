"""Exact radius search: the bands say which codes can be near at all, a script says which are.

Where the radius is too wide for bands, all codes of the bank are read, once for many that are asked for.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from index.backends.elasticsearch.bands import cut_code, is_narrowed, join_code, list_near_bands
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.documents import name_bank
from index.backends.elasticsearch.indices import FINGERPRINTS, MOST_CODES, Indices, list_columns
from index.fingerprints import get_width_bits
from index.query import FingerprintHit

_PAGE = 1_000
"""Hits of one search, where bands narrow it."""
_TOGETHER = 64
"""Searches that are asked for in one request."""
_COMPARED_TOGETHER = 128
"""Codes that every code of a bank is compared with when it is read."""


class Fingerprints:
    """The fingerprints under one prefix."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices

    def find(self, algorithm: str, codes: Sequence[str], radius_bits: int, bank: str) -> tuple[FingerprintHit, ...]:
        """Answer :meth:`index.store.Store.find_fingerprints`; *codes* were checked."""
        self._indices.refresh(FINGERPRINTS)
        name = name_bank(algorithm, bank)
        bits = get_width_bits(algorithm)
        groups = _group(codes, bits, radius_bits)
        searches = [build_search(name, group, bits, radius_bits) for group in groups]
        found: dict[tuple[int, int, str], FingerprintHit] = {}
        number = 0
        for start in range(0, len(searches), _TOGETHER):
            together = groups[start : start + _TOGETHER]
            for group, hits in zip(together, self._ask(searches[start : start + _TOGETHER]), strict=True):
                for hit in _compare(group, number, hits, bits, radius_bits):
                    found[hit.query_index, hit.distance_bits, hit.entry_id] = hit
                number += len(group)
        return tuple(found[key] for key in sorted(found))

    def _ask(self, searches: Sequence[Body]) -> Iterator[Sequence[Any]]:
        """Ask all at once, and each that has more hits than a page again, on its own and page by page."""
        for search, hits in zip(searches, self._ask_once(searches), strict=True):
            yield hits if len(hits) < search["size"] else list(self._read_pages(search))

    def _read_pages(self, search: Body) -> Iterator[Any]:
        order: Body = {"sort": [{"key": "asc"}], "track_scores": True}  # costs, and few need it
        page = search | order | {"size": MOST_CODES}
        while True:
            (hits,) = self._ask_once([page])
            yield from hits
            if len(hits) < MOST_CODES:
                return
            page = page | {"search_after": hits[-1]["sort"]}

    def _ask_once(self, searches: Sequence[Body]) -> list[Sequence[Any]]:
        return [answer["hits"]["hits"] for answer in self._indices.search_each(FINGERPRINTS, searches)]


def _group(codes: Sequence[str], bits: int, radius_bits: int) -> list[Sequence[str]]:
    """Those that are looked for in one search: each by its bands, or many where these narrow nothing."""
    size = 1 if is_narrowed(bits, radius_bits) else _COMPARED_TOGETHER
    return [codes[start : start + size] for start in range(0, len(codes), size)]


def build_search(bank: str, codes: Sequence[str], bits: int, radius_bits: int) -> Body:
    """The search for what lies within the radius of one of the codes, of which several share no bands."""
    filters: list[Body] = [{"term": {"bank": bank}}]
    bands = list_near_bands(codes[0], radius_bits) if len(codes) == 1 else None
    if bands is not None:
        filters.append({"terms": {"bands": bands}})
    columns = list_columns(bits)
    parts = [part for code in codes for part in cut_code(code)]
    script = _write_comparison(columns) if len(codes) == 1 else _write_comparisons(columns)
    return {
        "query": {
            "script_score": {
                "query": {"bool": {"filter": filters}},
                "script": {"source": script, "params": {"parts": parts, "beyond": radius_bits + 1}},
            }
        },
        "min_score": 1,
        "size": MOST_CODES if bands is None else _PAGE,
        "track_total_hits": False,
        "stored_fields": "_none_",  # half a millisecond each, they are packed
        "docvalue_fields": ["entry_id", "media_id", *(columns if len(codes) > 1 else [])],
    }


def _write_comparison(columns: Sequence[str]) -> str:
    """By how many bits the code asked for is nearer than just beyond the radius; most are too far by the second column."""
    compare = (
        f"bits += Long.bitCount(doc['{column}'].value ^ ((Number) params.parts.get({number})).longValue());"
        " if (bits >= params.beyond) { return 0; }"
        for number, column in enumerate(columns)
    )
    return " ".join(["int bits = 0;", *compare, "return params.beyond - bits;"])


def _write_comparisons(columns: Sequence[str]) -> str:
    """By how many bits the nearest of those asked for is nearer than just beyond the radius."""
    read = [f"long part{number} = doc['{column}'].value;" for number, column in enumerate(columns)]
    last, compare = len(columns) - 1, "nearest = bits;"
    for number in range(last, -1, -1):
        step = f"bits += Long.bitCount(part{number} ^ ((Number) parts.get(at + {number})).longValue());"
        is_looked_at = number % 2 or number == last
        compare = f"{step} if (bits < nearest) {{ {compare} }}" if is_looked_at else f"{step} {compare}"
    return " ".join(
        [
            *read,
            "int nearest = params.beyond; List parts = params.parts;",
            f"for (int at = 0; at < parts.size(); at += {len(columns)}) {{ int bits = 0; {compare} }}",
            "return params.beyond - nearest;",
        ]
    )


def _compare(
    codes: Sequence[str], first: int, hits: Sequence[Any], bits: int, radius_bits: int
) -> Iterator[FingerprintHit]:
    """Yield which of the codes, counted from *first*, each of the hits is near to."""
    asked = [int(code, 16) for code in codes]
    for hit in hits:
        fields = hit["fields"]
        if len(codes) == 1:
            distances = [radius_bits + 1 - round(hit["_score"])]
        else:
            found = int(join_code([fields[column][0] for column in list_columns(bits)]), 16)
            distances = [(code ^ found).bit_count() for code in asked]
        for number, distance in enumerate(distances, first):
            if distance <= radius_bits:
                entry_id, media_id = fields["entry_id"][0], fields["media_id"][0]
                yield FingerprintHit(query_index=number, entry_id=entry_id, media_id=media_id, distance_bits=distance)
