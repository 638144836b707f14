"""Google's Fact Check Tools API is asked page by page, and nobody sees the key but whom it is for."""

import json
import logging
import traceback
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.errors import (
    AddressForbiddenError,
    CrawlError,
    CredentialsMissingError,
    RateLimitedError,
    SourceFormatError,
    SourceUnavailableError,
)
from crawlers.fact_checks import MAX_PAGES, ClaimsAsked, FactCheckSearch
from crawlers.guard import GuardedFetcher
from tests.crawlers.servers import LOOPBACK, Answer, Responder, serve

CANARY = "canary-77f0"
FETCHER = GuardedFetcher(allowed_networks=LOOPBACK)
ASKED = ClaimsAsked(query="أنفاق كيدال & more", language="ar", max_age_days=30)


def answer_pages(pages: int) -> Responder:
    """Answer with so many pages, each of which holds its own number."""

    def respond(request: BaseHTTPRequestHandler) -> Answer:
        number = int(parse_qs(urlsplit(request.path).query).get("pageToken", ["0"])[0])
        following = {"nextPageToken": str(number + 1)} if number + 1 < pages else {}
        return Answer(json.dumps({"claims": [{"text": str(number)}], **following}).encode())

    return respond


def ask(url: str, folder: Path, *, key: str = CANARY) -> tuple[list[Any], bool]:
    saved = FactCheckSearch(key, fetcher=FETCHER, api_url=url).fetch_answers(ASKED, folder)
    pages = [json.loads(line) for line in saved.path.read_text("utf-8").splitlines()]
    return [page["claims"][0]["text"] for page in pages], saved.is_cut


def test_pages_are_followed_to_the_last(tmp_path: Path) -> None:
    with serve(answer_pages(3)) as server:
        assert ask(server.url, tmp_path) == (["0", "1", "2"], False)
    asked = [parse_qs(urlsplit(path).query) for path in server.requests]
    assert {urlsplit(path).path for path in server.requests} == {"/v1alpha1/claims:search"}
    assert [one.get("pageToken") for one in asked] == [None, ["1"], ["2"]]
    assert asked[2] | {"pageToken": None} == {
        "query": ["أنفاق كيدال & more"], "languageCode": ["ar"], "maxAgeDays": ["30"], "pageSize": ["50"],
        "pageToken": None,
    }  # fmt: skip


def test_pages_without_end_are_cut_and_told(tmp_path: Path) -> None:
    with serve(answer_pages(10**9)) as server:
        texts, is_cut = ask(server.url, tmp_path)
    assert (len(texts), is_cut, len(server.requests)) == (MAX_PAGES, True, MAX_PAGES)


def test_the_key_goes_in_a_header_and_nowhere_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(answer_pages(2)) as server:
        ask(server.url, tmp_path, key=f" {CANARY}\n")
    assert [headers["x-goog-api-key"] for headers in server.headers] == [CANARY, CANARY]
    assert CANARY not in "".join(server.requests) + caplog.text


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(status=429), RateLimitedError, "later"),
        (Answer(status=429, headers={"Retry-After": "60"}), RateLimitedError, "again at"),
        (Answer(status=503), SourceUnavailableError, "again later"),
        (Answer(status=503, headers={"Retry-After": "60"}), RateLimitedError, "again at"),
        (Answer(status=500, body=b"<html>"), SourceUnavailableError, "again later"),
        (Answer(status=302, headers={"Location": "https://evil.example"}), SourceUnavailableError, "302"),
        (
            Answer(status=403, body=json.dumps({"error": {"message": f"bad\nkey {CANARY}"}}).encode()),
            SourceUnavailableError,
            r"\(bad key …\).*SANKOFA_GOOGLE_API_KEY",
        ),
        (Answer(status=400, body=b'{"error": {}}'), SourceUnavailableError, "SANKOFA_GOOGLE_API_KEY"),
        (Answer(b"<html>"), SourceFormatError, "again later"),
        (Answer(b"[]"), SourceFormatError, "again later"),
    ],
)
def test_an_error_says_what_to_do_and_not_the_key(
    tmp_path: Path, answer: Answer, kind: type[CrawlError], said: str
) -> None:
    with serve(lambda request: answer) as server, pytest.raises(kind, match=f"(?s){said}") as refusal:
        ask(server.url, tmp_path)
    assert len(server.requests) == 1
    assert "nothing was kept" in str(refusal.value)
    assert CANARY not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize("key", ["", " ", f"{CANARY}\r\nX-Other: 1", f"{CANARY}é", f"{CANARY} 2"])
def test_without_a_usable_key_nothing_is_asked(tmp_path: Path, key: str) -> None:
    with serve(answer_pages(1)) as server, pytest.raises(CredentialsMissingError, match="GOOGLE_API_KEY") as refusal:
        ask(server.url, tmp_path, key=key)
    assert server.requests == []
    assert CANARY not in "".join(traceback.format_exception(refusal.value))


def test_the_address_guard_stands_before_it(tmp_path: Path) -> None:
    with serve(answer_pages(1)) as server, pytest.raises(AddressForbiddenError):
        FactCheckSearch(CANARY, fetcher=GuardedFetcher(), api_url=server.url).fetch_answers(ASKED, tmp_path)
    assert server.requests == []
