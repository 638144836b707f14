"""Which rules decided, and which of them were wrong: counted by benches, put together by `bench rules`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verify.evidence import MediaEvidence
from verify.rules import GEOMETRY, HASH_AND_CROPS, RULES, SAME_FILE

BANDS = (31, 62)
"""Distances in bits up to which a rule with hashes is counted."""

_BANDS_OF: Mapping[str, tuple[int | None, ...]] = {SAME_FILE: (), GEOMETRY: (None,), HASH_AND_CROPS: BANDS[:1]}

ROWS: tuple[tuple[str, int | None], ...] = tuple((rule, bits) for rule in RULES for bits in _BANDS_OF.get(rule, BANDS))


def find_row(evidence: MediaEvidence) -> tuple[str, int | None]:
    """The row of the table that the evidence belongs to."""
    if evidence.distance_bits is None or evidence.rule == GEOMETRY:
        return evidence.rule, None
    return evidence.rule, next(bits for bits in BANDS if evidence.distance_bits <= bits)


@dataclass
class RuleTally:
    """Right and wrong matches by row, over queries against a number of known media."""

    known: int = 0
    queries: int = 0
    pairs: int = 0
    right: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    wrong_pairs: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    wrong_queries: Counter[tuple[str, int | None]] = field(default_factory=Counter)

    def add(self, own: str | None, answer: Mapping[str, MediaEvidence], known: int) -> None:
        """Count one answer, by name; `own` is the known medium that is really shown, None where there is none."""
        self.known = max(self.known, known)
        self.queries += 1
        self.pairs += known - (own is not None)
        wrong = Counter(find_row(evidence) for name, evidence in answer.items() if name != own)
        self.wrong_pairs.update(wrong)
        self.wrong_queries.update(wrong.keys())
        if own is not None and own in answer:
            self.right[find_row(answer[own])] += 1

    def report(self) -> dict[str, Any]:
        """What `bench rules` reads."""
        rows = [
            {
                "rule": rule,
                "most_bits": bits,
                "right": self.right[rule, bits],
                "wrong_pairs": self.wrong_pairs[rule, bits],
                "wrong_queries": self.wrong_queries[rule, bits],
            }
            for rule, bits in ROWS
        ]
        return {"known": self.known, "queries": self.queries, "pairs": self.pairs, "rows": rows}
