"""Published checks in from a file: ClaimReview, the feeds, a page that somebody saved."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crawlers.fact_checks import MAX_PAGES, ClaimsAsked
from crawlers.sites.page import parse_page
from index.analysis import UNKNOWN
from index.exchange.checks import Check, explain, read_checks
from index.exchange.defacto import read_feed
from index.exchange.formats import TABLES, find_format
from index.exchange.google import read_answer
from index.exchange.jsonld import parse_checks
from index.exchange.rows import RowProblem
from index.exchange.text_files import open_pieces
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.exchange import import_claims
from sankofa.workflows.import_rows import Imported, import_rows, place
from sankofa.workflows.keep_checks import receive_review
from sankofa.workflows.suggest import suggest_posts_to

_NOWHERE = "https://page.invalid/"


def import_file(
    desk: Desk,
    file: Path,
    *,
    form: str = "",
    address: str = "",
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    on_row: Callable[[int], None] = lambda row: None,
) -> Imported:
    """Import what others checked in any format: *form* is one of :data:`index.exchange.formats.FORMATS`, or found out.

    *address* is where a saved page came from; *mapping* gives a table's names for our columns.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
        InputError: A mapping for what is no table.
    """
    form = form or find_format(file)
    if form in TABLES:
        return import_claims(desk, file, form=form, mapping=mapping, dry_run=dry_run, on_row=on_row)
    if mapping:
        raise InputError(f"{file.name} is no table but {form}: its columns have names already, leave --map out")
    return import_checks(desk, file, form=form, address=address, dry_run=dry_run, on_row=on_row)


def import_checks(
    desk: Desk,
    file: Path,
    *,
    form: str,
    address: str = "",
    dry_run: bool = False,
    on_row: Callable[[int], None] = lambda row: None,
) -> Imported:
    """Import published checks; what cannot be read is told by its item and field, and the rest is kept.

    The checks of a saved page are kept under addresses of the host of *address*, where that is said. Each check becomes the
    publisher's external verdict.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    claim_ids: dict[str, None] = {}

    def keep(check: Check) -> bool | RowProblem:
        received = receive_review(desk, check, dry_run=dry_run, on_claim=claim_ids.setdefault)
        if received == "ours":
            message = f"{check.review.url} is a verdict of this desk, and stays as it is here"
            return place(check, check.item, message, refused=False)
        return received == "new"

    done = import_rows(_read(file, form, address), keep, on_row)
    return done if dry_run else replace(done, claim_matches=suggest_posts_to(desk, list(claim_ids)))


def import_answers(
    desk: Desk, asked: ClaimsAsked, *, dry_run: bool = False, on_row: Callable[[int], None] = lambda row: None
) -> Imported:
    """Ask the Google Fact Check Tools API, and import what it answers as :func:`import_checks` does a file.

    Raises:
        CrawlError: There is no key, or no answer; then nothing was kept.
    """
    with tempfile.TemporaryDirectory(prefix="sankofa-") as folder:
        saved = desk.outside.fetch_answers(asked, Path(folder))
        done = import_checks(desk, saved.path, form="google", dry_run=dry_run, on_row=on_row)
    if not saved.is_cut:
        return done
    more = f"there is more than {MAX_PAGES} pages, which was not asked for: use narrower words, or --max-age-days"
    return replace(done, remarks=(*done.remarks, RowProblem(line=done.rows, unit="item", message=more, refused=False)))


def _read(file: Path, form: str, address: str) -> Iterator[Check | RowProblem]:
    match form:
        case "page":
            return _read_page(file, address)
        case "defacto":
            return read_feed(file)
        case "google":
            return read_answer(file)
    return read_checks(file)


def _read_page(file: Path, address: str) -> Iterator[Check | RowProblem]:
    """Read a saved page; without *address* it is where it says itself, and binds no check to its host."""
    with open_pieces(file) as pieces:
        content = parse_page("".join(pieces), address or _NOWHERE)
    where = address or content.canonical_url
    language = content.language or UNKNOWN
    yield from explain(
        1,
        parse_checks(content.scripts, page_url=where, title=content.title, language=language, is_origin=bool(address)),
    )
