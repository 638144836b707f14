"""Faults on a real cluster lose nothing; and where a store is broken on purpose, the judge sees it."""

import os
import secrets
import shutil
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch.connection import Outcome
from tests.chaos.plan import ANSWER_KINDS, NODE_KINDS, Fault, build_plan
from tests.chaos.trial import Trial, open_trial
from tests.elasticsearch.cluster import Cluster

FAULTS = int(os.environ.get("SANKOFA_TEST_FAULTS", "100" if os.environ.get("CI") == "true" else "20"))
_SEED = 2023
_ACKNOWLEDGED = 110
"""Writes at least, for each fault."""


def name_prefix() -> str:
    return f"test-{secrets.token_hex(6)}"


def test_a_plan_has_every_kind_and_a_fifth_of_it_on_nodes() -> None:
    kinds = Counter(fault.kind for faults in build_plan(100, _SEED) for fault in faults)

    assert kinds.total() == 100
    assert set(kinds) == {"flood", *NODE_KINDS, *ANSWER_KINDS}
    assert sum(kinds[kind] for kind in NODE_KINDS) >= 20
    assert build_plan(100, _SEED) == build_plan(100, _SEED)


def test_nothing_that_was_acknowledged_is_lost_or_doubled_by_faults(cluster: Cluster) -> None:
    begun = time.monotonic()
    with open_trial(cluster, name_prefix()) as trial:
        for number, faults in enumerate(build_plan(FAULTS, _SEED)):
            assert trial.run_round(faults, _ACKNOWLEDGED * len(faults)) == [], f"round {number}: {faults}"
            print(_describe(trial, number, faults, begun), flush=True)  # noqa: T201 - `make chaos` shows it
        compared = trial.judge.compare()

    assert compared.counts.total() == 0
    assert compared.digest_here == compared.digest_there
    assert trial.journal.acknowledged >= 100 * FAULTS


def test_writes_acknowledged_before_the_answer_was_read_are_found_missing(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.backends.elasticsearch.creating.create_all", acknowledge_unread)
    with open_trial(cluster, name_prefix()) as trial:
        found = trial.run_round([Fault("partial", -1, 1 + n, 0.5 + n) for n in range(4)], 100)

    assert any("missing here" in one for one in found)


@pytest.mark.parametrize("replicas", [0, 1])
def test_a_disk_that_is_lost_takes_what_has_no_copy_and_nothing_else(cluster: Cluster, replicas: int) -> None:
    with open_trial(cluster, name_prefix()) as trial:
        assert trial.run_round([], 200) == []
        copies: dict[str, Any] = {"auto_expand_replicas": False, "number_of_replicas": replicas}
        settings = {**copies, "unassigned.node_left.delayed_timeout": "0s", "routing.rebalance.enable": "none"}
        trial.client.indices.put_settings(index=f"{trial.prefix}-*", settings=settings)
        lose_disk(cluster, trial.client, f"{trial.prefix}-post")

        found = trial.run_round([], 100)

    assert any("missing here" in one for one in found) == (replicas == 0)
    assert replicas == 0 or found == []


def acknowledge_unread(
    client: Elasticsearch, where: str, alias: str, documents: dict[str, Any], outcome: Outcome
) -> None:
    """In the place of ``create_all``: sends, and takes what was sent for kept."""
    operations = [line for name, source in documents.items() for line in ({"create": {"_id": name}}, source)]
    client.bulk(index=alias, operations=operations, require_alias=True)


def lose_disk(cluster: Cluster, client: Elasticsearch, alias: str) -> None:
    """Kill the node that writes to an index, and start it with an empty disk."""
    client.cluster.health(wait_for_no_relocating_shards=True, timeout="60s")
    shards = client.cat.shards(index=alias, format="json", h="prirep,node").body
    name = next(shard["node"] for shard in shards if shard["prirep"] == "p")  # type: ignore[index]  # a list of objects
    node = next(node for node in cluster.nodes if node.name == name)
    node.kill()
    shutil.rmtree(Path(node.settings["path.data"]))
    node.start()
    node.wait()
    patient = partial(client.cluster.health, wait_for_nodes="3", timeout="60s")
    patient(wait_for_no_initializing_shards=True)
    for shard in client.cat.shards(format="json", h="index,prirep,state").body:
        if (shard["prirep"], shard["state"]) == ("p", "UNASSIGNED"):  # type: ignore[index]  # as above
            give_up = {"index": shard["index"], "shard": 0, "node": name, "accept_data_loss": True}  # type: ignore[index]
            client.cluster.reroute(commands=[{"allocate_empty_primary": give_up}])


def _describe(trial: Trial, number: int, faults: list[Fault], begun: float) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(fault.kind for fault in faults).items()))
    return (
        f"round {number} after {time.monotonic() - begun:.0f} s: {kinds};"
        f" {trial.journal.acknowledged} acknowledged, {trial.refusals} calls refused"
    )
