import pytest

from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def pair(cli: CommandLine) -> tuple[str, str]:
    """Two claims that say the same in other words."""
    return cli.add_claim("Des tunnels ont été découverts à Kidal"), cli.add_claim("Une galerie sous la ville")


def test_a_merged_claim_is_found_as_the_one_that_stays(cli: CommandLine, pair: tuple[str, str]) -> None:
    kept, other = pair

    row = cli.json("claim", "merge", kept, other, "--as", "awa.diarra", "--reason", "the same").row
    (found,) = cli.json("search", "galerie").row["results"]

    assert (row["input"], row["claim_id"], [claim["claim_id"] for claim in row["merged"]]) == (other, kept, [other])
    assert (found["claim_id"], found["found_as"]) == (kept, other)
    assert [listed["claim_id"] for listed in cli.json("claim", "list").rows] == [kept]
    assert f"{other} was merged into it" in cli("claim", "show", kept).out
    assert cli.json("claim", "show", other).row["merged_into"] == kept


def test_a_merge_is_taken_back(cli: CommandLine, pair: tuple[str, str]) -> None:
    kept, other = pair
    cli("claim", "merge", kept, other, "--as", "awa.diarra")

    row = cli.json("claim", "merge", "--undo", other, "--as", "awa.diarra").row

    assert (row["claim_id"], row["merged_into"]) == (other, None)
    assert {listed["claim_id"] for listed in cli.json("claim", "list").rows} == {kept, other}


def test_what_cannot_be_merged_is_said_and_nothing_is_changed(cli: CommandLine, pair: tuple[str, str]) -> None:
    kept, other = pair

    assert cli.json("claim", "merge", kept, "C-1999-0001", other, "--as", "awa.diarra").code == 1
    assert cli.json("claim", "merge", other, kept, "--as", "awa.diarra").code == 1
    assert cli.json("claim", "merge", kept).code == 2
    assert cli.json("claim", "merge", kept, other).code == 5
    assert cli.json("claim", "show", kept).row["merged_into"] is None


def test_claims_are_joined_under_a_new_narrative_and_under_a_known_one(cli: CommandLine, pair: tuple[str, str]) -> None:
    kept, other = pair

    row = cli.json("claim", "join", kept, "--new", "fr=Les tunnels", "--new", "ar=الأنفاق", "--as", "awa.diarra").row
    (narrative,) = row["narrative_ids"]
    cli("claim", "join", other, "--narrative", narrative, "--as", "awa.diarra")
    left = cli.json("claim", "join", kept, "--narrative", narrative, "--leave", "--as", "awa.diarra").row

    assert left["narrative_ids"] == []
    assert cli.json("claim", "show", other).row["narrative_ids"] == [narrative]
    assert narrative in cli("claim", "show", other).out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 2),
        (("--narrative", "N-1", "--new", "fr=x"), 2),
        (("--new", "x"), 2),
        (("--new", "fr=x", "--leave"), 2),
        (("--narrative", "N-1999-0001"), 6),
    ],
)
def test_a_narrative_that_cannot_be_used_is_said(cli: CommandLine, options: tuple[str, ...], code: int) -> None:
    claim_id = cli.add_claim()

    assert cli.json("claim", "join", claim_id, *options, "--as", "awa.diarra").code == code
    assert cli.json("claim", "show", claim_id).row["narrative_ids"] == []
