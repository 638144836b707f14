import codecs
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import RecordFormatError
from index.exchange.claims_table import ClaimRow, RowProblem, read_claims
from index.ratings import Rating

HEADER = "id,text,title,url,date,language,claimant,country,rating,publisher\n"
FULL = (
    'EX-1,"Des tunnels, sous Kidal",Tunnels,https://example.org/a,2023-11-15,fr,Armée malienne,ML,Faux,Example Check\n'
)


@pytest.fixture
def write(tmp_path: Path) -> "Writer":
    return Writer(tmp_path)


class Writer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, content: str | bytes, name: str = "claims.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path


def read(path: Path) -> list[ClaimRow | RowProblem]:
    return list(read_claims(path))


def texts(path: Path) -> list[str]:
    rows = read(path)
    assert not [row for row in rows if isinstance(row, RowProblem)]
    return [row.text for row in rows if isinstance(row, ClaimRow)]


def problems(path: Path) -> list[RowProblem]:
    return [row for row in read(path) if isinstance(row, RowProblem)]


def good_lines(path: Path) -> list[int]:
    return [row.line for row in read(path) if isinstance(row, ClaimRow)]


def test_every_column_arrives(write: Writer) -> None:
    (row,) = read(write(HEADER + FULL))
    assert row == ClaimRow(
        line=2,
        external_id="EX-1",
        text="Des tunnels, sous Kidal",
        title="Tunnels",
        url="https://example.org/a",
        date="2023-11-15",
        language="fr",
        claimant="Armée malienne",
        country="ML",
        rating="Faux",
        mapped_rating=Rating.FALSE,
        publisher="Example Check",
    )


def test_only_the_text_is_needed(write: Writer) -> None:
    assert read(write("text\nDes tunnels\n")) == [ClaimRow(line=2, text="Des tunnels")]
    assert read(write('{"text":"Des tunnels"}', "claims.jsonl")) == [ClaimRow(line=1, text="Des tunnels")]


def test_json_lines_say_the_same_as_csv(write: Writer) -> None:
    record = {
        "id": "EX-1", "text": "Des tunnels, sous Kidal", "title": "Tunnels", "url": "https://example.org/a",
        "date": "2023-11-15", "language": "fr", "claimant": "Armée malienne", "country": "ML", "rating": "Faux",
        "publisher": "Example Check",
    }  # fmt: skip
    from_json = read(write("\n" + json.dumps(record) + "\n", "claims.jsonl"))
    assert from_json == read(write(HEADER + FULL))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(write: Writer, separator: str) -> None:
    cells = ["7", "un texte, long; avec | tout", "fr"]
    content = separator.join(["id", "text", "language"]) + "\n" + separator.join(f'"{cell}"' for cell in cells)
    assert read(write(content)) == [ClaimRow(line=2, external_id="7", text=cells[1], language="fr")]


@pytest.mark.parametrize("header", ["Text,ID\n", '"TEXT","id"\n', " text , id \n", "sep=,\ntext,id\n", "\n\ntext,id\n"])
def test_headers_as_spreadsheets_write_them(write: Writer, header: str) -> None:
    (row,) = read(write(header + "Des tunnels,1\n"))
    assert isinstance(row, ClaimRow)
    assert (row.text, row.external_id) == ("Des tunnels", "1")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("cp1252", b""),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_encodings_and_line_breaks_are_found(write: Writer, encoding: str, mark: bytes, line_break: str) -> None:
    content = f"text;language{line_break}L’armée a été attaquée à « Ménaka »;fr{line_break}".encode(encoding)
    assert texts(write(mark + content)) == ["L’armée a été attaquée à « Ménaka »"]


def test_arabic_in_utf16_is_read(write: Writer) -> None:
    content = codecs.BOM_UTF16_LE + "text,language\nأنفاق كيدال,ar\n".encode("utf-16-le")
    assert texts(write(content)) == ["أنفاق كيدال"]


@pytest.mark.parametrize(
    "content",
    [
        "text\nأنفاق كيدال في مالي\n".encode("cp1256"),
        "text\nТуннели в Кидале\n".encode("koi8-r"),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",
    ],
)
def test_other_encodings_and_other_files_are_refused(write: Writer, content: bytes) -> None:
    with pytest.raises(RecordFormatError, match="UTF-8"):
        read(write(content))


def test_one_row_in_another_encoding_is_refused_and_the_others_kept(write: Writer) -> None:
    content = "text\nété\nà Gao\n".encode() + "armée\n".encode("cp1252") + "déjà\n".encode()
    assert good_lines(write(content)) == [2, 3, 5]
    (problem,) = problems(write(content))
    assert (problem.line, problem.column) == (4, "text")
    assert "UTF-8" in problem.message


def test_a_cut_utf16_file_is_a_clear_error(write: Writer) -> None:
    content = codecs.BOM_UTF16_LE + "text\nDes tunnels\n".encode("utf-16-le") + b"\x3d\xd8"
    with pytest.raises(RecordFormatError, match="cut off"):
        read(write(content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "claims.csv"),
        ("\n\n", "claims.csv"),
        ("id,title\n1,x\n", "claims.csv"),
        ("Des tunnels,1\n", "claims.csv"),
        ("text,TEXT\na,b\n", "claims.csv"),
        ('[{"text":"x"}]', "claims.json"),
        ('"text\n', "claims.csv"),
        ('{\n"text":"x"\n}', "claims.json"),
    ],
)
def test_a_file_that_is_no_table_of_claims_is_refused_whole(write: Writer, content: str, name: str) -> None:
    with pytest.raises(RecordFormatError, match=r"column|JSON array or object"):
        read(write(content, name))


def test_a_missing_file_and_a_folder_are_clear_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(RecordFormatError, match="cannot be read"):
            read(path)


def test_an_unknown_column_gives_one_remark(write: Writer) -> None:
    csv_rows = read(write("text,views\nDes tunnels,5\nUn autre,6\n"))
    json_rows = read(write('{"text":"Des tunnels","views":5}\n{"text":"Un autre","views":6}\n', "claims.jsonl"))
    for rows in (csv_rows, json_rows):
        (remark,) = [row for row in rows if isinstance(row, RowProblem)]
        assert (remark.line, remark.column, remark.refused) == (1, "views", False)
        assert "left out" in str(remark)
        assert len(rows) == 3


@pytest.mark.parametrize(
    ("column", "cell", "advice"),
    [
        ("text", "", "write what was claimed"),
        ("text", "   ", "write what was claimed"),
        ("text", "bell\x07", "U+0007"),
        ("date", "14/11/2023", "2023-11-14T10:03:00Z"),
        ("date", "2023-02-30", "write"),
        ("country", "Mali", "write ML"),
        ("country", "XX", "ML, NE, BF or TD"),
        ("language", "French", "write fr"),
        ("language", "xx", "write fr"),
        ("url", "example.org/a", "https://"),
        ("url", "javascript:alert(1)", "https://"),
        ("url", "https://[broken", "https://"),
        ("url", "https://" + "a" * 3000, "at most 2000"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_bad_cell_says_where_and_what_to_do(write: Writer, kind: str, column: str, cell: str, advice: str) -> None:
    row = {"text": "Des tunnels", column: cell}
    lines = [json.dumps({"text": "ok"}), json.dumps(row)]
    if kind == "csv":
        cells = ",".join(f'"{value}"' for value in row.values())
        lines = [",".join(row) + ",id", "ok" + "," * len(row), cells + ",9"]
    path = write("\n".join(lines), f"claims.{kind}")
    (problem,) = problems(path)
    assert (problem.line, problem.column, problem.refused) == (len(lines), column, True)
    assert advice in problem.message
    assert good_lines(path) == [len(lines) - 1]


def test_line_numbers_are_those_of_the_file(write: Writer) -> None:
    content = 'text,country\n"deux\nlignes",ML\n\n"trois\r\nlignes\nencore",XX\nfin,TD\n'
    assert good_lines(write(content)) == [2, 8]
    (problem,) = problems(write(content))
    assert problem.line == 5


def test_text_with_line_breaks_stays_as_it_is(write: Writer) -> None:
    assert texts(write('text\n"deux\r\nlignes et ""guillemets"""\n')) == ['deux\r\nlignes et "guillemets"']


@pytest.mark.parametrize(
    ("bad", "advice"),
    [
        ('"jamais fermé,ML\n', "quotes"),
        ('"dit "bonjour" à tous",ML\n', "quotes"),
        ("trop,de,cellules\n", "3 cells, the header 2"),
        ("trop peu\n", "1 cells, the header 2"),
        ("x" * 140_000 + ",ML\n", "quote missing"),
        ("x" * 1_100_000 + ",ML\n", "line break missing"),
    ],
)
def test_a_bad_record_costs_only_itself(write: Writer, bad: str, advice: str) -> None:
    content = "text,country\nun,ML\n" + bad + '"quatre",NE\ncinq,BF\n'
    assert good_lines(write(content)) == [2, 4, 5]
    (problem,) = problems(write(content))
    assert problem.line == 3
    assert advice in problem.message


def test_an_unclosed_quote_at_the_end_costs_only_itself(write: Writer) -> None:
    content = 'text\nun\n"deux\ntrois\n'
    assert good_lines(write(content)) == [2, 4]
    assert [problem.line for problem in problems(write(content))] == [3]


def test_rows_without_any_cell_are_passed_over(write: Writer) -> None:
    assert good_lines(write("text,id\n,\n\n , \nun,1\n")) == [5]


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("{", "no JSON"),
        ("Des tunnels", "no JSON"),
        ('"Des tunnels"', "one JSON object"),
        ("[1]", "one JSON object"),
        ('{"text":"a","text":"b"}', "'text' stands twice"),
        ('{"text":"a","x":{"y":1,"y":2}}', "'y' stands twice"),
        ('{"text":"a","x":NaN}', "NaN"),
        ('{"text":"a","x":-Infinity}', "Infinity"),
        ('{"text":"a","x":1e999}', "too large"),
        ('{"text":"a","x":' + "9" * 5000 + "}", "limit"),
        ('{"text":' + "[" * 100_000 + "]" * 100_000 + "}", "nested deeper"),
        ('{"text":' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "}", "nested deeper"),
        ('{"text":["a"]}', "text in quotes"),
        ('{"text":true}', "text in quotes"),
        ('{"text":1.5}', "text in quotes"),
        ('{"text":null}', "write what was claimed"),
        ('{"text":"\\ud800"}', "half a character"),
        ('{"text":"a\\u0000b"}', "U+0000"),
        ('{"text":"' + "x" * 1_100_000 + '"}', "line break missing"),
    ],
)
def test_a_bad_json_line_costs_only_itself(write: Writer, line: str, advice: str) -> None:
    path = write('{"text":"un"}\n' + line + '\n{"text":"trois"}\n', "claims.jsonl")
    assert good_lines(path) == [1, 3]
    (problem,) = [problem for problem in problems(path) if problem.refused]
    assert problem.line == 2
    assert advice in problem.message


def test_numbers_are_taken_as_identifiers(write: Writer) -> None:
    (row,) = read(write('{"text":"un","id":12}', "claims.jsonl"))
    assert isinstance(row, ClaimRow)
    assert row.external_id == "12"


def test_a_file_without_a_telling_name_is_read_by_its_first_line(write: Writer) -> None:
    assert texts(write('{"text":"un"}\n', "claims")) == ["un"]
    assert texts(write("text\nun\n", "claims.txt")) == ["un"]


def test_languages_come_in_canonical_case_and_unknown_ratings_stay_words(write: Writer) -> None:
    rows = read(write("text,language,rating\nun,FR-ml,Quatre Pinocchios\nun,ff-adlm,\nun,taq,\nun,,\n"))
    assert [row.language for row in rows if isinstance(row, ClaimRow)] == ["fr-ML", "ff-Adlm", "taq", "und"]
    assert isinstance(rows[0], ClaimRow)
    assert (rows[0].rating, rows[0].mapped_rating) == ("Quatre Pinocchios", None)


def test_reading_goes_row_by_row(write: Writer) -> None:
    path = write("text\n" + "un\n" * 200_000)
    rows = read_claims(path)
    assert [next(rows).line for _ in range(3)] == [2, 3, 4]
    assert sum(1 for _ in rows) == 199_997


@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
)
@pytest.mark.parametrize("name", ["claims.csv", "claims.jsonl", "claims"])
@pytest.mark.parametrize("start", [b"", b"text,id\n"])
def test_any_bytes_give_rows_problems_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, start: bytes, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(start + content)
    rows: list[ClaimRow | RowProblem] = []
    with suppress(RecordFormatError):
        rows.extend(read_claims(path))
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    for row in rows:
        str(row).encode()
