import pytest

from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def verdict(cli: CommandLine) -> tuple[str, str]:
    """A claim and its verdict."""
    claim_id = cli.add_claim()
    answer = cli.json(
        "verdict", "add", claim_id, "--rating", "unproven", "--explanation", "No tunnel was shown.", "--language", "en",
        "--source", "https://a.example/1", "--source", "https://a.example/2", "--date", "2023-11-17", "--as", "awa.diarra",
    )  # fmt: skip
    assert answer.code == 0
    return claim_id, answer.row["verdict_id"]


def test_a_verdict_is_dated_and_attributed(cli: CommandLine, verdict: tuple[str, str]) -> None:
    row = cli.json("verdict", "show", verdict[1]).row

    assert verdict[1] == "V-2023-0001"
    assert (row["publisher"], row["revised_by"], row["review_date"]) == ("Kidal Checks", "awa.diarra", "2023-11-17")
    assert row["explanation"] == [{"language": "en", "text": "No tunnel was shown."}]
    assert sorted(source["url"] for source in row["sources"]) == ["https://a.example/1", "https://a.example/2"]


def test_a_correction_is_a_new_revision_and_the_old_one_can_be_cited(
    cli: CommandLine, verdict: tuple[str, str]
) -> None:
    claim_id, verdict_id = verdict
    correct = ("--correct", verdict_id, "--rating", "false", "--as", "awa.diarra")

    assert cli("verdict", "add", claim_id, *correct).code == 2
    assert (
        cli("verdict", "add", claim_id, *correct, "--reason", "a new source", "--source", "https://a.example/3").code
        == 0
    )

    newest, first = cli.json("verdict", "show", verdict_id, f"{verdict_id}.1").rows
    assert (newest["revision"], newest["rating"], newest["status"]) == (2, "false", "corrected")
    assert (first["revision"], first["rating"], first["newest_revision"]) == (1, "unproven", 2)
    assert len(newest["sources"]) == 3
    assert newest["explanation"] == first["explanation"]
    assert "because: a new source" in cli("verdict", "show", verdict_id).out


def test_a_correction_must_name_the_claim_that_the_verdict_is_on(cli: CommandLine, verdict: tuple[str, str]) -> None:
    other = cli.add_claim("Autre chose")

    answer = cli(
        "verdict", "add", other, "--correct", verdict[1], "--rating", "true", "--reason", "x", "--as", "awa.diarra"
    )

    assert answer.code == 2
    assert verdict[0] in answer.err


def test_without_a_person_nothing_is_published(cli: CommandLine) -> None:
    claim_id = cli.add_claim()

    assert cli("verdict", "add", claim_id, "--rating", "false").code == 5
    assert cli.json("claim", "show", claim_id).row["verdicts"] == []


@pytest.mark.parametrize(("options", "code"), [(["--rating", "fake"], 2), (["--rating", "false", "--date", "soon"], 2)])
def test_what_cannot_be_used_is_said(cli: CommandLine, options: list[str], code: int) -> None:
    claim_id = cli.add_claim()

    assert cli("verdict", "add", claim_id, *options, "--as", "awa.diarra").code == code


def test_a_claim_that_is_not_there_is_not_found(cli: CommandLine) -> None:
    person = cli.add_person()

    assert cli("verdict", "add", "C-1999-0001", "--rating", "false", "--as", person).code == 6


def test_an_unknown_revision_is_refused(cli: CommandLine, verdict: tuple[str, str]) -> None:
    answer = cli.json("verdict", "show", f"{verdict[1]}.9")

    assert answer.code == 1
    assert "V-2023-0001.9" in answer.row["error"]
