"""Put the desk together: the only place that picks a backend, a vault and the sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version

from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.store import Store
from index.vault import Vault
from index.vaults import open_vault
from sankofa.desk import Desk
from sankofa.errors import SettingsError
from sankofa.outside import open_outside
from sankofa.settings import Settings
from sankofa.trust_list import load_trust_list
from verify.sandbox.decoder import Decoder

_SQLITE = "sqlite:"


@contextmanager
def open_desk(settings: Settings, *, create: bool = True) -> Iterator[Desk]:
    """Open store, vault and outside world; with *create* false a store that does not exist is an error.

    Raises:
        SettingsError: The store's address names no backend that there is, or the trust list cannot be used.
        StoreError, VaultError: see :mod:`index.errors`.
    """
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
            )
    finally:
        store.close()


def describe_version() -> str:
    """Return the name and version of what runs."""
    return f"sankofa {version('sankofa')}"


def _open_store(settings: Settings, *, create: bool) -> Store:
    url = settings.store_url
    if url == "memory:":
        return MemoryStore()
    if "://" in url:
        message = f"store {url.split('://')[0]}:// is no backend of this version: give a file (sankofa.db) or memory:"
        raise SettingsError(message)
    path = url.removeprefix(_SQLITE)
    return open_embedded(path, lock_timeout_seconds=settings.lock_timeout_seconds, create=create)


def _open_vault(settings: Settings) -> Vault:
    return open_vault(
        settings.vault_url,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
    )
