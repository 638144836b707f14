"""A claim and its denial, told apart."""

import pytest

from index.matching import Asked, Stance, tell_stance
from index.model import Claim, Wording
from tests.index.matching.builders import build_claim


@pytest.mark.parametrize(
    ("post", "claim", "language", "stance"),
    [
        ("L'armée a repris Kidal ce matin !", "L'armée a repris Kidal", "fr", "repeats"),
        ("L'armée n'a pas repris Kidal", "L'armée a repris Kidal", "fr", "denies"),
        ("INTOX : non, l'armée a perdu la ville de Kidal. C'est faux.", "L'armée a repris Kidal", "fr", "denies"),
        ("L'armée a quitté Kidal", "L'armée n'a pas quitté Kidal", "fr", "denies"),
        ("L'armée n'a pas quitté Kidal", "L'armée n'a pas quitté Kidal", "fr", "repeats"),
        ("The army took back Kidal today", "The army took back Kidal", "en", "repeats"),
        ("The army denies that it took back Kidal", "The army took back Kidal", "en", "denies"),
        ("The army didn't take Kidal", "The army took Kidal", "en", "denies"),
        ("Not fake: the army took back Kidal", "The army took back Kidal", "en", "repeats"),
        ("الجيش يستعيد مدينة كيدال اليوم", "الجيش يستعيد مدينة كيدال", "ar", "repeats"),
        ("لا صحة لخبر أن الجيش يستعيد مدينة كيدال", "الجيش يستعيد مدينة كيدال", "ar", "denies"),
        ("نفى الوزير أن الجيش يستعيد مدينة كيدال", "الجيش يستعيد مدينة كيدال", "ar", "denies"),
        ("Il est faux que l'armée n'a pas repris Kidal", "L'armée a repris Kidal", "fr", "unclear"),
        ("FAUX : l'armée n'a pas quitté Kidal", "L'armée n'a pas quitté Kidal", "fr", "denies"),
        ("FAUX : l'armée a quitté Kidal", "L'armée n'a pas quitté Kidal", "fr", "unclear"),
        ("Non, l'armée n'a jamais repris Kidal", "L'armée a repris Kidal", "fr", "denies"),
        ("Aucune preuve que l'armée a repris Kidal", "L'armée a repris Kidal", "fr", "denies"),
        ("L'armée a repris Kidal, je ne m'y attendais pas", "L'armée a repris Kidal", "fr", "repeats"),
        ("Est-ce que l'armée a repris Kidal ?", "L'armée a repris Kidal", "fr", "unclear"),
        ("L'armée a repris Kidal avec 40 hommes", "L'armée a repris Kidal avec 60 hommes", "fr", "unclear"),
        ("The army took back a camp near Kidal, not Kidal itself", "The army took back Kidal", "en", "denies"),
        ("Il pleut sur Bamako", "L'armée a repris Kidal", "fr", "unclear"),
    ],
)
def test_the_stance_of_a_post(post: str, claim: str, language: str, stance: Stance) -> None:
    assert tell_stance(Asked(text=post), build_claim(claim, language=language)) == stance


def test_a_word_that_the_claim_uses_itself_refutes_nothing() -> None:
    claim = build_claim("De faux billets circulent à Niamey")

    assert tell_stance(Asked(text="De faux billets circulent à Niamey depuis hier"), claim) == "repeats"


def test_the_wording_that_shares_most_with_the_post_is_compared() -> None:
    claim = Claim(
        id="C-1", wordings=(Wording("fr", "L'armée a repris Kidal"), Wording("en", "The army took back Kidal"))
    )

    assert tell_stance(Asked(text="The army took back Kidal"), claim) == "repeats"


@pytest.mark.parametrize(
    "text", [" " * 500_000, "non pas " * 100_000, "((" * 200_000, "? " * 200_000, "نفى " * 100_000, "\ud800"]
)
def test_hostile_text_is_told_too(text: str) -> None:
    assert tell_stance(Asked(text=text), build_claim("L'armée a repris Kidal")) in ("denies", "unclear")


def test_what_is_written_in_the_picture_counts() -> None:
    claim = build_claim("L'armée a repris Kidal")

    assert tell_stance(Asked(text="L'armée a repris Kidal", picture_text="FAUX"), claim) == "denies"
