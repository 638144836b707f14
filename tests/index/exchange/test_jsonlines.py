from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.exchange.jsonlines import read_records, render_records
from index.exchange.rows import RowProblem
from index.model import Claim, Post, Record, Verdict, Wording
from index.ratings import Rating

RECORDS: list[Record] = [
    Post(
        id="P-1",
        platform="x",
        native_id="1724000000000000001",
        url="https://x.com/a/status/1",
        author="a",
        text="Des tunnels\nsous « Kidal » أنفاق \u2028 fin",
        language="fr",
        published_at=datetime(2023, 11, 15, 10, 3, tzinfo=UTC),
    ),
    Claim(id="C-2023-0007", revision=3, wordings=(Wording("ar", "أنفاق كيدال"),), countries=("ML",)),
    Verdict(id="V-2023-0001", claim_id="C-2023-0007", publisher="Desk", rating=Rating.FALSE, textual_rating="Faux"),
]


def write(folder: Path, content: str) -> Path:
    path = folder / "export.jsonl"
    path.write_bytes(content.encode("utf-8"))
    return path


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    lines = list(render_records(RECORDS))
    assert list(read_records(write(tmp_path, "".join(lines)))) == RECORDS
    assert len(lines) == len(RECORDS)
    assert all(line.count("\n") == 1 and line.endswith("\n") for line in lines)


def test_equal_records_give_equal_lines() -> None:
    assert list(render_records(RECORDS)) == list(render_records(RECORDS))


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"kind":"claim"}',
        '{"kind":"nothing","record":{}}',
        '{"kind":["claim"],"record":{}}',
        '{"kind":"claim","record":{"id":"C-1","surprise":1}}',
        '{"kind":"claim","record":{"id":"C-1","id":"C-2","wordings":[]}}',
        '{"kind":"claim","record":{"id":"C-1","wordings":[["fr","\\ud800"]]}}',
        '{"kind":"post","record":' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"kind":"claim","record":{"id":"' + "x" * 1_100_000 + '"}}',
    ],
)
def test_a_bad_line_costs_only_itself(tmp_path: Path, bad: str) -> None:
    first, second, third = render_records(RECORDS)
    found = list(read_records(write(tmp_path, first + bad + "\n\n" + second + third)))
    (problem,) = [row for row in found if isinstance(row, RowProblem)]
    assert problem.line == 2
    assert problem.message
    assert [row for row in found if not isinstance(row, RowProblem)] == RECORDS
