from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from reports.i18n import LANGUAGES
from reports.templating import build_environment


@pytest.mark.parametrize(("language", "direction"), [*zip(LANGUAGES, ("ltr", "ltr", "rtl"), strict=True)])
def test_templates_know_their_language_and_its_direction(language: str, direction: str) -> None:
    template = build_environment(language).from_string("{{ language }} {{ direction }}")
    assert template.render() == f"{language} {direction}"


def test_further_catalogues_go_before_our_own(tmp_path: Path) -> None:
    folder = tmp_path / "fr"
    folder.mkdir()
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Inbox"\nmsgstr "À juger"\n',
        encoding="utf-8",
    )
    environment = build_environment("fr", catalogues=[tmp_path])
    assert environment.from_string("{% trans %}Inbox{% endtrans %} {{ _('Claim') }}").render() == "À juger Affirmation"


def test_templates_escape_what_they_show() -> None:
    template = build_environment("fr").from_string("{{ text }} {% trans name=text %}Built {{ name }}{% endtrans %}")
    assert "<b>" not in template.render(text="<b>x</b>")


class _Text(str):
    """Text of another type, as libraries have it."""


@pytest.mark.parametrize("text", ["<b>x</b>", _Text("<b>x</b>"), ["<b>x</b>"]])
@pytest.mark.parametrize(
    "source",
    [
        "{{ text }}",
        "{% macro say(it) %}{{ it }}{% endmacro %}{{ say(text) }}",
        "{% set kept %}{{ text }}{% endset %}{{ kept }}",
        "{% for each in [text] %}{{ each }}{% endfor %}",
        "{{ marked ~ text }}",
    ],
)
def test_what_is_marked_stays_and_all_else_is_escaped(source: str, text: object) -> None:
    template = build_environment("en").from_string("{{ marked }}" + source)
    shown = template.render(text=text, marked=Markup("<i>y</i>"))
    assert shown.startswith("<i>y</i>")
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<b>" not in shown


def test_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        build_environment("en").from_string("{{ nowhere }}").render()
