import pytest

from index.errors import RecordFormatError
from index.names.names import Name, merge_rows
from index.names.rows import parse_rows


def merge(*rows: str) -> dict[str, Name]:
    head = "id,kind,country,fr,ar,spellings,ordinary,latitude,longitude,source,status\n"
    return merge_rows(parse_rows([head, *(f"{row}\n" for row in rows)], "own.csv"))


def test_a_later_row_adds_spellings_and_replaces_what_it_says() -> None:
    name = merge(
        "ml-ber,place,ML,Ber,,Beir,,16,-2,GeoNames 1,verified", "ml-ber,,,Bère,بير,Beir|Bèr,Ber,17,,The desk,unverified"
    )["ml-ber"]

    assert (name.kind, name.country, name.names["fr"], name.names["ar"]) == ("place", "ML", "Bère", "بير")
    assert name.spellings == ("Ber", "Beir", "Bère", "بير", "Bèr")
    assert name.ordinary == {"Ber"}
    assert (name.latitude, name.longitude) == (17, -2)
    assert name.sources == ("GeoNames 1", "The desk")


def test_a_spelling_is_verified_when_one_row_that_has_it_is() -> None:
    first, second = "a,group,,Aa,,Bb,,,,,unverified", "a,,,Aa,,Cc,,,,A list,verified"

    assert merge(first)["a"].unverified == ("Aa", "Bb")
    assert merge(first, second)["a"].unverified == ("Bb",)
    assert merge(second.replace("a,,", "a,group,", 1), first)["a"].unverified == ("Bb",)


@pytest.mark.parametrize(("row", "says"), [("a,,,Aa,,,,,,,", "column 'kind'"), ("a,group,,,,,,,,,", "has no name")])
def test_the_first_row_of_an_id_says_what_and_how_it_is_called(row: str, says: str) -> None:
    with pytest.raises(RecordFormatError, match=f"own.csv, line 2.*{says}"):
        merge(row)
