from pathlib import Path

import pytest

from tests.pictures import draw_picture, save_picture
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def filled(cli: CommandLine, tmp_path: Path) -> Path:
    """A desk with a known picture and a claim; returns its store's file."""
    media_id = cli.json("media", "add", save_picture(tmp_path, "a.jpg", draw_picture(1))).row["media_id"]
    cli.add_claim("Un texte", "--media", media_id)
    return cli.home / "sankofa.db"


def test_a_copy_with_its_originals_holds_the_same(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    there, vault = tmp_path / "there.db", tmp_path / "vault"

    copied = cli.json("store", "copy", filled, there, "--vault", vault)
    assert (copied.code, copied.row["originals"], copied.row["lost_originals"]) == (0, 2, [])
    assert copied.row["records"] > 3

    compared = cli.json("store", "check", there, "--vault", vault)
    assert (compared.code, compared.row["differences"], compared.row["originals"]) == (0, [], 2)
    assert compared.row["digest_here"] == compared.row["digest_there"]
    assert "both hold the same" in cli("store", "check", there, "--vault", vault).out
    assert cli.json("--store", str(there), "--vault", str(vault), "store", "check").row["problems"] == []
    assert cli.json("store", "copy", filled, there, "--vault", vault).row["records"] == 0


def test_a_copy_back_brings_originals_too(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    there, vault = tmp_path / "there.db", tmp_path / "vault"
    cli("store", "copy", filled, there, "--vault", vault)
    back, home = tmp_path / "back.db", tmp_path / "other-vault"

    answer = cli.json("store", "copy", there, back, "--from-vault", vault, "--vault", home)

    assert (answer.code, answer.row["originals"]) == (0, 2)


def test_without_a_vault_only_records_are_copied(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    answer = cli("store", "copy", filled, tmp_path / "there.db")

    assert answer.code == 0
    assert "share the vault" in answer.out


def test_what_differs_is_said_and_ends_with_4(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    there, vault = tmp_path / "there.db", tmp_path / "vault"
    cli("store", "copy", filled, there, "--vault", vault)
    cli.add_claim("Un autre texte")

    answer = cli.json("store", "check", there, "--vault", vault)
    assert answer.code == 4
    assert {(d["kind"], d["says"]) for d in answer.row["differences"]} >= {("claim", "missing there")}
    assert "missing there" in cli("store", "check", there, "--vault", vault).out


def test_other_work_is_never_mixed_with(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    assert cli("--store", there, "person", "add", "x", "--name", "X", "--organisation", "Y").code == 0

    answer = cli("store", "copy", filled, there)

    assert answer.code == 7
    assert "holds another log, and a copy must not mix with it" in answer.err
    assert cli.json("--store", there, "store", "info").row["records"]["claim"] == 0


def test_a_source_that_is_not_there_is_said(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    answer = cli("store", "copy", tmp_path / "none.db", tmp_path / "there.db")

    assert answer.code == 4
    assert "there is no store" in answer.err
    assert not (tmp_path / "there.db").exists()


def test_an_altered_original_is_not_copied_and_named(cli: CommandLine, filled: Path, tmp_path: Path) -> None:
    original = max((path for path in (cli.home / "vault").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size)
    original.chmod(0o600)
    original.write_bytes(b"altered")

    answer = cli.json("store", "copy", filled, tmp_path / "there.db", "--vault", tmp_path / "vault")

    assert answer.code == 4
    assert (answer.row["originals"], len(answer.row["lost_originals"])) == (1, 1)
