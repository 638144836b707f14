"""Claims in a spreadsheet."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from index.errors import RecordFormatError
from index.exchange import claims_xlsx
from index.exchange.claims_csv import claims_to_rows
from index.exchange.claims_xlsx import read_sheet, write_sheet
from index.exchange.columns import Layout
from index.exchange.rows import ClaimRow, RowProblem
from index.model import Claim, Wording
from tests.hostile import HOSTILE
from tests.index.exchange.test_claims_csv import CLAIM, VERDICT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "claims.xlsx"


def write(file: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file


def read(file: Path, **options: Any) -> list[ClaimRow | RowProblem]:
    return list(read_sheet(file, **options))


def test_cells_are_read_as_what_they_show(file: Path) -> None:
    write(file, ["id", "text", "date", "url"], [17.0, "Un tunnel", date(2023, 11, 15), None])
    (row,) = read(file)
    assert row == ClaimRow(line=2, external_id="17", text="Un tunnel", date="2023-11-15")


def test_their_names_are_mapped_and_how_it_was_read_is_said(file: Path) -> None:
    write(file, [], ["Affirmation", "Verdict", "Vues"], ["Un tunnel", "Faux", 3])
    layouts: list[Layout] = []

    found = read(file, mapping={"text": "Affirmation", "rating": "verdict"}, on_layout=layouts.append)

    assert [(one.line, one.column, one.refused) for one in found if isinstance(one, RowProblem)] == [(2, "Vues", False)]
    assert [(one.line, one.text, one.rating) for one in found if isinstance(one, ClaimRow)] == [
        (3, "Un tunnel", "Faux")
    ]
    assert layouts[0].columns == (("text", "Affirmation"), ("rating", "Verdict"))
    assert layouts[0].sheet == "Sheet"


def test_a_bad_row_is_told_by_its_number_and_field(file: Path) -> None:
    write(file, ["text", "country"], ["Un", "ML"], ["Deux", "Mali"], [], [None, "NE"], ["Trois", "TD"])
    found = read(file)
    assert [str(one).partition(":")[0] for one in found if isinstance(one, RowProblem)] == [
        "row 3, column 'country'", "row 5, column 'text'",
    ]  # fmt: skip
    assert [one.line for one in found if isinstance(one, ClaimRow)] == [2, 6]


def test_a_formula_is_not_run_and_gives_what_was_computed_last(file: Path) -> None:
    write(file, ["text", "title"], ["Un", '=HYPERLINK("https://a.example")'])
    (row,) = read(file)
    assert isinstance(row, ClaimRow)
    assert row.title == ""  # nobody has computed it yet


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_no_workbook_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(RecordFormatError):
        read(file)


def test_another_archive_is_refused(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(RecordFormatError, match="no workbook"):
        read(file)


def test_an_archive_that_unpacks_to_too_much_is_not_opened(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_xlsx, "MAX_UNPACKED_BYTES", 1_000)
    write(file, ["text"], ["Un"])
    with pytest.raises(RecordFormatError, match="unpacks to"):
        read(file)


def test_entities_are_refused(file: Path) -> None:
    write(file, ["text"], ["Un"])
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = bomb + sheet.replace(b"</worksheet>", b"<x>&b;</x></worksheet>")
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(RecordFormatError):
        read(file)


@pytest.mark.parametrize("rows", [(), ([None],), (["a", "b"], [1, 2])])
def test_a_sheet_that_names_no_text_is_refused(file: Path, rows: tuple[list[Any], ...]) -> None:
    with pytest.raises(RecordFormatError):
        read(write(file, *rows))


def test_what_looks_like_a_formula_goes_out_as_text() -> None:
    file = io.BytesIO()
    write_sheet([["text"], *([text] for text in HOSTILE)], file)
    sheet = load_workbook(file).worksheets[0]
    assert {cell.data_type for (cell,) in sheet.iter_rows()} == {"s"}


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).map(str.strip).filter(bool)


@settings(max_examples=30)
@given(st.lists(TEXTS | TEXTS.map(lambda text: f"={text}"), min_size=1, max_size=4))
def test_what_is_given_out_can_be_brought_in(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    file = tmp_path_factory.getbasetemp() / "out.xlsx"
    claims = [Claim(id=f"C-2023-{number:04}", wordings=(Wording("fr", text),)) for number, text in enumerate(texts, 1)]
    with file.open("wb") as sink:
        write_sheet(claims_to_rows([*((claim, ()) for claim in claims), (CLAIM, [VERDICT])]), sink)

    found = read(file)

    assert [one.text for one in found if isinstance(one, ClaimRow)] == [*texts, CLAIM.text]
    assert isinstance(found[-1], ClaimRow)
    assert (found[-1].rating, found[-1].publisher, found[-1].url) == (
        "C'est faux",
        "Example Check",
        "https://example.org/check",
    )
