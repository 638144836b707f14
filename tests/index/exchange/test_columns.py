"""Which column of a table is which of ours."""

import pytest

from index.errors import RecordFormatError
from index.exchange.columns import name_columns, pair_columns, parse_mapping


def test_a_mapping_gives_their_names_for_our_columns() -> None:
    assert parse_mapping(["claim=Affirmation vérifiée, rating=Verdict", "url=Lien"]) == {
        "text": "Affirmation vérifiée", "rating": "Verdict", "url": "Lien",
    }  # fmt: skip
    assert parse_mapping([]) == {}


@pytest.mark.parametrize("given", ["text", "text=", "=Verdict", "nonsense=Verdict", "text=a,claim=b", ""])
def test_a_mapping_that_says_nothing_clear_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"COLUMN=NAME|twice"):
        parse_mapping([given])


def test_names_are_ours_without_a_mapping_whatever_their_case() -> None:
    assert name_columns(["Text", " RATING ", "Vues"], {}) == ["text", "rating", "vues"]


def test_a_mapped_column_wins_over_one_that_is_named_like_ours() -> None:
    header = ["Affirmation", "rating", "Verdict"]
    named = name_columns(header, {"text": "affirmation", "rating": "VERDICT"})
    assert named == ["text", "", "rating"]
    assert pair_columns(header, named) == ((("text", "Affirmation"), ("rating", "Verdict")), ("rating",))


@pytest.mark.parametrize(
    ("header", "mapping", "says"),
    [
        (["a", "b"], {}, "--map text=NAME"),
        (["text"], {"rating": "Verdict"}, "no column 'Verdict'"),
        (["text", "Text"], {}, "two columns"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(header: list[str], mapping: dict[str, str], says: str) -> None:
    with pytest.raises(RecordFormatError, match=says):
        name_columns(header, mapping)
