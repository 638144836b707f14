"""The two sides of a copy or a comparison: each with its own secrets, and no key goes to a host that it is not for."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sankofa.bootstrap import list_nodes
from sankofa.desk import Desk
from sankofa.errors import SettingsError
from sankofa.secrets_file import check_secrets_file
from sankofa.settings import Settings, load_whole

_CLUSTER, _VAULT = "elasticsearch_", "s3_"
"""What is reached with its own secrets. A file that names one setting of a group stands for the whole group."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A store and a vault, and a secrets file for both; without one this desk's secrets are for them."""

    store: str
    vault: str
    secrets: Path | None = None
    option: str = ""
    """The option that names the file, and whose: ``--other-secrets FILE for OTHER``."""


def settle_sides(settings: Settings, one: Side, other: Side) -> tuple[Settings, Settings]:
    """Return the settings of each side.

    Raises:
        SettingsError: A secrets file cannot be used, or this desk's key would go to another cluster than its own.
    """
    given = {side: _read(side.secrets) if side.secrets else {} for side in (one, other)}
    if settings.elasticsearch_api_key.get_secret_value() or settings.elasticsearch_user:
        _require_one_cluster(settings, [side for side, names in given.items() if not _names(names, _CLUSTER)])
    return _settle(settings, one, given[one]), _settle(settings, other, given[other])


def share_vault(one: Desk, other: Desk, sides: tuple[Settings, Settings]) -> bool:
    """Whether both keep their originals in one vault; a bucket of the same name on another server is another."""
    is_one_server = not one.vault.url.startswith("s3:") or sides[0].s3_endpoint == sides[1].s3_endpoint
    return one.vault.url == other.vault.url and is_one_server


def _settle(settings: Settings, side: Side, given: Mapping[str, object]) -> Settings:
    values = dict(settings) | {"store": side.store, "vault": side.vault}
    for group in (_CLUSTER, _VAULT):
        if _names(given, group):
            fields = Settings.model_fields.items()
            values |= {name: given.get(name, field.default) for name, field in fields if name.startswith(group)}
    return load_whole(values, f"the secrets file {side.secrets}" if side.secrets else "settings")


def _names(given: Mapping[str, object], group: str) -> bool:
    return any(name.startswith(group) for name in given)


def _read(file: Path) -> dict[str, object]:
    try:
        given = tomllib.loads(check_secrets_file(file).read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise SettingsError(f"the secrets file {file} cannot be read: {type(error).__name__}") from error
    for name in given:
        if name not in Settings.model_fields or not name.startswith((_CLUSTER, _VAULT)):
            raise SettingsError(
                f"the secrets file {file} holds {name}: for one side it may hold elasticsearch_… and s3_… settings"
            )
    return given


def _require_one_cluster(settings: Settings, sides: list[Side]) -> None:
    """The desk's key is for the cluster of its own store; where that is a file, for the one that both sides name."""
    nodes = [list_nodes(side.store) for side in sides]
    own = list_nodes(settings.store_url) or max(nodes, key=len, default=frozenset())
    for side, there in zip(sides, nodes, strict=True):
        if not there <= own:
            raise SettingsError(
                f"this desk's key is not sent to {side.store}, for it may be the key of {', '.join(sorted(own))} alone:"
                f" name {side.option} (elasticsearch_api_key or user and password, s3_access_key …)"
            )
