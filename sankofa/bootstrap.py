"""Put the desk together: the only place that picks a backend, a vault and the sources."""

import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from index.backends.embedded import FileKeeper, open_embedded
from index.backends.memory import MemoryStore
from index.meaning.opening import open_encoder
from index.store import Store
from index.vault import Vault
from index.vaults import open_vault
from sankofa.desk import Desk
from sankofa.errors import SettingsError
from sankofa.names_file import use_names_file
from sankofa.outside import open_outside
from sankofa.public_accounts_file import load_public_accounts_file
from sankofa.scale_file import use_scale_file
from sankofa.secrets_file import draft_secrets
from sankofa.settings import Settings
from sankofa.trust_list import load_trust_list
from verify.sandbox.decoder import Decoder

if TYPE_CHECKING:
    from index.backends.elasticsearch import Access, Migration
    from index.backup import Keeper

_SQLITE = "sqlite:"
_ELASTICSEARCH = re.compile(r"https?:", re.IGNORECASE)


@contextmanager
def open_desk(settings: Settings, *, create: bool = True) -> Iterator[Desk]:
    """Open store, vault and outside world; with *create* false a store that does not exist is an error.

    Raises:
        SettingsError: The store's address names no backend that there is, or trust list, scale or the rule of public accounts
            cannot be used.
        EncoderError: The encoder's folder holds no model.
        StoreError, VaultError: see :mod:`index.errors`.
    """
    use_scale_file(settings.scale_file)
    public_accounts = load_public_accounts_file(settings.public_accounts_file)
    encoder = open_encoder(settings.encoder)
    store = _open_store(settings, create=create)
    try:
        anchors = load_trust_list(settings.trust_list)
        with open_outside(settings) as outside, Decoder(trust_anchors=anchors) as decoder:
            yield Desk(
                store=store,
                vault=_open_vault(settings),
                outside=outside,
                decoder=decoder,
                clock=lambda: datetime.now(UTC),
                home=settings.home,
                language=settings.language,
                person_id=settings.person,
                reads_text=settings.read_text,
                encoder=encoder,
                public_address=settings.public_address,
                public_accounts=public_accounts,
            )
    finally:
        store.close()


def set_up_store(settings: Settings, *, user: str, password: str) -> bool:
    """Make the role and indices that a desk needs on the Elasticsearch of the settings, and a key, kept in the secrets file.

    *user* and *password* are an administrator's, and kept nowhere. A key that the settings hold already stays.

    Returns:
        Whether the key is new.

    Raises:
        SettingsError: The store is no Elasticsearch, the secrets file cannot be written, or the key that there is may not do
            all that is needed.
        StoreError: see :mod:`index.errors`.
    """
    if not _ELASTICSEARCH.match(settings.store_url):
        raise SettingsError("only a store in Elasticsearch is set up: name it with --store https://host:9200")
    use_names_file(settings.names_file)
    from index.backends.elasticsearch import is_enough, make_key, prepare, split_address

    access, prefix = _build_access(settings), split_address(settings.store_url)[1]
    administrator = replace(access, api_key="", user=user, password=password)
    if access.api_key and not is_enough(access, prefix):
        message = (
            f"the key in the settings may not do all that is needed under {prefix}-*: take it out, and do this again"
        )
        raise SettingsError(f"{message} (it stands in {settings.secrets_path}, or in the environment)")
    with draft_secrets(settings.secrets_path) as save:
        prepare(administrator, prefix)
        if not access.api_key:
            save("elasticsearch_api_key", make_key(administrator, prefix, platform.node()))
    return not access.api_key


@contextmanager
def open_store_migration(settings: Settings, *, user: str = "", password: str = "") -> "Iterator[Migration]":
    """Hold the migration of the store in Elasticsearch, as an administrator where *user* is given.

    Raises:
        SettingsError: The store is a file, which is brought up to date when it is opened.
        LeaseTakenError: Another process migrates it.
        StoreError: see :mod:`index.errors`.
    """
    if not _ELASTICSEARCH.match(settings.store_url):
        raise SettingsError("only a store in Elasticsearch is migrated: a file is brought up to date when it is opened")
    use_names_file(settings.names_file)
    from index.backends.elasticsearch import open_migration, split_address

    access, prefix = _build_access(settings), split_address(settings.store_url)[1]
    if user:
        access = replace(access, api_key="", user=user, password=password)
    with open_migration(access, prefix) as migration:
        yield migration


def open_keeper(settings: Settings, repository: str = "", *, user: str = "", password: str = "") -> "Keeper":
    """Return what backs up and restores the records of the store, as an administrator where *user* is given.

    *repository* is one of the cluster's own; a file has none.

    Raises:
        SettingsError: The store cannot be backed up, or has no such thing as a repository.
    """
    use_names_file(settings.names_file)
    url = settings.store_url
    if _ELASTICSEARCH.match(url):
        from index.backends.elasticsearch import SnapshotKeeper, split_address

        access = _build_access(settings)
        if user:
            access = replace(access, api_key="", user=user, password=password)
        return SnapshotKeeper(access, split_address(url)[1], repository)
    if repository:
        raise SettingsError("only a store in Elasticsearch has a snapshot repository: leave --repository out")
    if url == "memory:" or "://" in url:
        raise SettingsError(f"{url} cannot be backed up: name a file or an Elasticsearch with --store")
    return FileKeeper(url.removeprefix(_SQLITE), settings.lock_timeout_seconds)


def open_records(settings: Settings) -> Store:
    """Open the store alone, which must exist. Raises as :func:`open_desk`."""
    return _open_store(settings, create=False)


def open_originals(settings: Settings) -> Vault:
    """Open the vault alone. Raises VaultUnavailableError."""
    return _open_vault(settings)


def list_nodes(store_url: str) -> frozenset[str]:
    """The addresses of the nodes of a store in Elasticsearch; none for another store. Raises StoreAccessError."""
    if not _ELASTICSEARCH.match(store_url):
        return frozenset()
    from index.backends.elasticsearch import Access, split_address

    return frozenset(Access(url=split_address(store_url)[0]).list_nodes())


def describe_version() -> str:
    """Return the name and version of what runs."""
    return f"sankofa {version('sankofa')}"


def _open_store(settings: Settings, *, create: bool) -> Store:
    use_names_file(settings.names_file)
    url = settings.store_url
    if url == "memory:":
        return MemoryStore()
    if _ELASTICSEARCH.match(url):
        from index.backends.elasticsearch import open_elasticsearch, split_address

        _, prefix = split_address(url)
        return open_elasticsearch(_build_access(settings), prefix=prefix, create=create)
    if "://" in url:
        message = (
            f"store {url.split('://')[0]}:// is no backend of this version: give a file (sankofa.db), https://host:9200"
            " of Elasticsearch, or memory:"
        )
        raise SettingsError(message)
    path = url.removeprefix(_SQLITE)
    return open_embedded(path, lock_timeout_seconds=settings.lock_timeout_seconds, create=create)


def _build_access(settings: Settings) -> "Access":
    """How the Elasticsearch of the settings is reached."""
    from index.backends.elasticsearch import Access, split_address

    return Access(
        url=split_address(settings.store_url)[0],
        api_key=settings.elasticsearch_api_key.get_secret_value(),
        user=settings.elasticsearch_user,
        password=settings.elasticsearch_password.get_secret_value(),
        ca_file=settings.elasticsearch_ca_file,
        fingerprint=settings.elasticsearch_fingerprint,
    )


def _open_vault(settings: Settings) -> Vault:
    return open_vault(
        settings.vault_url,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
    )
