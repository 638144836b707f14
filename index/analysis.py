"""One analyser for every backend, so that all of them rank alike: text in, terms in reading order out.

Deterministic. French, English and Arabic are stemmed (Snowball), and their stems say whose they are (``fr:tunnel``), so that a
word read in one language never meets what another language's stemmer made. Any other language keeps its words whole, without
accents, hooks and case; what holds a digit is whole in every language. What is analysed twice, once for the index and once for
the query, must meet: ALL CAPS, missing accents, vowel signs, the Arabic spellings of alef, ya and ta marbuta, hashtags and
typographic apostrophes make no difference.
"""

import html
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from Stemmer import Stemmer

from index.analysis_characters import clean, fold, split_words
from index.analysis_words import ELISIONS, ENGLISH_ENDINGS, FUNCTION_WORDS, TELLTALES
from index.names.gazetteer import load_gazetteer

__all__ = [
    "ANALYSIS_VERSION",
    "UNKNOWN",
    "analyse",
    "analyse_query",
    "extend_tags",
    "fold",
    "guess_language",
    "is_name",
    "list_word_terms",
    "read_out",
    "read_tags",
    "show_term",
]

ANALYSIS_VERSION = 3
"""What was analysed by another version must be analysed again before it is searched."""

UNKNOWN = "und"
_MAX_TERM_CHARACTERS = 64  # longer runs are no words: cut, and not stemmed (a stemmer's time is not linear)
_GUESSED_FROM_CHARACTERS = 20_000
_TELLTALE_SHARE = 0.1

# Members of the macrolanguage Arabic and three-letter codes. Source: ISO 639-3 macrolanguage mappings.
_SAME_LANGUAGE = {"arb": "ar", "ara": "ar", "shu": "ar", "apd": "ar", "fra": "fr", "fre": "fr", "eng": "en"}

_STEMMED = {"fr": "french", "en": "english", "ar": "arabic"}

_ADDRESS = re.compile(r"(?:https?://|www\.|(?:t\.co|pic\.twitter\.com)/)\S*", re.IGNORECASE)
_TAG = re.compile(r"[#@]([\w\u0300-\u036f\u064b-\u065f\u0670\u07eb-\u07f3]+)")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f\u0253-\u029f\u1e00-\u1eff]")
_UNACCENTED_PARTICIPLE = re.compile(r"ee(s?)$")
_ARABIC_AND_THE = re.compile(r"^[وف]ال(?=\w{3})")  # "and the …": the stemmer takes off only one of the two


def analyse(text: str, language: str = UNKNOWN) -> tuple[str, ...]:
    """Return the terms of *text* in reading order, repeated ones too; empty when nothing in it is a word.

    *language* is a BCP 47 tag. Arabic script is read as Arabic in a French or English text too, Latin script
    in an Arabic text is not stemmed.
    """
    base = _base_language(language)
    return tuple(term for word in _iter_words(text, base) if (term := _term(word, base)))


def analyse_query(text: str) -> tuple[str, ...]:
    """Return the unique terms with which words of an unknown language are looked for.

    Each word in Latin script gives its French, its English and its unstemmed term, each in Arabic script the
    Arabic and the unstemmed one: whichever analysis indexed the text, exactly one of them meets it. Function words
    go, unless there is nothing else. A name of the gazetteer gives one term more, which is the same in every language.
    """
    guess = guess_language(text)
    words = list(_iter_words(text, "fr" if guess == UNKNOWN else guess))
    told = [word for word in words if not _is_function_word(word, guess)]
    terms = dict.fromkeys(term for word in told for term in list_word_terms(word))
    return (*(terms or dict.fromkeys(fold(word) for word in words)), *load_gazetteer().name_terms(text))


def show_term(term: str) -> str:
    """Return a term as a person reads it, without whose it is; that of a name is its identifier."""
    return term.rpartition(":")[2].removeprefix("@")


def is_name(term: str) -> bool:
    """Whether a term is that of a name of the gazetteer."""
    return term.startswith("@")


def guess_language(text: str) -> str:
    """Guess ``ar`` from the script, ``fr`` or ``en`` from their function words, and ``und`` where neither tells."""
    text = text[:_GUESSED_FROM_CHARACTERS]
    latin = len(_LATIN_LETTER.findall(text))
    if len(_ARABIC_LETTER.findall(text)) > latin:
        return "ar"
    words = split_words(fold(_ADDRESS.sub(" ", text)).replace("'", " "))
    counts = {language: sum(word in told for word in words) for language, told in TELLTALES.items()}
    best = max(counts, key=counts.__getitem__)
    tells = counts["fr"] != counts["en"] and counts[best] >= _TELLTALE_SHARE * len(words)
    return best if tells else UNKNOWN


def _iter_words(text: str, language: str) -> Iterator[str]:
    """Yield words in lower case, accents kept, elisions and endings off, vowel signs and addresses gone."""
    for run in split_words(read_out(text).casefold()):
        for word in _split_apostrophes(run.strip("'"), language):
            if any(map(str.isalnum, word[:_MAX_TERM_CHARACTERS])):
                yield unicodedata.normalize("NFC", word[:_MAX_TERM_CHARACTERS])


def read_out(text: str) -> str:
    """Return a text as one would read it out: addresses gone, tags as their words, entities as characters."""
    return _TAG.sub(lambda tag: f" {_split_tag(tag.group(1))} ", _ADDRESS.sub(" ", clean(html.unescape(text))))


def read_tags(text: str) -> Iterator[Sequence[str]]:
    """Yield the words of each tag, as far as lines, digits and capitals part them."""
    for tag in _TAG.finditer(_ADDRESS.sub(" ", text)):
        yield _part_tag(clean(tag[1]))


def extend_tags(text: str, extend: Callable[[Sequence[str]], Iterable[str]]) -> str:
    """Return a text with more words behind each tag: those that *extend* makes of its own (:func:`read_tags`)."""
    return _TAG.sub(lambda tag: " ".join([tag[0], *extend(_part_tag(clean(tag[1])))]), text)


def _split_tag(tag: str) -> str:
    """Return the words of a tag, and all in one word too if it has several: it may be ArméeMalienne or FAMa."""
    parts = _part_tag(tag)
    return " ".join([*parts, tag.replace("_", "")] if len(parts) > 1 else parts)


def _part_tag(tag: str) -> list[str]:
    return [part for word in tag.split("_") for part in _split_at_case(word)]


def _split_at_case(word: str) -> list[str]:
    starts = [index for index in range(1, len(word)) if _begins_word(word, index)]
    return [word[start:end] for start, end in zip([0, *starts], [*starts, len(word)], strict=True) if end > start]


def _begins_word(word: str, index: int) -> bool:
    before, character, after = word[index - 1], word[index], word[index + 1 : index + 2]
    if before.isdigit() != character.isdigit():
        return True
    return character.isupper() and (before.islower() or (before.isupper() and after.islower()))


def _split_apostrophes(run: str, language: str) -> Iterator[str]:
    head, apostrophe, rest = run.partition("'")
    if not apostrophe:
        yield run
    elif language == "en" and rest == "t" and head.endswith("n"):
        yield from (head if head == "can" else head[:-1], "not")
    elif language == "en" and rest in ENGLISH_ENDINGS:
        yield head
    elif head in ELISIONS:
        yield from filter(None, (ELISIONS[head], rest.replace("'", "")))
    else:
        yield run.replace("'", "")


def _term(word: str, language: str) -> str:
    """Return the index term of a word, or nothing for a function word."""
    if _ARABIC_LETTER.search(word):
        language = "ar" if language in FUNCTION_WORDS or language == UNKNOWN else language
    elif language == "ar":
        language = UNKNOWN
    return "" if _is_function_word(word, language) else _stem(word, language)


def list_word_terms(word: str) -> Iterator[str]:
    """Yield the terms of one word (in lower case) in every language in which it says something."""
    languages = ("ar",) if _ARABIC_LETTER.search(word) else ("fr", "en")
    said = [language for language in languages if not _is_function_word(word, language)]
    yield from (_stem(word, language) for language in said)
    if said:
        yield fold(word)


def _is_function_word(word: str, language: str) -> bool:
    if _ARABIC_LETTER.search(word):
        return word in FUNCTION_WORDS["ar"]
    return fold(word) in FUNCTION_WORDS.get(language, ())


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    """Stem and fold: Arabic is folded before, French and English only afterwards, as stemming needs the accents."""
    if language not in _STEMMED or len(word) >= _MAX_TERM_CHARACTERS or any(map(str.isdigit, word)):
        return fold(word)
    if language == "fr":
        word = _UNACCENTED_PARTICIPLE.sub(r"ée\1", word)
    elif language == "ar":
        word = _ARABIC_AND_THE.sub("ال", fold(word))
    return f"{language}:{fold(_STEMMERS.of[language].stemWord(word) or word)}"


def _base_language(language: str) -> str:
    base = language.replace("_", "-").partition("-")[0].lower()
    return _SAME_LANGUAGE.get(base, base)


class _Stemmers(threading.local):
    """One set for each thread, since a stemmer keeps the word that it works on."""

    def __init__(self) -> None:
        self.of = {language: Stemmer(name, 0) for language, name in _STEMMED.items()}


_STEMMERS = _Stemmers()
