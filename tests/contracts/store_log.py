"""What every store promises of its log; part of :class:`tests.contracts.store.StoreContract`."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from index.errors import RecordFormatError, RevisionConflictError
from index.log.entries import build_entry, digest_record, read_entry, seal
from index.log.tree import compute_root
from index.model import Claim
from index.store import Store, iter_log
from tests.contracts.records import NOON, build_claim


class LogContract:
    """Entries stay in their order, and go with the revisions that they are of; the store is the inheriting class's fixture."""

    def test_entries_come_back_in_their_order_with_the_same_bytes(self, store: Store) -> None:
        assert (store.count_log(), store.read_log(0, 10)) == (0, ())

        firsts = [
            store.append_log(part) for part in ([b"0", "1 أنفاق".encode()], [b"2"], [], [b'{"3":"\\u0000"}', b"2"])
        ]

        assert firsts == [0, 2, 3, 3]
        assert store.count_log() == 5
        entries = (b"0", "1 أنفاق".encode(), b"2", b'{"3":"\\u0000"}', b"2")
        assert store.read_log(0, 10) == tuple(iter_log(store)) == entries
        assert [store.read_log(start, 2) for start in range(6)] == [entries[start : start + 2] for start in range(6)]
        assert store.read_log(0, 0) == store.read_log(2**40, 1) == ()
        assert compute_root(iter_log(store, 3))[0] == 2

    @pytest.mark.parametrize("entry", [b"", b"\xff", b"\xed\xa0\x80"])
    def test_an_entry_that_cannot_be_kept_takes_the_others_and_the_revision_with_it(
        self, store: Store, entry: bytes
    ) -> None:
        with pytest.raises(RecordFormatError):
            store.append_log([b"good", entry])
        if entry:
            with pytest.raises(RecordFormatError):
                store.revise(build_claim(1, "Tunnels"), expected_revision=0, entry=entry)

        assert (store.count_log(), store.count(Claim)) == (0, 0)

    def test_the_entry_of_an_act_comes_with_its_revision_and_names_its_digest(self, store: Store) -> None:
        first = seal(build_claim(1, "Tunnels"), 0)
        store.revise(first, expected_revision=0, entry=build_entry(first, "add", actor="awa", at=NOON).encode())
        second = seal(replace(first, title="Kidal"), 1)
        entry = build_entry(second, "change", actor="awa", at=NOON).encode()
        for _ in range(2):  # the same again is no error, and no other entry
            store.revise(second, expected_revision=1, entry=entry)
        store.revise(replace(second, title="unlogged", salt=""), expected_revision=2)

        named = [read_entry(text) for text in iter_log(store)]

        assert [(one.act, one.revision) for one in named] == [("add", 1), ("change", 2)]
        kept = [store.get(Claim, first.id, revision=one.revision) for one in named]
        assert [one.digest for one in named] == [digest_record(record) for record in kept]

    def test_an_act_that_comes_too_late_leaves_no_entry(self, store: Store) -> None:
        claim = store.revise(build_claim(1, "Tunnels"), expected_revision=0)

        with pytest.raises(RevisionConflictError):
            store.revise(replace(claim, title="late"), expected_revision=0, entry=b"late")

        assert store.count_log() == 0

    def test_of_many_who_append_at_once_none_loses_an_entry_and_each_stays_together(self, store: Store) -> None:
        with ThreadPoolExecutor(6) as pool:
            firsts = list(pool.map(lambda n: store.append_log([f"{n} a".encode(), f"{n} b".encode()]), range(24)))

        assert sorted(firsts) == list(range(0, 48, 2))
        for number, first in enumerate(firsts):
            assert store.read_log(first, 2) == (f"{number} a".encode(), f"{number} b".encode())

    def test_of_many_who_act_at_once_each_entry_has_its_revision_or_is_void(self, store: Store) -> None:
        def act(number: int) -> bool:
            sealed = seal(build_claim(1, f"Tunnels {number}"), 0)
            entry = build_entry(sealed, "add", actor="awa", at=NOON).encode()
            try:
                store.revise(sealed, expected_revision=0, entry=entry)
            except RevisionConflictError:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            won = list(pool.map(act, range(12)))

        entries = [read_entry(text) for text in iter_log(store)]
        void = {one.more["voids"] for one in entries if one.act == "void"}
        stand = [one for number, one in enumerate(entries) if one.act == "add" and number not in void]
        assert won.count(True) == 1
        assert [one.digest for one in stand] == [digest_record(store.get(Claim, "C-2023-0001"))]
        assert all(entries[number].act == "add" for number in void)
