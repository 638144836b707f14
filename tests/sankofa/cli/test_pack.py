import json
import zipfile
from pathlib import Path

import pytest

from sankofa.workflows.pack_file import digest_verifier
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def verdict(cli: CommandLine) -> str:
    """A verdict on a claim of November 2023 in Mali, published in its third revision."""
    claim_id = cli.add_claim("Des tunnels à Kidal", "--country", "ML", "--first-appeared", "2023-11-14")
    return cli.publish(claim_id, "--rating", "false", "--date", "2023-11-17")


def test_the_pack_of_a_verdict_is_built_verified_and_told_from_a_changed_one(
    cli: CommandLine, verdict: str, tmp_path: Path
) -> None:
    cli.json("log", "checkpoint")
    built = cli.json("pack", "build", verdict, "--out", tmp_path / "verdict.zip").row

    assert (built["intact"], built["file"]) == (True, str(tmp_path / "verdict.zip"))
    again = cli.json("pack", "build", f"{verdict}.3", "--out", tmp_path / "again.zip").row
    assert again["sha256"] == built["sha256"]
    found = cli.json("verify", tmp_path / "verdict.zip", "--key", built["fingerprint"])
    assert (found.code, found.row["intact"], found.row["name"]) == (0, True, f"verdict {verdict}.3")
    (tmp_path / "verdict.zip").write_bytes((tmp_path / "again.zip").read_bytes().replace(b"awa.diarra", b"eve.diarra"))
    changed = cli("verify", tmp_path / "verdict.zip")
    assert (changed.code, changed.out.splitlines()[0]) == (1, "NOT INTACT")
    assert cli.json("store", "check").row["problems"] == []


def test_freezing_leaves_the_pack_of_the_report_whose_later_correction_is_not_in_it(
    cli: CommandLine, verdict: str, tmp_path: Path
) -> None:
    text = tmp_path / "text.md"
    text.write_text(f"Un faux [@{verdict}].", "utf-8")
    freeze = ("report", "freeze", "--country", "ML", "--month", "2023-11", "--text", text, "--out", tmp_path)
    frozen = cli.json(*freeze, "--as", "awa.diarra").row

    pack = Path(frozen["pack"]["file"])
    assert (pack, frozen["pack"]["intact"]) == (cli.home / "reports" / "R-ML-2023-11-fr.1.zip", True)
    why = ("--reason", "le lieu", "--rating", "misleading", "--as", "awa.diarra")
    assert cli("verdict", "correct", verdict, *why).code == 0
    assert cli("verdict", "approve", verdict, "--as", "ines.keita").code == 0
    assert cli("verify", pack).code == 0
    assert cli("verify", tmp_path / "R-ML-2023-11-fr.pdf", "--pack", pack).code == 0
    cli("log", "export", tmp_path / "log")
    (tmp_path / "newest.txt").write_text(cli.json("log", "checkpoint").row["note"], "utf-8")
    assert cli("verify", pack, "--checkpoint", tmp_path / "newest.txt").code == 1
    since = cli.json("verify", pack, "--log", tmp_path / "log", "--checkpoint", tmp_path / "newest.txt")
    assert (since.code, [one["code"] for one in since.row["cautions"]]) == (0, ["key_unknown", "since"])
    assert f"verdict {verdict}.5: approve" in since.row["cautions"][-1]["text"]
    assert [one["was"] for one in cli.json("report", "show", "R-ML-2023-11-fr").row["corrections"]] == [f"{verdict}.3"]
    with zipfile.ZipFile(pack) as opened:
        assert f"records/verdict/{verdict}.3.json" in opened.namelist()
        assert json.loads(opened.read("pack.json"))["subject"] == {
            "id": "R-ML-2023-11-fr",
            "kind": "report",
            "revision": 1,
        }


def test_with_a_key_that_others_may_read_nothing_is_frozen_and_no_pack_is_built(
    cli: CommandLine, verdict: str, tmp_path: Path
) -> None:
    cli("log", "checkpoint")
    (key,) = (cli.home / "log").glob("*/key")
    key.chmod(0o644)
    freeze = ("report", "freeze", "--country", "NE", "--month", "2023-11", "--out", tmp_path, "--as", "awa.diarra")

    for words in (freeze, ("pack", "build", verdict)):
        answer = cli(*words)
        assert (answer.code, "chmod 600" in answer.err) == (2, True)
    assert cli.json("report", "list").rows == []
    assert list((cli.home / "reports").glob("*")) == []


def test_an_export_of_the_log_is_verified_against_an_earlier_checkpoint(
    cli: CommandLine, verdict: str, tmp_path: Path
) -> None:
    (tmp_path / "earlier.txt").write_text(cli.json("log", "checkpoint").row["note"], "utf-8")
    cli.add_claim("Un autre texte")
    cli("log", "export", tmp_path / "log")

    assert cli("verify", tmp_path / "log", "--checkpoint", tmp_path / "earlier.txt").code == 0
    lines = (tmp_path / "log" / "log.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "log" / "log.jsonl").write_bytes(b"".join(lines[:-1]))
    found = cli.json("verify", tmp_path / "log")
    assert (found.code, {one["code"] for one in found.row["problems"]}) == (1, {"changed", "entries_counted"})


def test_what_has_no_pack_is_refused(cli: CommandLine, verdict: str) -> None:
    cli.json("verdict", "draft", "C-2023-0001", "--rating", "true", "--as", "awa.diarra", "--date", "2023-11-18")

    assert [cli("pack", "build", one).code for one in ("V-2023-0002", "C-2023-0001", "R-ML-1999-01-fr", f"{verdict}.9")] == [
        2, 2, 6, 6,
    ]  # fmt: skip
    assert cli("verdict", "suppress", verdict, "--reason", "r", "--as", "ines.keita").code == 0
    assert "suppressed" in cli("pack", "build", f"{verdict}.3").err


def test_what_cannot_be_read_is_a_usage_error_or_one_of_data(cli: CommandLine, tmp_path: Path) -> None:
    assert cli("verify", tmp_path / "nothing.zip").code == 4
    assert cli("verify", tmp_path, "--key", "short").code == 2


def test_the_digest_of_the_verifier_is_told(cli: CommandLine) -> None:
    assert digest_verifier() in cli("--version").out
