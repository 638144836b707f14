"""The rules by which two media are taken to show the same, and how often each was wrong when it was measured.

    rule             what must hold                                                              confident
    same-file        equal SHA-256                                                               yes
    hash+geometry    hashes agree (`verify.evidence`); local features lay one over the other     yes
                     and the pixels agree (`verify.agreement`)
    geometry         local features and agreement, no hash                                       yes
    hash+agreement   hashes agree; laid over each other as the hashes say, the pixels agree      yes
    hash+crops       PDQ within 31 bits and dHash agree, and both still do in small crops that   yes
                     nobody can foresee (`verify.recheck`); only where pixels were not compared
    hash-only        hashes agree, nothing else could be asked, or what was asked does not agree no

A hash can be forged in a tenth of a second, so a hash alone is never confident. A match by any rule is a suggestion for a
person and never carries a verdict.

The rates lie in `rules.json`, which `python -m bench rules` writes: for each rule, and for hashes each distance, the wrong
pairs among all that were held against each other, and the queries with a wrong match at several sizes of the store.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SAME_FILE = "same-file"
HASH_AND_GEOMETRY = "hash+geometry"
GEOMETRY = "geometry"
HASH_AND_AGREEMENT = "hash+agreement"
HASH_AND_CROPS = "hash+crops"
HASH_ONLY = "hash-only"

RULES = (SAME_FILE, HASH_AND_GEOMETRY, GEOMETRY, HASH_AND_AGREEMENT, HASH_AND_CROPS, HASH_ONLY)
"""Surest first."""

_CONFIDENT = frozenset(RULES[:-1])


@dataclass(frozen=True, slots=True)
class Share:
    """How often something went wrong: `wrong` of `of`, and the upper end of the 95 % interval of the share."""

    wrong: int
    of: int
    upper_95: float


@dataclass(frozen=True, slots=True)
class Rate:
    """What was measured of one rule up to one distance; `most_bits` is None where no hash decides.

    `per_pair`: of two media that do not show the same. `per_query`: queries with a wrong match, by the number of known media
    that they were held against, smallest first.
    """

    rule: str
    most_bits: int | None
    per_pair: Share
    per_query: tuple[tuple[int, Share], ...]

    def at_size(self, known: int) -> tuple[int, Share] | None:
        """The measurement with at least as many known media; of the largest where none had as many."""
        larger = [row for row in self.per_query if row[0] >= known]
        return larger[0] if larger else self.per_query[-1] if self.per_query else None


def is_confident(rule: str) -> bool:
    """Whether a match by this rule is more than a hash alone."""
    return rule in _CONFIDENT


def find_rate(rule: str, distance_bits: int | None) -> Rate | None:
    """What was measured of the rule at this distance; None for the same file, which needs no measurement."""
    rows = [row for row in load_rates() if row.rule == rule]
    fits = (row for row in rows if row.most_bits is None or (distance_bits or 0) <= row.most_bits)
    return min(fits, key=lambda row: row.most_bits or 0, default=None)


@cache
def load_rates() -> tuple[Rate, ...]:
    """The shipped table."""
    table = json.loads((files("verify") / "rules.json").read_text("utf-8"))
    return tuple(_read_rate(row) for row in table["rates"])


def _read_rate(row: Mapping[str, Any]) -> Rate:
    per_query = sorted((int(one["known"]), _read_share(one)) for one in row["per_query"])
    return Rate(row["rule"], row["most_bits"], _read_share(row["per_pair"]), tuple(per_query))


def _read_share(row: Mapping[str, Any]) -> Share:
    return Share(int(row["wrong"]), int(row["of"]), float(row["upper_95"]))
