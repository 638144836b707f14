"""Tables that find near codes: for each band, the rows in the order of the band's value.

Where a bucket of a band begins is told in groups of sixteen: where the group begins, in four bytes, and then the steps
from there, in a byte each unless codes crowd; side by side, so that both lie on one line of the cache. The rows lie in
the order of the first band, which therefore needs no ids.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from verify.radius.plan import CANDIDATE_SECONDS, SCAN_SECONDS, SKIPPED, Layout, plan_radii
from verify.radius.scan import Hits, Words, join_hits, scan

Numbers = npt.NDArray[np.int64]

_GROUP_BITS = 4
_GROUP = 1 << _GROUP_BITS
_BATCH_PROBES = 1 << 17  # values looked up at once: enough to hide the cost of a call, and still in the cache
_WORD_BITS = 64


class Tables(NamedTuple):
    """What is kept for the bands, all of them behind each other."""

    steps: npt.NDArray[np.unsignedinteger]  # the groups: as many entries as make four bytes, then sixteen
    ids: npt.NDArray[np.uint32]  # none for the first band

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        return self.steps.nbytes + self.ids.nbytes


class Probes(NamedTuple):
    """The values that are looked up for a query within one radius: each is the query's own, xor a mask.

    One entry of each array for each value; those of the first band come first.
    """

    masks: Numbers
    bands: Numbers
    buckets: Numbers  # where the band begins in the tables
    places: Numbers  # where the band begins in the ids
    in_first: int  # so many values are of the first band


def sort_rows(words: Words, layout: Layout) -> npt.NDArray[np.uint32]:
    """The order in which the codes must lie."""
    return _sort_values(read_band(words, 0, layout.widths[0]))[1]


def build_tables(words: Words, layout: Layout) -> Tables:
    """Tables over codes that lie in the order of :func:`sort_rows`."""
    firsts, steps = [], []
    ids = np.empty((len(layout.widths) - 1) * len(words), dtype=np.uint32)
    for band, (start, width) in enumerate(zip(_starts(layout), layout.widths, strict=True)):
        values, order = _sort_values(read_band(words, start, width))
        begins = _count_before(values, (1 << width) + _GROUP).reshape(-1, _GROUP)
        firsts.append(begins[:, :1].astype(np.uint32))
        steps.append(_narrow(begins - begins[:, :1]))
        if band:
            ids[(band - 1) * len(words) : band * len(words)] = order
    return Tables(_lay_side_by_side(firsts, steps), ids)


def check_tables(tables: Tables, layout: Layout) -> bool:
    """Whether the arrays have the lengths that the layout asks for."""
    groups = sum((1 << width) + _GROUP for width in layout.widths) // _GROUP
    lengths = (groups * (_GROUP + count_lead(tables)), (len(layout.widths) - 1) * layout.codes)
    return lengths == (len(tables.steps), len(tables.ids))


def count_lead(tables: Tables) -> int:
    """How many entries of the steps hold where a group begins."""
    return 4 // tables.steps.itemsize


def read_band(words: Words, start: int, width: int) -> Numbers:
    """Bits [start, start + width) of each code as a number."""
    word, shift = divmod(start, _WORD_BITS)
    values = words[:, word] >> np.uint64(shift)
    if shift + width > _WORD_BITS:
        values = values | (words[:, word + 1] << np.uint64(_WORD_BITS - shift))
    return (values & np.uint64((1 << width) - 1)).astype(np.int64)


def search_bands(words: Words, tables: Tables, layout: Layout, queries: Words, radius_bits: int) -> Hits:
    """Every pair of a query and a row within the radius; a pair may come more than once."""
    probes = plan_probes(layout, radius_bits)
    if probes is None:
        return scan(words, queries, radius_bits)
    batch = max(_BATCH_PROBES // len(probes.masks), 1)
    parts = []
    for start in range(0, len(queries), batch):
        some = queries[start : start + batch]
        begins, lengths = _look_up(tables, probes, read_bands(some, layout))
        crowded = lengths.sum(axis=0) > count_bearable(layout)
        lengths[:, crowded] = 0
        near = _compare(words, tables, probes, some, begins, lengths, radius_bits)
        parts.append(near._replace(queries=near.queries + start))
        parts.extend(_scan_some(words, some, np.flatnonzero(crowded), start, radius_bits))
    return join_hits(parts)


def read_bands(queries: Words, layout: Layout) -> Numbers:
    """The values of all bands of the queries; shape (bands, queries). As :func:`read_band` does it, at once."""
    cuts = _plan_cuts(layout)
    columns = queries.T
    values = columns[cuts.words] >> cuts.shifts
    values[cuts.split] |= columns[cuts.words[cuts.split] + 1] << cuts.rest
    values &= cuts.masks
    return values.view(np.int64)


class _Cuts(NamedTuple):
    words: npt.NDArray[np.intp]  # in which word each band begins
    shifts: Words  # at which bit; shape (bands, 1)
    masks: Words
    split: npt.NDArray[np.intp]  # the bands that go on in the next word
    rest: Words  # at which bit of it, for those


@lru_cache(maxsize=64)
def _plan_cuts(layout: Layout) -> _Cuts:
    starts, widths = np.array(_starts(layout)), np.array(layout.widths)
    shifts = starts % _WORD_BITS
    split = np.flatnonzero(shifts + widths > _WORD_BITS)
    columns = (shifts, (1 << widths) - 1, _WORD_BITS - shifts[split])
    shift, mask, rest = (column.astype(np.uint64)[:, None] for column in columns)
    return _Cuts(starts // _WORD_BITS, shift, mask, split, rest)


def count_bearable(layout: Layout) -> int:
    """With more candidates than this a scan is faster: the codes crowd, as those of blank pictures do."""
    return int(layout.codes * SCAN_SECONDS / CANDIDATE_SECONDS)


@lru_cache(maxsize=64)
def plan_probes(layout: Layout, radius_bits: int) -> Probes | None:
    """The values to look up for a radius; None where a scan is faster."""
    radii = plan_radii(layout, radius_bits)
    if radii is None:
        return None
    masks = [_list_masks(width, radius) for width, radius in zip(layout.widths, radii, strict=True)]
    sizes = [len(some) for some in masks]
    buckets = np.cumsum([0, *((1 << width) + _GROUP for width in layout.widths[:-1])])
    places = np.array([0, *(band * layout.codes for band in range(len(layout.widths) - 1))])
    bands = np.repeat(np.arange(len(sizes)), sizes)
    return Probes(np.concatenate(masks), bands, buckets[bands], places[bands], sizes[0])


@lru_cache(maxsize=64)
def _list_masks(width: int, radius: int) -> Numbers:
    """All numbers of `width` bits with at most `radius` ones."""
    if radius == SKIPPED:
        return np.zeros(0, dtype=np.int64)
    ones = (combination for count in range(radius + 1) for combination in combinations(range(width), count))
    return np.array([sum(1 << bit for bit in bits) for bits in ones], dtype=np.int64)


def _look_up(tables: Tables, probes: Probes, values: Numbers) -> tuple[Numbers, Numbers]:
    """Where the bucket of each value begins in its band, and its length; shape (values to look up, queries)."""
    buckets = values[probes.bands]
    buckets ^= probes.masks[:, None]
    buckets += probes.buckets[:, None]
    begins = _find_begins(tables, buckets)
    buckets += 1
    return begins, _find_begins(tables, buckets) - begins


def _find_begins(tables: Tables, buckets: Numbers) -> Numbers:
    lead = count_lead(tables)
    groups = buckets >> _GROUP_BITS
    firsts = tables.steps.view(np.uint32).take(groups * (1 + _GROUP // lead))
    groups += 1
    groups *= lead
    groups += buckets
    begins: Numbers = np.add(firsts, tables.steps.take(groups), dtype=np.int64)
    return begins


def _compare(
    words: Words, tables: Tables, probes: Probes, queries: Words, begins: Numbers, lengths: Numbers, radius_bits: int
) -> Hits:
    """Fetch the codes of all buckets and keep those within the radius."""
    in_first = int(lengths[: probes.in_first].sum())
    begins += probes.places[:, None]
    full = np.flatnonzero(lengths)
    spans = lengths.ravel()[full]
    ends = np.cumsum(spans)
    total = int(ends[-1]) if ends.size else 0
    rows = np.repeat(begins.ravel()[full] - ends + spans, spans)
    rows += np.arange(total)
    rows[in_first:] = tables.ids.take(rows[in_first:])
    if len(queries) == 1:
        numbers, asked = np.zeros(total, dtype=np.int64), queries
    else:
        numbers = np.repeat(full % len(queries), spans)
        asked = queries.take(numbers, axis=0)
    distances = _count_ones(words.take(rows, axis=0) ^ asked)
    near = np.flatnonzero(distances <= radius_bits)
    return Hits(numbers[near], rows[near], distances[near].astype(np.int64))


def _count_ones(words: Words) -> npt.NDArray[np.uint16]:
    ones = np.bitwise_count(words)
    total = ones[:, 0].astype(np.uint16)
    for column in range(1, ones.shape[1]):
        total += ones[:, column]
    return total


def _scan_some(words: Words, queries: Words, chosen: Numbers, start: int, radius_bits: int) -> Iterable[Hits]:
    if chosen.size:
        found = scan(words, queries[chosen], radius_bits)
        yield found._replace(queries=chosen[found.queries] + start)


def _sort_values(values: Numbers) -> tuple[Numbers, npt.NDArray[np.uint32]]:
    """The values in order, and the rows they come from; equal ones by row."""
    packed = values.view(np.uint64) << np.uint64(32)
    packed |= np.arange(len(values), dtype=np.uint64)
    packed.sort()
    return (packed >> np.uint64(32)).view(np.int64), packed.astype(np.uint32)


def _count_before(values: Numbers, buckets: int) -> Numbers:
    """How many values lie before each bucket."""
    before = np.zeros(buckets + 1, dtype=np.int64)
    np.cumsum(np.bincount(values, minlength=buckets), out=before[1:])
    return before[:-1]


def _narrow(numbers: Numbers) -> npt.NDArray[np.unsignedinteger]:
    """In the fewest bytes: one, unless codes crowd in a bucket."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _lay_side_by_side(
    firsts: list[npt.NDArray[np.uint32]], steps: list[npt.NDArray[np.unsignedinteger]]
) -> npt.NDArray[np.unsignedinteger]:
    dtype = np.result_type(*steps)
    lead = 4 // dtype.itemsize
    groups = np.empty((sum(len(some) for some in firsts), lead + _GROUP), dtype=dtype)
    np.concatenate([some.view(dtype) for some in firsts], out=groups[:, :lead])
    np.concatenate(steps, out=groups[:, lead:])
    return groups.reshape(-1)


def _starts(layout: Layout) -> list[int]:
    return [sum(layout.widths[:band]) for band in range(len(layout.widths))]
