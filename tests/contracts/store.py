"""What every store promises; each backend's tests inherit this class.

Differences between backends are declared as class attributes, and documented there.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest

from index.errors import StoreUnavailableError
from index.model import Claim, MediaItem, Post
from index.query import ClaimQuery, PostQuery, TextQuery
from index.store import Store
from tests.contracts.records import build_claim, build_code, build_entry, build_post, build_words_entry
from tests.contracts.store_erasing import ErasingContract, stub_all
from tests.contracts.store_features import FeaturesContract
from tests.contracts.store_fingerprints import FingerprintsContract
from tests.contracts.store_log import LogContract
from tests.contracts.store_names import NamesContract
from tests.contracts.store_records import RecordsContract
from tests.contracts.store_search import SearchContract, find
from tests.contracts.store_vectors import VectorsContract, build_vector, draw_codes
from tests.contracts.store_verdicts import VerdictsContract


class StoreContract(
    RecordsContract,
    SearchContract,
    NamesContract,
    VerdictsContract,
    FingerprintsContract,
    FeaturesContract,
    VectorsContract,
    LogContract,
    ErasingContract,
    ABC,
):
    """Inherit, and give an empty store."""

    OUTLIVES_ITS_PROCESS: ClassVar[bool] = True
    """Whether what was kept is there when the store is opened again; ``memory`` forgets."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> Store:
        """Return an empty store."""

    @abstractmethod
    def reopen(self, store: Store) -> Store:
        """Open the same store once more, as another process would; only where it outlives its process."""

    def test_reading_and_writing_at_once_gives_whole_answers(self, store: Store) -> None:
        def write(start: int) -> None:
            for number in range(start, start + 40, 2):
                store.add([build_post(number, "paire un"), build_post(number + 1, "paire deux")])

        def read(_: int) -> None:
            while not done.is_set():
                found = store.find_posts(PostQuery(text=TextQuery(words="paire"), limit=1_000))
                assert len(found.hits) == found.total
                assert found.total % 2 == 0 or not store.atomic_add
                assert store.count(Post) >= found.total

        done = threading.Event()
        with ThreadPoolExecutor(6) as pool:
            readers = [pool.submit(read, number) for number in range(3)]
            try:
                list(pool.map(write, (0, 1_000, 2_000)))
            finally:
                done.set()
            for reader in readers:
                reader.result()

        assert store.count(Post) == 120

    def test_what_was_kept_is_there_when_the_store_is_opened_again(self, store: Store) -> None:
        if not self.OUTLIVES_ITS_PROCESS:
            pytest.skip("this backend forgets when it is closed, as it declares")
        claim = store.revise(build_claim(1, "Tunnels de Kidal"), expected_revision=0)
        store.add([build_post(1, "tunnels"), build_entry(1, build_code(5)), build_words_entry(1, "0a1b")])
        store.add([build_vector(claim, draw_codes(1))])
        store.append_log([b"entry"])
        store.close()

        again = self.reopen(store)

        assert again.get_history(Claim, claim.id) == (claim,)
        assert find(again, "tunnels") == [claim.id]
        assert again.find_fingerprints("pdq", [build_code(5)], radius_bits=0, bank="known")
        assert again.find_features(["0a1b"], limit=1, bank="known")
        assert again.find_vectors("signs-1", draw_codes(1), limit=1)
        assert again.read_log(0, 2) == (b"entry",)
        again.close()

    def test_the_address_holds_no_secret(self, store: Store) -> None:
        assert store.url
        assert "@" not in store.url

    def test_the_engine_says_its_name_and_how_much_room_it_takes(self, store: Store) -> None:
        store.add([build_post(1, "text")])

        engine = store.describe()

        assert engine.name
        assert (engine.size_bytes > 0) == self.OUTLIVES_ITS_PROCESS

    def test_a_store_that_kept_everything_names_nothing_refused(self, store: Store) -> None:
        store.add([build_post(1, "text")])

        assert list(store.iter_refused()) == []

    CALLS: ClassVar[dict[str, Callable[[Store], object]]] = {
        "add": lambda store: store.add([build_post(1, "text")]),
        "add nothing": lambda store: store.add([]),
        "revise": lambda store: store.revise(build_claim(1, "text"), expected_revision=0),
        "get": lambda store: store.get(Post, "P-0001"),
        "get_many": lambda store: store.get_many(Post, ["P-0001"]),
        "get_history": lambda store: store.get_history(Claim, "C-2023-0001"),
        "find_linked": lambda store: store.find_linked(MediaItem, "kind", ["image"]),
        "iter_records": lambda store: store.iter_records(Post),
        "find_claims": lambda store: store.find_claims(ClaimQuery()),
        "count_claims": lambda store: store.count_claims(ClaimQuery()),
        "count_holders": lambda store: store.count_holders(["fr:tunnel"]),
        "find_near_terms": lambda store: store.find_near_terms(["fr:tunnel"], edits=1),
        "find_posts": lambda store: store.find_posts(PostQuery()),
        "find_fingerprints": lambda store: store.find_fingerprints("pdq", [], radius_bits=0, bank="known"),
        "find_features": lambda store: store.find_features([], limit=1, bank="known"),
        "find_vectors": lambda store: store.find_vectors("signs-1", draw_codes(1), limit=1),
        "count": lambda store: store.count(Post),
        "count_by": lambda store: store.count_by(Post, "author"),
        "append_log": lambda store: store.append_log([b"entry"]),
        "read_log": lambda store: store.read_log(0, 1),
        "count_log": lambda store: store.count_log(),
        "erase": lambda store: store.erase(stub_all([build_post(1, "text")]), []),
        "describe": lambda store: store.describe(),
        "iter_refused": lambda store: list(store.iter_refused()),
    }

    @pytest.mark.parametrize("call", CALLS)
    def test_a_closed_store_says_so(self, store: Store, call: str) -> None:
        store.add([build_post(1, "text")])
        store.close()

        with pytest.raises(StoreUnavailableError, match="closed"):
            self.CALLS[call](store)

    def test_closing_twice_is_harmless(self, store: Store) -> None:
        store.add([build_post(1, "text")])

        store.close()
        store.close()
