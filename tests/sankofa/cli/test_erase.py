import sqlite3
from contextlib import closing

import pytest

from sankofa.cli.errors import ExitCode
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def claim_id(cli: CommandLine) -> str:
    """A claim of a desk with an editor, which was found once."""
    claim_id = cli.add_claim()
    cli.add_colleague()
    return claim_id


def test_a_dry_run_says_what_would_go_and_changes_nothing(cli: CommandLine, claim_id: str) -> None:
    row = cli.json("erase", claim_id, "--dry-run").row

    assert row["records"] in ({"claim": 1}, {"claim": 1, "text_vector": 1})  # where an encoder is installed
    assert (row["erased"], row["originals"], row["reports"]) == (False, [], [])
    assert cli("claim", "show", claim_id).code == 0
    first = cli("erase", claim_id, "--dry-run").out.partition("\n")[0]
    assert first.startswith(f"{claim_id}: 1 claim")
    assert first.endswith("would be erased, and 0 files of the vault")


def test_an_editor_erases_and_who_asks_is_told_by_whom_when_and_why(cli: CommandLine, claim_id: str) -> None:
    words = cli.json("claim", "show", claim_id).row["wordings"][0]["text"]
    given = ("--reason", "court order", "--asked-by", "the court", "--yes", "--as", "ines.keita")
    answer = cli.json("erase", claim_id, *given)

    assert (answer.code, answer.row["erased"]) == (0, True)
    shown = cli("claim", "show", claim_id)
    assert shown.code == ExitCode.REFUSED
    assert "was erased on" in shown.out
    assert "by ines.keita (court order)" in shown.out
    assert claim_id not in cli("search", *words.split()).out
    assert cli("store", "check").code == 0
    entry = cli.json("log", "show", "--subject", claim_id).rows[-1]
    assert (entry["act"], entry["actor"]) == ("erase", "ines.keita")
    assert cli("erase", claim_id, *given).code == 0  # nothing is left


def test_nothing_is_erased_without_a_person_a_role_a_reason_or_a_yes(cli: CommandLine, claim_id: str) -> None:
    asked = ("erase", claim_id, "--reason", "law")

    codes = [
        cli(*asked, "--as", "ines.keita").code,
        cli(*asked, "--yes").code,
        cli(*asked, "--yes", "--as", "awa.diarra").code,
        cli("erase", claim_id, "--yes", "--as", "ines.keita").code,
        cli("erase", "C-2023-9999", "--dry-run").code,
        cli("erase", "cursor:x", "--dry-run").code,
    ]

    assert codes == [
        ExitCode.USAGE, ExitCode.PERSON, ExitCode.PERSON, ExitCode.USAGE, ExitCode.NOT_FOUND, ExitCode.USAGE,
    ]  # fmt: skip
    assert cli("claim", "show", claim_id).code == 0


def test_an_erasure_goes_with_copies_and_backups_and_does_not_come_back(cli: CommandLine, claim_id: str) -> None:
    words = cli.json("claim", "show", claim_id).row["wordings"][0]["text"]
    own, copy, backup = cli.home / "sankofa.db", cli.home / "copy.db", cli.home / "backup"
    assert cli("store", "copy", str(own), str(copy)).code == 0
    assert cli("store", "backup", str(backup), "--with-originals").code == 0
    assert cli("erase", claim_id, "--reason", "law", "--yes", "--as", "ines.keita").code == 0

    older = cli("store", "copy", str(copy), str(own))
    assert older.code == ExitCode.CONFLICT
    assert "must not come back" in older.err
    assert cli("store", "copy", str(own), str(copy)).code == 0
    assert cli("store", "check", str(copy)).code == 0
    assert cli("store", "backup", str(backup), "--with-originals").code == 0
    for file in (own, copy, backup / "sankofa.db"):
        assert words.encode() not in file.read_bytes()
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute(
                "SELECT count(*) FROM record WHERE kind = 'claim' AND instr(body, '\"erased\":{')"
            ).fetchone() == (1,)
