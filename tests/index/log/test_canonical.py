"""Canonical JSON: as an independent implementation writes it."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from index.log.canonical import LARGEST, canonicalize, canonicalize_plain

WHOLE = st.integers(-LARGEST, LARGEST)
ANY_KEY = st.text()
PLAIN_KEY = st.sampled_from(["a", "act", "act_voided", "at", "b", "records", "z_"])


def draw_json(keys: st.SearchStrategy[str], scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=12)


@given(
    draw_json(ANY_KEY, st.none() | st.booleans() | WHOLE | st.text() | st.floats(allow_nan=False, allow_infinity=False))
)
def test_every_value_is_written_as_an_independent_implementation_does(value: Any) -> None:
    assert canonicalize(value) == rfc8785.dumps(value)


@given(st.dictionaries(PLAIN_KEY, draw_json(PLAIN_KEY, WHOLE | st.text())))
def test_the_fast_way_gives_the_same_bytes_for_what_an_entry_may_hold(value: dict[str, Any]) -> None:
    assert canonicalize_plain(value) == canonicalize(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (float.fromhex("0x0.0000000000001p-1022"), "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"),
        (333333333.33333325, "333333333.33333325"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-0.0, "0"),
        (-1.5, "-1.5"),
    ],
)
def test_numbers_are_written_as_in_appendix_b_of_the_rfc(value: float, written: str) -> None:
    assert canonicalize(value) == written.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), LARGEST + 1, "\ud800", {"a": [-LARGEST - 1]}])
def test_what_readers_would_read_differently_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonicalize(value)


def test_what_has_no_place_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        canonicalize({"a": {1}})
