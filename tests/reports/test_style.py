"""The stylesheet keeps what it promises: contrast in light, dark and print, and no physical directions."""

import re
from pathlib import Path

import pytest

import reports

CSS = (Path(reports.__file__).parent / "templates/desk.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
TEXTS = ("text", "muted", "accent", "warn", "tone-true", "tone-partly", "tone-false", "tone-open", "tone-satire")
GROUNDS = ("page", "surface", "sunken")


def read_schemes() -> dict[str, dict[str, str]]:
    """The colours of each scheme by variable; dark and print override the light ones."""
    blocks = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{(.*?)\}", RULES, re.DOTALL)
    ]
    light, dark, printed = blocks
    return {"light": light, "dark": light | dark, "print": light | printed}


def luminance(colour: str) -> float:
    """Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right_at_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    colours = read_schemes()[scheme]
    pairs = {(text, ground): contrast(colours[text], colours[ground]) for text in TEXTS for ground in GROUNDS}
    assert {pair: value for pair, value in pairs.items() if value < 4.5} == {}
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["warn"], colours["warn-surface"]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_edges_can_be_seen(scheme: str) -> None:
    colours = read_schemes()[scheme]
    assert {ground: value for ground in GROUNDS if (value := contrast(colours["edge"], colours[ground])) < 3} == {}


def test_directions_are_logical() -> None:
    physical = (
        r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|text-align:\s*(?:left|right)|float"
    )
    assert re.findall(physical, RULES) == []


def test_nothing_is_loaded() -> None:
    assert re.findall(r"url\(|@import|@font-face", RULES) == []


def test_type_has_five_sizes() -> None:
    assert len(re.findall(r"--size-\d:", RULES)) == 5


def test_every_colour_comes_from_a_variable() -> None:
    without_variables = re.sub(r":root \{.*?\}", "", RULES, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", without_variables) == []
