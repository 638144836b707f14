import pytest

from verify.agreement.text import find_other_numbers, texts_agree

LETTER = "Communiqué no 012 du 13 décembre 2023: l'armée annonce la mort de quatre soldats à Aguelhoc"


@pytest.mark.parametrize(
    "other",
    [
        LETTER,
        LETTER.upper(),
        LETTER.replace("é", "e").replace("012", "12"),
        LETTER.replace("annonce", "annnce"),
    ],
)
def test_a_text_agrees_with_itself_as_it_is_read(other: str) -> None:
    assert texts_agree(LETTER, other)


@pytest.mark.parametrize(
    "other",
    [
        LETTER.replace("13", "18"),
        LETTER.replace("012", "021"),
        LETTER + " 4",
        "Communiqué no 012 du 13 décembre 2023: quatre soldats annonce la mort à Aguelhoc de l'armée",
        "Communiqué no 012 du 13 décembre 2023: la population est invitée au calme dans tout le pays",
        "",
    ],
)
def test_another_number_or_other_words_do_not_agree(other: str) -> None:
    assert not texts_agree(LETTER, other)


def test_no_text_on_either_side_says_nothing() -> None:
    assert not texts_agree("", "")


def test_digits_of_other_scripts_are_numbers() -> None:
    assert find_other_numbers("في ١٣ ديسمبر", "في 13 ديسمبر") == ()
    assert find_other_numbers("13 7 7", "13 7 8") == ("7", "8")
