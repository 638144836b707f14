"""What a post and claims have in common, three letters at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.matching.trigrams import compare_trigrams, read_trigrams

POST = frozenset({"tunnel", "kidal"})
WORDS = st.frozensets(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), max_size=6)


def say(*words: str) -> frozenset[str]:
    return frozenset(words)


def spell(text: str) -> list[str]:
    numbers = read_trigrams(say(text)).tolist()
    return ["".join(chr(number >> shift & 0x1FFFFF) for shift in (42, 21, 0)) for number in numbers]


@pytest.mark.parametrize("word", ["gao", "نفق", "\U0010ffff\U0010fffe!"])
def test_a_word_is_read_with_the_blanks_around_it(word: str) -> None:
    first, second, third = tuple(word)

    wanted = [f"  {first}", f" {first}{second}", word, f"{second}{third} ", f"{third}  "]

    assert spell(word) == sorted(wanted)


def test_words_make_the_same_trigrams_in_whatever_order_they_come() -> None:
    alone = {*read_trigrams(say("tunnel")).tolist(), *read_trigrams(say("kidal")).tolist()}

    assert set(read_trigrams(POST).tolist()) == alone


def test_a_slip_an_ending_and_a_joined_word_leave_much_of_a_claim() -> None:
    claims = [{"fr": [say(word)]} for word in ("tunnel", "tunnels", "tunel", "kidaltunnel", "gao")]

    whole, *changed, other = (said.covered for said in compare_trigrams(POST, claims))

    assert whole == pytest.approx(1.0)
    assert all(0.3 < covered < 1.0 for covered in changed)
    assert other == 0.0


def test_what_few_of_the_claims_say_counts_more() -> None:
    claims = [{"fr": [say("tunnel", rest)]} for rest in ("gao", "tombouctou", "mopti", "kidal")]

    *others, rare = compare_trigrams(POST, claims)

    assert all(rare.claimed > other.claimed for other in others)
    assert rare.claimed == pytest.approx(1.0)


def test_the_language_is_the_one_of_which_most_is_said() -> None:
    claim = {"en": [say("camp")], "fr": [say("tunnel"), say("camp")]}

    (said,) = compare_trigrams(POST, [claim])

    assert said.language == "fr"
    assert said.covered == pytest.approx(0.5, abs=0.01)


def test_nothing_to_compare_is_nothing_in_common() -> None:
    nothing: frozenset[str] = frozenset()

    assert compare_trigrams(POST, []) == []
    assert [said[:2] for said in compare_trigrams(POST, [{}, {"fr": [nothing]}])] == [(0.0, 0.0)] * 2
    assert [said[:2] for said in compare_trigrams(nothing, [{"fr": [POST]}])] == [(0.0, 0.0)]


@given(
    WORDS, st.lists(st.dictionaries(st.sampled_from(["fr", "ar"]), st.lists(WORDS, min_size=1, max_size=2)), max_size=4)
)
def test_shares_are_shares_whatever_is_compared(
    post: frozenset[str], claims: list[dict[str, list[frozenset[str]]]]
) -> None:
    for said in compare_trigrams(post, claims):
        assert 0.0 <= said.covered <= 1.0
        assert 0.0 <= said.claimed <= 1.0
