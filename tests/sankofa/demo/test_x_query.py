import pytest

from sankofa.demo.x_query import QueryError, Searchable, parse_query

POST = Searchable("compte-demo-1", "fr", "Voici les tunnels de Kidal ! #FAMa à Aguelhoc", frozenset({"videos"}))


@pytest.mark.parametrize(
    "query",
    [
        "Kidal",
        "kidal",
        "tunnels Kidal",
        '"tunnels de Kidal"',
        "Gao OR Kidal",
        "(Gao OR Kidal) lang:fr",
        "Kidal -Gao",
        "Kidal -is:retweet",
        "Kidal -(Gao OR Bamako)",
        "from:compte-demo-1",
        "from:@Compte-Demo-1",
        "#fama",
        "has:media",
        "has:videos -has:images",
        "Gao Bamako OR Kidal",
    ],
)
def test_a_query_that_the_post_answers(query: str) -> None:
    assert parse_query(query)(POST)


@pytest.mark.parametrize(
    "query",
    [
        "Gao",
        "Kid",
        "Kidal Gao",
        '"Kidal tunnels"',
        "lang:ar",
        "-Kidal",
        "from:compte-demo-2",
        "#FAM",
        "has:images",
        "is:retweet",
        "(Gao OR Bamako) Kidal",
        "a Aguelhoc",
    ],
)
def test_a_query_that_the_post_does_not_answer(query: str) -> None:
    assert not parse_query(query)(POST)


def test_arabic_words_are_found() -> None:
    post = Searchable("compte-demo-22", "ar", "أنفاق كيدال حيث يختبئون", frozenset())
    assert parse_query('(tunnel OR "أنفاق كيدال")')(post)


@pytest.mark.parametrize(
    "query", ["", "  ", "(Kidal", "Kidal)", "OR", "Kidal OR", "()", '"Kidal', "place:ML", "-", "has:links"]
)
def test_what_x_would_refuse_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse_query(query)
