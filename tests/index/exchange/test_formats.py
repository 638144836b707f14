"""Which format a file is in."""

from pathlib import Path

import pytest

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
    ("feed", '<?xml version="1.0"?>\n<!-- <html> --><rss version="2.0">', "defacto"),
    ("feed.xml", '<rss version="2.0">', "defacto"),
    ("page", "<!DOCTYPE html><html><body><p>&lt;rss", "page"),
]


@pytest.mark.parametrize(("name", "content", "expected"), BEGINNINGS)
def test_a_file_is_told_by_its_beginning(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert find_format(tmp_path / name) == expected
