import pytest

from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def draft(cli: CommandLine) -> tuple[str, str]:
    """A claim and a draft on it."""
    claim_id = cli.add_claim()
    cli.add_colleague()
    answer = cli.json(
        "verdict", "draft", claim_id, "--rating", "unproven", "--explanation", "No tunnel was shown.", "--language", "en",
        "--source", "https://a.example/1", "--source", "https://a.example/2", "--archived", "https://archive.example/1",
        "--note", "The mayor was asked.", "--check", "when=2016", "--date", "2023-11-17", "--as", "awa.diarra",
    )  # fmt: skip
    assert answer.code == 0
    return claim_id, answer.row["verdict_id"]


@pytest.fixture
def published(cli: CommandLine, draft: tuple[str, str]) -> tuple[str, str]:
    """The same, once two persons published it."""
    assert cli("verdict", "submit", draft[1], "--as", "awa.diarra").code == 0
    assert cli("verdict", "approve", f"{draft[1]}.2", "--as", "ines.keita").code == 0
    return draft


def test_a_draft_is_dated_and_attributed_and_nobody_finds_it(cli: CommandLine, draft: tuple[str, str]) -> None:
    row = cli.json("verdict", "show", draft[1]).row

    assert draft[1] == "V-2023-0001"
    assert (row["publisher"], row["revised_by"], row["review_date"]) == ("Kidal Checks", "awa.diarra", "2023-11-17")
    assert (row["status"], row["releases"], row["drafted_by"]) == ("draft", [], ["awa.diarra"])
    assert row["explanation"] == [{"language": "en", "text": "No tunnel was shown."}]
    assert {(source["url"], source["archived_url"], source["note"]) for source in row["sources"]} == {
        ("https://a.example/1", "https://archive.example/1", ""),
        ("https://a.example/2", "", ""),
        ("", "", "The mayor was asked."),
    }
    assert row["checklist"] == {"when": "2016"}
    assert cli.json("claim", "show", draft[0]).row["verdicts"] == []


def test_a_draft_is_written_on_and_says_what_comes_next(cli: CommandLine, draft: tuple[str, str]) -> None:
    answer = cli("verdict", "draft", draft[1], "--rating", "false", "--check", "who=the army", "--as", "awa.diarra")

    assert "sankofa verdict submit V-2023-0001 (the checklist has no answer yet for: where, source" in answer.out
    row = cli.json("verdict", "show", draft[1]).row
    assert (row["revision"], row["rating"], row["textual_rating"]) == (2, "false", "false")
    assert row["checklist"] == {"when": "2016", "who": "the army"}


def test_two_persons_publish_and_a_third_look_shows_who(cli: CommandLine, published: tuple[str, str]) -> None:
    claim_id, verdict_id = published

    row = cli.json("verdict", "show", verdict_id).row

    assert (row["status"], row["cited_as"], row["releases"]) == ("published", f"{verdict_id}.3", [3])
    assert (row["drafted_by"], row["approved_by"]) == (["awa.diarra"], "ines.keita")
    assert [each["verdict_id"] for each in cli.json("claim", "show", claim_id).row["verdicts"]] == [verdict_id]


def test_nobody_approves_what_they_wrote(cli: CommandLine, draft: tuple[str, str]) -> None:
    cli("person", "change", "awa.diarra", "--role", "editor")
    cli("verdict", "submit", draft[1], "--as", "awa.diarra")

    answer = cli("verdict", "approve", draft[1], "--as", "awa.diarra")

    assert answer.code == 5
    assert "nobody approves what they wrote" in answer.err


def test_whoever_saw_an_older_revision_is_told(cli: CommandLine, draft: tuple[str, str]) -> None:
    cli("verdict", "submit", draft[1], "--as", "awa.diarra")

    assert cli("verdict", "return", f"{draft[1]}.1", "--reason", "Who?", "--as", "ines.keita").code == 7
    assert cli("verdict", "return", draft[1], "--as", "ines.keita").code == 2
    assert cli("verdict", "return", f"{draft[1]}.2", "--reason", "Who?", "--as", "ines.keita").code == 0
    assert cli("verdict", "approve", draft[1], "--as", "ines.keita").code == 7


def test_a_correction_stands_once_another_agreed_and_the_old_one_can_be_cited(
    cli: CommandLine, published: tuple[str, str]
) -> None:
    _, verdict_id = published
    said = ("--rating", "false", "--source", "https://a.example/3", "--as", "awa.diarra")

    assert cli("verdict", "correct", verdict_id, *said).code == 2
    assert cli("verdict", "correct", verdict_id, *said, "--reason", "a new source").code == 0
    waiting = cli.json("verdict", "show", verdict_id).row
    assert (waiting["revision"], waiting["rating"], waiting["releases"]) == (3, "unproven", [3])
    assert cli("verdict", "approve", verdict_id, "--as", "ines.keita").code == 0

    newest, first = cli.json("verdict", "show", verdict_id, f"{verdict_id}.3").rows
    assert (newest["revision"], newest["rating"], newest["status"]) == (5, "false", "corrected")
    assert (first["revision"], first["rating"], first["releases"]) == (3, "unproven", [3, 5])
    assert len(newest["sources"]) == 4
    assert newest["explanation"] == first["explanation"]
    assert "because: a new source" in cli("verdict", "show", verdict_id).out


def test_what_is_suppressed_is_shown_to_nobody(cli: CommandLine, published: tuple[str, str]) -> None:
    _, verdict_id = published
    assert cli("verdict", "suppress", verdict_id, "--reason", "court order", "--as", "awa.diarra").code == 5
    assert cli("verdict", "suppress", verdict_id, "--reason", "court order", "--as", "ines.keita").code == 0

    shown = cli("verdict", "show", verdict_id, f"{verdict_id}.3").out + cli("--json", "verdict", "show", verdict_id).out
    assert "court order" in shown
    assert "No tunnel" not in shown
    assert "a.example" not in shown
    assert "unproven" not in shown.lower()


def test_a_label_of_another_scale_is_kept_as_it_is_written(cli: CommandLine) -> None:
    claim_id = cli.add_claim()
    scale = ("--scale", "africa-check", "--as", "awa.diarra")

    row = cli.json("verdict", "draft", claim_id, "--rating", "incorrect", *scale).row
    assert (row["rating"], row["textual_rating"], row["rating_scale_id"]) == ("false", "Incorrect", "africa-check")
    assert "Correct, Mostly correct" in cli("verdict", "draft", claim_id, "--rating", "faux", *scale).err
    assert cli("verdict", "draft", claim_id, "--rating", "x", "--scale", "none", "--as", "awa.diarra").code == 2


def test_without_a_person_nothing_is_drafted(cli: CommandLine) -> None:
    claim_id = cli.add_claim()

    assert cli("verdict", "add", claim_id, "--rating", "false").code == 5
    assert cli("verdict", "show", "V-2023-0001").code == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--rating", "fake"], 2),
        (["--rating", "false", "--date", "soon"], 2),
        (["--check", "why=because"], 2),
        (["--check", "who"], 2),
        (["--source", "a.example"], 2),
        (["--archived", "https://a.example"], 2),
        (["--media", "M-NONE"], 6),
        (["--note", " "], 2),
    ],
)
def test_what_cannot_be_used_is_said(cli: CommandLine, options: list[str], code: int) -> None:
    claim_id = cli.add_claim()

    assert cli("verdict", "draft", claim_id, *options, "--as", "awa.diarra").code == code


def test_a_claim_that_is_not_there_is_not_found(cli: CommandLine) -> None:
    person = cli.add_person()

    assert cli("verdict", "draft", "C-1999-0001", "--rating", "false", "--as", person).code == 6


def test_an_unknown_revision_is_refused(cli: CommandLine, draft: tuple[str, str]) -> None:
    answer = cli.json("verdict", "show", f"{draft[1]}.9")

    assert answer.code == 1
    assert "V-2023-0001.9" in answer.row["error"]
