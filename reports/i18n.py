"""French, English and Arabic as equals: messages, dates, numbers and names of countries, and templates that use them.

English is the text of the code and the templates; ``locale/*/messages.po`` holds the others and is read at start.
Digits are the European ones in all three, as in the identifiers that stand beside them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_group_symbol
from babel.support import Translations
from babel.units import format_unit

from index.dates import first_day, parse_moment
from reports.bidi import isolate
from reports.errors import LanguageUnknownError
from reports.words import (
    ALTERATION_WORDS,
    AUTHENTICITY_WORDS,
    CREDENTIAL_WORDS,
    KIND_WORDS,
    METRIC_WORDS,
    NO_RATING,
    PLATFORM_WORDS,
    POINT_WORDS,
    RATING_WORDS,
    REFUSAL_WORDS,
    SOURCE_TYPE_WORDS,
    STANCE_WORDS,
    STATUS_WORDS,
)

LANGUAGES: tuple[str, ...] = ("fr", "en", "ar")
_LOCALES = {"en": "en_GB"}  # day before month, as in the other two
LOCALE_FOLDER = Path(__file__).parent / "locale"


class Translator:
    """One language, and one time zone in which moments are told.

    ``catalogues`` are folders of further messages (``FOLDER/fr/messages.po``); the first that has a message gives it.
    """

    def __init__(self, language: str, *, zone: str = "UTC", catalogues: Sequence[Path] = ()) -> None:
        if language not in LANGUAGES:
            raise LanguageUnknownError(language, LANGUAGES)
        self.language = language
        self.locale = Locale.parse(_LOCALES.get(language, language))
        self.zone = zone
        self._thousands = get_group_symbol(self.locale)
        self.messages = _load(language, (*catalogues, LOCALE_FOLDER))

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """The direction of writing, as ``dir`` wants it."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def gettext(self, message: str, **values: object) -> str:
        """Translate a message; *values* stand in it as ``%(name)s``."""
        if not message:
            return ""  # gettext keeps the catalogue's own header there
        return self.messages.gettext(message) % values if values else self.messages.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int, **values: object) -> str:
        """Translate a message in the plural form of *number*, which stands in it as ``%(num)s``."""
        text: str = self.messages.ngettext(singular, plural, number)
        return text % {"num": self.number(number), **values}

    def label(self, name: str) -> str:
        """Write a name before what it is the name of; French has a space before the colon."""
        return self.gettext("%(name)s:", name=name)

    def date(self, partial: str | date) -> str:
        """Write a date as precisely as it is known: ``2016``, ``December 2016``, ``13 December 2003`` or a moment."""
        text = partial if isinstance(partial, str) else partial.isoformat()
        match len(text):
            case 4:
                return text
            case 7:
                return format_skeleton("yMMMM", first_day(text), locale=self.locale)
            case 10:
                return _write_day(first_day(text), self.locale)
            case _:
                return self.moment(text)

    def moment(self, moment: str | datetime) -> str:
        """Write a moment in the time zone of this translator, which is named."""
        aware = parse_moment(moment) if isinstance(moment, str) else moment
        local = aware.astimezone(ZoneInfo(self.zone))
        zone = (
            "UTC" if not local.utcoffset() else format_datetime(local, "ZZZZ", tzinfo=local.tzinfo, locale=self.locale)
        )
        day = _write_day(local.date(), self.locale)
        return self.gettext("%(day)s, %(time)s (%(zone)s)", day=day, time=f"{local:%H:%M}", zone=isolate(zone))

    def number(self, number: int | float) -> str:
        """Write a number."""
        if isinstance(number, int):  # as Babel does in our three languages, in a twentieth of its time
            return f"{number:,}".replace(",", self._thousands)
        return format_decimal(number, locale=self.locale)

    def seconds(self, number: float) -> str:
        """Write a length of time in seconds."""
        return str(format_unit(number, "duration-second", locale=self.locale))

    def enumerate(self, words: Sequence[str]) -> str:
        """Write words as a list in a sentence."""
        return format_list(list(words), locale=self.locale)

    def country(self, code: str) -> str:
        """Name a country (ISO 3166-1 alpha-2); a code that is none stays as it is."""
        return str(self.locale.territories.get(code, code))

    def language_name(self, tag: str) -> str:
        """Name a language (BCP 47)."""
        if tag in ("und", ""):
            return self.gettext("language not known")
        return str(self.locale.languages.get(tag.partition("-")[0].lower(), tag))

    def rating(self, rating: str | None) -> str:
        """Say a rating of :class:`index.ratings.Rating`, or that there is none."""
        return self.gettext(NO_RATING if rating is None else RATING_WORDS.get(rating, rating))

    def authenticity(self, category: str) -> str:
        """Say a category of :class:`index.ratings.AuthenticityCategory`."""
        return self.gettext(AUTHENTICITY_WORDS.get(category, category))

    def alterations(self, codes: Sequence[str]) -> str:
        """Say what was done to a medium."""
        if not codes:
            return self.gettext("not stated")
        return self.enumerate([self.gettext(ALTERATION_WORDS.get(code, code)) for code in codes])

    def platform(self, code: str) -> str:
        """Name a platform."""
        return self.gettext(PLATFORM_WORDS.get(code, code))

    def status(self, code: str) -> str:
        """Say the status of a match or a verdict."""
        return self.gettext(STATUS_WORDS.get(code, code))

    def kind(self, code: str) -> str:
        """Name a kind of records; one that nobody reads of stays a code."""
        return self.gettext(KIND_WORDS.get(code, code))

    def check_point(self, code: str) -> str:
        """Say a point of the checklist as a question."""
        return self.gettext(POINT_WORDS.get(code, code))

    def stance(self, code: str) -> str:
        """Say what a post does with a claim."""
        return self.gettext(STANCE_WORDS.get(code, code))

    def refusal(self, code: str) -> str:
        """Say why a medium was not opened."""
        return self.gettext(REFUSAL_WORDS.get(code, code))

    def credentials(self, code: str) -> str:
        """Say the state of a file's content credentials."""
        return self.gettext(CREDENTIAL_WORDS.get(code, code))

    def source_type(self, code: str) -> str:
        """Say how a file says that it was made; a code of somebody else's stays as it is."""
        return self.gettext(SOURCE_TYPE_WORDS[code]) if code in SOURCE_TYPE_WORDS else isolate(code)

    def logged(self, number: int, digest: str, hashes: int) -> str:
        """Say where the log names a revision, and by how many hashes that is proven."""
        return self.ngettext(
            "log entry %(entry)s (%(digest)s…), proven by %(num)s hash",
            "log entry %(entry)s (%(digest)s…), proven by %(num)s hashes",
            hashes,
            entry=number,
            digest=isolate(digest[:16]),
        )

    def metric(self, code: str) -> str:
        """Name what a platform counted."""
        return self.gettext(METRIC_WORDS.get(code, code))


def _write_day(day: date, locale: Locale) -> str:
    text = format_date(day, "long", locale=locale)
    return text.replace("1 ", "1er ", 1) if locale.language == "fr" and day.day == 1 else text


def _load(language: str, folders: Sequence[Path]) -> Translations:
    files = [folder / language / "messages.po" for folder in folders]
    return _read_catalogues(language, tuple(file for file in files if file.exists()))


@cache
def _read_catalogues(language: str, files: tuple[Path, ...]) -> Translations:
    """Read catalogues, each behind the one before; without any, messages stay as they are."""
    messages = Translations()
    for file in files:
        with file.open("rb") as source:
            catalogue = read_po(source, locale=language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        messages.add_fallback(Translations(compiled))
    return messages
