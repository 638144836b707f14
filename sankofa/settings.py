"""Every setting, read once: ``SANKOFA_*`` in the environment, then ``sankofa.toml`` in the home folder, then the defaults.

Options of the command line win over all three. Only ``sankofa`` reads settings; components get plain values.
"""

import os
import tomllib
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

CONFIG_NAME = "sankofa.toml"


def default_home() -> Path:
    """Return where data lie when nobody says so: ``$XDG_DATA_HOME/sankofa``, usually ``~/.local/share/sankofa``."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "sankofa"


class Settings(BaseSettings):
    """The settings of one run; each field is described in ``docs/reference/settings.md``."""

    model_config = SettingsConfigDict(env_prefix="SANKOFA_", frozen=True, extra="forbid", env_ignore_empty=True)

    home: Path = Field(default_factory=default_home)
    store: str = ""
    vault: str = ""
    person: str = ""
    language: Literal["fr", "en", "ar"] = "fr"
    read_text: bool = True
    trust_list: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8377, ge=0, le=65535)
    lock_timeout_seconds: float = Field(default=10, gt=0)
    allowed_networks: Annotated[tuple[str, ...], NoDecode] = ()
    fetch_max_bytes: int = Field(default=64 * 1024 * 1024, gt=0)
    fetch_timeout_seconds: float = Field(default=60, gt=0)
    contact: str = ""
    x_api_base: str = "https://api.x.com"
    x_bearer_token: SecretStr = SecretStr("")
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")

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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the TOML file of the home folder behind the environment."""
        home = init_settings().get("home") or env_settings().get("home") or default_home()
        file = TomlConfigSettingsSource(settings_cls, toml_file=Path(home) / CONFIG_NAME)
        return init_settings, env_settings, file


def load_settings(overrides: Mapping[str, Any]) -> Settings:
    """Read and validate the settings; *overrides* (from the command line) win, empty ones are left out.

    Raises:
        SettingsError: One cannot be used; the message names each and what is wrong.
    """
    given = {name: value for name, value in overrides.items() if value not in (None, "")}
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise SettingsError(f"settings: {problems} (see docs/reference/settings.md)") from error
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise SettingsError(f"{CONFIG_NAME} in the home folder cannot be read: {error}") from error
