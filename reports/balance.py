"""Whose claims were checked, and how they came out: the balance that the IFCN's code of principles asks readers be shown.

Source: https://ifcncodeofprinciples.poynter.org/
"""

from collections.abc import Iterable, Mapping

from reports.content import BalanceRow, Case
from reports.words import TONES


def build_balance(cases: Iterable[Case]) -> tuple[BalanceRow, ...]:
    """Count the cases by who stated the claim, most first; a claimant who is not known counts under an empty name.

    A case counts once in each family of ratings that the standing verdicts on it have, and as ``open`` where there are none.
    """
    rows: dict[str, list[Case]] = {}
    for case in cases:
        rows.setdefault(case.claimant, []).append(case)
    return tuple(
        _build_row(claimant, of) for claimant, of in sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    )


def _build_row(claimant: str, cases: list[Case]) -> BalanceRow:
    tones = [_name_tones(case) for case in cases]
    counts: Mapping[str, int] = {
        name: sum(name in each for each in tones) for name in ("true", "partly", "false", "open")
    }
    return BalanceRow(claimant=claimant, cites=tuple(case.cited_as for case in cases), cases=len(cases), **counts)


def _name_tones(case: Case) -> set[str]:
    tones = {TONES[verdict.rating] if verdict.rating else "open" for verdict in case.standing}
    return {"open" if tone == "satire" else tone for tone in tones} or {"open"}
