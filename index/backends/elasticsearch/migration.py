"""New indices for the old ones, without stopping anybody: built beside them, caught up, compared, and swapped at once.

What is under way stands in the ``_meta`` of the new indices, so that another process can go on with it or undo it; a lease makes
sure that only one does. Writers are kept waiting (:meth:`Indices.write`) for the last few documents alone. The old indices stay,
read-only, until they are dropped.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from elasticsearch import ConflictError, NotFoundError

from index.backends.elasticsearch.access import Access
from index.backends.elasticsearch.condition import NAMES, list_used
from index.backends.elasticsearch.connection import Body, connect
from index.backends.elasticsearch.indices import BUILDING, VERSION, Indices, build_mappings, read_analysis
from index.backends.elasticsearch.rebuilding import OnCopied, Rebuilding
from index.backends.elasticsearch.records import Records
from index.backends.elasticsearch.translation import translated
from index.backends.elasticsearch.verdicts import Verdicts
from index.errors import RecordNotFoundError, RevisionConflictError, StoreFormatError
from index.leases import hold
from index.model import Lease

_PASSES = 20
_FEW = 200
"""So many documents are copied while writers wait; a pass that copied more is followed by another."""


Migrated = tuple[tuple[str, str, int], ...]
"""What was made new: old index, new index, documents of each; empty where there was nothing to do."""


@contextmanager
def open_migration(access: Access, prefix: str) -> Iterator["Migration"]:
    """Hold the one migration under *prefix*; *access* must be allowed to make indices and aliases there.

    Raises:
        LeaseTakenError: Another process migrates it.
        StoreAccessError, StoreUnavailableError, StoreFormatError: As
            :func:`index.backends.elasticsearch.store.open_elasticsearch`.
    """
    with connect(access) as client:
        indices = Indices(client, access.describe(), prefix)
        with hold(LeaseShelf(indices), f"migration of {prefix}"):
            yield Migration(indices)


class Migration:
    """The indices under one prefix, and those that are built beside them."""

    def __init__(self, indices: Indices) -> None:
        self._indices, self._client, self._where = indices, indices.client, indices.where

    def run(self, on_copied: OnCopied = lambda number: None, *, again: bool = False) -> Migrated:
        """Bring every index to this version; with *again* make those that are of this version new, too.

        Raises:
            StoreFormatError: One is of a newer version.
            StoreError: The new ones do not hold what the old ones hold; those in use are as they were.
        """
        self._settle()
        begun = [self._begin(name) for name in self._list_due(again)]
        for rebuilding in begun:
            self._catch_up(rebuilding, on_copied)
        if begun:
            try:
                self._swap(begun, on_copied)
            except BaseException:
                self._let_write([rebuilding.old for rebuilding in begun])
                raise
            Verdicts(Records(self._indices)).tell_all()
            for name in NAMES:
                self._indices.require(name)  # a desk's key may make none for a kind that is new
        with translated(self._where):
            counts = {built.new: int(self._client.count(index=built.new)["count"]) for built in begun}
        return tuple((built.old, built.new, counts[built.new]) for built in begun)

    def undo(self) -> tuple[str, ...]:
        """Delete what is built and not yet in use, and let the old indices be written again; returns what was deleted."""
        self._settle()
        building = [index for index, meta in self._list_meta().items() if BUILDING in meta and not self._is_used(index)]
        self._let_write(list(list_used(self._indices).values()))
        if building:
            with translated(self._where):
                self._client.indices.delete(index=building)
        return tuple(building)

    def drop_old(self) -> tuple[str, ...]:
        """Delete the indices that a migration took out of use; returns their names."""
        used = set(list_used(self._indices).values())
        old = [index for index, meta in self._list_meta().items() if index not in used and BUILDING not in meta]
        if old:
            with translated(self._where):
                self._client.indices.delete(index=old)
        return tuple(old)

    # --- what there is ---

    def _list_meta(self) -> Mapping[str, Body]:
        with translated(self._where):
            answer = self._client.indices.get_mapping(index=f"{self._indices.prefix}-*-v*")
        return {
            index: found["mappings"].get("_meta", {})
            for index, found in answer.items()
            if found["mappings"].get("_meta", {}).get("product") == "sankofa"
        }

    def _is_used(self, index: str) -> bool:
        return index in list_used(self._indices).values()

    def _list_due(self, again: bool) -> list[str]:
        meta = self._list_meta()
        due = []
        for name, index in sorted(list_used(self._indices).items()):
            version = meta.get(index, {}).get("version", 0)
            if version > VERSION:
                raise StoreFormatError(
                    f"{index} in {self._where} was written by a newer version of Sankofa (schema {version}, known here:"
                    f" {VERSION}): install the newer version"
                )
            if again or version < VERSION or self._is_read_otherwise(name, index) or self._find_building(index):
                due.append(name)
        return due

    def _is_read_otherwise(self, name: str, index: str) -> bool:
        """Whether the texts of an index were read otherwise than they are now."""
        with translated(self._where):
            answer = self._client.indices.get_mapping(index=index)
        return read_analysis(answer[index]["mappings"]) != read_analysis(build_mappings(name))

    def _find_building(self, old: str) -> str | None:
        """The new index that somebody began to build for *old*, if it is one that this version can go on with."""
        for index, meta in self._list_meta().items():
            if meta.get(BUILDING) == old and not self._is_used(index):
                return index
        return None

    # --- step by step ---

    def _begin(self, name: str) -> Rebuilding:
        """Go on with what was begun, or begin."""
        old = list_used(self._indices)[name]
        new = self._find_building(old)
        meta = self._list_meta().get(new or "", {})
        if new is not None and meta.get("version") == VERSION and not self._is_read_otherwise(name, new):
            copied_to = {int(shard): int(place) for shard, place in meta.get("copied_to", {}).items()}
            return Rebuilding(self._indices, name, old, new, copied_to)
        if new is not None:
            with translated(self._where):
                self._client.indices.delete(index=new)
        new = self._name_next(old)
        self._indices.create(name, new, **{BUILDING: old})
        return Rebuilding(self._indices, name, old, new)

    def _name_next(self, old: str) -> str:
        stem, _, _ = old.rpartition("-v")
        numbers = [int(index.rpartition("-v")[2]) for index in self._list_meta() if index.rpartition("-v")[0] == stem]
        return f"{stem}-v{max(numbers) + 1:04d}"

    def _catch_up(self, rebuilding: Rebuilding, on_copied: OnCopied) -> None:
        """Copy until little is left, and compare one moment of both."""
        for _ in range(_PASSES):
            if len(rebuilding.copy_changes(on_copied)) <= _FEW:
                break
        rebuilding.copy_changes(on_copied, verify=True)

    def _swap(self, begun: list[Rebuilding], on_copied: OnCopied) -> None:
        """While nobody writes: copy the rest, compare it, and let all names point to the new indices at once."""
        for rebuilding in begun:
            with translated(self._where):
                self._client.indices.add_block(index=rebuilding.old, block="write")
            rebuilding.require_same(rebuilding.copy_changes(on_copied))
        actions = [action for rebuilding in begun for action in self._build_actions(rebuilding)]
        with translated(self._where):
            self._client.indices.update_aliases(actions=actions)
        self._settle()

    def _settle(self) -> None:
        """Take from the indices in use what says that they are being built, or that a backup that died keeps writers waiting."""
        used = set(list_used(self._indices).values())
        marked = {index: meta for index, meta in self._list_meta().items() if index in used and BUILDING in meta}
        self._let_write(list(marked))
        for index, meta in marked.items():
            kept = {key: value for key, value in meta.items() if key not in (BUILDING, "copied_to")}
            with translated(self._where):
                self._client.indices.put_mapping(index=index, meta=kept)

    def _build_actions(self, rebuilding: Rebuilding) -> Iterator[Body]:
        with translated(self._where):
            aliases = self._client.indices.get_alias(index=rebuilding.old)[rebuilding.old]["aliases"]
        yield from ({"remove": {"index": rebuilding.old, "alias": alias}} for alias in aliases)
        for alias in (self._indices.name(rebuilding.name), self._indices.write_name(rebuilding.name)):
            yield {"add": {"index": rebuilding.new, "alias": alias}}

    def _let_write(self, indices: list[str]) -> None:
        """Take the block off those that are in use."""
        used = set(list_used(self._indices).values())
        wanted = [index for index in indices if index in used]
        if wanted:
            with translated(self._where):
                self._client.indices.put_settings(index=wanted, settings={"index.blocks.write": None})


class LeaseShelf:
    """Keeps the lease of a migration where no migration moves it: one document, revised by sequence number."""

    def __init__(self, indices: Indices) -> None:
        self._client, self._where = indices.client, indices.where
        self._index = f"{indices.prefix}-migration"

    def get(self, kind: type[Lease], record_id: str) -> Lease:
        found = self._read()
        if found is None:
            raise RecordNotFoundError(kind.KIND, record_id)
        return Lease(**found["_source"])

    def revise(self, record: Lease, *, expected_revision: int) -> Lease:
        found = self._read()
        there = found["_source"]["revision"] if found else 0
        if there != expected_revision:
            raise RevisionConflictError(record.KIND, record.id, expected_revision, there)
        held = replace(record, revision=there + 1)
        source = {"id": held.id, "holder": held.holder, "seconds": held.seconds, "revision": held.revision}
        where: dict[str, Any] = (
            {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
            if found
            else {"op_type": "create"}
        )
        with translated(self._where):
            try:
                self._client.index(index=self._index, id="lease", document=source, **where)
            except ConflictError as conflict:
                raise RevisionConflictError(record.KIND, record.id, expected_revision, there + 1) from conflict
        return held

    def _read(self) -> Mapping[str, Any] | None:
        with translated(self._where):
            try:
                found: Mapping[str, Any] = self._client.get(index=self._index, id="lease").body
            except NotFoundError:
                return None
        return found
