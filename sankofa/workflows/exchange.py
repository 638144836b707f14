"""Bring in what others checked, and give out what the desk holds: CSV and JSON Lines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.exchange.claims_table import ClaimRow, RowProblem, read_claims

from index.identifiers import name_by_content
from index.model import KINDS, Claim, ClaimReview, Record, Wording
from index.numbering import create_numbered
from sankofa.desk import Desk
from sankofa.workflows.reviews import attach_review


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: rows read, claims that are new, and each refused row with its line."""

    rows: int
    new_claims: int
    refused: tuple[RowProblem, ...]


def import_claims(
    desk: Desk, file: Path, *, dry_run: bool = False, on_row: Callable[[int], None] = lambda row: None
) -> Imported:
    """Import claims from CSV or JSON Lines; bad rows are reported, good ones kept, and the same file again adds nothing.

    A row with a rating becomes the publisher's external verdict, in their own words; it is never ours.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    rows = new = 0
    refused: list[RowProblem] = []
    for row in read_claims(file):
        rows += 1
        if isinstance(row, RowProblem):
            refused.append(row)
        elif dry_run:
            new += int(_find(desk, row) is None)
        else:
            new += int(_keep(desk, row))
        on_row(rows)
    return Imported(rows=rows, new_claims=new, refused=tuple(refused))


def iter_export(desk: Desk, kinds: Sequence[str]) -> Iterator[Record]:
    """Yield the newest revision of every record of these kinds, in the order of the kinds and then of the identifiers."""
    for kind in kinds:
        yield from desk.store.iter_records(KINDS[kind])


def _external_ids(row: ClaimRow) -> tuple[str, ...]:
    own = (row.external_id, row.url)
    return tuple(value for value in own if value) or (name_by_content("T", row.publisher, row.language, row.text),)


def _find(desk: Desk, row: ClaimRow) -> Claim | None:
    first = _external_ids(row)[0]
    found = desk.store.find_linked(Claim, "external_id", [first])
    return found[0] if found else None


def _keep(desk: Desk, row: ClaimRow) -> bool:
    claim = _find(desk, row)
    is_new = claim is None
    if claim is None:
        year = int((row.date or str(desk.clock().year))[:4])
        claim = create_numbered(desk.store, "C", year, lambda claim_id: _build_claim(claim_id, row))
    if row.rating:
        attach_review(desk, _build_review(row, claim), {}, claim=claim)
    return is_new


def _build_claim(claim_id: str, row: ClaimRow) -> Claim:
    return Claim(
        id=claim_id,
        wordings=(Wording(row.language, row.text),),
        title=row.title,
        claimant=row.claimant,
        first_appeared_on=row.date or None,
        countries=(row.country,) if row.country else (),
        external_ids=_external_ids(row),
    )


def _build_review(row: ClaimRow, claim: Claim) -> ClaimReview:
    return ClaimReview(
        id=name_by_content("CR", row.publisher, row.url, row.text, row.rating),
        publisher=row.publisher or "unknown",
        publisher_site="",
        url=row.url or claim.external_ids[0],
        claim_reviewed=row.text,
        textual_rating=row.rating,
        title=row.title,
        language=row.language,
        claimant=row.claimant,
        claim_date=row.date or None,
    )
