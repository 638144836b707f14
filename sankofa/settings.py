"""Every setting, read once: the environment (``SANKOFA_*``), the secrets file, ``sankofa.toml`` in the home folder, defaults.

Options of the command line win over all of them. Only ``sankofa`` reads settings; components get plain values.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sankofa.errors import SettingsError
from sankofa.secrets_file import SECRETS_NAME, check_secrets_file

CONFIG_NAME = "sankofa.toml"

_USER_IN_ADDRESS = re.compile(r"https?:[^?#]*@|[a-z][a-z0-9+.-]*://[^/?#]*@", re.IGNORECASE)


def default_home() -> Path:
    """Return where data lie when nobody says so: ``$XDG_DATA_HOME/sankofa``, usually ``~/.local/share/sankofa``."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "sankofa"


class Settings(BaseSettings):
    """The settings of one run; each field is described in ``docs/reference/settings.md``."""

    model_config = SettingsConfigDict(
        env_prefix="SANKOFA_", frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Field(default_factory=default_home)
    store: str = ""
    vault: str = ""
    person: str = ""
    language: Literal["fr", "en", "ar"] = "fr"
    read_text: bool = True
    trust_list: Path | None = None
    names_file: Path | None = None
    scale_file: Path | None = None
    public_accounts_file: Path | None = None
    encoder: str = ""
    host: str = "127.0.0.1"
    public_address: str = ""
    port: int = Field(default=8377, ge=0, le=65535)
    lock_timeout_seconds: float = Field(default=10, gt=0)
    allowed_networks: Annotated[tuple[str, ...], NoDecode] = ()
    fetch_max_bytes: int = Field(default=64 * 1024 * 1024, gt=0)
    fetch_timeout_seconds: float = Field(default=60, gt=0)
    contact: str = ""
    x_api_base: str = "https://api.x.com"
    x_bearer_token: SecretStr = SecretStr("")
    google_api_base: str = "https://factchecktools.googleapis.com"
    google_api_key: SecretStr = SecretStr("")
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    elasticsearch_api_key: SecretStr = SecretStr("")
    elasticsearch_user: str = ""
    elasticsearch_password: SecretStr = SecretStr("")
    elasticsearch_ca_file: Path | None = None
    elasticsearch_fingerprint: str = ""
    secrets_file: Path | None = None

    @field_validator("store", "vault")
    @classmethod
    def _refuse_users(cls, address: str) -> str:
        if _USER_IN_ADDRESS.match(address):
            raise ValueError("holds a user or a password: leave them out, they are settings of their own")
        return address

    @field_validator("public_address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not re.fullmatch(r"https?://[^\s?#@]+", address):
            raise ValueError("is no web address: write it as https://desk.example.org")
        return address.rstrip("/")

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _split_networks(cls, given: object) -> object:
        """Take a list, or text with commas as it stands in an environment variable."""
        if not isinstance(given, str):
            return given
        return tuple(part.strip(" []\"'") for part in given.split(",") if part.strip(" []\"'"))

    @field_validator("allowed_networks")
    @classmethod
    def _check_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks

    @property
    def store_url(self) -> str:
        """The backend: what was set, or the embedded store in the home folder."""
        return self.store or str(self.home / "sankofa.db")

    @property
    def vault_url(self) -> str:
        """Where originals lie: what was set, or a folder in the home folder."""
        return self.vault or str(self.home / "vault")

    @property
    def secrets_path(self) -> Path:
        """Where secrets are kept: what was set, or a file in the home folder."""
        return self.secrets_file or self.home / SECRETS_NAME

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the TOML files behind the environment: first the secrets, then the one of the home folder."""
        given, environment = init_settings(), env_settings()
        home = Path(given.get("home") or environment.get("home") or default_home())
        file = _read_toml(settings_cls, home / CONFIG_NAME)
        named = given.get("secrets_file") or environment.get("secrets_file") or file().get("secrets_file")
        secrets = Path(named or home / SECRETS_NAME)
        if named or secrets.exists():
            check_secrets_file(secrets)
        return init_settings, env_settings, _read_toml(settings_cls, secrets), file


def _read_toml(settings_cls: type[BaseSettings], file: Path) -> TomlConfigSettingsSource:
    """A file that does not exist holds nothing."""
    try:
        return TomlConfigSettingsSource(settings_cls, toml_file=file)
    except (ValueError, OSError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error


def load_settings(overrides: Mapping[str, Any]) -> Settings:
    """Read and validate the settings; *overrides* (from the command line) win, empty ones are left out.

    Raises:
        SettingsError: One cannot be used; the message names each and what is wrong.
    """
    return load_whole({name: value for name, value in overrides.items() if value not in (None, "")}, "settings")


def load_whole(given: Mapping[str, Any], where: str) -> Settings:
    """Read and validate the settings; what is *given* wins, empty or not. Raises SettingsError, which says *where* it stands."""
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise SettingsError(f"{where}: {problems} (see docs/reference/settings.md)") from error
