from pathlib import Path

from index.log.tree import hash_leaf, hash_node
from tests.sankofa.cli.lines import CommandLine


def test_acts_are_shown_with_who_and_when_and_proven(cli: CommandLine) -> None:
    claim_id = cli.add_claim("Un texte")

    rows = cli.json("log", "show").rows
    assert [(row["number"], row["act"]) for row in rows] == [(0, "begin"), (1, "add"), (2, "claim")]
    assert (rows[2]["subject"], rows[2]["revision"], len(rows[2]["digest"])) == (claim_id, 1, 64)
    assert [row["number"] for row in cli.json("log", "show", "--last", 1).rows] == [2]
    assert [row["act"] for row in cli.json("log", "show", "--subject", claim_id).rows] == ["claim"]
    shown = cli.json("log", "show", 2).row
    begun, added = map(hash_leaf, _read_log(cli)[:2])
    assert (shown["size"], shown["proof"]) == (3, [hash_node(begun, added).hex()])
    text = cli("log", "show", 2).out
    assert f"claim claim {claim_id}.1" in text
    assert "proven by 2 hashes" in text
    assert claim_id in cli("log", "show").out
    assert cli("log", "show", 9).code == 2


def _read_log(cli: CommandLine) -> list[bytes]:
    cli("log", "export", cli.home / "out")
    return (cli.home / "out" / "log.jsonl").read_bytes().splitlines()


def test_a_checkpoint_is_signed_and_checked(cli: CommandLine, tmp_path: Path) -> None:
    cli.add_claim("Un texte")

    signed = cli.json("log", "checkpoint").row
    assert (signed["size"], signed["note"].splitlines()[:2]) == (4, [signed["origin"], "4"])
    assert signed["fingerprint"] in cli("log", "checkpoint").out
    exported = cli.json("log", "export", tmp_path / "out").row
    assert (exported["size"], exported["fingerprint"]) == (4, signed["fingerprint"])
    assert cli.json("log", "checkpoint", "--new-key").row["fingerprint"] != signed["fingerprint"]
    checked = cli.json("store", "check").row
    assert (checked["log"], checked["problems"]) == (5, [])
    assert "5 entries of the log read: all good" in cli("store", "check").out


def test_a_key_that_others_may_read_is_refused(cli: CommandLine) -> None:
    cli("log", "checkpoint")
    (key,) = (cli.home / "log").glob("*/key")
    key.chmod(0o640)

    answer = cli("log", "checkpoint")

    assert answer.code == 2
    assert "chmod 600" in answer.err


def test_a_folder_that_cannot_be_written_is_said(cli: CommandLine, tmp_path: Path) -> None:
    cli.add_claim("Un texte")
    (tmp_path / "file").write_bytes(b"")

    assert cli("log", "export", tmp_path / "file" / "out").code == 2


def test_a_desk_without_acts_has_an_empty_log(cli: CommandLine) -> None:
    cli("person", "list")

    answer = cli("log", "show")

    assert (answer.code, answer.out) == (0, "")
    assert "begins with the first act" in answer.err
