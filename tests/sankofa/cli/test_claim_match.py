"""Matches between a post and a claim, on the command line."""

import pytest

from index.backends.embedded import open_embedded
from index.model import ClaimMatch, MatchReasons
from tests.contracts.records import build_post
from tests.sankofa.cli.lines import CommandLine
from tests.sankofa.desks import NOW


@pytest.fixture
def match_id(cli: CommandLine) -> str:
    """A post that is suggested to deny a claim."""
    claim_id = cli.add_claim("Des tunnels ont été découverts à Kidal")
    store = open_embedded(cli.home / "sankofa.db")
    post = build_post(1, "Non, aucun tunnel à Kidal", title="Kidal")
    store.add([post])
    match = ClaimMatch(
        id="XC-0000-0000-0000-0001",
        post_id=post.id,
        claim_id=claim_id,
        status="suggested",
        stance="denies",
        probability=0.93,
        reasons=MatchReasons(words=("tunnels",), names=("ml-kidal",), days_apart=2),
        engine="test 1",
        suggested_at=NOW,
    )
    store.revise(match, expected_revision=0)
    store.close()
    return match.id


def test_the_list_says_what_the_post_does_with_the_claim_how_surely_and_why(cli: CommandLine, match_id: str) -> None:
    out = cli("match", "list").out
    row = cli.json("match", "list", "--kind", "claims").row

    assert match_id in out
    assert "denies the claim, probably (93 in 100). Names in both: Kidal. Words in both: tunnels." in out
    assert (row["kind"], row["stance"], row["probability"], row["post_id"]) == ("claim", "denies", 0.93, "P-0001")
    assert row["reasons"]["words"] == ["tunnels"]
    assert row["reasons"]["names"] == ["ml-kidal"]
    assert cli.json("match", "list", "--kind", "media").rows == []
    assert cli("match", "list", "--kind", "posts").code == 2


def test_a_match_is_shown_with_the_post_the_claim_and_its_history(cli: CommandLine, match_id: str) -> None:
    cli("match", "confirm", match_id, "--as", "awa.diarra", "--reason", "read it")

    row = cli.json("match", "show", match_id).row
    out = cli("match", "show", match_id).out

    assert (row["post"]["text"], row["claim"]["language"]) == ("Non, aucun tunnel à Kidal", "fr")
    assert [revision["status"] for revision in row["history"]] == ["suggested", "confirmed"]
    assert "Kidal Non, aucun tunnel à Kidal" in out
    assert "confirmed by awa.diarra" in out
    assert "read it" in out


def test_a_person_says_what_the_post_really_does_and_takes_it_back(cli: CommandLine, match_id: str) -> None:
    row = cli.json("match", "confirm", match_id, "--stance", "repeats", "--as", "awa.diarra").row
    undone = cli.json("match", "undo", match_id, "--as", "awa.diarra").row

    assert (row["status"], row["stance"], row["judged_by"]) == ("confirmed", "repeats", "awa.diarra")
    assert (undone["status"], undone["stance"], undone["judged_by"]) == ("suggested", "denies", None)


def test_what_is_rejected_stays_with_who_and_why(cli: CommandLine, match_id: str) -> None:
    cli("match", "reject", match_id, "--as", "awa.diarra", "--reason", "another town")

    (row,) = cli.json("match", "list", "--status", "rejected").rows

    assert (row["judged_by"], row["reason"]) == ("awa.diarra", "another town")
    assert cli.json("match", "list").rows == []


def test_what_has_no_sense_for_this_kind_is_a_usage_error(cli: CommandLine, match_id: str) -> None:
    assert cli("match", "reject", match_id, "--negative", "flag", "--as", "awa.diarra").code == 2
    assert cli("match", "confirm", "X-0000-0000-0000-0000", "--stance", "denies", "--as", "awa.diarra").code == 2
    assert cli("match", "confirm", match_id, "--stance", "maybe", "--as", "awa.diarra").code == 2
    assert cli.json("match", "show", "XC-0000-0000-0000-0000").code == 1
