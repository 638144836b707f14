"""Bring in what others checked, and give out what the desk holds: CSV and JSON Lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from index.analysis import UNKNOWN, fold
from index.exchange.claims_csv import claims_to_csv, claims_to_rows
from index.exchange.claims_table import ClaimRow, read_claims
from index.exchange.claims_xlsx import read_sheet, write_sheet
from index.exchange.columns import Layout
from index.exchange.jsonlines import read_records, render_records
from index.identifiers import name_by_content
from index.languages import identify_language
from index.model import KINDS, Claim, ClaimReview, Record, Revised, Wording
from index.numbering import create_numbered
from index.store import iter_everything
from sankofa.desk import Desk
from sankofa.workflows.acts import bring
from sankofa.workflows.claims import ClaimWithVerdicts, with_verdicts
from sankofa.workflows.import_rows import Imported, import_rows
from sankofa.workflows.reviews import attach_review
from sankofa.workflows.suggest import suggest_posts_to

_BATCH = 500


def import_claims(
    desk: Desk,
    file: Path,
    *,
    form: str = "",
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    on_row: Callable[[int], None] = lambda row: None,
) -> Imported:
    """Import claims from CSV, JSON Lines or a spreadsheet (*form* ``xlsx``); the same file again adds nothing.

    Bad rows are reported, good ones kept. *mapping* gives the table's names for our columns. A row with a rating becomes the
    publisher's external verdict, in their own words; it is never ours.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    read = read_sheet if form == "xlsx" else read_claims
    layouts: list[Layout] = []
    rows = read(file, mapping, layouts.append)
    claim_ids: dict[str, None] = {}

    def keep(row: ClaimRow) -> bool:
        if dry_run:
            return _find(desk, row) is None
        claim, is_new = _keep(desk, row)
        claim_ids.setdefault(claim.id)
        return is_new

    done = import_rows(rows, keep, on_row)
    suggested = suggest_posts_to(desk, list(claim_ids))
    return replace(done, layout=layouts[0] if layouts else None, claim_matches=suggested)


def import_records(
    desk: Desk, file: Path, *, dry_run: bool = False, on_row: Callable[[int], None] = lambda row: None
) -> Imported:
    """Import what :func:`iter_records` gave out, under the same identifiers and revisions; what is here already stays.

    A record that says something else than the one that is here is refused with its line. Claims that are new are suggested to
    posts as any new one.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    claim_ids: dict[str, None] = {}

    def keep(record: Record) -> bool:
        if dry_run:
            return _is_new(desk, record)
        is_new = _add(desk, record)
        if is_new and isinstance(record, Claim):
            claim_ids.setdefault(record.id)
        return is_new

    done = import_rows(read_records(file), keep, on_row)
    return replace(done, claim_matches=suggest_posts_to(desk, list(claim_ids)))


def iter_records(desk: Desk, kinds: Sequence[str]) -> Iterator[str]:
    """Yield every record of these kinds as a line of JSON, all revisions, oldest first; ordered by kind and identifier."""
    for kind in kinds:
        yield from render_records(iter_everything(desk.store, KINDS[kind]))


def iter_claims_csv(desk: Desk) -> Iterator[str]:
    """Yield the claims with their verdicts as rows of CSV, with the columns that :func:`import_claims` reads."""
    yield from claims_to_csv((found.claim, found.verdicts) for found in _iter_claims(desk))


def write_claims_xlsx(desk: Desk, file: BinaryIO) -> None:
    """Write the same table as a spreadsheet."""
    write_sheet(claims_to_rows((found.claim, found.verdicts) for found in _iter_claims(desk)), file)


def _iter_claims(desk: Desk) -> Iterator[ClaimWithVerdicts]:
    claims = (claim for claim in desk.store.iter_records(Claim) if not claim.is_stub)
    while batch := list(islice(claims, _BATCH)):
        yield from with_verdicts(desk, batch)


def _is_new(desk: Desk, record: Record) -> bool:
    return record.id not in desk.store.get_many(type(record), [record.id])


def _add(desk: Desk, record: Record) -> bool:
    if not isinstance(record, Revised):
        return bool(desk.store.add([record]))
    is_new = _is_new(desk, record)
    bring(desk, record)
    return is_new


def _external_ids(row: ClaimRow) -> tuple[str, ...]:
    own = (row.external_id, row.url)
    return tuple(value for value in own if value) or (name_by_content("T", row.publisher, row.language, row.text),)


def _find(desk: Desk, row: ClaimRow) -> Claim | None:
    """Find the claim that *row* was kept as: the same number or address, and the same words.

    A number alone says little (two publishers count from 1), and neither does an address (one page, several claims); both
    together do, even where the words were edited.
    """
    for claim in desk.store.find_linked(Claim, "external_id", [_external_ids(row)[0]]):
        says_the_same = any(fold(wording.text) == fold(row.text) for wording in claim.wordings)
        is_there = bool(row.external_id and row.url) and row.url in claim.external_ids
        if says_the_same or is_there:
            return claim
    return None


def _keep(desk: Desk, row: ClaimRow) -> tuple[Claim, bool]:
    """Keep a row; returns its claim, and whether that is new."""
    claim = _find(desk, row)
    is_new = claim is None
    if claim is None:
        year = int((row.date or str(desk.clock().year))[:4])
        claim = create_numbered(desk.store, "C", year, lambda claim_id: _build_claim(claim_id, row))
    if row.rating:
        attach_review(desk, _build_review(row, claim), {}, claim=claim)
    return claim, is_new


def _build_claim(claim_id: str, row: ClaimRow) -> Claim:
    return Claim(
        id=claim_id,
        wordings=(Wording(_language_of(row), row.text),),
        title=row.title,
        claimant=row.claimant,
        first_appeared_on=row.date or None,
        countries=(row.country,) if row.country else (),
        external_ids=_external_ids(row),
    )


def _language_of(row: ClaimRow) -> str:
    return identify_language(row.text) if row.language == UNKNOWN else row.language


def _build_review(row: ClaimRow, claim: Claim) -> ClaimReview:
    return ClaimReview(
        id=name_by_content("CR", row.publisher, row.url, row.text, row.rating),
        publisher=row.publisher or "unknown",
        publisher_site="",
        url=row.url or claim.external_ids[0],
        claim_reviewed=row.text,
        textual_rating=row.rating,
        title=row.title,
        language=_language_of(row),
        claimant=row.claimant,
        claim_date=row.date or None,
    )
