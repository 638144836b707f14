"""All indices under a prefix as they stood at one moment, to be read while others write."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.indices import LOG, REVISIONS, Indices
from index.backends.elasticsearch.translation import translated
from index.codec import decode
from index.model import Record, Revised

_PAGE = 1_000
_KEPT_OPEN = "10m"


@dataclass(frozen=True)
class Moment:
    """What is read of one moment; `used` names the index of each kind."""

    indices: Indices
    used: Mapping[str, str]
    pit: str

    def iter_everything(self, kind: type[Record]) -> Iterator[Record]:
        """Yield every revision of a kind by identifier and number, as :func:`index.store.iter_everything`."""
        if not issubclass(kind, Revised):
            yield from (decode(kind, hit["_source"]["body"]) for hit in self._iter_hits(kind.KIND, ["id"], kind))
            return
        heads = self._iter_hits(kind.KIND, ["id"], kind)
        head = next(heads, None)
        for hit in self._iter_hits(REVISIONS, ["id", "revision"], kind):
            record_id, number = hit["sort"][:2]
            while head is not None and head["sort"][0] < record_id:
                head = next(heads, None)
            if head is not None and head["sort"][0] == record_id and number <= head["_source"]["revision"]:
                yield decode(kind, hit["_source"]["body"])

    def iter_log(self) -> Iterator[bytes]:
        """Yield the entries of the log, as :func:`index.store.iter_log`."""
        if LOG in self.used:
            query = {"bool": {"filter": [{"term": {"_index": self.used[LOG]}}]}}
            for hit in iter_hits(self.indices, self.pit, query, ["first"], source_includes=["entries"]):
                yield from (entry.encode() for entry in hit["_source"]["entries"])

    def _iter_hits(self, name: str, by: list[str], kind: type[Record]) -> Iterator[Body]:
        """Yield what an index holds of a kind, in the order of the fields *by*."""
        if name not in self.used:
            return
        wanted: list[Body] = [{"term": {"_index": self.used[name]}}]
        if name == REVISIONS:
            wanted.append({"term": {"kind": kind.KIND}})
        query = {"bool": {"filter": wanted}}
        yield from iter_hits(self.indices, self.pit, query, by, source_includes=["body", "revision"])


@contextmanager
def open_moment(indices: Indices, used: Mapping[str, str]) -> Iterator[Moment]:
    """Hold on to this moment of the indices that *used* names (by what they hold). What was acknowledged is in it."""
    with open_pit(indices, sorted(used.values())) as pit:
        yield Moment(indices, used, pit)


@contextmanager
def open_pit(indices: Indices, names: list[str], **which: Any) -> Iterator[str]:
    """Open a point in time of these indices as they are now, for :func:`iter_hits`; *which* chooses of their shards."""
    client = indices.client
    with translated(indices.where):
        client.indices.refresh(index=names)
        pit = str(client.open_point_in_time(index=names, keep_alive=_KEPT_OPEN, **which)["id"])
    try:
        yield pit
    finally:
        client.options(ignore_status=404).close_point_in_time(id=pit)


def iter_hits(indices: Indices, pit: str, query: Body, by: list[str], **what: Any) -> Iterator[Body]:
    """Yield what a point in time holds, page by page in the order of the fields *by*; *what* else the search is told."""
    while True:
        with translated(indices.where):
            answer = indices.client.search(
                pit={"id": pit, "keep_alive": _KEPT_OPEN},
                size=_PAGE,
                query=query,
                sort=[{field: "asc"} for field in by],
                track_total_hits=False,
                allow_partial_search_results=False,
                **what,
            )
        hits = answer["hits"]["hits"]
        yield from hits
        if len(hits) < _PAGE:
            return
        what["search_after"] = hits[-1]["sort"]
