"""The search of the bands as machine code: the same hits, sooner. Importable only where numba (the extra `fast`) is.

Compiled at the first search; kept beside this file, or in the user's cache, for the next process.
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from verify.radius.bands import Numbers, Probes, Tables, count_bearable, plan_probes, read_bands
from verify.radius.plan import Layout
from verify.radius.scan import Hits, Words

_FIRST_ROOM = 1024
_GROUP_BITS = 4  # as in verify.radius.bands
_numba: Any = importlib.import_module("numba")  # published with types only in part


def search_bands(words: Words, tables: Tables, layout: Layout, queries: Words, radius_bits: int) -> Hits:
    """The same pairs as :func:`verify.radius.bands.search_bands`."""
    probes = plan_probes(layout, radius_bits)
    if probes is None:
        return scan(words, queries, radius_bits)
    values = np.ascontiguousarray(read_bands(queries, layout).T)
    return _with_room(
        lambda out: _search(words, tables, probes, queries, values, radius_bits, count_bearable(layout), out)
    )


def scan(words: Words, queries: Words, radius_bits: int) -> Hits:
    """The same pairs as :func:`verify.radius.scan.scan`."""
    return _with_room(lambda out: _scan(words, queries, radius_bits, out))


def _with_room(call: Callable[[Numbers], int]) -> Hits:
    """Call with an array for the hits, and again with a larger one when there were more."""
    room = _FIRST_ROOM
    while True:
        out = np.empty((3, room), dtype=np.int64)
        count = int(call(out))
        if count <= room:
            return Hits(*out[:, :count])
        room = count


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    try:
        return _numba.njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:  # nowhere to keep it
        return _numba.njit(nogil=True, **options)(function)


def _count_ones_plain(word: np.uint64) -> np.uint64:
    """Ones of a word; the compiler knows this form and makes one instruction of it."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


_count_ones = _compile(_count_ones_plain, inline="always")


def _measure_plain(query: Words, words: Words, row: int) -> np.int64:
    """Distance; codes of 256 bits without a loop."""
    if query.size == 4:
        near = _count_ones(query[0] ^ words[row, 0]) + _count_ones(query[1] ^ words[row, 1])
        far = _count_ones(query[2] ^ words[row, 2]) + _count_ones(query[3] ^ words[row, 3])
        return np.int64(near + far)
    total = np.int64(0)
    for word in range(query.size):
        total += np.int64(_count_ones(query[word] ^ words[row, word]))
    return total


_measure = _compile(_measure_plain, inline="always")


def _scan_one_plain(words: Words, queries: Words, number: int, radius_bits: int, out: Numbers, found: int) -> int:
    query = queries[number]
    for row in range(len(words)):
        distance = _measure(query, words, row)
        if distance <= radius_bits:
            if found < out.shape[1]:
                out[0, found], out[1, found], out[2, found] = number, row, distance
            found += 1
    return found


_scan_one = _compile(_scan_one_plain)


def _scan_plain(words: Words, queries: Words, radius_bits: int, out: Numbers) -> int:
    found = 0
    for number in range(len(queries)):
        found = _scan_one(words, queries, number, radius_bits, out, found)
    return found


_scan = _compile(_scan_plain)


def _find_begin_plain(
    steps: npt.NDArray[np.unsignedinteger], firsts: npt.NDArray[np.uint32], lead: int, span: int, bucket: int
) -> int:
    group = bucket >> _GROUP_BITS
    return int(np.int64(firsts[group * span]) + np.int64(steps[(group + 1) * lead + bucket]))


_find_begin = _compile(_find_begin_plain, inline="always")


def _look_up_plain(
    tables: Tables,
    firsts: npt.NDArray[np.uint32],
    probes: Probes,
    values: Numbers,
    begins: Numbers,
    lengths: Numbers,
) -> int:
    """Write where the buckets that are not empty begin and how long they are, first those of the first band."""
    full = 0
    lead = 4 // tables.steps.itemsize
    span = 1 + (1 << _GROUP_BITS) // lead
    for probe in range(len(probes.masks)):
        bucket = (values[probes.bands[probe]] ^ probes.masks[probe]) + probes.buckets[probe]
        begin = _find_begin(tables.steps, firsts, lead, span, bucket)
        end = _find_begin(tables.steps, firsts, lead, span, bucket + 1)
        begins[full] = begin + probes.places[probe] if probe >= probes.in_first else -1 - begin
        lengths[full] = end - begin
        full += int(end > begin)
    return full


_look_up = _compile(_look_up_plain)


def _list_rows_plain(tables: Tables, begins: Numbers, lengths: Numbers, full: int, rows: Numbers) -> None:
    """Write the rows in the buckets; one that begins below zero is of the first band, and its rows need no ids."""
    count = 0
    for bucket in range(full):
        begin = begins[bucket]
        if begin < 0:
            for step in range(lengths[bucket]):
                rows[count] = step - 1 - begin
                count += 1
        else:
            for step in range(lengths[bucket]):
                rows[count] = tables.ids[begin + step]
                count += 1


_list_rows = _compile(_list_rows_plain)


def _search_plain(
    words: Words,
    tables: Tables,
    probes: Probes,
    queries: Words,
    values: Numbers,
    radius_bits: int,
    bearable: int,
    out: Numbers,
) -> int:
    """Three passes for each query, so that the memory is asked for many things at once in each of them."""
    begins, lengths = np.empty(len(probes.masks) + 1, np.int64), np.empty(len(probes.masks) + 1, np.int64)
    rows = np.empty(0, np.int64)
    firsts = tables.steps.view(np.uint32)
    found = 0
    for number in range(len(queries)):
        full = _look_up(tables, firsts, probes, values[number], begins, lengths)
        count = lengths[:full].sum()
        if count > bearable:
            found = _scan_one(words, queries, number, radius_bits, out, found)
            continue
        if count > rows.size:
            rows = np.empty(2 * count, np.int64)
        _list_rows(tables, begins, lengths, full, rows)
        query = queries[number]
        for place in range(count):
            distance = _measure(query, words, rows[place])
            if distance <= radius_bits:
                if found < out.shape[1]:
                    out[0, found], out[1, found], out[2, found] = number, rows[place], distance
                found += 1
    return found


_search = _compile(_search_plain)
