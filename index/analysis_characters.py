"""Characters: what makes two spellings differ that nobody means, what is invisible, what parts words."""

import re
import unicodedata
from collections.abc import Callable

# Marks that are dropped: accents, Arabic vowel and Quranic signs, marks for symbols, variation selectors.
# Marks of other scripts (N'Ko, Adlam, Devanagari) carry meaning and stay. Source: Unicode Character
# Database, blocks.
_ARABIC_MARKS = (
    *((0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E4)),
    *((0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x0898, 0x089F), (0x08CA, 0x08E1), (0x08E3, 0x08FF)),
)
_DROPPED_MARKS = (
    *((0x0300, 0x036F), (0x1AB0, 0x1ACE), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0xFE00, 0xFE0F)),
    *((0xFE20, 0xFE2F), (0xE0100, 0xE01EF)),
    *_ARABIC_MARKS,
)
# The digit zero of scripts written in the region: Arabic-Indic, its eastern form, N'Ko, Adlam.
_ZEROS = (0x0660, 0x06F0, 0x07C0, 0x1E950)

_TATWEEL = "\u0640"
_APOSTROPHES = "’‘ʼʻ`´′＇ʿʾꞌ‛"


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


# Letter, and what is typed for it: Arabic and its Persian forms; European ligatures and bars; the hooks and
# open vowels of Hausa, Fulfulde, Bambara, Songhay and Mooré.
_TYPED_AS = _pairs("ى=ي ی=ي ې=ي ة=ه ۃ=ه ک=ك ٱ=ا ٲ=ا ٳ=ا")
_TYPED_AS |= _pairs("œ=oe æ=ae ø=o ł=l đ=d ħ=h ı=i þ=th ð=d")
_TYPED_AS |= _pairs("ɓ=b ɗ=d ƙ=k ƴ=y ɛ=e ɔ=o ɲ=ny ŋ=ng ɩ=i ʋ=u ǝ=e ə=e")

# Sorting a long run of marks takes quadratic time, so only the first thirty of a run are read; no language writes
# that many. Source: Stream-Safe Text Format, Unicode Standard Annex 15, section 13.
_LAST_MARK = 0x1EFFF
_MARKS = "".join(chr(code) for code in range(0x0300, _LAST_MARK) if unicodedata.combining(chr(code)))
_MARKS += "\u0f73\u0f75\u0f81\uff9e\uff9f"  # read as letters, become marks when decomposed
_MARK_RUN = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")


class _CharacterTable(dict[int, str | None]):
    """A table for ``str.translate`` that works out each character once."""

    def __init__(self, replace: Callable[[str], str | None]) -> None:
        super().__init__()
        self._replace = replace

    def __missing__(self, code: int) -> str | None:
        self[code] = replacement = self._replace(chr(code))
        return replacement


def fold(text: str) -> str:
    """Take away what people do not mean: case, accents, vowel signs, letter variants, invisible characters.

    Folding twice changes nothing more. Lone surrogates become U+FFFD, so that the result can always be
    written as UTF-8.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", _bound_marks(text)).casefold())
    decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    return unicodedata.normalize("NFC", _bound_marks(decomposed.translate(_FOLDED)))


def clean(text: str) -> str:
    """Take away invisible characters, vowel signs and tatweel, unite apostrophes; accents and case stay."""
    return unicodedata.normalize("NFKC", _bound_marks(text.translate(_CLEANED)))


def split_words(text: str) -> list[str]:
    """Split at everything that is no letter, mark, digit or apostrophe: emoji and lone surrogates go."""
    return text.translate(_SEPARATED).split()


def _bound_marks(text: str) -> str:
    return text if text.isascii() else _MARK_RUN.sub(r"\1", text)


def _fold_character(character: str) -> str | None:
    if _is_invisible(character) or _is_within(character, _DROPPED_MARKS) or character == _TATWEEL:
        return None
    if unicodedata.category(character) == "Cs":
        return "\ufffd"
    if character in _APOSTROPHES:
        return "'"
    zero = next((zero for zero in _ZEROS if zero <= ord(character) < zero + 10), None)
    return _TYPED_AS.get(character, character) if zero is None else str(ord(character) - zero)


def _clean_character(character: str) -> str | None:
    if _is_invisible(character) or _is_within(character, _ARABIC_MARKS) or character == _TATWEEL:
        return None
    return "'" if character in _APOSTROPHES else character


def _separate_character(character: str) -> str:
    return character if character == "'" or unicodedata.category(character)[0] in "LMN" else " "


def _is_invisible(character: str) -> bool:
    """Tell whether it is a format character: bidirectional controls, zero-width joiners, soft hyphens."""
    return unicodedata.category(character) == "Cf"


def _is_within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


_FOLDED = _CharacterTable(_fold_character)
_CLEANED = _CharacterTable(_clean_character)
_SEPARATED = _CharacterTable(_separate_character)
