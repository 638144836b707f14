"""Let the bytes of what was deleted or replaced go: out of the engine's segments and its own log.

The engine keeps what was replaced for copies that may lag, as long as one holds a lease on it, and for searches that are open.
Segments that hold such documents are written anew once no lease reaches back so far.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.backends.elasticsearch.condition import list_used
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.indices import Indices
from index.backends.elasticsearch.translation import translated
from index.errors import StoreError, StoreLockedError

_PATIENCE_SECONDS = 300.0
"""Leases are renewed every 30 seconds. Source: Elasticsearch, index.soft_deletes.retention_lease.sync_interval."""
_MERGE_SECONDS = 6 * 60 * 60
_MOMENT_SECONDS = 0.25
_ONLY_DELETED = "expunge_deletes_allowed"

Place = tuple[str, str]
"""A shard: its index and number."""


def clear(indices: Indices, names: Sequence[str]) -> None:
    """Clear the indices that hold what *names* say of all that was deleted or replaced in them so far.

    Raises:
        StoreError: As :func:`require_alone`.
        StoreLockedError: A copy lags too far behind.
    """
    used = require_alone(indices)
    there = [used[name] for name in names if name in used]
    if there:
        _await_leases(indices, there)
        for index in there:
            _merge(indices, index)
        with translated(indices.where):
            indices.client.indices.flush(index=there, force=True, wait_if_ongoing=True)
            indices.client.indices.refresh(index=there)


def require_alone(indices: Indices) -> Mapping[str, str]:
    """Return the indices in use by what they hold. Raises StoreError where others lie beside them, which a migration left."""
    used = list_used(indices)
    with translated(indices.where):
        answer = indices.client.indices.get_mapping(index=f"{indices.prefix}-*-v*")
    ours = (index for index, found in answer.items() if found["mappings"].get("_meta", {}).get("product") == "sankofa")
    for other in ours:
        if other not in used.values():
            raise StoreError(
                f"{indices.where} holds {other} beside what is in use, and what is to be erased lies there too: end the migration"
                " that made it, or drop it (`sankofa store migrate --drop-old`), and do this again"
            )
    return used


def _await_leases(indices: Indices, names: list[str]) -> None:
    """Wait until no copy needs what was written so far to catch up."""
    until = time.monotonic() + _PATIENCE_SECONDS
    wanted: dict[Place, int] = {}
    while True:
        with translated(indices.where):
            indices.client.indices.flush(index=names, wait_if_ongoing=True)
        shards = dict(_iter_shards(indices, names))
        wanted = wanted or {place: int(shard["seq_no"]["max_seq_no"]) for place, shard in shards.items()}
        if all(_get_reach(shards[place]) > last for place, last in wanted.items() if place in shards):
            return
        if time.monotonic() > until:
            raise StoreLockedError(
                f"all was erased from {indices.where}, but a copy lags behind, for which the bytes are kept: look at its health,"
                " and do this again"
            )
        time.sleep(_MOMENT_SECONDS)


def _iter_shards(indices: Indices, names: list[str]) -> Iterator[tuple[Place, Body]]:
    """Yield the primary of each shard."""
    wanted = [f"indices.*.shards.*.{what}" for what in ("routing.primary", "seq_no", "retention_leases.leases")]
    with translated(indices.where):
        answer = indices.client.indices.stats(index=names, metric="docs", level="shards", filter_path=wanted)
    for index, found in answer.get("indices", {}).items():
        for number, copies in found["shards"].items():
            yield from (((index, number), copy) for copy in copies if copy["routing"]["primary"] and "seq_no" in copy)


def _get_reach(shard: Mapping[str, Any]) -> int:
    """From which operation on a lease keeps what is replaced."""
    leases = shard.get("retention_leases", {}).get("leases", ())
    return min((int(lease["retaining_seq_no"]) for lease in leases), default=0)


def _merge(indices: Indices, index: str) -> None:
    """Write the segments with deleted documents anew; all of them where the index was made when none were told apart."""
    client, where = indices.client, indices.where
    with translated(where):
        settings = client.indices.get_settings(index=index, flat_settings=True)[index]["settings"]
        only_deleted = str(settings.get(f"index.merge.policy.{_ONLY_DELETED}", "")) in ("0", "0.0")
        what: Body = {"only_expunge_deletes": True} if only_deleted else {"max_num_segments": 1}
        client.options(request_timeout=_MERGE_SECONDS, max_retries=0).indices.forcemerge(
            index=index, flush=True, **what
        )
