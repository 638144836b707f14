"""Several machines, one store in a real Elasticsearch, and one vault on an S3 server."""

from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from tests.pictures import draw_picture, save_picture
from tests.s3 import make_bucket, run_s3
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Store]:
    """The place where all machines keep their originals, in the settings of each."""
    with run_s3() as endpoint:
        keys = {"s3_endpoint": endpoint, "s3_access_key": "who", "s3_secret_key": "very-secret"}
        for name, value in keys.items():
            monkeypatch.setenv(f"SANKOFA_{name.upper()}", value)
        yield S3Store(
            make_bucket(endpoint),
            config={"endpoint": endpoint, "region": "us-east-1", "access_key_id": "x", "secret_access_key": "y"},
            client_options={"allow_http": True},
        )


@pytest.fixture
def shared(elasticsearch_url: str, elasticsearch_prefix: str, bucket: S3Store) -> tuple[str, str]:
    """The store and the vault that the machines share."""
    return f"{elasticsearch_url}/{elasticsearch_prefix}", f"s3://{bucket.config['bucket']}/desk"


@pytest.fixture
def machine(tmp_path: Path, capfd: pytest.CaptureFixture[str], cli: CommandLine) -> CommandLine:
    """Another machine than that of *cli*."""
    del cli  # takes settings of the desk out of the environment
    return CommandLine(tmp_path / "machine", capfd)


def add_picture(machine: CommandLine, folder: Path, number: int) -> str:
    """Keep a picture with a claim; returns its SHA-256."""
    added = machine.json("media", "add", save_picture(folder, f"{number}.jpg", draw_picture(number))).row
    machine.add_claim(f"Le pont numéro {number} est tombé", "--media", added["media_id"])
    return str(machine.json("media", "show", added["media_id"]).row["sha256"])


def list_differences(machine: CommandLine, *words: object) -> set[tuple[str, str]]:
    answer = machine.json("store", "check", *words)
    assert answer.code == (4 if answer.row["differences"] else 0)
    return {(found["id"], found["says"]) for found in answer.row["differences"] if found["kind"] == "original"}


def test_two_machines_bring_their_work_together_and_a_third_with_other_work_is_refused(
    cli: CommandLine, machine: CommandLine, shared: tuple[str, str], tmp_path: Path, bucket: S3Store
) -> None:
    store, vault = shared
    add_picture(cli, tmp_path, 1)
    files = cli.home / "sankofa.db", machine.home / "sankofa.db"
    assert cli.json("store", "copy", files[0], store, "--vault", vault).code == 0
    home = machine.home / "vault"
    assert machine.json("store", "copy", store, files[1], "--from-vault", vault, "--vault", home).code == 0

    new = add_picture(machine, tmp_path, 2)
    copied = machine.json("store", "copy", files[1], store, "--from-vault", home, "--vault", vault)
    assert (copied.code, copied.row["lost_originals"]) == (0, [])
    assert (new, "missing here") in list_differences(cli, store, "--vault", vault)
    brought = cli.json("store", "copy", store, files[0], "--from-vault", vault, "--vault", cli.home / "vault")
    assert brought.row["originals"] == copied.row["originals"]
    assert list_differences(cli, store, "--vault", vault) == list_differences(machine, store, "--vault", vault) == set()
    assert cli.json("store", "check", "--store", store, "--vault", vault).row["problems"] == []

    third = CommandLine(tmp_path / "third", cli.captured)
    add_picture(third, tmp_path, 3)
    before = sorted(item["path"] for page in obstore.list(bucket) for item in page)
    refused = third.json("store", "copy", third.home / "sankofa.db", store, "--vault", vault)
    assert (refused.code, refused.out) == (7, "")
    assert sorted(item["path"] for page in obstore.list(bucket) for item in page) == before


def test_machines_that_work_on_it_at_once_see_what_the_other_kept(
    cli: CommandLine, machine: CommandLine, shared: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANKOFA_STORE", shared[0])
    monkeypatch.setenv("SANKOFA_VAULT", shared[1])
    added = add_picture(cli, tmp_path, 1), add_picture(machine, tmp_path, 2)

    checked = machine.json("check", save_picture(tmp_path, "again.png", draw_picture(1)))
    inspected = cli.json("store", "check")

    assert len(set(added)) == 2
    assert len(checked.row["matches"]) == 1
    assert (inspected.code, inspected.row["problems"]) == (0, [])
    assert not (cli.home / "vault").exists()
    assert not (machine.home / "vault").exists()


def test_originals_that_one_side_lacks_or_altered_are_named_with_the_side(
    cli: CommandLine, shared: tuple[str, str], tmp_path: Path, bucket: S3Store
) -> None:
    store, vault = shared
    first, second, third, fourth = (add_picture(cli, tmp_path, number) for number in range(1, 5))
    assert cli.json("store", "copy", cli.home / "sankofa.db", store, "--vault", vault).code == 0
    for sha256 in (third, fourth):
        (cli.home / "vault" / _place(sha256)).chmod(0o600)
    obstore.delete(bucket, f"desk/{_place(first)}")
    obstore.put(bucket, f"desk/{_place(second)}", b"altered")
    (cli.home / "vault" / _place(third)).unlink()
    (cli.home / "vault" / _place(fourth)).write_bytes(b"altered")

    found = list_differences(cli, store, "--vault", vault)

    assert found == {
        (first, "missing there"),
        (second, "altered there"),
        (third, "missing here"),
        (fourth, "altered here"),
    }


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
