"""What happens to posts before somebody pastes them: slips, capitals, lost accents, other spellings, hashtags, vowel signs."""

import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np

from index.names.gazetteer import load_gazetteer

Perturbation = Callable[[str, np.random.Generator], str]

_WORD = re.compile(r"[^\W\d_]{3,}")
_EVERY = 4
_LATIN, _ARABIC = "abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
_VOWEL_SIGNS = "\u064e\u064f\u0650\u0652"
_ADDRESS = re.compile(r"https?://\S+|pic\.twitter\.com/\S+")


def edit_every_fourth_word(text: str, random: np.random.Generator) -> str:
    """One letter left out, doubled, exchanged or swapped with the next in every fourth word of three letters or more."""
    count = 0

    def edit(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return _edit(found[0], random) if count % _EVERY == 0 else found[0]

    return _WORD.sub(edit, text)


def _edit(word: str, random: np.random.Generator) -> str:
    at = int(random.integers(len(word) - 1))
    letters = _ARABIC if _ARABIC_LETTER.match(word) else _LATIN
    match int(random.integers(4)):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[: at + 1] + word[at:]
        case 2:
            return word[:at] + letters[int(random.integers(len(letters)))] + word[at + 1 :]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def capitalise(text: str, _random: np.random.Generator) -> str:
    """All in capitals."""
    return text.upper()


def take_accents(text: str, _random: np.random.Generator) -> str:
    """Without accents, and without the hamza of Arabic letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def respell_names(text: str, random: np.random.Generator) -> str:
    """Each name of the gazetteer in another of its spellings in the same script."""
    gazetteer = load_gazetteer()
    for mention in reversed({mention.start: mention for mention in gazetteer.find_mentions(text)}.values()):
        is_arabic = bool(_ARABIC_LETTER.search(mention.spelling))
        others = [
            spelling
            for spelling in gazetteer.names[mention.name_id].spellings
            if bool(_ARABIC_LETTER.search(spelling)) == is_arabic and spelling.casefold() != mention.spelling.casefold()
        ]
        if others:
            text = text[: mention.start] + others[int(random.integers(len(others)))] + text[mention.end :]
    return text


def make_hashtags(text: str, _random: np.random.Generator) -> str:
    """Nothing but hashtags of two words: run together with a capital each, or in Arabic script with a line between."""
    words = [word[0].upper() + word[1:] for word in re.findall(r"\w{3,}", _ADDRESS.sub(" ", text))]
    tied = "_" if _ARABIC_LETTER.search(text) else ""
    return " ".join(f"#{tied.join(words[at : at + 2])}" for at in range(0, len(words), 2))


def add_vowel_signs(text: str, random: np.random.Generator) -> str:
    """A vowel sign behind every Arabic letter."""
    return _ARABIC_LETTER.sub(lambda letter: letter[0] + _VOWEL_SIGNS[int(random.integers(4))], text)


def take_half(text: str, random: np.random.Generator) -> str:
    """Half of the words, drawn at random, in their order."""
    words = text.split()
    kept = sorted(random.permutation(len(words))[: (len(words) + 1) // 2].tolist())
    return " ".join(words[at] for at in kept)


PERTURBATIONS: Mapping[str, Perturbation] = {
    "one edit in every fourth word": edit_every_fourth_word,
    "all capitals": capitalise,
    "no accents": take_accents,
    "other spellings of names": respell_names,
    "hashtags only": make_hashtags,
    "vowel signs": add_vowel_signs,
    "half of the words": take_half,
}
