"""Which language a text is in, where nobody says so; the sentences are our own."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.languages import identify_language

REGION = {
    "ha": ("Sojojin Nijar sun kashe 'yan ta'adda da dama a kusa da iyaka", "Hotunan bidiyon na karya ne"),
    "bm": ("Mali kɛlɛbolow ye mɔgɔ caman faga Kidali la", "Nin ja in tɛ tiɲɛ ye"),
    "ff": ("Konu Mali ngu naati wuro Kidal", "Kabaaru oo wonaa goonga"),
    "dje": ("Nijer soojey na boro boobo wi hirrow meo ga", "Alhabaro din si cimi no"),
    "tmh": ("Imɣad ǝd Ifoɣas ǝgan tarreyt n Kidal", "Tamətne n Azawad tǝqqal ǝs taɣrəmt"),
    "mos": ("Mali sodaasã kʋʋ neb wʋsg Kidal", "Koe-kãngã pa sɩd ye"),
}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Tunnels à Kidal", "fr"),
        ("fosse commune à Gossi", "fr"),
        ("drapeau hissé, camp abandonné", "fr"),
        ("mass grave near Gossi", "en"),
        ("French soldiers steal gold", "en"),
        ("أنفاق كيدال", "ar"),
        ("tunnels de Kidal https://the.example/of/and", "fr"),
        ("Kidal", "und"),
        ("Kidal Kidal Kidal", "und"),
        ("Bamako Gao Kidal", "und"),
        ("", "und"),
        ("1234 !! 🙂", "und"),
        ("https://example.org/les/tunnels", "und"),
    ],
)
def test_a_short_text_tells_its_language_and_a_name_does_not(text: str, language: str) -> None:
    assert identify_language(text) == language


@pytest.mark.parametrize("language", REGION)
def test_a_language_of_the_region_is_taken_for_no_other(language: str) -> None:
    assert {identify_language(text) for text in REGION[language]} == {"und"}


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer_and_always_the_same(text: str) -> None:
    assert identify_language(text) == identify_language(text) in ("fr", "en", "ar", "und")


@pytest.mark.parametrize(
    "text", ["\ud800 tunnels", "\udfff\udc00", "\x00", "\u202e" * 5_000, "e\u0301" * 5_000, "ا" * 100_000]
)
def test_hostile_characters_break_nothing(text: str) -> None:
    assert identify_language(text) in ("fr", "en", "ar", "und")


def test_the_model_is_loaded_only_for_a_text_that_needs_it() -> None:
    program = (
        "import sys; from sankofa.cli.main import build_app; build_app()\n"
        "from index.documents import build_document; from index.languages import identify_language\n"
        "identify_language('Les tunnels de Kidal et la ville'); identify_language('أنفاق')\n"
        "assert not any(name.startswith('py3langid') for name in sys.modules)\n"
        "identify_language('Kidal camp'); assert 'py3langid' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
