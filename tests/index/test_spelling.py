"""Distances between words, against the definition."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.spelling import allow_edits, count_edits, find_near

WORDS = st.text(alphabet="abكل", max_size=7)


def measure(one: str, other: str) -> int:
    """The optimal string alignment as it is defined."""

    @cache
    def align(left: int, right: int) -> int:
        if not left or not right:
            return left + right
        ways = [
            align(left - 1, right) + 1,
            align(left, right - 1) + 1,
            align(left - 1, right - 1) + (one[left - 1] != other[right - 1]),
        ]
        if left > 1 and right > 1 and one[left - 2 : left] == other[right - 2 : right][::-1]:
            ways.append(align(left - 2, right - 2) + 1)
        return min(ways)

    return align(len(one), len(other))


@given(WORDS, WORDS, st.integers(0, 3))
def test_the_distance_is_that_of_the_definition_up_to_its_bound(one: str, other: str, most: int) -> None:
    assert count_edits(one, other, most=most) == min(measure(one, other), most + 1)


@pytest.mark.parametrize(("word", "edits"), [("", 0), ("gao", 0), ("gaao", 1), ("tunnels", 1), ("aguelhoc", 2)])
def test_a_longer_word_may_be_further_away(word: str, edits: int) -> None:
    assert allow_edits(word) == edits


def test_near_is_what_begins_alike_in_the_same_language() -> None:
    vocabulary = ["fr:tunnel", "en:tunnel", "tunnel", "fr:funnel", "fr:tunnelier", "@ml-kidal"]

    assert list(find_near(["fr:tunel"], vocabulary, edits=1)) == ["fr:tunnel"]
    assert list(find_near(["tunel", "en:tunel"], vocabulary, edits=1)) == ["en:tunnel", "tunnel"]
    assert list(find_near(["fr:tunnel"], vocabulary, edits=0)) == ["fr:tunnel"]
