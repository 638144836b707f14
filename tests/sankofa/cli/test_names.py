from pathlib import Path

import pytest

from tests.sankofa.cli.lines import CommandLine


def test_the_names_in_a_text_are_shown_with_their_places(cli: CommandLine) -> None:
    row = cli.json("names", "find", "L'armée", "malienne", "à Aguelhoc").row

    assert row == {
        "text": "L'armée malienne à Aguelhoc",
        "mentions": [
            {"name_id": "fama", "kind": "organisation", "start": 2, "end": 16, "spelling": "armée malienne"},
            {"name_id": "ml-aguelhok", "kind": "place", "start": 19, "end": 27, "spelling": "Aguelhoc"},
        ],
        "places": ["ml-aguelhok"],
        "actors": ["fama"],
    }
    assert cli("names", "find", "الجيش المالي").out.split("  ")[:2] == ["الجيش المالي", "fama"]


def test_a_text_without_names_says_what_to_do(cli: CommandLine) -> None:
    assert "docs/reference/names.md" in cli("names", "find", "une maison").out
    assert cli.json("names", "find", "une maison").row["mentions"] == []


def test_names_are_listed_by_country_and_kind(cli: CommandLine) -> None:
    rows = cli.json("names", "list", "--country", "td", "--kind", "group").rows

    assert "fact" in [row["name_id"] for row in rows]
    assert {(row["country"], row["kind"]) for row in rows} == {("TD", "group")}
    assert cli("names", "list", "--kind", "town").code == 2


def test_a_name_of_the_newsroom_is_found(cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "names.csv").write_text("id,kind,fr\nradio-tamani,organisation,Radio Tamani\n", "utf-8")
    monkeypatch.setenv("SANKOFA_NAMES_FILE", str(tmp_path / "names.csv"))

    assert cli.json("names", "find", "sur RADIO TAMANI").row["actors"] == ["radio-tamani"]


def test_a_bad_file_of_names_is_a_usage_error(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "names.csv").write_text("id,kind,fr\nRadio,organisation,Radio Tamani\n", "utf-8")
    monkeypatch.setenv("SANKOFA_NAMES_FILE", str(tmp_path / "names.csv"))

    answer = cli("names", "find", "Radio Tamani")

    assert answer.code == 2
    assert "line 2, column 'id'" in answer.err
