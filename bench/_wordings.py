"""French, English and Arabic texts of real length that nobody wrote: function words as they are, the others made up.

How often a word comes follows Zipf; every other word or so is a function word, and the others bear endings, so that they
go through the stemmers as real ones do.
"""

from collections.abc import Iterator
from functools import reduce

import numpy as np
import numpy.typing as npt

from index.analysis_words import FUNCTION_WORDS
from index.model import Wording

_STEMS = 30_000
_FUNCTION_SHARE = 0.45
_SPREAD = 0.55
"""Sigma of the lognormal lengths."""
_LONGEST = 120
_SHARES = {"fr": 0.45, "en": 0.3, "ar": 0.25}
_SYLLABLES = {
    "fr": "ba ca che cou dan del fa fon ga gou i ja la lin lo ma man mou na ni o pa par ra rou sa sen ta tra ton vi",
    "en": "an ash bar bel cor dan den er fen gar hol in ken lan lor mar mer nor old pen ran row sel ster tan tor win wood",
    "ar": "با بر تا جم حا حر خل دا رس ري سا سل شا صا طا عا غا فا قا كا لا ما مد نا نس ها وا يا",
}
_ENDINGS = {
    "fr": ("", "", "e", "s", "es", "tion", "ment", "ique"),
    "en": ("", "", "s", "ed", "ing", "er", "ly", "ness"),
    "ar": ("", "", "ة", "ات", "ين", "ون", "ها", "ي"),
}


class Wordings:
    """Draws texts one after the other; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._stems = {language: self._make_stems(language) for language in _SHARES}
        self._common = {language: np.array(sorted(FUNCTION_WORDS[language])) for language in _SHARES}

    def iter(self, count: int, words: int) -> Iterator[Wording]:
        """Yield texts with so many words at the median."""
        languages = self._random.choice(list(_SHARES), count, p=list(_SHARES.values()))
        lengths = self._random.lognormal(np.log(words), _SPREAD, count).clip(3, _LONGEST).astype(int)
        for language, length in zip(languages.tolist(), lengths.tolist(), strict=True):
            yield Wording(language, " ".join(self._draw(language, length)))

    def repeat(self, wording: Wording) -> str:
        """Say most of it again in another order, among other words, as somebody does who shares it."""
        kept = [word for word in wording.text.split(" ") if self._random.random() < 0.7]
        words = [*kept, *self._draw(wording.language, max(2, len(kept) // 4))]
        return " ".join(self._random.permutation(words).tolist())

    def _draw(self, language: str, count: int) -> list[str]:
        common, stems = self._common[language], self._stems[language]
        endings = np.array(_ENDINGS[language])[self._random.integers(0, len(_ENDINGS[language]), count)]
        content = np.char.add(stems[_draw_ranks(self._random, len(stems), count)], endings)
        function = common[_draw_ranks(self._random, len(common), count)]
        drawn: list[str] = np.where(self._random.random(count) < _FUNCTION_SHARE, function, content).tolist()
        return drawn

    def _make_stems(self, language: str) -> npt.NDArray[np.str_]:
        syllables = self._random.choice(_SYLLABLES[language].split(), (4, _STEMS))
        syllables[2:][self._random.random((2, _STEMS)) < 0.4] = ""
        stems: npt.NDArray[np.str_] = reduce(np.char.add, syllables)
        return stems


def _draw_ranks(random: np.random.Generator, size: int, count: int) -> npt.NDArray[np.int64]:
    """Ranks as Zipf's law has them: the logarithm of a rank is spread evenly."""
    ranks: npt.NDArray[np.int64] = (np.exp(random.random(count) * np.log(size + 1)) - 1).astype(np.int64)
    return np.clip(ranks, 0, size - 1)
