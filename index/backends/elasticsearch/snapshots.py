"""Snapshots of the indices under a prefix, in a repository of the cluster's own, and the way back into an empty prefix.

Shards are not kept at one moment, so a first snapshot brings over nearly everything while others write; then writers wait
(:meth:`Indices.write`) for a second one, which is small. What is brought back has no alias, and so is used by nobody, until all
of it is there.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import ApiError, Elasticsearch

from index.backends.elasticsearch.access import Access
from index.backends.elasticsearch.condition import NAMES, list_used
from index.backends.elasticsearch.connection import Body, connect
from index.backends.elasticsearch.indices import BUILDING, VERSION, Indices, name_edition, read_analysis
from index.backends.elasticsearch.migration import LeaseShelf
from index.backends.elasticsearch.moment import open_moment
from index.backends.elasticsearch.translation import translated
from index.backup import Kept, OnKept, Snapshot
from index.errors import StoreAccessError, StoreError, StoreFormatError, StoreNotEmptyError, StoreUnavailableError
from index.leases import hold

_LOOK_SECONDS = 0.5
_FIRST = "-first"
_MISSING = 404


class SnapshotKeeper:
    """Documented at :class:`index.backup.Keeper`; for those under *prefix*, in *repository* where a new one is made."""

    engine = "Elasticsearch"

    def __init__(self, access: Access, prefix: str, repository: str) -> None:
        self._access, self._prefix, self._repository = access, prefix, repository

    def is_earlier(self, folder: Path, snapshot: Snapshot | None) -> bool:
        del folder
        with self._connect() as indices:
            return snapshot is not None and (snapshot.cluster, snapshot.prefix) == (_ask_cluster(indices), self._prefix)

    @contextmanager
    def keep(self, folder: Path, name: str, on_kept: OnKept) -> Iterator[Kept]:
        del folder
        with self._connect() as indices, self._hold(indices):
            used = list_used(indices)
            if not used:
                raise StoreUnavailableError(
                    f"{indices.where} holds nothing under {self._prefix}: nothing was backed up"
                )
            shots = Snapshots(indices, self._repository)
            shots.require_repository()
            full = f"{self._prefix}-{name}"
            snapshot = Snapshot(
                repository=self._repository,
                name=full,
                cluster=_ask_cluster(indices),
                prefix=self._prefix,
                schema=_read_schema(indices, used),
            )
            try:
                shots.take(full + _FIRST, used, on_kept)
                with ExitStack() as opened:
                    with _still(indices, used):
                        shots.take(full, used, on_kept)
                        moment = opened.enter_context(open_moment(indices, used))
                    yield Kept(moment.iter_everything, moment.iter_log, snapshot)
            except BaseException:
                shots.delete(full)
                raise
            finally:
                shots.delete(full + _FIRST)

    def restore(self, folder: Path, snapshot: Snapshot | None, on_restored: OnKept) -> None:
        del folder
        if snapshot is None:
            raise StoreFormatError("this backup names no snapshot: take another backup")
        if snapshot.schema > VERSION:
            raise StoreFormatError(
                f"the snapshot {snapshot.name} is of a newer version of Sankofa (schema {snapshot.schema}, known here:"
                f" {VERSION}): install the newer version"
            )
        with self._connect() as indices, self._hold(indices):
            shots = Snapshots(indices, self._repository or snapshot.repository)
            shots.require_repository()
            held = shots.get_indices(snapshot.name)
            _clear(indices)
            shots.restore(snapshot, held, on_restored)
            _put_in_use(indices, snapshot)

    def forget(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            with self._connect() as indices:
                Snapshots(indices, snapshot.repository).delete(snapshot.name)

    @contextmanager
    def _connect(self) -> Iterator[Indices]:
        with connect(self._access) as client:
            yield Indices(client, self._access.describe(), self._prefix)

    @contextmanager
    def _hold(self, indices: Indices) -> Iterator[None]:
        """Neither a migration nor another backup goes on meanwhile."""
        with hold(LeaseShelf(indices), f"migration of {self._prefix}"):
            yield


@dataclass(frozen=True)
class Snapshots:
    """The snapshots in one repository."""

    indices: Indices
    repository: str

    @property
    def _client(self) -> Elasticsearch:
        return self.indices.client

    def require_repository(self) -> None:
        """Make sure that it is there, and that all nodes reach it. Raises StoreAccessError."""
        if not self.repository:
            raise StoreAccessError(
                "a store in Elasticsearch is backed up into a snapshot repository: name it with --repository"
            )
        try:
            with translated(self.indices.where):
                self._client.snapshot.verify_repository(name=self.repository)
        except StoreError as error:
            cause = error.__cause__
            if isinstance(cause, ApiError) and cause.status_code == _MISSING:
                raise StoreAccessError(
                    f"{self.indices.where} has no snapshot repository {self.repository}: register one there (see the"
                    " administrator's page), and name it with --repository"
                ) from cause
            raise

    def take(self, name: str, used: Mapping[str, str], on_kept: OnKept) -> None:
        """Take a snapshot of the indices in use. Raises StoreUnavailableError where not all shards got into it."""
        with translated(self.indices.where):
            self._client.snapshot.create(
                repository=self.repository,
                snapshot=name,
                indices=sorted(used.values()),
                include_global_state=False,
                feature_states=["none"],
                wait_for_completion=False,
            )
        while (found := self._get(name))["state"] == "IN_PROGRESS":
            time.sleep(_LOOK_SECONDS)
            with translated(self.indices.where):
                status = self._client.snapshot.status(repository=self.repository, snapshot=name)
            on_kept(int(status["snapshots"][0]["shards_stats"]["done"]))
        _require_whole(found)

    def get_indices(self, name: str) -> list[str]:
        """The indices in a whole snapshot. Raises StoreFormatError."""
        found = self._get(name)
        if found["state"] == "IN_PROGRESS":
            raise StoreUnavailableError(f"the snapshot {name} is still being taken: wait for it")
        _require_whole(found)
        return list(found["indices"])

    def delete(self, name: str) -> None:
        """Remove one, if it is there; what others share with it stays."""
        with translated(self.indices.where):
            self._client.options(ignore_status=_MISSING).snapshot.delete(repository=self.repository, snapshot=name)

    def restore(self, snapshot: Snapshot, held: list[str], on_restored: OnKept) -> None:
        """Make the indices of a snapshot again under this prefix, without aliases; none stays where one cannot be made."""
        made = [f"{self.indices.prefix}{index.removeprefix(snapshot.prefix)}" for index in held]
        try:
            with translated(self.indices.where):
                self._client.snapshot.restore(
                    repository=self.repository,
                    snapshot=snapshot.name,
                    indices=held,
                    include_aliases=False,
                    include_global_state=False,
                    feature_states=["none"],
                    ignore_index_settings=["index.blocks.write"],
                    rename_pattern=f"^{re.escape(snapshot.prefix)}-(.+)$",
                    rename_replacement=f"{self.indices.prefix}-$1",
                    wait_for_completion=False,
                )
                while self._count_started(made, on_restored) < len(made):
                    time.sleep(_LOOK_SECONDS)
        except BaseException:
            with translated(self.indices.where):
                self._client.indices.delete(index=made, ignore_unavailable=True)
            raise

    def _count_started(self, made: list[str], on_restored: OnKept) -> int:
        """How many are whole (yellow are those too that have not begun). StoreUnavailableError where one cannot become so."""
        shards = self._client.cluster.health(index=made, level="indices")["indices"]
        done = [name for name, found in shards.items() if found["active_primary_shards"] == found["number_of_shards"]]
        on_restored(len(done))
        if len(shards) == len(made) and len(done) < len(made):
            self._require_moving(made)
        return len(done)

    def _require_moving(self, made: list[str]) -> None:
        answer = self._client.cluster.state(metric="routing_table", index=made)
        for name, table in answer["routing_table"]["indices"].items():
            for (shard,) in ([copy for copy in copies if copy["primary"]] for copies in table["shards"].values()):
                lost = shard.get("unassigned_info", {}).get("failed_attempts", 0)
                if shard["state"] == "UNASSIGNED" and lost:
                    raise StoreUnavailableError(
                        f"{name} cannot be brought back from the snapshot: its files in {self.repository} are damaged or"
                        f" missing ({shard['unassigned_info'].get('details', '')[:300]})"
                    )

    def _get(self, name: str) -> Body:
        with translated(self.indices.where):
            answer = self._client.options(ignore_status=_MISSING).snapshot.get(
                repository=self.repository, snapshot=name
            )
        if not answer.get("snapshots"):
            raise StoreUnavailableError(
                f"{self.indices.where} has no snapshot {name} in {self.repository}: was it deleted, or is the repository"
                " another one? Name the right one with --repository"
            )
        found: Body = answer["snapshots"][0]
        return found


@contextmanager
def _still(indices: Indices, used: Mapping[str, str]) -> Iterator[None]:
    """Keep everybody from writing; they wait."""
    client, names = indices.client, sorted(used.values())
    with translated(indices.where):
        client.indices.put_mapping(index=names, meta={**_read_meta(indices, used), BUILDING: "backup"})
        try:
            client.indices.add_block(index=",".join(names), block="write")
            yield
        finally:
            client.indices.put_settings(index=names, settings={"index.blocks.write": None})
            client.indices.put_mapping(index=names, meta=_read_meta(indices, used))


def _read_meta(indices: Indices, used: Mapping[str, str]) -> Body:
    """What all of them say of themselves; nothing that is under way."""
    return {"product": "sankofa", "version": _read_schema(indices, used)}


def _read_schema(indices: Indices, used: Mapping[str, str]) -> int:
    """The one version of all indices. Raises StoreFormatError where they have several: a migration is under way."""
    with translated(indices.where):
        answer = indices.client.indices.get_mapping(index=sorted(used.values()))
    versions = {int(found["mappings"]["_meta"]["version"]) for found in answer.values()}
    if len(versions) != 1:
        raise StoreFormatError(f"the indices in {indices.where} are of several versions: `sankofa store migrate` first")
    return versions.pop()


def _clear(indices: Indices) -> None:
    """Remove the empty indices of a store that holds nothing. Raises StoreNotEmptyError."""
    used = list_used(indices)
    client, names = indices.client, sorted(used.values())
    _refuse_leftovers(indices, names)
    if not names:
        return
    with translated(indices.where):
        client.indices.add_block(index=",".join(names), block="write")
        client.indices.refresh(index=names)
        kept = {"bool": {"must_not": [{"term": {"kind": "lease"}}]}}
        counted = [index for name, index in used.items() if name != "lease"]
        if client.count(index=counted, query=kept)["count"]:
            client.indices.put_settings(index=names, settings={"index.blocks.write": None})
            raise StoreNotEmptyError(f"{indices.where}/{indices.prefix}")
        client.indices.delete(index=names)


def _refuse_leftovers(indices: Indices, used: list[str]) -> None:
    with translated(indices.where):
        found = indices.client.indices.get_mapping(index=f"{indices.prefix}-*-v*")
    left = sorted(name for name, held in found.items() if name not in used and _is_ours(held["mappings"]))
    if left:
        raise StoreUnavailableError(
            f"{left[0]} lies in {indices.where} and nobody uses it: `sankofa store migrate --undo` deletes what"
            " a restore that was interrupted left, --drop-old what a migration did"
        )


def _is_ours(mappings: Body) -> bool:
    return bool(mappings.get("_meta", {}).get("product") == "sankofa")


def _put_in_use(indices: Indices, snapshot: Snapshot) -> None:
    """Give the indices that were brought back their names, all at once."""
    client = indices.client
    with translated(indices.where):
        found = client.indices.get(index=f"{indices.prefix}-*-v*", features=["aliases", "mappings"])
        stems = {indices.name(name): name for name in NAMES}
        made = {index: stems[index.rpartition("-v")[0]] for index in found if index.rpartition("-v")[0] in stems}
        client.indices.put_mapping(index=list(made), meta={"product": "sankofa", "version": snapshot.schema})
        aliases = (
            {"add": {"index": index, "alias": alias}}
            for index, name in made.items()
            for alias in (indices.name(name), f"{indices.name(name)}{_name_edition(found[index], snapshot)}")
        )
        client.indices.update_aliases(actions=list(aliases))


def _name_edition(found: Body, snapshot: Snapshot) -> str:
    return name_edition(snapshot.schema, read_analysis(found["mappings"]))


def _ask_cluster(indices: Indices) -> str:
    with translated(indices.where):
        return str(indices.client.info()["cluster_uuid"])


def _require_whole(found: Body) -> None:
    if found["state"] != "SUCCESS":
        failed = found.get("shards", {}).get("failed", 0)
        raise StoreFormatError(
            f"the snapshot {found['snapshot']} is not whole ({found['state']}, {failed} shards failed): make the cluster"
            " healthy, and take another backup"
        )
