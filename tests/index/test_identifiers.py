"""Identifiers can be read out, and are the same on every machine."""

import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.identifiers import name_by_content, name_medium, number

PARTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4)


at_any_pace = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_names_stay_those_that_were_given_once() -> None:
    assert name_by_content("P", "x", "1725", "texte été أنفاق") == "P-KZ98-M50K-SC2P-RYBY"
    assert name_medium(hashlib.sha256(b"original bytes").hexdigest()) == "M-AB1S-6NH6-R42B-5JY9"


@at_any_pace
@given(PARTS, PARTS)
def test_other_parts_give_another_name_and_the_same_the_same(parts: list[str], others: list[str]) -> None:
    assert (name_by_content("P", *parts) == name_by_content("P", *others)) == (parts == others)


@pytest.mark.parametrize(
    ("parts", "others"),
    [
        (("ab", "c"), ("a", "bc")),
        (("ab",), ("a", "b")),
        (("",), ()),
        (("", "a"), ("a", "")),
        (("1:a",), ("a",)),
        (("a1:b",), ("a", "b")),
        (("é",), ("e\u0301",)),
    ],
)
def test_a_character_that_moves_into_the_next_part_gives_another_name(
    parts: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert name_by_content("P", *parts) != name_by_content("P", *others)


@at_any_pace
@given(PARTS)
def test_a_name_has_no_letters_that_are_taken_for_others(parts: list[str]) -> None:
    assert re.fullmatch(r"CR(-[0-9A-HJKMNP-TV-Z]{4}){4}", name_by_content("CR", *parts))


@at_any_pace
@given(st.binary(min_size=32, max_size=32))
def test_a_medium_is_named_after_the_first_80_bits_of_its_sha256(digest: bytes) -> None:
    name = name_medium(digest.hex())

    value = 0
    for character in name.removeprefix("M").replace("-", ""):
        value = value * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
    assert value == int.from_bytes(digest[:10], "big")
    assert name_medium(digest.hex().upper()) == name


def test_the_prefix_says_what_it_is() -> None:
    assert name_by_content("A", "same").removeprefix("A") == name_by_content("E", "same").removeprefix("E")


def test_numbers_are_written_as_people_cite_them_and_sort_by_serial() -> None:
    assert number("C", 2023, 7) == "C-2023-0007"
    assert number("V", 987, 12_345) == "V-0987-12345"
    assert all(a < b for a, b in pairwise(number("C", 2023, serial) for serial in range(1, 9_999)))
