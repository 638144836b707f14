"""Searches that are kept under a name."""

import pytest

from tests.sankofa.cli.lines import CommandLine

PERSON = ("--as", "awa.diarra")


@pytest.fixture
def claims(cli: CommandLine) -> tuple[str, str]:
    return (
        cli.add_claim("Des tunnels à Kidal", "--language", "fr", "--country", "ML", "--first-appeared", "2023-11-14"),
        cli.add_claim("Un tunnel à Agadez", "--language", "fr", "--country", "NE", "--first-appeared", "2023-12-01"),
    )


def find(cli: CommandLine, *options: str) -> list[str]:
    return [result["claim_id"] for result in cli.json("search", *options).row["results"]]


def test_a_search_is_kept_with_its_filters_and_asked_again(cli: CommandLine, claims: tuple[str, str]) -> None:
    assert find(cli, "tunnels", "--place", "كيدال", "--since", "2023-11", "--save", "Tunnels de Kidal", *PERSON) == [
        claims[0]
    ]

    assert find(cli, "--saved", "TUNNELS DE KIDAL") == [claims[0]]
    assert find(cli, "--saved", "Tunnels de Kidal", "--place", "Agadez") == [claims[1]]  # what is typed beside it wins
    (row,) = cli.json("saved", "list").rows
    assert (row["name"], row["text"], row["revision"], row["revised_by"]) == (
        "Tunnels de Kidal",
        "tunnels",
        1,
        "awa.diarra",
    )
    assert row["filters"]["place"] == ["ml-kidal"]
    assert row["filters"]["since"] == "2023-11-01"
    assert "Tunnels de Kidal" in cli("saved", "list").out
    assert "--place ml-kidal --since 2023-11-01" in cli("saved", "list").out


def test_kept_again_it_is_a_revision_and_the_same_is_none(cli: CommandLine, claims: tuple[str, str]) -> None:
    for words in ("tunnel", "tunnel", "Agadez"):
        cli("search", words, "--save", "أنفاق", *PERSON)

    (row,) = cli.json("saved", "list").rows
    assert (row["name"], row["text"], row["revision"]) == ("أنفاق", "Agadez", 2)


def test_filters_alone_can_be_kept(cli: CommandLine, claims: tuple[str, str]) -> None:
    assert find(cli, "--country", "NE", "--order", "date", "--save", "Niger", *PERSON) == [claims[1]]
    assert find(cli, "--saved", "niger") == [claims[1]]


def test_what_is_removed_is_gone_until_it_is_kept_again(cli: CommandLine, claims: tuple[str, str]) -> None:
    cli("search", "tunnels", "--save", "Tunnels", *PERSON)

    assert cli.json("saved", "remove", "tunnels", *PERSON).row["active"] is False

    assert cli.json("saved", "list").rows == []
    assert "No search is kept yet" in cli("saved", "list").err
    answer = cli("search", "--saved", "Tunnels")
    assert answer.code == 2
    assert "no search is kept as 'Tunnels': there is none yet" in answer.err
    cli("search", "tunnels", "--save", "Tunnels", *PERSON)
    assert cli.json("saved", "list").row["revision"] == 3


@pytest.mark.parametrize("name", ["", "   ", "!!!", "a" * 61, "a\u202eb", "a\x00b", "\u0640"])
def test_a_name_that_cannot_be_used_is_refused(cli: CommandLine, claims: tuple[str, str], name: str) -> None:
    answer = cli("search", "tunnels", "--save", name, *PERSON)

    assert answer.code == 2
    assert "name" in answer.err
    assert cli.json("saved", "list").rows == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--save", "Everything", *PERSON], 2),
        (["tunnels", "--save", "Nobody"], 5),
        (["tunnels", "--saved", "x"], 2),
        (["--saved", "x"], 2),
        (["--saved", "x", "--from", "questions.jsonl"], 2),
        (["--save", "x", "--from", "questions.jsonl", *PERSON], 2),
        (["tunnels", "--place", "Zzyzx", "--save", "x", *PERSON], 2),
    ],
)
def test_what_cannot_be_kept_or_asked_is_refused(
    cli: CommandLine, claims: tuple[str, str], options: list[str], code: int
) -> None:
    assert cli("search", *options).code == code
    assert cli.json("saved", "list").rows == []
