"""No key goes to a host that it is not for."""

from pathlib import Path

import pytest

from sankofa.errors import SettingsError
from sankofa.settings import Settings, load_settings
from sankofa.sides import Side, settle_sides

CANARY = "canary-51c0"
A, B = "https://a.example:9200/desk", "https://b.example:9200"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SANKOFA_HOME", str(tmp_path))


def build_settings(store: str = "", **more: str) -> Settings:
    return load_settings({"store": store, "elasticsearch_api_key": CANARY, **more})


def build_side(store: str, secrets: Path | None = None) -> Side:
    return Side(store=store, vault="", secrets=secrets, option="--to-secrets FILE for TARGET")


def write_secrets(folder: Path, *lines: str) -> Path:
    file = folder / "other.toml"
    file.write_text("\n".join(lines), "utf-8")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(
    ("own", "one", "other"),
    [
        ("", A, B),
        (A, A, B),
        (A, "sankofa.db", B),
        (A, B, "back.db"),
        ("", A, "https://a.example:9201"),
        ("https://a.example,c.example", A, "https://a.example,b.example"),
    ],
)
def test_the_key_of_one_cluster_is_not_sent_to_another(own: str, one: str, other: str) -> None:
    with pytest.raises(SettingsError, match=r"not sent to https://[ab]\.example.*secrets FILE") as refusal:
        settle_sides(build_settings(own), build_side(one), build_side(other))

    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize(
    ("own", "one", "other"),
    [
        ("", "sankofa.db", B),
        ("", B, "sankofa.db"),
        (A, A, "https://a.example/other"),
        ("https://a.example,b.example", A, B),
        ("sankofa.db", "one.db", "other.db"),
    ],
)
def test_one_cluster_gets_its_own_key(own: str, one: str, other: str) -> None:
    sides = settle_sides(build_settings(own), build_side(one), build_side(other))

    assert [side.store for side in sides] == [one, other]
    assert {side.elasticsearch_api_key.get_secret_value() for side in sides} == {CANARY}


def test_two_clusters_without_any_key_need_none(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = settle_sides(load_settings({}), build_side("http://127.0.0.1:9200"), build_side("http://127.0.0.1:9201"))

    assert [side.elasticsearch_user for side in sides] == ["", ""]


def test_a_file_stands_for_the_whole_group_that_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_ELASTICSEARCH_FINGERPRINT", "ab" * 32)
    file = write_secrets(tmp_path, 'elasticsearch_user = "ana"', 'elasticsearch_password = "x"')
    settings = build_settings(A, s3_access_key="mine", s3_endpoint="https://s3.example")

    own, other = settle_sides(settings, build_side(A), build_side(B, file))

    assert (own.elasticsearch_api_key.get_secret_value(), own.elasticsearch_user) == (CANARY, "")
    assert (other.elasticsearch_user, other.elasticsearch_password.get_secret_value()) == ("ana", "x")
    assert (other.elasticsearch_api_key.get_secret_value(), other.elasticsearch_fingerprint) == ("", "")
    assert (other.s3_access_key.get_secret_value(), other.s3_endpoint) == ("mine", "https://s3.example")


def test_a_file_for_the_vault_alone_lends_no_key_of_the_cluster(tmp_path: Path) -> None:
    file = write_secrets(tmp_path, 's3_endpoint = "https://s3.b.example"')

    with pytest.raises(SettingsError, match="not sent"):
        settle_sides(build_settings(A, s3_access_key="mine"), build_side(A), build_side(B, file))
    _, other = settle_sides(build_settings(A, s3_access_key="mine"), build_side(A), build_side("b.db", file))

    assert (other.s3_endpoint, other.s3_access_key.get_secret_value()) == ("https://s3.b.example", "")


@pytest.mark.parametrize(
    ("line", "mode", "says"),
    [
        ('vault = "s3://x"', 0o600, "holds vault"),
        ('elasticsearch_port = "1"', 0o600, "holds elasticsearch_port"),
        ("elasticsearch_api_key = 7", 0o600, "elasticsearch_api_key"),
        (f"elasticsearch_api_key = {CANARY}", 0o600, "cannot be read"),
        (f'elasticsearch_api_key = "{CANARY}"', 0o644, "chmod 600"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_without_repeating_it(
    tmp_path: Path, line: str, mode: int, says: str
) -> None:
    file = write_secrets(tmp_path, line)
    file.chmod(mode)

    with pytest.raises(SettingsError, match=says) as refusal:
        settle_sides(build_settings(A), build_side(A), build_side(B, file))

    assert CANARY not in str(refusal.value)
