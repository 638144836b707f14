"""JSON cut into items: what stands in them, whatever the size of the pieces it comes in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.exchange import json_items
from index.exchange.json_items import Item, iter_items

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\[]{},')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def cut(text: str, size: int = 65_536) -> list[Item]:
    return list(iter_items(text[at : at + size] for at in range(0, len(text), size)))


def texts(text: str, size: int = 65_536) -> list[str]:
    items = cut(text, size)
    assert not [item.flaw for item in items if item.flaw]
    return [item.text for item in items]


@given(st.lists(VALUES), st.sampled_from(["list", "@graph", "dataFeedElement", "lines"]), st.integers(1, 40))
def test_every_item_comes_as_it_stands(values: list[Any], shape: str, size: int) -> None:
    written = [json.dumps(value, ensure_ascii=False) for value in values]
    inner = " ,\n".join(written)
    if shape == "lines":
        written = [json.dumps({"a": value}) for value in values]
        text = "\n".join(written)
    else:
        text = (
            f"[{inner}]" if shape == "list" else f'{{"x": ["dataFeedElement", {{}}], "{shape}": [ {inner} ], "z": [1]}}'
        )
        if shape != "list":
            text = text.replace('"x": ["dataFeedElement", {}], ', '"x": {"@graph": 1}, ')
    assert texts(text, size) == written


def test_a_document_without_a_list_is_one_item() -> None:
    assert texts('{"@type": "ClaimReview", "a": {"@graph": [1, 2]}}') == [
        '{"@type": "ClaimReview", "a": {"@graph": [1, 2]}}'
    ]
    assert texts("") == []
    assert texts("no json at all") == ["no json at all"]


def test_items_are_numbered_from_one_and_empty_ones_count() -> None:
    assert cut("[1, null, 3]") == [Item(1, "1"), Item(2, "null"), Item(3, "3")]


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, {"b": 2', '[{"a": 1}, {"b": "2', '{"@graph": [{"a": 1},', '[{"a": 1}, {"b": [2}]']
)
def test_a_file_that_was_cut_off_gives_what_came_before(text: str) -> None:
    first, *_, last = cut(text)
    assert (first.text, first.flaw) == ('{"a": 1}', "")
    assert "ends inside" in last.flaw


def test_an_item_that_is_too_long_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_items, "MAX_CHARACTERS", 100)
    long = "[" + "1, " * 100 + "1]"
    first, second, third = cut(f'[{{"a": 1}}, {long}, {{"b": 2}}]', 10)
    assert (first.text, third.text) == ('{"a": 1}', '{"b": 2}')
    assert "longer than" in second.flaw


def test_a_string_without_an_end_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_items, "MAX_CHARACTERS", 100)
    first, second = cut('[{"a": 1}, {"b": "' + "x" * 1_000, 10)
    assert first.text == '{"a": 1}'
    assert "nothing after it was read" in second.flaw


def test_brackets_that_close_nothing_do_no_harm() -> None:
    assert [item.text for item in cut(']]}{"a": 1}')][-1] == '{"a": 1}'
