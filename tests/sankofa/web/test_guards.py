"""Foreign names, foreign pages, too much of anything, and the headers of every answer."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.model import Match
from sankofa.web.app import create_app
from sankofa.web.guards import CONTENT_POLICY, FORM_MAX_BYTES
from tests.sankofa.web.case import PERSON, Case
from tests.sankofa.web.conftest import OURS, open_client

CONFIRM = {"status": "confirmed", "back": "/inbox"}


def judge(case: Case, headers: dict[str, str]) -> int:
    """Try to confirm the waiting match; gives the status."""
    client = open_client(case.desk)
    client.cookies.set("sankofa-person", PERSON)
    path = f"/matches/{case.waiting}/judgement"
    return client.post(path, data=CONFIRM, headers=headers, follow_redirects=False).status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8377", "localhost:1", "LOCALHOST", "[::1]:8377", "[::1]"])
def test_the_names_of_loopback_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "localhost.", "", "[::1", "10.0.0.1", "0"],
)
def test_a_foreign_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "Sankofa" not in answer.text


def test_the_host_that_the_desk_was_started_with_is_answered(case: Case) -> None:
    client = TestClient(create_app(case.desk, host="desk.lan"), base_url="http://desk.lan:8377")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": OURS},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
        {"sec-fetch-site": "none", "origin": "null"},
    ],
)
def test_a_form_of_a_foreign_page_changes_nothing(case: Case, headers: dict[str, str]) -> None:
    assert judge(case, headers) == 403
    assert case.desk.store.get(Match, case.waiting).status == "suggested"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": OURS},
        {"origin": OURS, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_form_of_ours_is_taken(fresh_case: Case, headers: dict[str, str]) -> None:
    assert judge(fresh_case, headers) == 303
    assert fresh_case.desk.store.get(Match, fresh_case.waiting).status == "confirmed"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_lead_nowhere(client: TestClient, case: Case, method: str) -> None:
    assert client.request(method, f"/claims/{case.claim}").status_code == 405


def test_every_answer_carries_the_safe_headers(case: Case, client: TestClient) -> None:
    for path in [
        *case.pages.values(),
        "/static/desk.css",
        "/healthz",
        "/static/none",
        f"/media/{case.known}/thumbnail",
    ]:
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in CONTENT_POLICY
    assert "frame-ancestors 'none'" in CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY


def test_a_form_that_is_too_long_is_refused_with_a_page(client: TestClient) -> None:
    answer = client.post("/language", data={"language": "x" * FORM_MAX_BYTES}, headers={"accept-language": "en"})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_an_upload_is_capped_while_it_streams(case: Case, tmp_path: Path) -> None:
    client = open_client(case.desk, max_upload_bytes=100_000)
    big = tmp_path / "big.jpg"
    big.write_bytes(b"\xff\xd8\xff" + bytes(300_000))
    with big.open("rb") as file:
        answer = client.post("/check", files={"medium": file}, headers={"accept-language": "en"})
    assert answer.status_code == 413
    assert "Nothing was kept" in answer.text
    exact = {"medium": ("exact.jpg", bytes(100_000))}
    assert client.post("/check", files=exact).status_code == 422
    over = {"medium": ("over.jpg", bytes(100_001))}
    assert client.post("/check", files=over).status_code == 413


def test_a_body_without_a_length_is_capped_too(case: Case) -> None:
    client = open_client(case.desk, max_upload_bytes=50_000)
    sent = 0

    def stream() -> object:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="medium"; filename="x.jpg"\r\n\r\n'
        while sent < 10_000_000:
            sent += 50_000
            yield bytes(50_000)

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = client.post("/check", content=stream(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 413
