"""JSON of strangers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.strict_json import MAX_CHARACTERS, MAX_DEPTH, parse_json, parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=10,
)


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
        ("[1e400]", "too large"),
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


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_strict_objects_come_as_they_are(value: dict[str, object]) -> None:
    assert parse_object(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["null", "1", "[]", '{"a":1} x'])
def test_what_is_no_single_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_object(text)
