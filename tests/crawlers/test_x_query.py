"""Queries for X."""

import re

import pytest

from crawlers.errors import SourceFormatError
from crawlers.x_query import MAX_QUERY_CHARACTERS, build_queries, parse_language


def test_words_are_alternatives_and_of_a_phrase_all_words_are_asked_for() -> None:
    [query] = build_queries(["Kidal", "tunnels de Kidal", "#Aguelhoc", "أنفاق كيدال"], [], [])
    assert query == "(Kidal OR (tunnels de Kidal) OR #Aguelhoc OR (أنفاق كيدال)) -is:retweet"


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ('say "no"', "(say no)"),
        ("from:someone", '"from:someone"'),
        ("-has:media", '"-has:media"'),
        ("(a", '"(a"'),
        ("a) OR (b", '("a)" "OR" "(b")'),
        ("OR", '"OR"'),
        ("a or b", '(a "or" b)'),
        ('" OR is:reply', '("OR" "is:reply")'),
        ("a\\", "a"),
        ("$TSLA", '"$TSLA"'),
        ("l'armée", '"l\'armée"'),
        ("a\nb", "(a b)"),
    ],
)
def test_nothing_that_a_person_types_becomes_an_operator(word: str, written: str) -> None:
    assert build_queries([word], [], [], reposts=True) == (written,)


def test_languages_restrict_only_where_x_tells_all_of_them_apart() -> None:
    assert build_queries(["a"], [], ["fr", "ar-MA", "he"]) == ("a (lang:fr OR lang:ar OR lang:iw) -is:retweet",)
    assert build_queries(["a"], [], ["fr", "bm"]) == ("a -is:retweet",)


def test_many_words_become_several_queries_within_the_length() -> None:
    words = [f"un long groupe de mots {number}" for number in range(60)]
    accounts = [f"account_{number}" for number in range(40)]
    queries = build_queries(words, accounts, ["fr", "en", "ar"])
    assert max(map(len, queries)) <= MAX_QUERY_CHARACTERS
    pairs = {
        (word, account)
        for query in queries
        for word in re.findall(r"\((un long[^)]*)\)", query)
        for account in re.findall(r"from:(\w+)", query)
    }
    assert len(pairs) == 60 * 40


def test_accounts_alone_are_enough() -> None:
    assert build_queries([], ["@RFI", "bbc"], []) == ("(from:RFI OR from:bbc) -is:retweet",)


@pytest.mark.parametrize(
    ("words", "accounts"),
    [([], []), (["  ", '"', "\\"], []), (["a" * 600], []), (["a"], ["not an account"]), (["a"], ["a) OR (b"])],
)
def test_what_x_cannot_be_asked_is_refused(words: list[str], accounts: list[str]) -> None:
    with pytest.raises(SourceFormatError):
        build_queries(words, accounts, [])


def test_x_codes_for_no_language_are_unknown() -> None:
    assert [parse_language(code) for code in ("fr", "iw", "in", "und", "zxx", "qme", "")] == [
        "fr", "he", "id", "und", "und", "und", "und",
    ]  # fmt: skip
