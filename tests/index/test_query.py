"""What a person typed becomes a question, and nothing in it a command."""

import dataclasses
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import QueryError
from index.query import MAX_LIMIT, MAX_QUERY_CHARACTERS, ClaimQuery, PostQuery, TextQuery, parse_query

at_any_pace = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", TextQuery()),
        (" \t\n", TextQuery()),
        ("tunnels  de\nKidal", TextQuery(words="tunnels de Kidal")),
        ('"tunnels de Kidal"', TextQuery(phrases=("tunnels de Kidal",))),
        ("« tunnels de Kidal »", TextQuery(phrases=("tunnels de Kidal",))),
        ("«\u00a0tunnels\u00a0»", TextQuery(phrases=("tunnels",))),
        ("“أنفاق كيدال”", TextQuery(phrases=("أنفاق كيدال",))),
        ("„Tunnel“", TextQuery(phrases=("Tunnel",))),
        ("„Tunnel”", TextQuery(phrases=("Tunnel",))),
        ('base "le vieux camp" Kidal "or"', TextQuery(words="base Kidal", phrases=("le vieux camp", "or"))),
        ("Kidal -Gao", TextQuery(words="Kidal", excluded=("Gao",))),
        ('Kidal -"fake news"', TextQuery(words="Kidal", excluded=("fake news",))),
        ("-Gao", TextQuery(excluded=("Gao",))),
        ('-« camp » -Gao "or"', TextQuery(phrases=("or",), excluded=("camp", "Gao"))),
        ("-أنفاق", TextQuery(excluded=("أنفاق",))),
        ("\u200f", TextQuery(words="\u200f")),
        ("كيدال \u200f-أنفاق", TextQuery(words="كيدال", excluded=("أنفاق",))),
        ('\u200f"معسكر كيدال" \u2067-"تحت"', TextQuery(phrases=("معسكر كيدال",), excluded=("تحت",))),
    ],
)
def test_words_phrases_and_exclusions_are_read(typed: str, query: TextQuery) -> None:
    assert parse_query(typed) == query


@pytest.mark.parametrize(
    "typed",
    [
        *("Gao-Kidal", "casques-bleus", "l'armée", "Kidal - Gao", "2023-11-14", "-", "--", "- Gao", "-- Gao"),
        *(
            "(Kidal AND Gao) OR NOT Mali",
            "title:x^2~3",
            "Kidal*",
            "a NEAR/3 b",
            "[a TO b]",
            "\\",
            "/.*/",
            "%_?$1",
            "🙂",
        ),
        *('un "demi', 'un" demi', '"un"deux', 'pouces 12"', "« ouvert", "fermé »", '5"x6"', "http://x.example/?a=-b"),
        *("' OR 1=1 --", "\x00", "(" * 3_000 + ")" * 3_000),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_what_means_nothing_is_just_text(typed: str) -> None:
    assert parse_query(typed) == TextQuery(words=typed)


@pytest.mark.parametrize("typed", ['""', '-""', "« »", '"" ""', "“ ”"])
def test_empty_quotes_ask_for_nothing(typed: str) -> None:
    assert parse_query(typed) == TextQuery()


@at_any_pace
@given(st.text(st.characters(), max_size=60) | st.text(' "-«»“”„aé أ\n', max_size=40))
def test_any_text_is_read_and_no_letter_of_it_is_lost(typed: str) -> None:
    query = parse_query(typed)

    kept = "".join((query.words, *query.phrases, *query.excluded))
    assert sorted(filter(str.isalnum, kept)) == sorted(filter(str.isalnum, typed))
    assert all(text.strip() for text in (*query.phrases, *query.excluded))
    assert query.words == " ".join(query.words.split())


@at_any_pace
@given(
    st.text(st.characters(categories=["L", "Nd"]), min_size=1),
    st.text(st.characters(categories=["L", "Nd"]), min_size=1),
)
def test_quoting_and_excluding_say_what_was_meant(wanted: str, unwanted: str) -> None:
    assert parse_query(f'"{wanted}" -{unwanted}') == TextQuery(phrases=(wanted,), excluded=(unwanted,))


def test_a_text_beyond_all_measure_is_refused() -> None:
    assert parse_query("a" * MAX_QUERY_CHARACTERS).words == "a" * MAX_QUERY_CHARACTERS
    with pytest.raises(QueryError, match="10001 characters"):
        parse_query("a" * (MAX_QUERY_CHARACTERS + 1))


@pytest.mark.parametrize("build", [ClaimQuery, PostQuery])
def test_a_limit_lies_within_bounds(build: type[ClaimQuery] | type[PostQuery]) -> None:
    assert build(limit=1).limit == 1
    assert build(limit=MAX_LIMIT).limit == MAX_LIMIT
    for limit in (0, -1, MAX_LIMIT + 1):
        with pytest.raises(QueryError, match="limit"):
            build(limit=limit)


def test_queries_are_values() -> None:
    query = ClaimQuery(text=TextQuery(words="Kidal"), countries=("ML",), since=date(2023, 11, 1))

    assert query == dataclasses.replace(query)
    assert hash(query) == hash(dataclasses.replace(query))
    with pytest.raises(dataclasses.FrozenInstanceError):
        query.limit = 5  # type: ignore[misc]


def test_an_open_quotation_mark_before_many_spaces_is_read_at_once() -> None:
    assert parse_query('"' + " " * 9_998) == TextQuery(words='"')
