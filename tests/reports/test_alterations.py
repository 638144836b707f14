import pytest

from reports.alterations import describe_alterations
from reports.i18n import Translator
from reports.words import ALTERATION_WORDS
from verify.evidence import Transformation

CODES = [
    "rotated",
    "stretched",
    "perspective-changed",
    "bar-above",
    "bar-below",
    "bar-left",
    "bar-right",
    "laid-over",
    "made-grey",
]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_code_of_the_geometry_has_words_in_both_languages(code: str, language: str) -> None:
    assert ALTERATION_WORDS[code] != code or code == "stretched"
    assert Translator(language).alterations([code]) not in {code, ALTERATION_WORDS[code]}


def test_words_and_figures_stand_in_one_line() -> None:
    said = Transformation(mirrored=True, kept_share=0.62, scale=0.5, bars=("above",), jpeg_quality=40)
    line = describe_alterations(Translator("en"), ("mirrored", "bar-above"), said)
    assert "mirrored" in line
    assert "bar added above" in line
    assert "62% of the original kept" in line
    assert "resized to 50%" in line
    assert "JPEG quality near 40" in line


def test_the_figures_are_written_in_french() -> None:
    line = describe_alterations(Translator("fr"), ("mirrored",), Transformation(kept_share=0.62, jpeg_quality=40))
    assert "62\xa0% de l’original conservés" in line.replace("\u202f", "\xa0")
    assert "qualité JPEG proche de 40" in line


def test_what_is_unknown_is_not_written() -> None:
    assert describe_alterations(Translator("en"), ("mirrored",), Transformation(mirrored=True)) == "mirrored"
    whole = Transformation(kept_share=1.0, scale=1.0)
    assert describe_alterations(Translator("en"), ("re-encoded",), whole) == "saved again, otherwise unchanged"


def test_what_was_resized_is_not_called_unchanged() -> None:
    smaller = Transformation(kept_share=1.0, scale=0.5)
    assert describe_alterations(Translator("en"), ("re-encoded",), smaller) == "saved again and resized to 50%"
