"""Candidates by local-feature words: the engine adds up the rarity of those that are shared.

Each bank has a field of its own, so that how rare a word is counts within the bank.
"""

from collections.abc import Collection, Mapping, Sequence

from index.backends.elasticsearch.indices import Indices
from index.model import BankEntry
from index.query import FeatureHit


class Features:
    """The words under one prefix."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices

    def find(self, words: Collection[str], limit: int, bank: str) -> tuple[FeatureHit, ...]:
        """Answer :meth:`index.store.Store.find_features`; *words* can be held by entries."""
        if not words:
            return ()
        self._indices.refresh(BankEntry.KIND)
        field = f"words.{bank}"
        answer = self._indices.search(
            BankEntry.KIND,
            query={"match": {field: " ".join(words)}},
            size=limit,
            sort=[{"_score": "desc"}, {"id": "asc"}],
            source=False,
            docvalue_fields=["id", "media_id"],
            track_total_hits=False,
            search_type="dfs_query_then_fetch",
        )
        return tuple(_read(hit["fields"], hit["_score"]) for hit in answer["hits"]["hits"])


def _read(fields: Mapping[str, Sequence[str]], score: float) -> FeatureHit:
    return FeatureHit(entry_id=fields["id"][0], media_id=fields["media_id"][0], score=score)
