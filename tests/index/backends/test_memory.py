"""The memory store keeps the contract."""

from collections.abc import Iterator

import pytest

from index.backends.memory import MemoryStore
from index.store import Store
from tests.contracts.store import StoreContract


class TestMemoryStore(StoreContract):
    OUTLIVES_ITS_PROCESS = False

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = MemoryStore()
        yield store
        store.close()

    def reopen(self, store: Store) -> Store:
        raise NotImplementedError("memory forgets")
