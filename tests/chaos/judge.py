"""Is everything there that was acknowledged, whole, once, and nothing else than what somebody wrote?"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from index.errors import RecordNotFoundError, StoreError
from index.model import KINDS, BankEntry, Claim, Post, Revised
from index.store import Store
from sankofa.workflows.compare import Comparison, Difference, compare_stores
from tests.chaos.journal import Journal


class Judge:
    """Looks at a store that nobody writes to now, and at its documents themselves."""

    def __init__(self, store: Store, client: Elasticsearch, prefix: str, journal: Journal) -> None:
        self._store, self._client, self._prefix, self._journal = store, client, prefix, journal

    def judge(self) -> list[str]:
        """Say in words what is wrong."""
        try:
            found = self._journal.settle(self._store)
            compared = compare_stores(self._store, self._journal.store)
            found += [fault for difference in compared.named for fault in self._weigh(difference)]
            found += [f"{compared.counts.total()} differences"] * (compared.counts.total() > len(compared.named))
            return [*found, *self._find_doubled(), *self._find_gaps(), *self._find_half_entries()]
        except StoreError as error:
            return [f"the store cannot be read: {error}"]

    def compare(self) -> Comparison:
        """What ``store check`` finds between the store and the journal."""
        return compare_stores(self._store, self._journal.store)

    def _weigh(self, difference: Difference) -> Iterator[str]:
        """What nobody acknowledged may be there if somebody tried to write it, and must be from now on."""
        if difference.says == "missing there":
            kind = KINDS[difference.kind]
            record = self._store.get(kind, difference.id, revision=difference.revision or None)
            if self._journal.was_tried(record):
                self._journal.keep(record)
                return
        yield f"{difference.kind} {difference.id} {difference.revision or ''}: {difference.says}"

    def _find_doubled(self) -> Iterator[str]:
        for kind in (Post, BankEntry, Claim):
            here, wanted = self._store.count(kind), self._journal.store.count(kind)
            if here != wanted:
                yield f"{here} times {kind.KIND}, not {wanted}"

    def _find_gaps(self) -> Iterator[str]:
        """The documents of a claim's revisions reach to its head, or one further: one that was never acknowledged."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for source in self._read("revisions", "id", "revision"):
            numbers[source["id"]].append(source["revision"])
        for claim_id, found in numbers.items():
            newest = self._count_revisions(Claim, claim_id)
            if sorted(found) not in (list(range(1, newest + 1)), list(range(1, newest + 2))):
                yield f"{claim_id} stands at {newest} and has the revisions {sorted(found)}"

    def _find_half_entries(self) -> Iterator[str]:
        """An entry has all its fingerprints; fingerprints alone are left of what was not acknowledged, and find nothing."""
        found = Counter(source["entry_id"] for source in self._read("fingerprints", "entry_id"))
        for entry in self._journal.store.iter_records(BankEntry):
            if (count := found[entry.id]) != len(entry.fingerprints):
                yield f"{entry.id} has {count} fingerprints, not {len(entry.fingerprints)}"

    def _read(self, holds: str, *fields: str) -> Iterator[dict[str, Any]]:
        index = f"{self._prefix}-{holds}"
        if self._client.indices.exists(index=index):
            self._client.indices.refresh(index=index)
            for hit in scan(self._client, index=index, query={"_source": list(fields)}):
                yield hit["_source"]

    def _count_revisions(self, kind: type[Revised], record_id: str) -> int:
        try:
            return self._journal.store.get(kind, record_id).revision
        except RecordNotFoundError:
            return 0
