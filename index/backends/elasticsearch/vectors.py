"""Nearest vectors: the engine orders all of an encoder's by how many signs differ; whole vectors are compared here."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from index.backends.elasticsearch.documents import name_document, name_space, write_signs
from index.backends.elasticsearch.records import Records, cut
from index.codec import is_text
from index.model import Claim, TextVector
from index.vectors import MAX_DIMENSIONS, NOMINATED, Codes, Near, cut_nominated, pack_signs

_PAGE = 1_250
"""Somewhat more than are nominated, for those whose passage its claim lost."""
_TOGETHER = 1_000
_SCRIPT = "params.most - hamming(params.signs, 'signs')"


class Vectors:
    """The vectors under one prefix."""

    def __init__(self, records: Records) -> None:
        self._records, self._indices = records, records.indices

    def nominate(self, encoder: str, codes: Codes) -> list[Near]:
        """Answer for checked codes; pages are read until what follows is farther than the last of those nominated."""
        if not is_text(encoder):
            return []
        self._indices.refresh(TextVector.KIND)
        found: list[dict[str, Any]] = []
        scores: list[float] = []
        for hits in self._iter_pages(encoder, codes):
            current = self._choose([(json.loads(hit["_source"]["body"]), hit["_score"]) for hit in hits])
            found += [vector for vector, _ in current]
            scores += [score for _, score in current]
            if len(scores) >= NOMINATED and hits[-1]["_score"] < scores[NOMINATED - 1]:
                break
        chosen = cut_nominated(np.arange(len(found)), -np.array(scores, dtype=np.int64))
        return [Near(found[number]["claim_id"], found[number]["codes"]) for number in chosen]

    def _iter_pages(self, encoder: str, codes: Codes) -> Iterator[Sequence[Any]]:
        """Yield the hits, nearest first."""
        after: list[Any] | None = None
        signs = write_signs(pack_signs(codes).tobytes())
        script = {"source": _SCRIPT, "params": {"most": MAX_DIMENSIONS, "signs": signs}}
        within = {"bool": {"filter": [{"term": {"space": name_space(encoder, len(codes))}}]}}
        while True:
            answer = self._indices.search(
                TextVector.KIND,
                query={"script_score": {"query": within, "script": script}},
                size=_PAGE,
                sort=[{"_score": "desc"}, {"id": "asc"}],
                search_after=after,
                track_scores=True,
                track_total_hits=False,
                source_includes=["body"],
            )
            hits = answer["hits"]["hits"]
            if hits:
                yield hits
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]

    def _choose(self, vectors: Sequence[tuple[dict[str, Any], float]]) -> list[tuple[dict[str, Any], float]]:
        """Those whose passage the claim still has."""
        texts = self._read_texts({vector["claim_id"] for vector, _ in vectors})
        return [(vector, score) for vector, score in vectors if vector["digest"] in texts.get(vector["claim_id"], ())]

    def _read_texts(self, claim_ids: Collection[str]) -> dict[str, Collection[str]]:
        """The digests of the passages of some claims."""
        asked = {name_document(claim_id): claim_id for claim_id in claim_ids}
        found: dict[str, Collection[str]] = {}
        for names in cut(list(asked), _TOGETHER):
            for name, document in self._records.read_documents(Claim.KIND, names, ["links.text"]).items():
                found[asked[name]] = document["_source"].get("links", {}).get("text", ())
        return found
