"""JSON of strangers."""

import pytest

from crawlers.strict_json import MAX_CHARACTERS, MAX_DEPTH, parse_json


def test_ordinary_json_is_read() -> None:
    assert parse_json('{"a": ["é", 1, -2.5, null, true, {"b": "\\ud83d\\ude00"}]}') == {
        "a": ["é", 1, -2.5, None, True, {"b": "😀"}]
    }


def test_brackets_inside_strings_are_not_depth() -> None:
    assert parse_json('["' + '[{\\"' * 500 + '"]') == ['[{"' * 500]


def test_line_breaks_inside_strings_are_kept() -> None:
    assert parse_json('{"a": "one\ntwo"}') == {"a": "one\ntwo"}


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 2}', "stands twice"),
        ('[{"b": {"a": 1, "a": 1}}]', "stands twice"),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "Infinity"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "deeper"),
        ("[" * 100_000, "deeper"),
        ('{"a":' * 10_000, "deeper"),
        ('"\\ud800"', "half a character"),
        ("[" + "9" * 5000 + "]", "digits"),
        (" " * (MAX_CHARACTERS + 1), "longer"),
        ("", "no JSON"),
        ("{'a': 1}", "no JSON"),
        ('["a]', "no JSON"),
    ],
)
def test_what_two_readers_would_understand_differently_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_json(text)
