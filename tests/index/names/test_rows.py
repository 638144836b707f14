import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import RecordFormatError
from index.names.cells import COLUMNS
from index.names.rows import NameRow, parse_rows

HEAD = "id,kind,country,fr,en,ar,spellings,ordinary,latitude,longitude,source,status\n"


def test_a_row_says_what_its_cells_say() -> None:
    (row,) = parse_rows(
        [HEAD, "ml-ber,place,ML,Ber,Ber,بير,Bèr | Beir,Ber,16.83,-2.5,GeoNames 1,verified\n"], "own.csv"
    )

    assert (row.where, row.name_id, row.kind, row.country) == ("own.csv, line 2", "ml-ber", "place", "ML")
    assert row.names == {"fr": "Ber", "en": "Ber", "ar": "بير"}
    assert (row.spellings, row.ordinary) == (("Bèr", "Beir"), ("Ber",))
    assert (row.latitude, row.longitude, row.source, row.verified) == (16.83, -2.5, "GeoNames 1", True)


def test_what_is_left_out_is_empty_and_not_verified() -> None:
    (row,) = parse_rows(["id\n", "\n", "ml-ber\n"], "own.csv")

    assert (row.where, row.kind, row.country, row.spellings, row.latitude) == ("own.csv, line 3", None, "", (), None)
    assert not row.verified


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_part_columns_as_they_like(separator: str) -> None:
    lines = [separator.join(line) + "\r\n" for line in (("\ufeffID", "Kind", "fr"), ("ml-ber", "place", "Ber"))]

    assert [(row.kind, row.names["fr"]) for row in parse_rows(lines, "own.csv")] == [("place", "Ber")]


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("id", "Ber", "small letters"),
        ("id", "", "small letters"),
        ("kind", "town", "place, state"),
        ("country", "Mali", "two capital letters"),
        ("fr", "…", "no letter"),
        ("en", "B\x00r", "no text"),
        ("ar", "\udce9", "no text"),
        ("spellings", "Ber|12", "no letter"),
        ("spellings", "B" * 101, "at most 100"),
        ("latitude", "91", "between -90 and 90"),
        ("latitude", "nan", "between -90 and 90"),
        ("longitude", "east", "between -180 and 180"),
        ("status", "sure", "verified, unverified"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(column: str, cell: str, says: str) -> None:
    cells = {"id": "ml-ber", "source": "A list", column: cell}
    lines = [HEAD, "ml-gao" + "," * 11 + "\n", ",".join(cells.get(name, "") for name in COLUMNS) + "\n"]

    with pytest.raises(RecordFormatError, match=f"own.csv: line 3, column '{column}'.*{says}"):
        parse_rows(lines, "own.csv")


def test_every_problem_is_named_but_not_thousands() -> None:
    with pytest.raises(RecordFormatError, match=r"line 2, column 'id'.*line 21, column 'id'.*; and 10 more") as caught:
        parse_rows(["id\n", *["?\n"] * 30], "own.csv")

    assert "line 22" not in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "'id' is missing"),
        (["fr,en\n"], "'id' is missing"),
        (["id,name\n"], "unknown column 'name'"),
        (["id,fr,fr\n"], "'fr' stands there twice"),
        (["id,fr\n", "ml-ber,Ber,Bèr\n"], "line 2: more cells than columns"),
        (["id,fr\n", 'ml-ber,"Ber\n'], "line 2: unexpected end of data"),
        (["id,fr\n", f'ml-ber,"{"B" * 200_000}"\n'], "line 2: field larger"),
    ],
)
def test_a_table_that_is_none_says_so(lines: list[str], says: str) -> None:
    with pytest.raises(RecordFormatError, match=says):
        parse_rows(lines, "own.csv")


@given(st.lists(st.text(st.characters(), max_size=40), max_size=5))
def test_any_lines_are_rows_or_a_problem_with_its_place(lines: list[str]) -> None:
    problem = ""
    rows: tuple[NameRow, ...] = ()
    try:
        rows = parse_rows(["id,fr\n", *lines], "own.csv")
    except RecordFormatError as error:
        problem = str(error)

    assert problem.startswith("own.csv: line ") or all(row.name_id for row in rows)
