"""Put the desk together: the only place that picks a backend, a vault and the sources."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from crawlers.catalogue import Catalogue, Credentials, load_catalogue, open_source
from crawlers.guard import FetchLimits, GuardedFetcher
from crawlers.source import Source
from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.model import Event
from index.store import Store
from index.vault import Vault
from index.vaults import open_vault
from sankofa.desk import Desk
from sankofa.errors import SettingsError
from sankofa.settings import Settings

__all__ = ["open_desk", "user_agent"]


def user_agent(settings: Settings) -> str:
    """Say honestly who fetches, and whom to write to."""
    contact = f"; {settings.contact}" if settings.contact else ""
    return f"Sankofa/0.1 (+https://github.com/sankofa-desk/sankofa{contact})"


@contextmanager
def open_desk(settings: Settings, *, create: bool = True) -> Iterator[Desk]:
    """Open store, vault and outside world; with *create* false a store that does not exist is an error."""
    store = _open_store(settings, create=create)
    try:
        with _open_outside(settings) as outside:
            yield Desk(
                store=store,
                vault=_open_vault(settings),
                outside=outside,
                clock=lambda: datetime.now(UTC),
                home=settings.home,
                language=settings.language,
                person_id=settings.person,
            )
    finally:
        store.close()
