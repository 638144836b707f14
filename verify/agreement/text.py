"""Do two texts read off pictures say the same? Numbers and dates exactly, words nearly."""

import re
import unicodedata
from collections import Counter

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{3,}")

LEAST_WORDS_SHARED = 0.85
"""Share of the words that both texts have. Readers of text lose or misread a few words of a page."""


def texts_agree(known: str, query: str) -> bool:
    """Whether both hold the same numbers, each as often, and nearly the same words. Two empty texts say nothing: False."""
    if find_other_numbers(known, query):
        return False
    first, second = Counter(_WORD.findall(_fold(known))), Counter(_WORD.findall(_fold(query)))
    all_words = max(first.total(), second.total())
    return bool(all_words) and (first & second).total() >= LEAST_WORDS_SHARED * all_words


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
