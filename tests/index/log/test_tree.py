"""The Merkle tree: against published vectors, and against the definition of RFC 6962 word by word."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.log.tree import (
    EMPTY_ROOT,
    build_root,
    compute_root,
    hash_leaf,
    hash_node,
    hash_whole,
    is_consistent,
    is_included,
    prove_consistency,
    prove_inclusion,
)

# Source: google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc.
ENTRIES = [
    bytes.fromhex(e)
    for e in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "".join(f"6{n:x}" for n in range(16)))
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
TO_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
TO_2 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
TO_4 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
OF_5 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
FROM_6 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
OF_4_AND_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


class Entries:
    """Gives the hashes of whole subtrees, and minds that only such are asked for."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.leaves = [hash_leaf(entry) for entry in entries]

    def __call__(self, start: int, end: int) -> bytes:
        size = end - start
        assert size & (size - 1) == 0
        assert start % size == 0
        assert end <= len(self.leaves)
        return hash_whole(self.leaves[start:end])


def define_root(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if len(entries) < 2:
        return hashlib.sha256(b"\x00" + entries[0]).digest() if entries else hashlib.sha256().digest()
    cut = 1
    while cut * 2 < len(entries):
        cut *= 2
    return hash_node(define_root(entries[:cut]), define_root(entries[cut:]))


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS, 1)))
def test_roots_are_the_published_ones(size: int, root: str) -> None:
    assert compute_root(ENTRIES[:size]) == (size, bytes.fromhex(root))
    assert build_root(size, Entries(ENTRIES)).hex() == root


def test_an_empty_log_has_the_published_root() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert compute_root([]) == (0, EMPTY_ROOT)
    assert build_root(0, Entries([])) == EMPTY_ROOT


@pytest.mark.parametrize(
    ("number", "size", "proof"),
    [
        (0, 8, [TO_1, TO_2, TO_4]),
        (5, 8, [OF_5, FROM_6, ROOTS[3]]),
        (2, 3, [ROOTS[1]]),
        (1, 5, [ROOTS[0], TO_2, OF_5]),
        (0, 1, []),
    ],
)
def test_inclusion_proofs_are_the_published_ones(number: int, size: int, proof: list[str]) -> None:
    assert [step.hex() for step in prove_inclusion(number, size, Entries(ENTRIES))] == proof


@pytest.mark.parametrize(
    ("earlier", "size", "proof"),
    [(1, 8, [TO_1, TO_2, TO_4]), (6, 8, [OF_4_AND_5, FROM_6, ROOTS[3]]), (2, 5, [TO_2, OF_5]), (1, 1, [])],
)
def test_consistency_proofs_are_the_published_ones(earlier: int, size: int, proof: list[str]) -> None:
    assert [step.hex() for step in prove_consistency(earlier, size, Entries(ENTRIES))] == proof


@settings(max_examples=60)
@given(st.data())
def test_every_entry_and_every_earlier_state_is_proven_and_nothing_else_passes(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    number, earlier = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    entries = [str(place).encode() for place in range(size)]
    get_hash, root, before = Entries(entries), define_root(entries), define_root(entries[:earlier])

    inclusion = prove_inclusion(number, size, get_hash)
    consistency = prove_consistency(earlier, size, get_hash)

    assert compute_root(entries) == (size, root)
    assert is_included(hash_leaf(entries[number]), number, size, inclusion, root)
    assert is_consistent(earlier, size, consistency, before, root)
    for wrong in alter(inclusion):
        assert not is_included(hash_leaf(entries[number]), number, size, wrong, root)
    for wrong in alter(consistency):
        assert not is_consistent(earlier, size, wrong, before, root)
    assert not is_included(hash_leaf(b"other"), number, size, inclusion, root)
    other = data.draw(st.integers(-1, size).filter(lambda place: place != number))
    assert not is_included(hash_leaf(entries[number]), other, size, inclusion, root)
    assert not is_consistent(earlier, size, consistency, hash_leaf(b"other"), root)
    assert not is_consistent(earlier, size, consistency, before, hash_leaf(b"other"))


def alter(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    longer = [(*proof, bytes(32)), (bytes(32), *proof)]
    shorter = [proof[:-1], proof[1:]] if proof else []
    flipped = [
        (*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :])
        for place in range(len(proof))
    ]
    return longer + shorter + flipped


@pytest.mark.parametrize(("number", "size"), [(8, 8), (-1, 8), (0, 0)])
def test_what_is_not_in_the_log_cannot_be_proven(number: int, size: int) -> None:
    with pytest.raises(ValueError, match="no entry"):
        prove_inclusion(number, size, Entries(ENTRIES))


@pytest.mark.parametrize("earlier", [0, 9])
def test_what_is_no_earlier_state_cannot_be_proven(earlier: int) -> None:
    with pytest.raises(ValueError, match="no earlier state"):
        prove_consistency(earlier, 8, Entries(ENTRIES))
