import json
from pathlib import Path

import pytest

from tests.sankofa.cli.lines import CommandLine

RESULT_FIELDS = {"claim_id", "external_ids", "text", "score", "language", "verdicts"}


@pytest.fixture
def tunnels(cli: CommandLine) -> str:
    """A claim in three languages, with a verdict."""
    claim_id = cli.add_claim(
        "Des tunnels ont été découverts à Kidal", "--language", "fr", "--also", "en=Tunnels were found in Kidal",
        "--also", "ar=اكتشاف أنفاق في كيدال", "--country", "ML", "--first-appeared", "2023-11-14",
        "--url", "https://checks.example/17",
    )  # fmt: skip
    cli.publish(claim_id, "--rating", "false", "--textual-rating", "Intox")
    return claim_id


@pytest.mark.parametrize("words", [["tunnels", "de", "Kidal"], ["أنفاق كيدال"], ["Kidal tunnels"], ["TUNNEL"]])
def test_a_claim_is_found_in_each_of_its_languages(cli: CommandLine, tunnels: str, words: list[str]) -> None:
    row = cli.json("search", *words).row

    assert row.keys() >= {"query", "query_id", "results"}
    assert (row["query"], row["query_id"]) == (" ".join(words), None)
    (result,) = row["results"]
    assert result.keys() >= RESULT_FIELDS
    assert result["claim_id"] == tunnels
    assert result["external_ids"] == ["https://checks.example/17"]
    assert [(verdict["rating"], verdict["textual_rating"]) for verdict in result["verdicts"]] == [("false", "Intox")]


def test_words_show_the_verdict_with_its_number(cli: CommandLine, tunnels: str) -> None:
    out = cli("search", "tunnels").out

    assert tunnels in out
    assert "False (“Intox”) — Kidal Checks" in out
    assert "V-" in out


def test_unknown_is_an_answer_that_says_what_was_tried(cli: CommandLine, tunnels: str) -> None:
    answer = cli("search", "vaccin")

    assert answer.code == 0
    assert "Not known here. Tried: the words of “vaccin”" in answer.out
    assert "1 claim" in answer.out


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--country", "ml"], 1), (["--country", "TD"], 0), (["--country", "TD", "--country", "ML"], 1),
        (["--language", "ar"], 1), (["--language", "pt"], 0), (["--since", "2023-11"], 1), (["--since", "2023-12"], 0),
        (["--until", "2023-11-14"], 1), (["--until", "2023-10"], 0), (["--order", "date"], 1),
        (["--rating", "false"], 1), (["--rating", "Mostly False"], 0), (["--rating", "true", "--rating", "FALSE"], 1),
        (["--publisher", "KIDAL CHÈCKS"], 1), (["--publisher", "Kidal"], 0),
        (["--place", "كيدال"], 1), (["--place", "ml-kidal"], 1), (["--place", "Gao"], 0),
        (["--actor", "FAMa"], 0), (["--with-media"], 0),
        (["--publisher", "x", "--publisher", "kidal checks"], 1), (["--publisher", "Kidal Checks", "--rating", "true"], 0),
    ],
)  # fmt: skip
def test_filters(cli: CommandLine, tunnels: str, options: list[str], found: int) -> None:
    assert len(cli.json("search", "tunnels", *options).row["results"]) == found


@pytest.mark.parametrize(
    "options",
    [
        ["--country", "Mali"],
        ["--country", "ZZ"],
        ["--since", "soon"],
        ["--language", "français"],
        ["--order", "x"],
        ["--rating", "wrong"],
    ],
)
def test_a_filter_that_cannot_be_used_is_a_usage_error(cli: CommandLine, options: list[str]) -> None:
    answer = cli.json("search", "tunnels", *options)

    assert (answer.code, answer.out) == (2, "")
    assert options[0] in answer.error["message"]


def test_a_rating_that_is_none_is_answered_with_those_that_there_are(cli: CommandLine) -> None:
    said = cli.json("search", "tunnels", "--rating", "wrong").error["message"]

    assert "'wrong' is none of true, mostly_true, mixed" in said


def test_what_is_found_is_counted_where_that_is_asked_for(cli: CommandLine, tunnels: str) -> None:
    cli.add_claim("Un autre tunnel, à Gao", "--country", "ML", "--country", "NE", "--first-appeared", "2022")

    assert cli.json("search", "tunnels").row["counts"] is None
    counts = cli.json("search", "tunnels", "--counts", "--limit", 1).row["counts"]
    assert counts == {
        "rating": {"false": 1},
        "publisher": {"Kidal Checks": 1},
        "language": {"fr": 2, "ar": 1, "en": 1},
        "country": {"ML": 2, "NE": 1},
        "place": {"ml-kidal": 1, "ml-gao": 1},
        "actor": {},
        "media": {},
        "month": {"2023-11": 1, "2022": 1},
    }
    out = cli("search", "tunnels", "--counts").out
    assert "by rating: False 1\nby publisher: Kidal Checks 1\n" in out
    assert "by country: Mali 2, Niger 1\nby place: Gao 1, Kidal 1\nby month: November 2023 1, 2022 1" in out


def test_many_queries_each_get_one_line_with_their_id(cli: CommandLine, tunnels: str, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    asked = [
        {"id": "q1", "text": "tunnels de Kidal", "date": "2023-11-20"},
        {"id": 2, "text": "vaccin"},
        {"text": "Kidal"},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in asked))

    answer = cli.json("search", "--from", file)

    assert answer.code == 0
    assert [(row["query_id"], len(row["results"])) for row in answer.rows] == [("q1", 1), ("2", 0), (None, 1)]


def test_a_bad_line_is_refused_with_its_number_and_the_rest_is_answered(
    cli: CommandLine, tunnels: str, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "Kidal"}\nnot json\n{"id": 3}\n\n{"text": "tunnels"}\n{"text": " "}\n')

    answer = cli.json("search", "--from", file)

    assert answer.code == 1
    assert [row["error"] and row["error"].split(":")[0] for row in answer.rows] == [
        None,
        "line 2",
        "line 3",
        None,
        "line 6",
    ]
    assert "line 2" in cli("search", "--from", file).out


@pytest.mark.parametrize("words", [[], [" "], ["a", "--from", "b"]])
def test_words_or_a_file_but_not_both(cli: CommandLine, words: list[str]) -> None:
    assert cli("search", *words).code == 2


def test_a_file_of_queries_that_is_not_there_is_named(cli: CommandLine) -> None:
    answer = cli("search", "--from", "missing.jsonl")

    assert answer.code == 2
    assert "missing.jsonl" in answer.err


@pytest.mark.parametrize("text", ["(" * 3000, 'a" AND -', "*:*", "\\", "a" * 10_001, "\x00"])
def test_no_text_breaks_the_search(cli: CommandLine, tunnels: str, text: str) -> None:
    answer = cli.json("search", "--", text)

    assert answer.code == (2 if len(text) > 10_000 else 0)


@pytest.mark.parametrize("option", ["--place", "--actor"])
def test_a_name_that_nobody_knows_is_refused_with_where_to_look(cli: CommandLine, tunnels: str, option: str) -> None:
    answer = cli("search", "tunnels", option, "Zzyzx")

    assert answer.code == 2
    assert "'Zzyzx' is no known name" in answer.err
    assert "sankofa names list" in answer.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tunels", ["tunnels"]),
        ("Tunels à Kiddal", ["Tunnels à Kidal"]),
        ("tunels -gaza", ["tunnels -gaza"]),
        ("découvret Kidal", ["découverts Kidal"]),
        ("أنفاف في كيدل", ["أنفاق في كيدال"]),
        ("tunnels", []),
        ("Gao", []),
        ("tunnels -kiddal", []),
        ("zzzzzzz", []),
    ],
)
def test_a_word_that_stands_in_no_claim_is_asked_back(
    cli: CommandLine, tunnels: str, typed: str, meant: list[str]
) -> None:
    answer = cli.json("search", "--", typed).row

    assert [suggestion["text"] for suggestion in answer["suggestions"]] == meant
    assert answer["query"] == typed


def test_what_was_meant_is_one_more_command(cli: CommandLine, tunnels: str) -> None:
    out = cli("search", "tunels").out

    assert "Did you mean “tunnels”? sankofa search -- tunnels" in out
    assert "Not known here." in out
