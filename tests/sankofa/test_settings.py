"""Where settings come from, and that no secret ever comes out."""

import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from sankofa.errors import SettingsError
from sankofa.secrets_file import draft_secrets
from sankofa.settings import Settings, load_settings

CANARY = "canary-51c9"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SANKOFA_{name.upper()}", raising=False)


def write_secrets(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def test_the_environment_wins_over_the_secrets_file_and_that_over_sankofa_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = write_secrets(tmp_path / "mine.toml", 'x_bearer_token = "b"\ns3_access_key = "b"\ns3_secret_key = "b"')
    (tmp_path / "sankofa.toml").write_text(
        f'secrets_file = "{secrets}"\ns3_access_key = "c"\nelasticsearch_api_key = "c"'
    )
    monkeypatch.setenv("SANKOFA_X_BEARER_TOKEN", "a")

    settings = load_settings({"home": tmp_path})

    keys = (settings.x_bearer_token, settings.s3_access_key, settings.s3_secret_key, settings.elasticsearch_api_key)
    assert [key.get_secret_value() for key in keys] == ["a", "b", "b", "c"]
    assert settings.secrets_path == secrets


def test_secrets_in_the_home_folder_need_not_be_named(tmp_path: Path) -> None:
    write_secrets(tmp_path / "secrets.toml", f'elasticsearch_api_key = "{CANARY}"')

    settings = load_settings({"home": tmp_path})

    assert settings.elasticsearch_api_key == SecretStr(CANARY)
    assert CANARY not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_secrets_that_others_may_read_or_write_are_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    file = write_secrets(tmp_path / "secrets.toml", f'elasticsearch_api_key = "{CANARY}"', mode)

    with pytest.raises(SettingsError, match=f"chmod 600 {file}"):
        load_settings({"home": tmp_path})


def test_secrets_that_were_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_SECRETS_FILE", str(tmp_path / "mine.toml"))

    with pytest.raises(SettingsError, match=r"mine\.toml cannot be read"):
        load_settings({"home": tmp_path})


@pytest.mark.parametrize(
    "text",
    [
        f'elasticsearch_api_key = "{CANARY}',
        f"elasticsearch_api_key = {CANARY}",
        f'elasticsearch_key = "{CANARY}"',
        f'elasticsearch_api_key = ["{CANARY}"]',
        f'port = "{CANARY}"',
    ],
)
def test_a_secrets_file_that_cannot_be_understood_is_not_repeated(tmp_path: Path, text: str) -> None:
    write_secrets(tmp_path / "secrets.toml", text)

    with pytest.raises(SettingsError) as refusal:
        load_settings({"home": tmp_path})

    assert CANARY not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize(
    "address",
    ["https://{}@es:9200", "HTTPS://ana:{}@es:9200/x", "https:ana:{}@es", "https://a:{}/b@es", "pg://a:{}@h/d"],
)
@pytest.mark.parametrize("name", ["store", "vault"])
def test_an_address_with_a_password_is_refused_and_not_repeated(tmp_path: Path, name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: .*user or a password") as refusal:
        load_settings({"home": tmp_path, name: address.format(CANARY)})

    assert CANARY not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize("address", ["s3://bucket/a@b", "/srv/a@b.db", "https://es:9200/a", "sqlite:a@b"])
def test_an_at_sign_elsewhere_is_no_password(tmp_path: Path, address: str) -> None:
    assert load_settings({"home": tmp_path, "store": address}).store == address


def test_a_new_secret_is_readable_by_its_owner_alone_and_keeps_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secrets.toml"
    with draft_secrets(file) as save:
        save("elasticsearch_api_key", "a")
    with draft_secrets(file) as save:
        save("x_bearer_token", "b")

    assert file.read_text("utf-8") == 'x_bearer_token = "b"\nelasticsearch_api_key = "a"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_secret_that_was_not_made_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), draft_secrets(tmp_path / "secrets.toml"):
        raise ZeroDivisionError

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_said_before_a_secret_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be written"), draft_secrets(tmp_path / "file" / "secrets.toml"):
        raise AssertionError
