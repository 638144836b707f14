"""The finished case, moved onto a real Elasticsearch, is answered as from the file."""

import time
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from sankofa.demo.case import load_case
from sankofa.demo.standins import make_stand_ins
from tests.sankofa.cli.lines import CommandLine

_ASKED = ("a2-hole-use", "a2-corridor-use", "a3-rafah-use")
"""Later uses of known pictures, each altered in another way."""

_PATIENCE_SECONDS = 120


@pytest.fixture
def cli(demonstration: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("HOME", "STORE", "VAULT", "PERSON", "LANGUAGE"):
        monkeypatch.delenv(f"SANKOFA_{name}", raising=False)
    return CommandLine(demonstration, capfd)


def test_the_finished_case_on_elasticsearch_answers_as_from_the_file(
    cli: CommandLine,
    elasticsearch_url: str,
    elasticsearch_prefix: str,
    elasticsearch_client: Elasticsearch,
    tmp_path: Path,
) -> None:
    there = f"{elasticsearch_url}/{elasticsearch_prefix}"
    copied = cli.json("store", "copy", cli.home / "sankofa.db", there)
    assert (copied.code, copied.row["records"] > 500) == (0, True)
    compared = cli.json("store", "check", there)
    assert (compared.code, compared.row["differ"]) == (0, 0)
    _merge(elasticsearch_client, f"{elasticsearch_prefix}-claim")

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
        assert [_round(row) for row in answer.rows] == [_round(row) for row in here.rows], question


def _merge(client: Elasticsearch, index: str) -> None:
    """Merge away what claims were before their verdicts came, which counts in scores until nobody may ask for it any more."""
    client.indices.put_settings(index=index, settings={"index.soft_deletes.retention_lease.period": "0ms"})
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while client.indices.stats(index=index, metric="docs")["_all"]["primaries"]["docs"]["deleted"]:
        assert time.monotonic() < given_up_at, "what was replaced is still kept"
        client.indices.flush(index=index, force=True)
        client.indices.forcemerge(index=index, max_num_segments=1)
        client.indices.refresh(index=index)
        time.sleep(1)


def _round(value: Any) -> Any:
    """The same with scores to four digits: Elasticsearch gives single precision."""
    if isinstance(value, dict):
        return {key: float(f"{held:.4g}") if key == "score" else _round(held) for key, held in value.items()}
    return [_round(held) for held in value] if isinstance(value, list) else value
