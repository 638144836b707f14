import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.exchange.strict_json import parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_strict_objects_come_as_they_are(value: dict[str, object]) -> None:
    assert parse_object(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text", ["", "null", "1", "[]", '{"a":1,"a":1}', '{"a":NaN}', '{"a":1e400}', '{"a":1} x', "{'a':1}"]
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_object(text)
