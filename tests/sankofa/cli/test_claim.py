import pytest

from tests.sankofa.cli.lines import CommandLine


def test_a_claim_is_numbered_by_the_year_in_which_it_appeared(cli: CommandLine) -> None:
    assert cli.add_claim("Un premier", "--first-appeared", "2023-11-14") == "C-2023-0001"
    assert cli.add_claim("Un second", "--first-appeared", "2023") == "C-2023-0002"


def test_a_claim_shows_everything_it_was_given(cli: CommandLine) -> None:
    claim_id = cli.add_claim(
        "Des tunnels", "--also", "en=Tunnels", "--title", "Kidal", "--claimant", "an account", "--country", "ml",
        "--first-appeared", "2023-11", "--url", "https://checks.example/1",
    )  # fmt: skip

    out = cli("claim", "show", claim_id).out

    for said in (
        "Des tunnels",
        "[en] Tunnels",
        "Kidal",
        "an account",
        "ML",
        "November 2023",
        "https://checks.example/1",
    ):
        assert said in out


def test_the_language_is_guessed_when_left_out(cli: CommandLine) -> None:
    claim_id = cli.add_claim("Des tunnels ont été découverts dans la ville de Kidal")

    assert cli.json("claim", "show", claim_id).row["language"] == "fr"


def test_without_a_person_nothing_is_kept(cli: CommandLine) -> None:
    answer = cli.json("claim", "add", "Un texte")

    assert (answer.code, answer.out) == (5, "")
    assert "--as" in answer.error["message"]
    assert cli.json("claim", "list").rows == []


def test_a_person_who_was_never_added_is_refused(cli: CommandLine) -> None:
    answer = cli("claim", "add", "Un texte", "--as", "nobody")

    assert answer.code == 5
    assert "person add nobody" in answer.err


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--country", "Mali"], 2), (["--first-appeared", "soon"], 2), (["--also", "Tunnels"], 2), (["--media", "M-1:x"], 2),
     (["--media", "M-0000-0000-0000-0000"], 6)],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_nothing_is_kept(cli: CommandLine, options: list[str], code: int) -> None:
    person = cli.add_person()

    answer = cli.json("claim", "add", "Un texte", "--as", person, *options)

    assert (answer.code, answer.out) == (code, "")
    assert cli.json("claim", "list").rows == []


def test_the_list_is_newest_first_and_filtered(cli: CommandLine) -> None:
    older = cli.add_claim("Un", "--first-appeared", "2023-10-01", "--country", "NE")
    newer = cli.add_claim("Deux", "--first-appeared", "2023-11-01", "--country", "ML")

    assert [row["claim_id"] for row in cli.json("claim", "list").rows] == [newer, older]
    assert [row["claim_id"] for row in cli.json("claim", "list", "--country", "NE").rows] == [older]
    assert cli.json("claim", "list", "--rating", "false").rows == []
    assert [row["claim_id"] for row in cli.json("claim", "list", "--limit", "1").rows] == [newer]
    assert cli("claim", "list").out.splitlines()[0].startswith("Claim")


def test_an_empty_list_says_what_to_do(cli: CommandLine) -> None:
    answer = cli("claim", "list")

    assert (answer.code, answer.out) == (0, "")
    assert "sankofa claim add" in answer.err


def test_many_claims_are_shown_and_unknown_ones_refused(cli: CommandLine) -> None:
    claim_id = cli.add_claim()

    answer = cli.json("claim", "show", "C-1999-0001", claim_id)

    assert answer.code == 1
    assert [row["input"] for row in answer.rows] == ["C-1999-0001", claim_id]
    assert answer.rows[0]["error"] == "no claim C-1999-0001"
