"""An index beside the one in use, filled from it while others go on writing, until both hold the same.

Each pass reads one moment of the old index and copies what changed since the pass before; the new index then holds exactly
that moment. A document is written under its old sequence number as an external version, so that what is copied twice, or by a
run that was interrupted, never turns newer into older.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from elasticsearch.helpers import streaming_bulk

from index.backends.elasticsearch.bands import join_code, list_bands
from index.backends.elasticsearch.connection import BULK, Body
from index.backends.elasticsearch.documents import build_head, build_revision
from index.backends.elasticsearch.indices import DEAD_LETTERS, FINGERPRINTS, LOG, REVISIONS, Indices
from index.backends.elasticsearch.moment import iter_hits, open_pit
from index.backends.elasticsearch.translation import translate, translated
from index.backends.elasticsearch.verdicts import keep_verdicts
from index.codec import decode
from index.errors import StoreError
from index.model import KINDS

_PAGE = 1_000
_COLUMNS = [{"field": "code_*"}]
"""Of fingerprints, which are not in the source too; other documents have none."""
_CONFLICT, _REFUSED = 409, 400

OnCopied = Callable[[int], None]


@dataclass(frozen=True)
class Digest:
    """How many documents, and the sum of the digests of what they say, whatever their order."""

    count: int = 0
    total: int = 0

    def add(self, name: str, source: Body) -> "Digest":
        """The same with one more document."""
        wanted = {"body", "verdicts"} if "body" in source else source.keys() - {"bands"}
        said = json.dumps({key: source[key] for key in wanted & source.keys()}, sort_keys=True)
        number = int.from_bytes(hashlib.sha256(f"{name}\n{said}".encode()).digest())
        return Digest(self.count + 1, (self.total + number) % 2**256)


@dataclass
class Rebuilding:
    """One index and the new one beside it. ``copied_to`` is the sequence number up to which each shard was copied."""

    indices: Indices
    name: str
    old: str
    new: str
    copied_to: dict[int, int] = field(default_factory=dict)

    def copy_changes(self, on_copied: OnCopied, *, verify: bool = False) -> list[str]:
        """Copy what changed since the last pass; returns the ``_id`` of each.

        Raises:
            StoreError: A document was refused, or with *verify* the two do not hold the same.
        """
        changed: list[str] = []
        wanted = Digest()
        for shard in range(self._count_shards(self.old)):
            with self._open_moment(self.old, shard) as moment:
                hits = self._iter_changes(moment, shard)
                for name in self._write(hits):
                    changed.append(name)
                    on_copied(1)
                if verify:
                    wanted = self._sum(moment, wanted)
        self._remember()
        if verify and (found := self._sum_new()) != wanted:
            raise StoreError(
                f"{self.new} does not hold what {self.old} held ({found.count} of {wanted.count} documents): undo this, and do"
                " it again"
            )
        return changed

    def require_same(self, names: list[str]) -> None:
        """Make sure that these documents, and the number of all, are the same in both. Raises StoreError."""
        client = self.indices.client
        with translated(self.indices.where):
            client.indices.refresh(index=[self.old, self.new])
            counts = [client.count(index=index)["count"] for index in (self.old, self.new)]
        for start in range(0, len(names), _PAGE):
            part = names[start : start + _PAGE]
            if self._read(self.old, part) != self._read(self.new, part):
                raise StoreError(f"{self.new} does not hold what {self.old} holds: undo this, and do it again")
        if counts[0] != counts[1]:
            raise StoreError(
                f"{self.new} has {counts[1]} documents and {self.old} {counts[0]}: undo this, and do it again"
            )

    def _read(self, index: str, names: list[str]) -> set[Digest]:
        with translated(self.indices.where):
            answer = self.indices.client.search(
                index=index, query={"ids": {"values": names}}, size=len(names), docvalue_fields=_COLUMNS
            )
        return {Digest().add(hit["_id"], _read_hit(hit)) for hit in answer["hits"]["hits"]}

    def _count_shards(self, index: str) -> int:
        with translated(self.indices.where):
            answer = self.indices.client.indices.get_settings(index=index)
        return int(answer[index]["settings"]["index"]["number_of_shards"])

    def _open_moment(self, index: str, shard: int) -> AbstractContextManager[str]:
        return open_pit(self.indices, [index], preference=f"_shards:{shard}")

    def _iter_changes(self, moment: str, shard: int) -> Iterator[Body]:
        for hit in self._iter_hits(moment, self.copied_to.get(shard, -1)):
            yield hit
            self.copied_to[shard] = hit["_seq_no"]

    def _iter_hits(self, moment: str, after: int) -> Iterator[Body]:
        """Yield what has a sequence number behind *after*, in their order."""
        behind = {"range": {"_seq_no": {"gt": after}}}
        return iter_hits(self.indices, moment, behind, ["_seq_no"], seq_no_primary_term=True, docvalue_fields=_COLUMNS)

    def _write(self, hits: Iterator[Body]) -> Iterator[str]:
        """Write them to the new index; yields each ``_id``."""
        actions = (
            {
                "_op_type": "index",
                "_index": self.new,
                "_id": hit["_id"],
                "version": hit["_seq_no"] + 1,
                "version_type": "external_gte",
                "_source": rebuild(self.name, _read_hit(hit)),
            }
            for hit in hits
        )
        with translated(self.indices.where):
            for _, item in streaming_bulk(self.indices.client, actions, raise_on_error=False, **BULK):
                result = item["index"]
                if result["status"] >= _REFUSED and result["status"] != _CONFLICT:  # a newer one is there already
                    raise translate(self.indices.where, result["status"], result)
                yield result["_id"]

    def _sum(self, moment: str, digest: Digest) -> Digest:
        for hit in self._iter_hits(moment, -1):
            digest = digest.add(hit["_id"], _read_hit(hit))
        return digest

    def _sum_new(self) -> Digest:
        digest = Digest()
        for shard in range(self._count_shards(self.new)):
            with self._open_moment(self.new, shard) as moment:
                digest = self._sum(moment, digest)
        return digest

    def _remember(self) -> None:
        """Write down how far the copy is, for whoever goes on with it."""
        with translated(self.indices.where):
            mappings = self.indices.client.indices.get_mapping(index=self.new)[self.new]["mappings"]
            meta = {**mappings["_meta"], "copied_to": {str(shard): place for shard, place in self.copied_to.items()}}
            self.indices.client.indices.put_mapping(index=self.new, meta=meta)


def _read_hit(hit: Body) -> Body:
    """A document as it was given, but for what is made again."""
    return {**hit["_source"], **{column: values[0] for column, values in hit.get("fields", {}).items()}}


def rebuild(name: str, source: Mapping[str, Any]) -> Body:
    """The document as this version makes it."""
    if name in (DEAD_LETTERS, LOG):
        return dict(source)
    if name == FINGERPRINTS:
        columns = [source[column] for column in sorted(source) if column.startswith("code_")]
        return {**source, "bands": list_bands(join_code(columns))}
    if name == REVISIONS:
        return build_revision(decode(KINDS[source["kind"]], source["body"]))  # type: ignore[arg-type]  # only those have any
    head = keep_verdicts(build_head(decode(KINDS[name], source["body"])), source)
    return {**head, "untold": source["untold"]} if "untold" in source else head
