"""What is hard to look at, on the pages: blurred until somebody asks, with what may show the same."""

import pytest
from starlette.testclient import TestClient

from index.model import Match, Sensitive
from tests.sankofa.web.case import PERSON, Case
from tests.sankofa.web.conftest import open_client

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def client(fresh_case: Case) -> TestClient:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)
    client.headers.update(ENGLISH)
    return client


def test_a_marked_medium_is_blurred_on_every_page_until_somebody_asks(fresh_case: Case, client: TestClient) -> None:
    match = fresh_case.desk.store.get(Match, fresh_case.waiting)
    page, other = f"/media/{match.target_id}", f"/media/{match.subject_id}"
    plain = client.get(f"{page}/thumbnail").content
    client.post(f"{page}/sensitive", data={"label": "a dead person"})

    for address in (page, other, "/inbox", f"/matches/{match.id}"):
        assert f'src="{page}/thumbnail"' not in client.get(address).text, address
    text = client.get(page).text
    assert f'src="{page}/thumbnail?blurred=true"' in text
    assert "a dead person" in text
    assert "Blurred, since it is hard to look at" in text
    assert "It may show the same" in client.get(other).text
    blurred = client.get(f"{page}/thumbnail?blurred=true").content
    assert len(blurred) < len(plain) / 2

    assert f'src="{page}/thumbnail"' in client.get(f"{page}?as_it_is=true").text
    assert '<details class="proof" open' not in client.get(f"/matches/{match.id}").text
    assert '<details class="proof" open' in client.get(f"/matches/{match.id}?view=boxes").text


def test_a_mark_is_taken_back_and_nobody_sets_one_without_a_name(fresh_case: Case, client: TestClient) -> None:
    page = f"/media/{fresh_case.known}"
    asked = open_client(fresh_case.desk).post(f"{page}/sensitive", data={"label": "x"}, follow_redirects=False)
    assert asked.headers["location"].startswith("/person?back=")
    assert fresh_case.desk.store.count(Sensitive) == 0

    client.post(f"{page}/sensitive", data={"label": "x"})
    assert "Do not blur it any more" in client.get(page).text
    client.post(f"{page}/sensitive", data={"undo": "true"})
    assert f'src="{page}/thumbnail"' in client.get(page).text
