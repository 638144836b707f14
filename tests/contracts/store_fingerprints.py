"""What every store promises of the radius search; part of :class:`tests.contracts.store.StoreContract`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import QueryError, RecordConflictError
from index.model import BankEntry
from index.store import Store
from tests.contracts.records import build_code, build_entry
from verify.errors import HashFormatError
from verify.hashing.base import distance_bits


class FingerprintsContract:
    """Exact, whatever was added before; the store is the inheriting class's fixture."""

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(data=st.data(), radius=st.integers(0, 256))
    def test_the_radius_search_finds_what_brute_force_finds(self, store: Store, data: Any, radius: int) -> None:
        base = st.sampled_from([0, 2**256 - 1, int.from_bytes(b"\x5a" * 32, "big")])
        near = st.builds(
            lambda a, flips: a ^ sum(1 << f for f in flips), base, st.sets(st.integers(0, 255), max_size=40)
        )
        codes = data.draw(st.lists(near.map(build_code), min_size=1, max_size=4))
        bank = data.draw(st.sampled_from(["known", "seen"]))
        store.add([build_entry(store.count(BankEntry), *codes, bank=bank)])
        queries = data.draw(st.lists(near.map(build_code), max_size=3))

        hits = store.find_fingerprints("pdq", queries, radius_bits=radius, bank="known")

        expected = {
            (index, distance_bits(query, fingerprint.code), entry.id, entry.media_id)
            for index, query in enumerate(queries)
            for entry in store.iter_records(BankEntry)
            if entry.bank == "known"
            for fingerprint in entry.fingerprints
            if distance_bits(query, fingerprint.code) <= radius
        }
        found = [(hit.query_index, hit.distance_bits, hit.entry_id, hit.media_id) for hit in hits]
        assert found == sorted(expected)

    def test_banks_and_hash_types_are_apart(self, store: Store) -> None:
        store.add([build_entry(1, build_code(0)), build_entry(2, build_code(1), bank="seen")])
        store.add([build_entry(3, build_code(3, "phash"), algorithm="phash")])

        def found(algorithm: str, bank: Any) -> list[tuple[str, int]]:
            code = build_code(0, algorithm)
            hits = store.find_fingerprints(algorithm, [code], radius_bits=8, bank=bank)
            return [(hit.entry_id, hit.distance_bits) for hit in hits]

        assert found("pdq", "known") == [("B-known-0001", 0)]
        assert found("pdq", "seen") == [("B-seen-0002", 1)]
        assert found("phash", "known") == [("B-known-0003", 2)]
        assert found("dhash", "known") == []

    def test_an_entry_comes_once_for_each_distance(self, store: Store) -> None:
        store.add([build_entry(1, build_code(1), build_code(2), build_code(7), build_code(1))])

        hits = store.find_fingerprints("pdq", [build_code(0), build_code(0)], radius_bits=3, bank="known")

        assert [(hit.query_index, hit.distance_bits) for hit in hits] == [(0, 1), (0, 3), (1, 1), (1, 3)]

    def test_what_was_just_added_is_found(self, store: Store) -> None:
        for number in range(5):
            store.add([build_entry(number, build_code(number))])
            hits = store.find_fingerprints("pdq", [build_code(number)], radius_bits=0, bank="known")
            assert [hit.entry_id for hit in hits] == [f"B-known-{number:04d}"]

    def test_an_entry_that_was_refused_is_found_by_none_of_its_codes(self, store: Store) -> None:
        store.add([build_entry(1, build_code(1))])

        with pytest.raises(RecordConflictError):
            store.add([build_entry(1, build_code(1), build_code(2**255))])

        assert store.find_fingerprints("pdq", [build_code(2**255)], radius_bits=0, bank="known") == ()

    def test_capital_letters_in_a_code_make_no_difference(self, store: Store) -> None:
        store.add([build_entry(1, "ab" * 32)])

        assert store.find_fingerprints("pdq", ["AB" * 32], radius_bits=0, bank="known")

    @pytest.mark.parametrize("code", ["", "00", "0" * 63, "0" * 66, "g" * 64, "\ud800" * 64, " " * 64])
    def test_a_code_of_another_width_is_refused(self, store: Store, code: str) -> None:
        with pytest.raises(HashFormatError):
            store.find_fingerprints("pdq", [build_code(0), code], radius_bits=31, bank="known")

    def test_an_unknown_hash_type_or_a_negative_radius_is_refused(self, store: Store) -> None:
        with pytest.raises(HashFormatError, match="pdq"):
            store.find_fingerprints("md5", ["00" * 16], radius_bits=1, bank="known")
        with pytest.raises(QueryError, match="radius"):
            store.find_fingerprints("pdq", [], radius_bits=-1, bank="known")
