"""Claims with their verdicts as CSV, with the columns that the import reads."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from index.exchange.formulas import defuse
from index.exchange.rows import COLUMNS
from index.model import Claim, Verdict


def claims_to_csv(claims: Iterable[tuple[Claim, Sequence[Verdict]]]) -> Iterator[str]:
    r"""Yield a header, then one row for each claim and verdict; a claim without a verdict has one row.

    A row has the first wording and the first country only: nothing is lost in JSON Lines
    (:mod:`index.exchange.jsonlines`). Rows end with ``\r\n``; spreadsheets want the file in ``utf-8-sig``.

    A cell that would run as a formula gets a leading apostrophe, which our import takes off again
    (:mod:`index.exchange.formulas`).
    """
    yield from map(_render, claims_to_rows(claims))


def claims_to_rows(claims: Iterable[tuple[Claim, Sequence[Verdict]]]) -> Iterator[Sequence[str]]:
    """Yield the same table as lists of cells, the names of the columns first."""
    yield COLUMNS
    for claim, verdicts in claims:
        for verdict in verdicts or (None,):
            cells = _cells(claim, verdict)
            yield [defuse(cells[column]) for column in COLUMNS]


def _cells(claim: Claim, verdict: Verdict | None) -> dict[str, str]:
    addresses = [value for value in claim.external_ids if value.startswith(("https://", "http://"))]
    return {
        "id": claim.id,
        "text": claim.text,
        "title": claim.title,
        "url": (verdict.url if verdict else "") or (addresses[0] if addresses else ""),
        "date": claim.first_appeared_on or "",
        "language": claim.language,
        "claimant": claim.claimant,
        "country": claim.countries[0] if claim.countries else "",
        "rating": verdict.textual_rating if verdict else "",
        "publisher": verdict.publisher if verdict else "",
    }


def _render(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
