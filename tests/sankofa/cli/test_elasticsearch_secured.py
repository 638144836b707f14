"""A real node behind TLS and passwords: who is let in, what a desk's key may do, and what is said to whoever is not."""

import hashlib
import io
import json
import logging
import os
import secrets
import ssl
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import AuthorizationException, Elasticsearch

from index.backends.elasticsearch import Access, make_key, prepare
from tests.chaos.proxy import Answer, Ask, Request, run_proxy
from tests.elasticsearch.cluster import ADMINISTRATOR
from tests.elasticsearch.errors import PartMissingError
from tests.elasticsearch.shared import Secured, is_off, start_secured
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.cli.lines import CommandLine

CANARY = "canary-8c1e"


@pytest.fixture(scope="module")
def node(run_process: int, tmp_path_factory: pytest.TempPathFactory) -> Secured:
    """A node of this module's own, which ends with the run."""
    if is_off():
        pytest.skip("ES=off leaves Elasticsearch out")
    try:
        return start_secured(tmp_path_factory.mktemp("secured"), run_process)
    except PartMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def administrator(node: Secured) -> Iterator[Elasticsearch]:
    """The driver, as the administrator."""
    with Elasticsearch(
        node.url, basic_auth=(ADMINISTRATOR, node.password), ca_certs=str(node.ca_file), request_timeout=60
    ) as client:
        yield client


@pytest.fixture(scope="module")
def prefix(node: Secured) -> str:
    """The prefix of a store that was prepared once: twenty indices take a while."""
    prefix = f"test-{secrets.token_hex(4)}"
    prepare(_administer(node), prefix)
    return prefix


@pytest.fixture
def desk(cli: CommandLine, node: Secured, prefix: str, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A command line that knows the address and whom to trust, and has no key yet."""
    monkeypatch.setenv("SANKOFA_STORE", f"{node.url}/{prefix}")
    monkeypatch.setenv("SANKOFA_ELASTICSEARCH_CA_FILE", str(node.ca_file))
    return cli


@pytest.fixture
def set_up(desk: CommandLine, node: Secured) -> CommandLine:
    """A desk with its key."""
    answer = desk.json("store", "setup", "--admin-file", write_administrator(desk, node.password))
    assert answer.code == 0, answer.err
    return desk


def write_administrator(desk: CommandLine, password: str) -> Path:
    desk.home.mkdir(exist_ok=True)
    file = desk.home / "administrator.toml"
    file.write_text(f'elasticsearch_user = "{ADMINISTRATOR}"\nelasticsearch_password = "{password}"', "utf-8")
    file.chmod(0o600)
    return file


def read_key(desk: CommandLine) -> str:
    return (desk.home / "secrets.toml").read_text("utf-8").split('"')[1]


def test_setup_keeps_a_key_that_its_owner_alone_can_read_and_says_nothing_of_it(
    desk: CommandLine, node: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{node.password}\n"))

    answer = desk.json("store", "setup")

    file = desk.home / "secrets.toml"
    assert answer.row == {"secrets_file": str(file), "new_key": True}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_key(desk) not in answer.out + answer.err


def test_setup_again_changes_nothing(set_up: CommandLine, node: Secured) -> None:
    before = (set_up.home / "secrets.toml").read_bytes()
    set_up.add_person()
    people = set_up.json("person", "list").rows

    answer = set_up.json("store", "setup", "--admin-file", write_administrator(set_up, node.password))

    assert (answer.code, answer.row["new_key"]) == (0, False)
    assert (set_up.home / "secrets.toml").read_bytes() == before
    assert set_up.json("person", "list").rows == people != []


def test_a_wrong_administrator_leaves_nothing(
    desk: CommandLine, administrator: Elasticsearch, node: Secured, prefix: str
) -> None:
    other = f"{node.url}/other-{prefix}"
    answer = desk.json("store", "setup", "--admin-file", write_administrator(desk, CANARY), "--store", other)

    assert (answer.code, answer.out) == (4, "")
    assert "check the API key, or user and password" in answer.error["message"]
    assert CANARY not in answer.err
    assert [path.name for path in desk.home.iterdir()] == ["administrator.toml"]
    assert not administrator.indices.exists(index=f"other-{prefix}-claim")


def test_the_key_of_a_desk_is_enough_to_keep_aside_what_is_refused(
    set_up: CommandLine, administrator: Elasticsearch, prefix: str
) -> None:
    set_up.add_person()
    index, limit = f"{prefix}-claim-v0001", "index.mapping.nested_objects.limit"
    words = ("claim", "add", "Un fleuve", "--as", "awa.diarra")
    administrator.indices.put_settings(index=index, settings={limit: 0})
    try:
        refusal = set_up.json(*words)
        refused = set_up.json("store", "check").row["refused"]
    finally:
        administrator.indices.put_settings(index=index, settings={limit: None})

    assert "1 record is kept aside" in refusal.error["message"]
    assert refused == {"claim": 1}
    assert set_up.json(*words).code == 0
    assert set_up.json("store", "check").row["refused"] == {}


def test_a_desk_works_with_its_key_alone(set_up: CommandLine, tmp_path: Path) -> None:
    desk = set_up
    known = save_picture(tmp_path, "a.jpg", draw_picture(1))
    turned = save_picture(tmp_path, "b.jpg", mirror(draw_picture(1)))
    rows = tmp_path / "rows.csv"
    rows.write_text("text,publisher,rating,url\nUn pont est tombé,RFI,Faux,https://rfi.example/1\n")

    media_id = desk.json("media", "add", known).row["media_id"]
    claim_id = desk.add_claim("Des tunnels ont été découverts à Kidal", "--media", media_id, "--country", "ML")
    answers = [
        desk.json("check", turned),
        desk.json("media", "add", turned),
        desk.json("match", "list"),
        desk.json("verdict", "draft", claim_id, "--rating", "false", "--explanation", "Non.", "--as", "awa.diarra"),
        desk.json("claim", "show", claim_id),
        desk.json("import", rows),
        desk.json("export", "--out", tmp_path / "all.jsonl"),
        desk.json("report", "freeze", "--country", "ML", "--month", "2023-11", "--out", tmp_path, "--as", "awa.diarra"),
        desk.json("store", "info"),
        desk.json("store", "check"),
    ]
    found = desk.json("search", "tunnels Kidal").row["results"]

    assert [(answer.code, answer.err) for answer in answers] == [(0, "")] * len(answers)
    assert [match["media_id"] for match in answers[0].row["matches"]] == [media_id]
    assert [result["claim_id"] for result in found] == [claim_id]
    assert answers[-2].row["engine"]["health"] == "green"


def test_the_key_reaches_nothing_else(
    set_up: CommandLine, node: Secured, administrator: Elasticsearch, prefix: str
) -> None:
    administrator.indices.create(index=f"x-{prefix}")
    index = f"{prefix}-claim-v0001"
    removal = [{"remove_index": {"index": index}}]
    with Elasticsearch(node.url, api_key=read_key(set_up), ca_certs=str(node.ca_file)) as client:
        acts: tuple[Callable[[], object], ...] = (
            lambda: client.search(index=f"x-{prefix}"),
            lambda: client.indices.create(index=f"y-{prefix}"),
            lambda: client.indices.create(index=f"{prefix}-more"),
            lambda: client.indices.delete(index=index),
            lambda: client.indices.update_aliases(actions=removal),
            lambda: client.indices.put_settings(index=index, settings={"index.blocks.write": True}),
            lambda: client.indices.put_mapping(index=index, dynamic="true"),
            lambda: client.security.put_user(username="eve", password=CANARY, roles=["superuser"]),
            lambda: client.security.create_api_key(name="more"),
            lambda: client.cluster.put_settings(persistent={"action.destructive_requires_name": False}),
        )
        for act in acts:
            with pytest.raises(AuthorizationException):
                act()

    assert administrator.indices.exists(index=index)


@pytest.mark.parametrize(
    "secret",
    [
        {},
        {"API_KEY": CANARY},
        {"USER": ADMINISTRATOR, "PASSWORD": CANARY},
    ],
    ids=["none", "wrong key", "wrong password"],
)
def test_whoever_is_not_known_is_not_let_in(
    desk: CommandLine, monkeypatch: pytest.MonkeyPatch, secret: dict[str, str]
) -> None:
    for name, value in secret.items():
        monkeypatch.setenv(f"SANKOFA_ELASTICSEARCH_{name}", value)

    answer = desk.json("person", "list")

    assert (answer.code, answer.out) == (4, "")
    assert "does not let us in" in answer.error["message"]
    assert CANARY not in answer.err


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    set_up: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SANKOFA_ELASTICSEARCH_CA_FILE")

    answer = set_up.json("person", "list")

    assert (answer.code, answer.out) == (4, "")
    assert "elasticsearch_fingerprint" in answer.error["message"]


def test_the_fingerprint_of_the_certificate_is_enough_and_another_is_not(
    set_up: CommandLine, node: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(node.ca_file.read_text("ascii"))).hexdigest()
    monkeypatch.delenv("SANKOFA_ELASTICSEARCH_CA_FILE")

    monkeypatch.setenv("SANKOFA_ELASTICSEARCH_FINGERPRINT", fingerprint)
    assert set_up.json("person", "list").code == 0

    monkeypatch.setenv("SANKOFA_ELASTICSEARCH_FINGERPRINT", "0" * 64)
    answer = set_up.json("person", "list")
    assert (answer.code, answer.out) == (4, "")
    assert fingerprint in answer.error["message"]


def test_a_key_without_a_right_is_named_with_what_it_lacks_and_nothing_is_kept(
    set_up: CommandLine, administrator: Elasticsearch, prefix: str, monkeypatch: pytest.MonkeyPatch, node: Secured
) -> None:
    privileges = ["read", "monitor", "maintenance", "view_index_metadata"]
    reading = {"cluster": ["monitor"], "indices": [{"names": [f"{prefix}-*"], "privileges": privileges}]}
    key = administrator.security.create_api_key(name="reader", role_descriptors={"reader": reading})["encoded"]
    monkeypatch.setenv("SANKOFA_ELASTICSEARCH_API_KEY", key)

    written = set_up.json("person", "add", "eve", "--name", "Eve")
    again = set_up.json("store", "setup", "--admin-file", write_administrator(set_up, node.password))

    assert (written.code, written.out) == (4, "")
    assert "sankofa store setup" in written.error["message"]
    assert "indices:data/write" in written.error["message"]
    assert "eve" not in {row["person_id"] for row in set_up.json("person", "list").rows}
    assert (again.code, again.out) == (2, "")
    assert "take it out" in again.error["message"]


def test_no_secret_is_logged_or_shown(
    set_up: CommandLine, node: Secured, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = {node.password, read_key(set_up)}
    caplog.set_level(logging.DEBUG)
    for name in ("elastic_transport", "elastic_transport.transport", "elasticsearch", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)

    said = [
        set_up.json("store", "info"),
        set_up("store", "info"),
        set_up.json("person", "add", "awa.diarra", "--name", "Awa Diarra", "--organisation", "Kidal Checks"),
        set_up.json("store", "setup", "--admin-file", write_administrator(set_up, node.password)),
        set_up.json("claim", "show", "C-2023-0001"),
        set_up.json("store", "info", "--store", f"{node.url}/nothing"),
    ]

    everything = caplog.text + json.dumps([[answer.out, answer.err] for answer in said])
    assert "GET https://127.0.0.1" in caplog.text
    assert [value for value in secret if value in everything] == []


def test_of_two_clusters_each_gets_its_own_key_and_no_other(
    set_up: CommandLine, other_node: Secured, tmp_path: Path, prefix: str
) -> None:
    set_up.add_person()
    here = f"{os.environ['SANKOFA_STORE'].rpartition('/')[0]}/{prefix}"
    sent: set[str] = set()

    def listen(request: Request, ask: Ask) -> Answer:
        sent.add(request.headers.get("Authorization", request.headers.get("authorization", "")))
        return ask(request)

    with run_proxy(other_node.url, other_node.ca_file.parent) as proxy, proxy.meddling(listen):
        there = f"{proxy.url}/{prefix}"
        refused = [set_up.json("store", "copy", here, there), set_up.json("store", "check", there)]
        assert [(answer.code, answer.out) for answer in refused] == [(2, "")] * 2
        assert "--to-secrets FILE for TARGET" in refused[0].error["message"]
        assert "--other-secrets FILE for OTHER" in refused[1].error["message"]
        assert sent == set()

        file = tmp_path / "other.toml"
        key = make_key(_administer(other_node), prefix, "desk")
        file.write_text(f'elasticsearch_api_key = "{key}"\nelasticsearch_ca_file = "{other_node.ca_file}"\n', "ascii")
        file.chmod(0o600)
        copied = set_up.json("store", "copy", here, there, "--to-secrets", file)
        compared = set_up.json("store", "check", there, "--other-secrets", file)
        back = set_up.json("store", "copy", there, here, "--from-secrets", file)

    assert (copied.code, compared.code, back.code) == (0, 0, 0), copied.err + compared.err + back.err
    assert copied.row["records"] > 0
    assert (compared.row["differ"], back.row["records"]) == (0, 0)
    assert sent == {f"ApiKey {key}"}


@pytest.fixture
def other_node(run_process: int, tmp_path: Path, node: Secured, prefix: str) -> Secured:
    """Another cluster, with its own certificate and users, on which the store is prepared."""
    del node  # skips where there is none
    (tmp_path / "other").mkdir()
    other = start_secured(tmp_path / "other", run_process)
    prepare(_administer(other), prefix)
    return other


def _administer(node: Secured) -> Access:
    return Access(url=node.url, user=ADMINISTRATOR, password=node.password, ca_file=node.ca_file)
