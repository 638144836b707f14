import pytest

from index.countries import check_country, name_country


@pytest.mark.parametrize("code", ["ML", "ml", " Ml "])
def test_a_code_comes_back_in_capitals(code: str) -> None:
    assert check_country(code) == "ML"


@pytest.mark.parametrize("name", ["Tchad", "Chad", "تشاد", "TCHAD"])
def test_a_name_is_refused_with_its_code(name: str) -> None:
    with pytest.raises(ValueError, match="write TD"):
        check_country(name)


@pytest.mark.parametrize("code", ["", "XX", "EU", "ZZ", "MLI", "223", "M", "\ud800", "\x00\x00", "ＭＬx"])
def test_what_is_no_country_is_refused_with_what_to_write(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 3166-1"):
        check_country(code)


def test_there_are_as_many_countries_as_in_the_standard() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert sum(is_country(first + second) for first in letters for second in letters) == 249


def is_country(code: str) -> bool:
    try:
        return check_country(code) == code
    except ValueError:
        return False


def test_names_come_in_the_three_languages() -> None:
    assert [name_country("TD", language) for language in ("fr", "en", "ar", "ha")] == ["Tchad", "Chad", "تشاد", "Chad"]
    assert name_country("BF", "fr-ML") == "Burkina Faso"
    assert name_country("??", "fr") == "??"
