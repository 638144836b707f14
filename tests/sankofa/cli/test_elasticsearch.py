"""The commands on a store in Elasticsearch: the same answers as on a file, and refusals with what to do."""

from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.cli.lines import CommandLine

CANARY = "canary-20ab"


@pytest.fixture
def desk(
    cli: CommandLine, elasticsearch_url: str, elasticsearch_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    monkeypatch.setenv("SANKOFA_STORE", f"{elasticsearch_url}/{elasticsearch_prefix}")
    return cli


def test_a_picture_with_its_claim_is_kept_found_and_counted(desk: CommandLine, tmp_path: Path) -> None:
    known = save_picture(tmp_path, "a.jpg", draw_picture(1))
    turned = save_picture(tmp_path, "b.jpg", mirror(draw_picture(1)))

    media_id = desk.json("media", "add", known).row["media_id"]
    claim_id = desk.add_claim("Des tunnels ont été découverts à Kidal", "--media", media_id)
    checked = desk.json("check", turned).row
    info = desk.json("store", "info").row

    assert [match["media_id"] for match in checked["matches"]] == [media_id]
    assert [found["claim_id"] for found in desk.json("search", "tunnels Kidal").row["results"]] == [claim_id]
    assert (info["records"]["media_item"], info["records"]["claim"]) == (1, 1)
    assert info["engine"]["name"] == "Elasticsearch"
    assert (info["engine"]["health"], info["engine"]["size_bytes"] > 0) == ("green", True)
    assert "Elasticsearch 9" in desk("store", "info").out
    assert desk.json("store", "check").row["problems"] == []


def test_what_elasticsearch_refused_is_named_by_the_check_until_it_is_done_again(
    desk: CommandLine, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    desk.add_claim("Des tunnels")
    index, limit = f"{elasticsearch_prefix}-claim-v0001", "index.mapping.nested_objects.limit"
    elasticsearch_client.indices.put_settings(index=index, settings={limit: 0})

    refusal = desk.json("claim", "add", "Un pont", "--as", "awa.diarra")

    checked, said = desk.json("store", "check"), desk("store", "check")
    assert refusal.code == 1
    assert "1 record is kept aside (`sankofa store check`)" in refusal.error["message"]
    assert (checked.code, checked.row["refused"]) == (4, {"claim": 1})
    assert "nested" in checked.row["problems"][0]["says"]
    assert "not kept: 1 claim. Do again what brought them" in said.out


@pytest.mark.parametrize("words", [["store", "info"], ["store", "check"]])
def test_a_store_that_is_not_there_is_an_error_and_is_not_made(
    desk: CommandLine, elasticsearch_prefix: str, words: list[str]
) -> None:
    answers = [desk.json(*words), desk.json(*words)]

    assert [(answer.code, answer.out) for answer in answers] == [(4, ""), (4, "")]
    assert elasticsearch_prefix in answers[0].error["message"]


def test_setup_says_where_security_is_switched_off(desk: CommandLine) -> None:
    file = _write_administrator(desk)

    answer = desk.json("store", "setup", "--admin-file", file)

    assert (answer.code, answer.out) == (4, "")
    assert "security is switched off" in answer.error["message"]
    assert CANARY not in answer.err
    assert list(desk.home.iterdir()) == [file]


@pytest.mark.parametrize("as_json", [True, False])
def test_an_address_with_a_password_is_refused_without_repeating_it(cli: CommandLine, as_json: bool) -> None:
    answer = (cli.json if as_json else cli)("person", "list", "--store", f"https://elastic:{CANARY}@127.0.0.1:9200")

    assert (answer.code, answer.out) == (2, "")
    assert "leave them out" in answer.err
    assert CANARY not in answer.err


def test_where_nobody_listens_the_command_says_so_and_no_secret(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    address = f"127.0.0.1:{closed_port}"
    monkeypatch.setenv("SANKOFA_ELASTICSEARCH_API_KEY", CANARY)

    answer = cli.json("person", "list", "--store", f"http://{address}")

    assert (answer.code, answer.error["type"]) == (4, "StoreUnavailableError")
    assert address in answer.error["message"]
    assert CANARY not in answer.err


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("http://192.0.2.7:9200", "only https://"),
        ("https://es.example.org/a/b", "https://host:9200/prefix"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_usage_error(cli: CommandLine, store: str, words: str) -> None:
    answer = cli.json("person", "list", "--store", store)

    assert (answer.code, answer.out) == (2, "")
    assert words in answer.error["message"]


def test_only_elasticsearch_is_set_up(cli: CommandLine) -> None:
    answer = cli.json("store", "setup", "--admin-file", _write_administrator(cli))

    assert (answer.code, answer.out) == (2, "")
    assert "--store https://" in answer.error["message"]


def test_an_administrator_whom_others_may_read_is_refused(cli: CommandLine) -> None:
    file = _write_administrator(cli)
    file.chmod(0o644)

    answer = cli.json("--store", "https://127.0.0.1:1", "store", "setup", "--admin-file", file)

    assert (answer.code, CANARY in answer.err) == (2, False)
    assert f"chmod 600 {file}" in answer.error["message"]


def _write_administrator(cli: CommandLine) -> Path:
    cli.home.mkdir()
    file = cli.home / "administrator.toml"
    file.write_text(f'elasticsearch_user = "elastic"\nelasticsearch_password = "{CANARY}"')
    file.chmod(0o600)
    return file
