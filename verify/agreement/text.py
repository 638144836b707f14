"""Do two texts read off pictures say the same? Numbers and dates exactly, words nearly."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{3,}")

LEAST_WORDS_SHARED = 0.85
"""Share of the words that both texts have. Readers of text lose or misread a few words of a page."""

LEAST_PAIRS_SHARED = 0.65
"""Share of neighbouring words that both texts have: one misread word spoils two pairs, another order of the words most."""


def texts_agree(known: str, query: str) -> bool:
    """Whether both hold the same numbers, each as often, and nearly the same words in nearly the same order.

    Two empty texts say nothing: False.
    """
    if find_other_numbers(known, query):
        return False
    first, second = _WORD.findall(_fold(known)), _WORD.findall(_fold(query))
    if not first or _share(first, second) < LEAST_WORDS_SHARED:
        return False
    return _share(list(pairwise(first)), list(pairwise(second))) >= LEAST_PAIRS_SHARED


def _share(first: Sequence[object], second: Sequence[object]) -> float:
    """How much of the longer one is in both, each as often; 1 where both are empty."""
    longer = max(len(first), len(second))
    return (Counter(first) & Counter(second)).total() / longer if longer else 1.0


def find_other_numbers(known: str, query: str) -> tuple[str, ...]:
    """The numbers that one text has and the other has not, or not as often, sorted; digits of any script as 0 to 9."""
    first, second = _count_numbers(known), _count_numbers(query)
    return tuple(sorted((first - second) + (second - first)))


def _count_numbers(text: str) -> Counter[str]:
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    return Counter(number.lstrip("0") or "0" for number in _NUMBER.findall(plain))


def _fold(text: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
