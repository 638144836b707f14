from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.errors import StoreUnavailableError
from index.model import LASTING, Claim, Post, Record, Revised
from index.store import Store
from index.vault import Vault
from index.vaults import open_vault
from sankofa.errors import NotEmptyError
from sankofa.workflows.compare import compare_stores, compare_vaults
from sankofa.workflows.copy import copy_originals, copy_records
from tests.contracts.records import build_claim, build_post, build_sample


@pytest.fixture
def source() -> Store:
    """A store with a record of every kind, and histories."""
    store = MemoryStore()
    for kind in LASTING.values():
        for number in (1, 2, 3):
            sample = build_sample(kind, number)
            if isinstance(sample, Revised):
                store.revise(sample, expected_revision=0)
                store.revise(sample, expected_revision=1)
            else:
                store.add([sample])
    store.append_log([b"one", b"two"])
    return store


@pytest.fixture
def target(tmp_path: Path) -> Iterable[Store]:
    store = open_embedded(tmp_path / "there.db")
    yield store
    store.close()


def test_a_copy_holds_the_same_and_copying_again_brings_nothing(source: Store, target: Store) -> None:
    progress: list[int] = []
    copied = copy_records(source, target, progress.append)

    assert copied == progress[-1] == 3 * sum(2 if issubclass(kind, Revised) else 1 for kind in LASTING.values())
    found = compare_stores(source, target)
    assert (found.records, found.named, found.digest_here) == (copied, [], found.digest_there)
    assert target.read_log(0, 9) == (b"one", b"two")
    assert copy_records(source, target) == 0


def test_there_and_back_loses_nothing(source: Store, target: Store) -> None:
    copy_records(source, target)
    back = MemoryStore()
    copy_records(target, back)

    assert not compare_stores(source, back).counts


def test_what_is_new_since_is_brought(source: Store, target: Store) -> None:
    copy_records(source, target)
    source.add([build_post(9, "new")])
    source.append_log([b"three"])
    source.revise(replace(source.get(Claim, build_sample(Claim).id), reason="seen again"), expected_revision=2)

    assert copy_records(source, target) == 2
    assert not compare_stores(source, target).counts


def test_a_copy_that_broke_off_goes_on(source: Store, target: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Record] = []

    def fail(records: Iterable[Record]) -> frozenset[str]:
        if len(taken) >= 6:
            raise StoreUnavailableError("nobody answers")
        taken.extend(records)
        return type(target).add(target, taken[-3:])

    with monkeypatch.context() as patch:
        patch.setattr(target, "add", fail)
        with pytest.raises(StoreUnavailableError):
            copy_records(source, target)
    assert sum(target.count(kind) for kind in LASTING.values()) == 6

    copy_records(source, target)
    assert not compare_stores(source, target).counts


@pytest.mark.parametrize("other", [build_post(8, "of somebody else"), replace(build_sample(Post), text="otherwise")])
def test_a_copy_never_mixes_with_other_work(source: Store, target: Store, other: Post) -> None:
    target.add([other])

    with pytest.raises(NotEmptyError, match=other.id):
        copy_records(source, target)
    assert [target.count(kind) for kind in LASTING.values()] == [int(kind is Post) for kind in LASTING.values()]


def test_a_copy_never_mixes_with_another_log(source: Store, target: Store) -> None:
    target.append_log([b"one", b"other"])

    with pytest.raises(NotEmptyError, match="another log"):
        copy_records(source, target)
    assert target.count(Post) == 0


def test_entries_that_differ_are_named_by_their_number(source: Store, target: Store) -> None:
    copy_records(source, target)
    source.append_log([b"three", b"four"])
    target.append_log([b"other"])

    found = compare_stores(source, target)

    assert [(d.kind, d.id, d.says) for d in found.named] == [("log", "2", "differs"), ("log", "3", "missing there")]
    assert (found.entries, found.digest_here == found.digest_there) == (4, False)


def test_every_difference_is_named(source: Store, target: Store) -> None:
    copy_records(source, target)
    source.add([build_post(7, "only here")])
    target.add([build_post(8, "only there")])
    target.revise(build_claim(5, "only there"), expected_revision=0)
    for store, text in ((source, "one"), (target, "other")):
        store.add([build_post(9, text)])

    found = compare_stores(source, target)

    assert {(d.kind, d.id, d.revision, d.says) for d in found.named} == {
        ("post", "P-0007", 0, "missing there"),
        ("post", "P-0008", 0, "missing here"),
        ("claim", "C-2023-0005", 1, "missing here"),
        ("post", "P-0009", 0, "differs"),
    }
    assert found.digest_here != found.digest_there


@pytest.fixture
def vaults(tmp_path: Path) -> tuple[Vault, Vault]:
    return open_vault(str(tmp_path / "here")), open_vault(str(tmp_path / "there"))


def test_originals_are_brought_and_what_is_damaged_is_named(tmp_path: Path, vaults: tuple[Vault, Vault]) -> None:
    here, there = vaults
    kept = [here.keep(f"original {number}".encode()).sha256 for number in range(4)]
    there.keep(b"original 1")
    _alter(tmp_path / "here", kept[2])

    assert copy_originals(here, there) == (2, (kept[2],))
    assert [there.has(sha256) for sha256 in kept] == [True, True, False, True]


def test_originals_missing_or_altered_on_either_side_are_found(tmp_path: Path, vaults: tuple[Vault, Vault]) -> None:
    here, there = vaults
    kept = [here.keep(f"original {number}".encode()).sha256 for number in range(3)]
    copy_originals(here, there)
    lacking = there.keep(b"only there").sha256
    lost = here.keep(b"only here").sha256
    _alter(tmp_path / "here", kept[0])
    _alter(tmp_path / "there", kept[1])

    found = compare_stores(MemoryStore(), MemoryStore())
    compare_vaults(here, there, found)

    assert {(d.id, d.says) for d in found.named} == {
        (lacking, "missing here"),
        (lost, "missing there"),
        (kept[0], "altered here"),
        (kept[1], "altered there"),
    }
    assert found.originals == 5


def _alter(folder: Path, sha256: str) -> None:
    (original,) = [path for path in folder.rglob("*") if path.is_file() and sha256 in str(path).replace("/", "")]
    original.chmod(0o600)
    original.write_bytes(b"altered")
