from datetime import UTC, date, datetime

import pytest
from babel.numbers import format_decimal

from index.ratings import AuthenticityCategory, Rating
from reports.errors import LanguageUnknownError
from reports.i18n import LANGUAGES, Translator
from reports.words import ALTERATION_WORDS, TONES


@pytest.mark.parametrize(
    ("language", "partial", "expected"),
    [
        ("fr", "2016", "2016"),
        ("fr", "2016-12", "décembre 2016"),
        ("fr", "2023-12-01", "1er décembre 2023"),
        ("fr", "2023-11-21", "21 novembre 2023"),
        ("en", "2016-12", "December 2016"),
        ("en", "2003-12-13", "13 December 2003"),
        ("ar", "2016-12", "ديسمبر 2016"),
        ("ar", "2003-12-13", "13 ديسمبر 2003"),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(language: str, partial: str, expected: str) -> None:
    assert Translator(language).date(partial) == expected


def test_a_moment_is_told_in_the_zone_of_the_translator_which_it_names() -> None:
    moment = datetime(2023, 11, 30, 23, 30, tzinfo=UTC)
    assert Translator("en").moment(moment) == "30 November 2023, 23:30 (\u2068UTC\u2069)"
    assert Translator("fr", zone="Africa/Niamey").moment(moment) == "1er décembre 2023, 00:30 (\u2068UTC+01:00\u2069)"


def test_a_day_object_is_written_as_its_text() -> None:
    assert Translator("en").date(date(2023, 11, 17)) == "17 November 2023"


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "لا ظهور"), (1, "ظهور واحد"), (2, "ظهوران"), (3, "3 مرات ظهور"), (11, "11 مرة ظهور"), (103, "103 مرات ظهور")],
)
def test_arabic_counts_in_six_forms(number: int, form: str) -> None:
    assert Translator("ar").ngettext("%(num)s appearance", "%(num)s appearances", number) == form


def test_french_counts_zero_in_the_singular() -> None:
    assert Translator("fr").ngettext("%(num)s appearance", "%(num)s appearances", 0) == "0 apparition"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rating_and_category_has_a_word_of_its_own(language: str) -> None:
    translator = Translator(language)
    ratings = [translator.rating(rating) for rating in (*Rating, None)]
    categories = [translator.authenticity(category) for category in AuthenticityCategory]
    assert len(set(ratings)) == len(Rating) + 1
    assert len(set(categories)) == len(AuthenticityCategory)
    assert not {*Rating, *AuthenticityCategory} & {*ratings, *categories}


def test_every_rating_has_a_family() -> None:
    assert set(TONES) == set(Rating)


@pytest.mark.parametrize(
    "code",
    [
        "mirrored",
        "rotated-90",
        "rotated-180",
        "rotated-270",
        "border-or-caption-added",
        "placed-in-larger-picture",
        "part-of-known",
        "re-encoded",
        "content-changed",
    ],
)
def test_every_alteration_of_the_engine_has_words(code: str) -> None:
    assert ALTERATION_WORDS[code]
    assert Translator("fr").alterations([code]) != code


def test_an_unknown_code_is_shown_as_it_is() -> None:
    translator = Translator("fr")
    assert translator.alterations(["mirrored", "melted"]) == "inversé en miroir et melted"
    assert translator.platform("newnet") == "newnet"
    assert translator.country("QQ") == "QQ"


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_the_direction_is_that_of_the_script(language: str, direction: str) -> None:
    assert Translator(language).direction == direction


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_writes_them(language: str) -> None:
    translator = Translator(language)
    numbers = (0, 7, 999, 1000, 12345, 1234567, 10**12, -5, -1234, 0.5, 1234.25)
    assert [translator.number(each) for each in numbers] == [
        format_decimal(each, locale=translator.locale) for each in numbers
    ]
    assert translator.number(12345) != "12345"


def test_an_unknown_language_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(LanguageUnknownError, match="fr, en, ar"):
        Translator("de")


def test_countries_are_named_in_the_language() -> None:
    assert [Translator(language).country("TD") for language in LANGUAGES] == ["Tchad", "Chad", "تشاد"]
