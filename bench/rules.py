"""Write the table of rules with their measured error rates. ``python -m bench rules --from REPORT [REPORT ...]``.

Reads what `bench robustness` printed (its part "rules"), adds the pairs up, keeps the queries apart by the number of known
media, and writes `verify/rules.json`, which the desk shows beside each match. ``--at-size`` takes what `bench check` printed:
its queries count at their number of known media, its pairs do not, for most of its known pictures are put together.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench._intervals import bound_share
from bench._rules import ROWS

TABLE = Path(__file__).resolve().parent.parent / "verify" / "rules.json"

Report = Mapping[str, Any]


def main() -> None:
    """Write the table, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="reports", type=Path, nargs="+", required=True, help="reports of the benches")
    parser.add_argument("--at-size", dest="sized", type=Path, nargs="*", default=[], help="reports of bench check")
    parser.add_argument("--to", type=Path, default=TABLE)
    options = parser.parse_args()
    measured, sized = (list(_read(paths)) for paths in (options.reports, options.sized))
    table = {
        "measured_by": "python -m bench rules",
        "rates": [_build_row(measured, sized, rule, bits) for rule, bits in ROWS],
    }
    text = json.dumps(table, indent=1) + "\n"
    options.to.write_text(text, "utf-8")
    print(text, end="")


def _read(paths: Sequence[Path]) -> Iterator[Report]:
    for path in paths:
        yield from _iter_rules(json.loads(path.read_text("utf-8")))


def _iter_rules(report: Any) -> Iterator[Report]:
    """Every part "rules" of a report, however deep."""
    if isinstance(report, Mapping):
        if "rules" in report and "pairs" in report["rules"]:
            yield report["rules"]
        for name, part in report.items():
            if name != "rules":
                yield from _iter_rules(part)
    elif isinstance(report, list):
        for part in report:
            yield from _iter_rules(part)


def _build_row(measured: Sequence[Report], sized: Sequence[Report], rule: str, bits: int | None) -> dict[str, Any]:
    all_of_them = [(one, _find(one, rule, bits)) for one in (*measured, *sized)]
    rows = [(one, _find(one, rule, bits)) for one in measured]
    wrong, pairs = sum(row["wrong_pairs"] for _, row in rows), sum(one["pairs"] for one, _ in rows)
    return {
        "rule": rule,
        "most_bits": bits,
        "right": sum(row["right"] for _, row in rows),
        "per_pair": _say_share(wrong, pairs),
        "per_query": [_say_queries(all_of_them, known) for known in sorted({one["known"] for one, _ in all_of_them})],
    }


def _say_queries(rows: Sequence[tuple[Report, Report]], known: int) -> dict[str, Any]:
    there = [(one, row) for one, row in rows if one["known"] == known]
    wrong, asked = sum(row["wrong_queries"] for _, row in there), sum(one["queries"] for one, _ in there)
    return {"known": known, **_say_share(wrong, asked)}


def _say_share(wrong: int, of: int) -> dict[str, Any]:
    return {"wrong": wrong, "of": of, "upper_95": float(f"{bound_share(wrong, of)[1]:.3g}")}


def _find(one: Report, rule: str, bits: int | None) -> Report:
    found: Report = next(row for row in one["rows"] if (row["rule"], row["most_bits"]) == (rule, bits))
    return found


if __name__ == "__main__":
    main()
