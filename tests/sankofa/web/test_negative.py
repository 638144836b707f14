"""The negative bank on the pages: from a wrong suggestion, from a medium, and back."""

import pytest
from starlette.testclient import TestClient

from index.model import Match, Negative
from tests.sankofa.web.case import PERSON, Case
from tests.sankofa.web.conftest import open_client

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def person_client(fresh_case: Case) -> TestClient:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)
    return client


def test_a_wrong_suggestion_puts_the_known_medium_into_the_bank(fresh_case: Case, person_client: TestClient) -> None:
    match = fresh_case.desk.store.get(Match, fresh_case.waiting)
    page = f"/matches/{match.id}"
    assert "Put it into the negative bank" in person_client.get(page, headers=ENGLISH).text

    answer = person_client.post(f"{page}/negative", data={"label": "map of the Sahel"}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, page)
    judged = fresh_case.desk.store.get(Match, match.id)
    assert (judged.status, judged.judged_by) == ("rejected", PERSON)
    negative = fresh_case.desk.store.get(Negative, match.target_id)
    assert (negative.label, negative.active) == ("map of the Sahel", True)
    after = person_client.get(page, headers=ENGLISH).text
    assert "In the negative bank:" in after
    assert "map of the Sahel" in after


def test_what_was_withdrawn_comes_back_when_the_medium_is_taken_out(
    fresh_case: Case, person_client: TestClient
) -> None:
    match = fresh_case.desk.store.get(Match, fresh_case.waiting)
    page = f"/media/{match.target_id}"
    person_client.post(f"{page}/negative", data={"label": "logo"})
    assert fresh_case.desk.store.get(Match, match.id).status == "rejected"
    history = person_client.get(f"/matches/{match.id}", headers={"accept-language": "fr"}).text
    assert "retirée : s’appuie sur" in history.replace("\u00a0", " ")
    assert "withdrawn" not in history
    assert "In the negative bank:" in person_client.get(page, headers=ENGLISH).text

    person_client.post(f"{page}/negative", data={"undo": "true"})

    assert fresh_case.desk.store.get(Match, match.id).status == "suggested"
    assert "In the negative bank:" not in person_client.get(page, headers=ENGLISH).text


@pytest.mark.parametrize("kind", ["matches", "media"])
def test_without_a_person_the_desk_asks_first(fresh_case: Case, kind: str) -> None:
    page = f"/{kind}/{fresh_case.waiting if kind == 'matches' else fresh_case.known}"
    answer = open_client(fresh_case.desk).post(f"{page}/negative", data={"label": "flag"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/person?back=")
    assert fresh_case.desk.store.count(Negative) == 0


def test_a_label_is_needed(fresh_case: Case, person_client: TestClient) -> None:
    answer = person_client.post(f"/matches/{fresh_case.waiting}/negative", data={"label": "  "})
    assert answer.status_code == 400
    assert fresh_case.desk.store.get(Match, fresh_case.waiting).status == "suggested"


def test_a_medium_that_cannot_be_opened_has_no_such_form(case: Case, client: TestClient) -> None:
    assert "negative bank" not in client.get(f"/media/{case.refused_medium}", headers=ENGLISH).text
