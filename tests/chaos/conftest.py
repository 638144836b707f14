"""A cluster of three nodes for the tests of this folder: each may do to it what it likes, and leaves it whole."""

from collections.abc import Iterator

import pytest

from tests.elasticsearch.cluster import Cluster, run_cluster
from tests.elasticsearch.distribution import require
from tests.elasticsearch.errors import PartMissingError
from tests.elasticsearch.java import find_java_home
from tests.elasticsearch.shared import is_off

_SHORTENED = {
    "cluster.fault_detection.follower_check.interval": "500ms",
    "cluster.fault_detection.follower_check.timeout": "2s",
    "cluster.fault_detection.leader_check.interval": "500ms",
    "cluster.fault_detection.leader_check.timeout": "2s",
    "cluster.publish.timeout": "10s",
    "cluster.info.update.interval": "10s",
    "cluster.info.update.timeout": "5s",
}
"""So that a node that does not answer is given up after six seconds, and a full disk noticed after ten."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if is_off():
        pytest.skip("ES=off leaves Elasticsearch out")
    try:
        find_java_home()
        require()
    except PartMissingError as missing:
        pytest.skip(f"needs Elasticsearch: {missing}; ES=off leaves it out")
    with run_cluster(brief=True, more=_SHORTENED) as three:
        yield three
