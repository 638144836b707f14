from pathlib import Path

import pytest

from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def match_id(cli: CommandLine, tmp_path: Path) -> str:
    """A suggested match between a seen copy and a known picture."""
    cli("check", "--keep", save_picture(tmp_path, "seen.jpg", mirror(draw_picture(1)), quality=70))
    added = cli.json("media", "add", save_picture(tmp_path, "known.jpg", draw_picture(1))).row
    found: str = added["matches"][0]["match_id"]
    return found


def test_a_person_confirms_and_it_is_kept_with_who_and_why(cli: CommandLine, match_id: str) -> None:
    person = cli.add_person()

    row = cli.json("match", "confirm", match_id, "--as", person, "--reason", "compared").row

    assert (row["status"], row["judged_by"], row["reason"]) == ("confirmed", person, "compared")
    assert cli.json("match", "list").rows == []
    assert [row["match_id"] for row in cli.json("match", "list", "--status", "confirmed").rows] == [match_id]


def test_a_judgement_can_be_changed(cli: CommandLine, match_id: str) -> None:
    person = cli.add_person()
    cli("match", "confirm", match_id, "--as", person)

    row = cli.json("match", "reject", match_id, "--as", person).row

    assert (row["status"], row["revision"]) == ("rejected", 3)


def test_a_confirmed_match_is_confirmed_in_check_too(cli: CommandLine, match_id: str, tmp_path: Path) -> None:
    cli("match", "confirm", match_id, "--as", cli.add_person())

    assert cli.json("check", tmp_path / "seen.jpg").row["matches"][0]["status"] == "confirmed"


def test_without_a_person_nothing_is_judged(cli: CommandLine, match_id: str) -> None:
    answer = cli.json("match", "confirm", match_id)

    assert (answer.code, answer.out) == (5, "")
    assert [row["match_id"] for row in cli.json("match", "list").rows] == [match_id]


def test_an_unknown_match_is_refused_and_the_others_are_judged(cli: CommandLine, match_id: str) -> None:
    answer = cli.json("match", "reject", "X-0000-0000-0000-0000", match_id, "--as", cli.add_person())

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [False, True]


def test_the_list_says_why(cli: CommandLine, match_id: str) -> None:
    out = cli("match", "list").out

    assert match_id in out
    assert "mirrored" in out
    assert cli("match", "list", "--status", "maybe").code == 2
    assert "No match waits" not in cli("match", "list").err


def test_a_wrong_suggestion_of_a_flag_says_what_it_is_and_what_became_of_it(cli: CommandLine, match_id: str) -> None:
    row = cli.json("match", "reject", match_id, "--negative", "flag of Mali", "--as", cli.add_person()).row

    assert (row["status"], row["negative"]["label"], row["negative"]["active"]) == ("rejected", "flag of Mali", True)
    assert row["negative"]["media_id"] == row["target_id"]
    assert row["negative"]["matches"] == []


def test_a_match_is_shown_with_its_reasons_its_history_and_its_proof(
    cli: CommandLine, match_id: str, tmp_path: Path
) -> None:
    person = cli.add_person()
    cli("match", "confirm", match_id, "--as", person, "--reason", "compared")

    row = cli.json("match", "show", match_id, "--proof", tmp_path / "proof").row
    out = cli("match", "show", match_id).out

    assert row["evidence"]["rule"] != ""
    assert [revision["status"] for revision in row["history"]] == ["suggested", "confirmed"]
    assert Path(row["proof"]["overlay"]) == tmp_path / "proof" / match_id / "overlay.jpg"
    assert Path(row["proof"]["overlay"]).stat().st_size > 1000
    assert f"confirmed by {person}" in out
    assert "compared" in out


def test_an_unknown_match_is_not_shown(cli: CommandLine, match_id: str) -> None:
    answer = cli.json("match", "show", "X-0000-0000-0000-0000", match_id)

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [False, True]
