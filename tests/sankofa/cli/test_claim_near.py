"""A new claim beside those that say nearly the same, and a pasted post beside the claims that it repeats."""

import io

import pytest

from sankofa.cli import claim
from tests.sankofa.cli.lines import CommandLine
from tests.sankofa.said import CLAIM, OTHERS, POST

NEAR = "Cinq mille véhicules de l'armée malienne ont quitté Gao pour Kidal"


@pytest.fixture
def known(cli: CommandLine) -> str:
    """A claim among some others."""
    for text in OTHERS[:6]:
        cli.add_claim(text)
    return cli.add_claim(CLAIM)


def test_what_is_known_already_is_shown_and_nothing_is_kept(cli: CommandLine, known: str) -> None:
    answer = cli("claim", "add", NEAR, "--as", "awa.diarra")
    row = cli.json("claim", "add", NEAR, "--as", "awa.diarra").row

    assert answer.code == 7
    assert known in answer.out
    assert "--anyway" in answer.err
    assert (row["claim_id"], [near["claim"]["claim_id"] for near in row["similar"]]) == (None, [known])
    assert row["similar"][0]["stance"] != "denies"
    assert len(cli.json("claim", "list").rows) == 7


def test_it_is_kept_where_somebody_says_so(cli: CommandLine, known: str) -> None:
    row = cli.json("claim", "add", NEAR, "--anyway", "--as", "awa.diarra").row

    assert row["claim_id"] not in (None, known)
    assert [near["claim"]["claim_id"] for near in row["similar"]] == [known]
    assert row["error"] is None


@pytest.mark.parametrize(("said", "code", "kept"), [("y\n", 0, 8), ("n\n", 7, 7)])
def test_on_a_terminal_the_person_is_asked(
    cli: CommandLine, known: str, monkeypatch: pytest.MonkeyPatch, said: str, code: int, kept: int
) -> None:
    monkeypatch.setattr(claim, "is_terminal", lambda stream: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(said))

    answer = cli("claim", "add", NEAR, "--as", "awa.diarra")

    assert answer.code == code
    assert known in answer.out
    assert len(cli.json("claim", "list").rows) == kept


def test_another_claim_is_kept_without_a_question(cli: CommandLine, known: str) -> None:
    row = cli.json("claim", "add", OTHERS[8], "--as", "awa.diarra").row

    assert row["similar"] == []
    assert row["claim_id"]


def test_a_pasted_post_is_answered_with_the_claim_that_it_repeats(cli: CommandLine, known: str) -> None:
    row = cli.json("search", POST).row
    out = cli("search", POST).out

    (repeated,) = row["already_checked"]
    assert (repeated["claim"]["claim_id"], repeated["stance"]) == (known, "repeats")
    assert 0.9 <= repeated["probability"] <= 1
    assert "Kidal" in repeated["reasons"]["words"]
    assert out.startswith("Already checked? It repeats the claim, ")
    assert "Words in both: " in out


def test_a_pasted_post_that_repeats_nothing_is_told_so(cli: CommandLine, known: str) -> None:
    asked = "Nuit claire au-dessus du fleuve, on compte les étoiles à Gao"

    assert cli.json("search", asked).row["already_checked"] == []
    assert "Already checked? Not known here." in cli("search", asked).out


def test_a_few_words_are_not_asked(cli: CommandLine, known: str) -> None:
    assert cli.json("search", "Kidal convoi").row["already_checked"] is None
    assert "Already checked?" not in cli("search", "Kidal convoi").out


def test_all_posts_are_gone_through_again(cli: CommandLine, known: str) -> None:
    assert cli.json("match", "suggest").row == {"posts": 0, "claim_matches": 0}
    assert "0 posts" in cli("match", "suggest").out
