from pathlib import Path

import pytest

from index.names.gazetteer import load_gazetteer
from sankofa.errors import SettingsError
from sankofa.names_file import load_names


def test_without_a_file_the_names_are_those_that_we_ship() -> None:
    assert load_names(None) is load_gazetteer()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_newsroom_adds_names_and_spellings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "names.csv"
    file.write_text("id;kind;fr;spellings\nml-kidal;;;Kidalé\nradio-tamani;organisation;Radio Tamani;\n", encoding)

    names = load_names(file)

    assert names.name_terms("Radio Tamani à Kidalé et Gao") == ("@radio-tamani", "@ml-kidal", "@ml-gao")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,kind,fr\nml-kidal,town,Kidal\nX,place,X\n", r"names.csv: line 2, column 'kind'.*line 3, column 'id'"),
        ("id,fr\nnobody,Nobody\n", "names.csv, line 2, column 'kind'"),
        ("", "'id' is missing"),
    ],
)
def test_a_bad_row_refuses_the_file_and_says_where(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "names.csv").write_text(content, "utf-8")

    with pytest.raises(SettingsError, match=f"names_file: .*{says}"):
        load_names(tmp_path / "names.csv")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"names_file: names\.csv cannot be read"):
        load_names(tmp_path / "names.csv")
