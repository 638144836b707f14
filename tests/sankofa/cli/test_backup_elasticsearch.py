import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, open_elasticsearch
from tests.contracts.records import build_claim, build_code, build_entry, build_post
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def repository(elasticsearch_client: Elasticsearch, elasticsearch_prefix: str) -> Iterator[str]:
    """A snapshot repository of the test's own, which the node may write to."""
    nodes = elasticsearch_client.nodes.info(metric="settings")["nodes"].values()
    places = [place for node in nodes for place in _list_places(node["settings"])]
    if not places:
        pytest.skip("needs a node with path.repo")
    location = f"{places[0]}/{elasticsearch_prefix}"
    elasticsearch_client.snapshot.create_repository(
        name=elasticsearch_prefix, repository={"type": "fs", "settings": {"location": location}}
    )
    yield elasticsearch_prefix
    for found in elasticsearch_client.snapshot.get(repository=elasticsearch_prefix, snapshot="*")["snapshots"]:
        elasticsearch_client.snapshot.delete(repository=elasticsearch_prefix, snapshot=found["snapshot"])
    elasticsearch_client.snapshot.delete_repository(name=elasticsearch_prefix)


def _list_places(settings: dict[str, Any]) -> list[str]:
    named = settings.get("path", {}).get("repo", [])
    return [named] if isinstance(named, str) else list(named)


@pytest.fixture
def desk(elasticsearch_url: str, elasticsearch_prefix: str) -> str:
    """The address of a store with records of several kinds, with revisions and codes."""
    with closing(open_elasticsearch(Access(url=elasticsearch_url), prefix=f"{elasticsearch_prefix}-one")) as store:
        store.add([build_post(number, "texte") for number in range(1_200)])
        store.add([build_entry(1, build_code(5))])
        for revision in range(3):
            store.revise(build_claim(1, f"affirmation {revision}"), expected_revision=revision)
        store.append_log([b"one", b"two"])
    return f"{elasticsearch_url}/{elasticsearch_prefix}-one"


@pytest.fixture
def new(elasticsearch_url: str, elasticsearch_prefix: str) -> str:
    """The address of an empty store on the same cluster."""
    return f"{elasticsearch_url}/{elasticsearch_prefix}-two"


def list_snapshots(client: Elasticsearch, repository: str) -> list[str]:
    return [found["snapshot"] for found in client.snapshot.get(repository=repository, snapshot="*")["snapshots"]]


def test_a_snapshot_is_restored_under_another_prefix_and_holds_the_same(
    cli: CommandLine,
    desk: str,
    new: str,
    repository: str,
    tmp_path: Path,
    elasticsearch_url: str,
    elasticsearch_client: Elasticsearch,
) -> None:
    folder = tmp_path / "backup"
    made = cli.json("--store", desk, "store", "backup", folder, "--repository", repository)
    assert made.code == 0, made.err
    assert [made.row["records"][kind] for kind in ("post", "claim", "log")] == [1_200, 3, 2]
    assert sorted(path.name for path in folder.iterdir()) == ["backup.json", "originals.jsonl"]

    settings = elasticsearch_client.snapshot.get_repository(name=repository)[repository]["settings"]
    reader = {"type": "fs", "settings": {**settings, "readonly": True}}
    elasticsearch_client.snapshot.create_repository(name=f"{repository}-reader", repository=reader)
    restored = cli.json("--store", new, "store", "restore", folder, "--repository", f"{repository}-reader")
    elasticsearch_client.snapshot.delete_repository(name=f"{repository}-reader")
    assert restored.code == 0, restored.err
    compared = cli.json("--store", desk, "store", "check", new)
    assert (compared.code, compared.row["differ"], compared.row["digest_there"]) == (0, 0, made.row["digest"])
    with closing(open_elasticsearch(Access(url=elasticsearch_url), prefix=new.rpartition("/")[2])) as store:
        hits = store.find_fingerprints("pdq", [build_code(4)], radius_bits=31, bank="known")
        assert [hit.entry_id for hit in hits] == [build_entry(1, build_code(5)).id]
        assert store.read_log(0, 9) == (b"one", b"two")
        store.add([build_post(5_000, "nouveau")])
    refused = cli("--store", new, "store", "restore", folder)
    assert refused.code == 7
    assert "holds work already" in refused.err
    assert cli("--store", new, "person", "add", "x", "--name", "X", "--organisation", "Y").code == 0


def test_writers_wait_and_go_on_while_a_backup_is_made(
    cli: CommandLine,
    desk: str,
    repository: str,
    tmp_path: Path,
    elasticsearch_url: str,
    elasticsearch_client: Elasticsearch,
) -> None:
    stop, failed = threading.Event(), list[BaseException]()
    written: list[int] = []

    def write() -> None:
        with closing(open_elasticsearch(Access(url=elasticsearch_url), prefix=desk.rpartition("/")[2])) as store:
            try:
                while not stop.is_set():
                    store.revise(build_claim(2, f"texte {len(written)}"), expected_revision=len(written))
                    written.append(1)
            except BaseException as error:  # noqa: BLE001 - the test says which
                failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 3 and not failed:
        stop.wait(0.01)
    folder = tmp_path / "backup"
    first = cli.json("--store", desk, "store", "backup", folder, "--repository", repository)
    second = cli.json("--store", desk, "store", "backup", folder, "--repository", repository)
    stop.set()
    writer.join()

    assert failed == []
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert 3 + 3 <= first.row["records"]["claim"] < second.row["records"]["claim"] <= 3 + len(written) + 1
    assert list_snapshots(elasticsearch_client, repository) == [second.row["snapshot"]["name"]]
    prefix = desk.rpartition("/")[2]
    elasticsearch_client.indices.delete(index=list(elasticsearch_client.indices.get(index=f"{prefix}-*-v0001")))
    restored = cli.json("--store", desk, "store", "restore", folder)
    assert (restored.code, restored.row["digest"]) == (0, second.row["digest"])


def test_damaged_files_in_the_repository_are_said_and_nothing_stays(
    cli: CommandLine,
    desk: str,
    new: str,
    repository: str,
    tmp_path: Path,
    elasticsearch_client: Elasticsearch,
) -> None:
    location = Path(elasticsearch_client.snapshot.get_repository()[repository]["settings"]["location"])
    folder = tmp_path / "backup"
    assert cli("--store", desk, "store", "backup", folder, "--repository", repository).code == 0
    if not location.is_dir():
        pytest.skip("needs a node on this machine")
    file = max(location.rglob("__*"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    answer = cli("--store", new, "store", "restore", folder)

    assert answer.code == 4
    assert "damaged or missing" in answer.err
    prefix = new.rpartition("/")[2]
    assert list(elasticsearch_client.indices.get(index=f"{prefix}-*-v*")) == []


def test_what_is_wrong_with_a_repository_is_said(
    cli: CommandLine,
    desk: str,
    new: str,
    repository: str,
    tmp_path: Path,
    elasticsearch_client: Elasticsearch,
) -> None:
    folder = tmp_path / "backup"
    nameless = cli("--store", desk, "store", "backup", folder)
    assert (nameless.code, "--repository" in nameless.err) == (2, True)
    missing = cli("--store", desk, "store", "backup", folder, "--repository", "nowhere")
    assert (missing.code, "no snapshot repository nowhere" in missing.err) == (2, True)
    assert list(folder.iterdir()) == []

    made = cli.json("--store", desk, "store", "backup", folder, "--repository", repository)
    assert cli("store", "restore", folder).code == 4  # a file is no Elasticsearch
    other = cli("--store", new, "store", "backup", folder, "--repository", repository)
    assert other.code != 0
    name = json.loads((folder / "backup.json").read_text())["snapshot"]["name"]
    assert name == made.row["snapshot"]["name"]
    elasticsearch_client.snapshot.delete(repository=repository, snapshot=name)
    missing_part = f"{repository}-red"
    elasticsearch_client.indices.create(
        index=missing_part,
        settings={"number_of_replicas": 0, "routing.allocation.require._name": "nobody"},
        wait_for_active_shards=0,
    )
    elasticsearch_client.snapshot.create(
        repository=repository, snapshot=name, indices=missing_part, partial=True, wait_for_completion=True
    )
    partial = cli("--store", new, "store", "restore", folder)
    assert (partial.code, "is not whole (PARTIAL, 1 shards failed)" in partial.err) == (4, True)

    elasticsearch_client.snapshot.delete(repository=repository, snapshot=name)
    lost = cli("--store", new, "store", "restore", folder)
    assert (lost.code, f"has no snapshot {name}" in lost.err) == (4, True)
