"""Which language a text is written in, where nobody says so.

Script and function words decide first, at no cost (:func:`index.analysis.guess_language`). Where they do not, py3langid does, by
the letters of the text, among French, English, Arabic and the languages of the region that its model knows: these keep a Hausa or
Fulfulde post from being taken for French. Its model is loaded when a text first needs it.

**Source.** Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool" (2012), in the edition py3langid.
"""

import re
from functools import cache
from typing import Any

from index.analysis import UNKNOWN, guess_language

IN_USE = ("fr", "en", "ar")
_AROUND = ("ha", "fuv", "so", "sw", "kab", "ln", "guw", "yo", "ig", "lg", "rw")
"""Hausa, Fulfulde, Somali, Swahili, Kabyle, Lingala, Gun, Yoruba, Igbo, Ganda, Kinyarwanda: never the answer."""

_LEAST_PROBABILITY = 0.3
"""Bare names are below it, and French and English of six words mostly above: `bench languages`."""
_READ_CHARACTERS = 2_000
_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S*", re.IGNORECASE)


def identify_language(text: str) -> str:
    """Return ``fr``, ``en`` or ``ar``, and ``und`` for what seems to be none of them, or too little to tell."""
    guess = guess_language(text)
    read = _ADDRESS.sub(" ", text[:_READ_CHARACTERS])
    if guess != UNKNOWN or not any(map(str.isalpha, read)):
        return guess
    language, probability = _load_model().classify(read)
    return str(language) if language in IN_USE and probability >= _LEAST_PROBABILITY else UNKNOWN


@cache
def _load_model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([*IN_USE, *_AROUND])
    return model
