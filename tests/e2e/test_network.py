"""The finished case, moved onto a real Elasticsearch, is answered as from the file."""

from pathlib import Path
from typing import Any

import pytest

from sankofa.demo.case import load_case
from sankofa.demo.standins import make_stand_ins
from tests.sankofa.cli.lines import CommandLine

_ASKED = ("a2-hole-use", "a2-corridor-use", "a3-rafah-use")
"""Later uses of known pictures, each altered in another way."""


@pytest.fixture
def cli(demonstration: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("HOME", "STORE", "VAULT", "PERSON", "LANGUAGE"):
        monkeypatch.delenv(f"SANKOFA_{name}", raising=False)
    return CommandLine(demonstration, capfd)


def test_the_finished_case_on_elasticsearch_answers_as_from_the_file(
    cli: CommandLine, elasticsearch_url: str, elasticsearch_prefix: str, tmp_path: Path
) -> None:
    there = f"{elasticsearch_url}/{elasticsearch_prefix}"
    copied = cli.json("store", "copy", cli.home / "sankofa.db", there)
    assert (copied.code, copied.row["records"] > 500) == (0, True)
    compared = cli.json("store", "check", there)
    assert (compared.code, compared.row["differ"]) == (0, 0)

    files = make_stand_ins(load_case().media, tmp_path / "media")
    claims = [row["claim_id"] for row in cli.json("claim", "list").rows]
    matches = [row["match_id"] for row in cli.json("match", "list").rows]
    questions: list[tuple[object, ...]] = [
        *(
            ("search", words)
            for words in ("tunnels de Kidal", "أنفاق كيدال", "Kidal tunnels", '"armée malienne"', "-Kidal")
        ),
        ("search", "tunnels", "--country", "ML", "--since", "2023-11"),
        ("claim", "list"),
        ("match", "list"),
        *(("claim", "show", claim_id) for claim_id in claims[:3]),
        *(("match", "show", match_id) for match_id in matches[:3]),
        ("check", *(files[key] for key in _ASKED)),
        ("export",),
        ("report", "list"),
    ]
    assert len(claims) > 3
    assert len(matches) > 3
    for question in questions:
        here, answer = cli.json(*question), cli.json("--store", there, *question)
        assert (answer.code, answer.err) == (here.code, here.err)
        assert [_drop_scores(row) for row in answer.rows] == [_drop_scores(row) for row in here.rows], question


def _drop_scores(value: Any) -> Any:
    """The same without scores: in Elasticsearch what a claim was before its verdicts came counts in them until merged away."""
    if isinstance(value, dict):
        return {key: _drop_scores(held) for key, held in value.items() if key != "score"}
    return [_drop_scores(held) for held in value] if isinstance(value, list) else value
