from pathlib import Path

import pytest

from index.errors import StoreUnavailableError
from index.names.gazetteer import load_gazetteer
from index.query import ClaimQuery, parse_query
from sankofa.bootstrap import open_desk
from sankofa.errors import SettingsError
from sankofa.names_file import load_names, use_names_file
from sankofa.settings import Settings
from tests.contracts.records import build_claim


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


def write_names(folder: Path, *rows: str) -> Path:
    file = folder / "names.csv"
    file.write_text("\n".join(["id,kind,fr,ar,spellings", *rows]) + "\n", "utf-8")
    return file


def find(settings: Settings, text: str, **filters: tuple[str, ...]) -> list[str]:
    with open_desk(settings) as desk:
        query = ClaimQuery(text=parse_query(text), **filters)  # type: ignore[arg-type]  # places or actors
        return [hit.claim.id for hit in desk.store.find_claims(query).hits]


def test_a_search_reads_claims_with_the_names_of_the_newsroom_whenever_these_came(tmp_path: Path) -> None:
    bare = Settings(home=tmp_path / "home")
    with open_desk(bare) as desk:
        desk.store.revise(build_claim(1, "Radio Tamani annonce une trêve"), expected_revision=0)
    assert find(bare, "راديو تاماني") == []

    named = Settings(
        home=bare.home, names_file=write_names(tmp_path, "radio-tamani,organisation,Radio Tamani,راديو تاماني,")
    )
    assert find(named, "راديو تاماني") == ["C-2023-0001"]
    assert find(named, "", actors=("radio-tamani",)) == ["C-2023-0001"]

    write_names(tmp_path, "radio-tamani,organisation,Radio Tamani,,إذاعة تاماني")  # with the same path
    assert find(named, "راديو تاماني") == []
    assert find(named, "إذاعة تاماني") == ["C-2023-0001"]

    assert find(bare, "إذاعة تاماني") == []
    assert find(bare, "", actors=("radio-tamani",)) == []


def test_a_process_with_other_names_keeps_nothing_that_would_not_be_found(tmp_path: Path) -> None:
    bare = Settings(home=tmp_path / "home")
    with open_desk(bare) as desk:
        desk.store.revise(build_claim(1, "Radio Tamani"), expected_revision=0)
        named = Settings(home=bare.home, names_file=write_names(tmp_path, "radio-tamani,organisation,Radio Tamani,,"))
        assert find(named, "", actors=("radio-tamani",)) == ["C-2023-0001"]

        use_names_file(None)
        with pytest.raises(StoreUnavailableError, match="names_file"):
            desk.store.revise(build_claim(2, "Radio Tamani"), expected_revision=0)


def test_a_file_of_names_that_cannot_be_used_is_named_before_anything_is_found(tmp_path: Path) -> None:
    file = write_names(tmp_path, "ml-kidal,town,Kidal,,")

    with pytest.raises(SettingsError, match=r"names_file: names\.csv: line 2"):
        find(Settings(home=tmp_path / "home", names_file=file), "Kidal")
    with pytest.raises(SettingsError, match=r"names_file: .* cannot be read"):
        find(Settings(home=tmp_path / "home", names_file=tmp_path / "none.csv"), "Kidal")
