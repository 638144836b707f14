import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.radius.keys import KeyColumn, join_columns

TEXTS = st.lists(st.text(), max_size=20)
NUMBERS = st.lists(st.integers(), max_size=20)
PAIRS = st.lists(st.tuples(st.text(max_size=5), st.integers()), max_size=20)


@given(st.one_of(TEXTS, NUMBERS, PAIRS))
def test_keys_come_back_as_they_were(keys: list[str]) -> None:
    column = KeyColumn.from_keys(keys)

    assert len(column) == len(keys)
    assert [column.get(row) for row in range(len(keys))] == keys


@given(st.one_of(TEXTS, NUMBERS, PAIRS))
def test_taken_keys_keep_the_order_asked_for(keys: list[str]) -> None:
    rows = [row for row in range(len(keys)) if row % 3 != 1][::-1]

    taken = KeyColumn.from_keys(keys).take(np.array(rows, dtype=np.int64))

    assert [taken.get(row) for row in range(len(rows))] == [keys[row] for row in rows]


@given(st.lists(st.sampled_from(["a", "aa", "a\n", '"', "\\", "a,", "é", ""]), max_size=30))
def test_every_row_of_a_key_is_found_and_no_other(keys: list[str]) -> None:
    column = KeyColumn.from_keys(keys)

    for key in {*keys, "absent"}:
        assert column.find(key).tolist() == [row for row, there in enumerate(keys) if there == key]


@pytest.mark.parametrize("number", [0, 7, -1, 2**32, 2**63 - 1, 2**70])
def test_numbers_are_found_at_any_size(number: int) -> None:
    column = KeyColumn.from_keys([7, number, 8, number])

    assert column.find(number).tolist() == [row for row, key in enumerate([7, number, 8, number]) if key == number]
    assert column.find(9).tolist() == []


def test_rows_of_a_range_take_four_bytes() -> None:
    assert KeyColumn.from_keys(range(1000)).size_bytes == 4000


@given(st.lists(st.one_of(NUMBERS, TEXTS), min_size=1, max_size=4))
def test_columns_are_joined_in_order(parts: list[list[str]]) -> None:
    joined = join_columns([KeyColumn.from_keys(part) for part in parts])

    assert [joined.get(row) for row in range(len(joined))] == [key for part in parts for key in part]
