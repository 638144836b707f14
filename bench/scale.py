"""What many pictures and claims need: ``python -m bench scale`` writes the tables of docs/reference/scale.md.

Everything is a straight line through two measured points, on cores as fast as those that were measured on. The page says where
each figure comes from; a test compares its table with what is written here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

_CORES, _GB, _MEMORY_GB, _DISK_TB = 16, 1e9, 64, 4
"""Of a node; half its memory is left to the cache of files."""
_COPIES = 2
_WAIT_SECONDS = 1
"""How long one core may read its shard for a query."""
_SHARD_GB = 40
"""Source: Elastic's advice for the size of a shard, 10 to 50 GB (elastic.co, Size your shards)."""


@dataclass(frozen=True)
class Line:
    """A cost that was measured at two sizes."""

    small: tuple[int, float]
    large: tuple[int, float]

    def at(self, count: float) -> float:
        """The cost at another size; never less than at the small one."""
        (few, least), (many, most) = self.small, self.large
        return least + max(0.0, most - least) / (many - few) * (count - few)


@dataclass(frozen=True)
class Kind:
    """What was measured of one kind of thing: bytes on disk and in memory for each, seconds in the store for one query."""

    name: str
    disk_bytes: float
    memory_bytes: float
    seconds: Line


PICTURES = Kind("known pictures", 4_145, 290, Line((3_000, 0.065), (1_000_000, 0.94)))
CLAIMS = Kind("claims", 764, 382, Line((20_000, 0.0087), (1_000_000, 0.0267)))
SIZES = ((PICTURES, 10**6), (PICTURES, 10**8), (PICTURES, 10**9), (CLAIMS, 10**6), (CLAIMS, 10**8))


def main() -> None:
    """Print the tables."""
    print("\n".join(iter_lines()))


def iter_lines() -> Iterator[str]:
    """Yield the lines of the table, as they stand on the page."""
    yield "| what | disk | memory | shards | nodes | core seconds a query |"
    yield "|---|---|---|---|---|---|"
    for kind, count in SIZES:
        disk, memory, seconds = kind.disk_bytes * count, kind.memory_bytes * count, kind.seconds.at(count)
        shards = max(ceil(disk / _GB / _SHARD_GB), ceil(seconds / _WAIT_SECONDS))
        nodes = max(
            2,
            ceil(_COPIES * disk / _GB / 1e3 / _DISK_TB),
            ceil(_COPIES * memory / _GB / (_MEMORY_GB / 2)),
            ceil(shards / _CORES),
        )
        cells = [f"{_write(count)} {kind.name}", f"{_write(_COPIES * disk / _GB)} GB", f"{_write(memory / _GB)} GB"]
        yield f"| {' | '.join([*cells, _write(shards), str(nodes), _write(seconds)])} |"


def _write(number: float) -> str:
    """Two figures are all that a straight line is good for."""
    if number >= 10**6 and number == 10 ** (len(str(int(number))) - 1):
        return f"10^{len(str(int(number))) - 1}"
    rounded = float(f"{number:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


if __name__ == "__main__":
    main()
