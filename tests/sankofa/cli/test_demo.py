from pathlib import Path

import pytest

from tests.sankofa.cli.lines import CommandLine


def test_the_case_goes_through_the_whole_desk_and_says_what_happened(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "SANKOFA_READ_TEXT", "false"
    )  # which the tests of the command itself have on, and takes half the time
    answer = cli.json("demo", "--no-serve")

    assert answer.code == 0, answer.err
    row = answer.row
    assert row["posts"] == row["collected"] > 50
    assert row["matches"]["confirmed"] > 0
    assert row["matches"]["suggested"] > 0
    assert len({search["claim_id"] for search in row["searches"]}) == 1
    assert row["searches"][0]["claim_id"].startswith("C-2023-")
    assert [(report["country"], report["case_count"] > 0) for report in row["reports"]] == [
        ("ML", True), ("NE", False), ("BF", True), ("TD", False), ("ML", True), ("ML", True),
    ]  # fmt: skip
    assert all(Path(file).exists() for report in row["reports"] for file in [*report["files"], report["pack"]["file"]])
    assert {report["language"] for report in row["reports"] if report["country"] == "ML"} == {"fr", "en", "ar"}
    assert all(report["pack"]["intact"] for report in row["reports"])
    assert row["verified"]["intact"]
    (changed,) = row["corrections"]
    assert (changed["status"], changed["was"] in row["reports"][0]["cites"]) == ("corrected", True)
    assert cli("verify", row["reports"][0]["pack"]["file"]).code == 0

    assert cli.json("store", "check").row["problems"] == []
    assert cli.json("match", "list").rows
    assert {report["demo"] for report in cli.json("report", "list").rows} == {True}


def test_it_does_not_mix_with_work_of_yours(cli: CommandLine) -> None:
    cli.add_claim("Une affirmation de travail")

    answer = cli.json("demo", "--no-serve")

    assert (answer.code, answer.out) == (7, "")
    assert "--home" in answer.error["message"]
    assert cli.json("store", "info").row["records"]["post"] == 0
