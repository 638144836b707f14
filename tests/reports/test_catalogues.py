"""Every message has real words in French and Arabic; none is left over."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.reports.catalogues import ROOT, iter_messages

FOLDERS = (ROOT / "reports/locale", ROOT / "sankofa/web/locale")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def read_catalogues(language: str) -> list[Catalog]:
    files = [folder / language / "messages.po" for folder in FOLDERS]
    return [_read(file, language) for file in files if file.exists()]


def _read(file: Path, language: str) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=language)


def read_forms(language: str) -> dict[str, tuple[str, ...]]:
    """Every translated message by its first English form, with all its forms."""
    forms: dict[str, tuple[str, ...]] = {}
    for catalogue in read_catalogues(language):
        for message in catalogue:
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            if key and all(texts):
                forms.setdefault(key, texts)
    return forms


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_message_of_code_and_templates_is_translated(language: str) -> None:
    forms = read_forms(language)
    used = list(iter_messages())
    assert len(used) > 150
    assert [f"{where}: {message[0]!r}" for where, message in used if message[0] not in forms] == []


@pytest.mark.parametrize(("language", "count"), [("fr", 2), ("ar", 6)])
def test_every_plural_has_all_its_forms(language: str, count: int) -> None:
    forms = read_forms(language)
    plurals = [message for _, message in iter_messages() if len(message) > 1]
    assert plurals
    assert {message[0]: len(forms[message[0]]) for message in plurals if message[0] in forms} == {
        message[0]: count for message in plurals if message[0] in forms
    }


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_translation_names_a_value_that_the_message_has_not(language: str) -> None:
    wrong = {}
    for message, forms in read_forms(language).items():
        allowed = set(PLACEHOLDER.findall(message))
        used = {name for form in forms for name in PLACEHOLDER.findall(form)}
        if (len(forms) == 1 and used != allowed) or not used <= allowed:
            wrong[message] = used ^ allowed
    assert wrong == {}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_message_of_the_reports_is_left_over(language: str) -> None:
    used = {message[0] for _, message in iter_messages()}
    ours = _read(ROOT / "reports/locale" / language / "messages.po", language)
    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in ours if message.id}
    assert kept - used == set()


def test_arabic_words_are_written_in_arabic() -> None:
    latin = {
        message
        for message, forms in read_forms("ar").items()
        if re.search("[a-z]{4}", PLACEHOLDER.sub("", message))
        and not any(re.search("[\u0621-\u064a]", form) for form in forms)
    }
    assert latin == set()
