"""Which format a file is in."""

from pathlib import Path

import pytest

from index.errors import RecordFormatError
from index.exchange.formats import find_format

BEGINNINGS = [
    ("claims.csv", "text\nUn", "csv"),
    ("claims.tsv", "{", "csv"),
    ("claims.txt", "text;url\n", "csv"),
    ("claims.jsonl", '{"text": "Un"}', "jsonl"),
    ("claims.json", '{"text": "Un"}', "jsonl"),
    ("check.json", '{"@context": "https://schema.org", "@type": "ClaimReview"}', "claimreview"),
    ("checks.jsonld", '\ufeff\n[{"@type" : "ClaimReview"}]', "claimreview"),
    ("data.json", '{"@type": "DataFeed", "dataFeedElement": []}', "datacommons"),
    ("answer.json", '{\n  "claims": [\n    {\n "text": "@type"', "google"),
    ("claim.json", '{"text": "Un", "claimReview": [', "google"),
    ("feed", '<?xml version="1.0"?>\n<!-- <html> --><rss version="2.0">', "defacto"),
    ("feed.xml", '<rss version="2.0">', "defacto"),
    ("page", "<!DOCTYPE html><html><body><p>&lt;rss", "page"),
]


@pytest.mark.parametrize(("name", "content", "expected"), BEGINNINGS)
def test_a_file_is_told_by_its_beginning(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert find_format(tmp_path / name) == expected


def test_workbooks_are_told_by_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04rest")
    assert find_format(tmp_path / "a.csv") == "xlsx"
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0rest")
    with pytest.raises(RecordFormatError, match="old kind"):
        find_format(tmp_path / "a.xls")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordFormatError):
        find_format(tmp_path / "missing.csv")
