"""Bring in the rows of a file one by one: good ones are kept, bad ones are told with their place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from index.errors import RecordConflictError, RecordFormatError, RevisionConflictError
from index.exchange.checks import Check
from index.exchange.columns import Layout
from index.exchange.rows import ClaimRow, RowProblem

AnyRow = TypeVar("AnyRow")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: rows read, how many were new, refused rows and remarks that cost no row, each with its line.

    ``layout`` says how a table was read; ``claim_matches`` are the earlier posts that were suggested to the claims.
    """

    rows: int
    new: int
    refused: tuple[RowProblem, ...] = ()
    remarks: tuple[RowProblem, ...] = ()
    layout: Layout | None = None
    claim_matches: int = 0


def import_rows(
    rows: Iterator[AnyRow | RowProblem], keep: Callable[[AnyRow], bool | RowProblem], on_row: Callable[[int], None]
) -> Imported:
    """Keep row after row with *keep*, which tells whether it was new, or what is odd about it; each problem has its place."""
    read = new = 0
    problems: list[RowProblem] = []
    for row in rows:
        if isinstance(row, RowProblem):
            problems.append(row)
            read += int(row.refused)
        else:
            read += 1
            try:
                done = keep(row)
            except (RecordConflictError, RecordFormatError, RevisionConflictError) as error:
                done = place(row, read, str(error))
            if isinstance(done, RowProblem):
                problems.append(done)
            else:
                new += int(done)
        on_row(read)
    refused = tuple(problem for problem in problems if problem.refused)
    return Imported(rows=read, new=new, refused=refused, remarks=tuple(p for p in problems if not p.refused))


def place(row: object, number: int, message: str, *, refused: bool = True) -> RowProblem:
    """Say *message* of a row, the *number*-th of its file, where it does not know its own place."""
    if isinstance(row, Check):
        return RowProblem(line=row.item, unit="item", message=message, refused=refused)
    return RowProblem(line=row.line if isinstance(row, ClaimRow) else number, message=message, refused=refused)
