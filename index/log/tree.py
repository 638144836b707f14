"""A Merkle tree over entries in their order, and what proves that one is in it, or that it only grew.

Source: RFC 6962, section 2.1; verification as in RFC 9162, sections 2.1.3.2 and 2.1.4.2. A tree of n entries is cut at the
largest power of two below n, so that the left part never changes again.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY_ROOT = hashlib.sha256().digest()

GetHash = Callable[[int, int], bytes]
"""Gives the hash of the entries from *start* to before *end*, a whole subtree: a power of two of them, at a multiple of it."""


def hash_leaf(entry: bytes) -> bytes:
    """Hash an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_whole(hashes: Sequence[bytes]) -> bytes:
    """Hash the subtree over a power of two of hashes that lie side by side."""
    while len(hashes) > 1:
        hashes = [hash_node(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def compute_root(entries: Iterable[bytes]) -> tuple[int, bytes]:
    """Read entries once; returns how many there are and their root. Keeps as many hashes as a number of them has digits."""
    size = 0
    parts: list[bytes] = []
    for entry in entries:
        parts.append(hash_leaf(entry))
        size += 1
        for _ in range((size & -size).bit_length() - 1):
            right = parts.pop()
            parts[-1] = hash_node(parts[-1], right)
    while len(parts) > 1:
        right = parts.pop()
        parts[-1] = hash_node(parts[-1], right)
    return size, parts[0] if parts else EMPTY_ROOT


def build_root(size: int, get_hash: GetHash) -> bytes:
    """Return the root of the first *size* entries."""
    return _hash_range(0, size, get_hash) if size else EMPTY_ROOT


def prove_inclusion(number: int, size: int, get_hash: GetHash) -> tuple[bytes, ...]:
    """Return what leads from the entry *number* (from 0) to the root of the first *size* entries.

    Raises:
        ValueError: There is no such entry among them.
    """
    if not 0 <= number < size:
        raise ValueError(f"there is no entry {number} among the first {size}")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        cut = start + _get_left(end - start)
        if number < cut:
            path.append(_hash_range(cut, end, get_hash))
            end = cut
        else:
            path.append(_hash_range(start, cut, get_hash))
            start = cut
    return tuple(reversed(path))


def prove_consistency(earlier: int, size: int, get_hash: GetHash) -> tuple[bytes, ...]:
    """Return what shows that the first *size* entries begin with the first *earlier*.

    Raises:
        ValueError: *earlier* is none of 1 to *size*.
    """
    if not 0 < earlier <= size:
        raise ValueError(f"{earlier} entries are no earlier state of {size}")
    start, end, is_known = 0, size, True
    path: list[bytes] = []
    while earlier < end:
        cut = start + _get_left(end - start)
        if earlier <= cut:
            path.append(_hash_range(cut, end, get_hash))
            end = cut
        else:
            path.append(_hash_range(start, cut, get_hash))
            start, is_known = cut, False
    if not is_known:
        path.append(_hash_range(start, end, get_hash))
    return tuple(reversed(path))


def is_included(leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether *proof* leads from the hash of the entry *number* to *root*."""
    if not 0 <= number < size:
        return False
    place, last, found = number, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = hash_node(step, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hash_node(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(earlier: int, size: int, proof: Sequence[bytes], root_earlier: bytes, root: bytes) -> bool:
    """Tell whether *proof* shows that what *root* stands for begins with what *root_earlier* stands for."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and root_earlier == root
    steps = [root_earlier, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = earlier - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = hash_node(step, old), hash_node(step, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = hash_node(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root_earlier and new == root


def _get_left(size: int) -> int:
    """How many of *size* entries lie in the left part: the largest power of two below."""
    return 1 << (size - 1).bit_length() - 1


def _hash_range(start: int, end: int, get_hash: GetHash) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        return get_hash(start, end)
    cut = start + _get_left(size)
    return hash_node(get_hash(start, cut), _hash_range(cut, end, get_hash))
