"""Countries by their ISO 3166-1 alpha-2 codes, with French, English and Arabic names (Unicode CLDR, by Babel)."""

from functools import cache

from babel import Locale

from index.analysis import fold

NAME_LANGUAGES = ("fr", "en", "ar")

# Two-letter territories of the CLDR that are no ISO 3166-1 codes: reserved, grouping, test and private-use ones.
# Source: https://www.iso.org/iso-3166-country-codes.html, https://www.unicode.org/reports/tr35/#unicode_region_subtag
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
_LETTERS = 2


def check_country(code: str) -> str:
    """Return the code in capitals.

    Raises:
        ValueError: It is none; the message says what to write, and the code where a country's name was given.
    """
    canonical = code.strip().upper()
    if canonical in _codes():
        return canonical
    named = _codes_by_name().get(fold(code).strip())
    hint = f"write {named}" if named else "write two letters, such as ML, NE, BF or TD (ISO 3166-1 alpha-2)"
    raise ValueError(f"{code[:50]!r} is no country code: {hint}")


def name_country(code: str, language: str) -> str:
    """Return a country's name in ``fr``, ``en`` or ``ar``; English for other languages, the code where it has none."""
    base = language.partition("-")[0]
    return str(_territories(base if base in NAME_LANGUAGES else "en").get(code, code))


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)


@cache
def _codes() -> frozenset[str]:
    found = (code for code in _territories("en") if len(code) == _LETTERS and code.isalpha())
    return frozenset(found) - _NOT_COUNTRIES


@cache
def _codes_by_name() -> dict[str, str]:
    return {fold(_territories(language)[code]): code for language in NAME_LANGUAGES for code in sorted(_codes())}
