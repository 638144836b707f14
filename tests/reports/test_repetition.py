import pytest

from index.model import MatchReasons
from reports.bidi import remove_isolates
from reports.i18n import LANGUAGES, Translator
from reports.repetition import describe_probability, list_reasons

ALL = MatchReasons(
    words=("tunnel", "find"),
    names=("ml-kidal", "nobody-knows"),
    numbers=("5000",),
    cosine=0.834,
    days_apart=3,
    shared_media=2,
)


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "almost certainly (99 in 100)"),
        (0.991, "almost certainly (99 in 100)"),
        (0.96, "very probably (96 in 100)"),
        (0.9, "probably (90 in 100)"),
        (0.5, "perhaps (50 in 100)"),
        (0.0, "hardly (1 in 100)"),
    ],
)
def test_a_probability_is_a_word_and_a_figure_and_never_certain(probability: float, said: str) -> None:
    assert describe_probability(Translator("en"), probability) == said


def test_reasons_are_said_one_by_one_and_a_word_once() -> None:
    said = [remove_isolates(sentence) for sentence in list_reasons(Translator("en"), ALL)]

    assert said == [
        "It shows 2 media of the claim.",
        "Names in both: Kidal and nobody-knows.",
        "Words in both: tunnel and find.",
        "Numbers in both: 5000.",
        "Likeness of meaning: 0.83 of 1.",
        "3 days lie between them.",
    ]


def test_a_name_is_said_in_the_readers_language() -> None:
    assert "كيدال" in list_reasons(Translator("ar"), ALL)[1]


def test_what_is_not_known_is_not_said() -> None:
    assert list_reasons(Translator("en"), MatchReasons()) == []


def test_meaning_alone_and_the_same_day_are_said() -> None:
    said = list_reasons(Translator("en"), MatchReasons(by_meaning_alone=True, days_apart=0))

    assert said == ["By its meaning alone: no word speaks for it.", "Of the same day."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_stances_are_told_apart_in_every_language(language: str) -> None:
    words = Translator(language)

    assert len({words.stance(stance) for stance in ("repeats", "denies", "unclear")}) == 3
