import re
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from index.model import ClaimMatch, Match, Person
from tests.sankofa.web.case import PERSON, Case
from tests.sankofa.web.conftest import open_client


def judge(client: TestClient, match_id: str, status: str, back: str = "/inbox", reason: str = "") -> str:
    """Judge a match; gives where the page leads."""
    form = {"status": status, "back": back, "reason": reason}
    kind = "claim-matches" if match_id.startswith("XC-") else "matches"
    answer = client.post(f"/{kind}/{match_id}/judgement", data=form, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.fixture
def person_client(fresh_case: Case) -> TestClient:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)
    return client


def test_a_waiting_match_stands_in_a_dashed_frame_with_the_word(case: Case, client: TestClient) -> None:
    text = client.get("/inbox", headers={"accept-language": "en"}).text
    assert f'id="{case.waiting}"' in text
    assert "comparison is-suggested" in text
    assert "Suggested" in text
    assert case.judged not in text


@pytest.mark.parametrize(
    "language", [("en", "repeats the claim"), ("fr", "répète l’affirmation"), ("ar", "يكرر الادعاء")]
)
def test_a_post_waits_beside_the_claim_with_its_verdicts_how_surely_and_why(
    case: Case, client: TestClient, language: tuple[str, str]
) -> None:
    text = client.get("/inbox", headers={"accept-language": language[0]}).text
    (article,) = re.findall(rf'<article id="{case.claim_match}".*?</article>', text, re.DOTALL)
    assert "comparison is-suggested" in article
    assert language[1] in article
    assert re.search(r"\(\d\d .*100\)", article)
    assert article.count("<mark>") >= 2
    assert "badge-false" in article
    assert f'href="/posts/{case.post}"' in article
    assert f'href="/claims/{case.claim}"' in article
    assert all(f'data-key="{key}"' in article for key in "cx")


@pytest.mark.parametrize("kind", [Match, ClaimMatch])
@pytest.mark.parametrize("status", ["confirmed", "rejected"])
def test_a_judgement_is_kept_with_who_and_can_be_undone(
    fresh_case: Case, person_client: TestClient, status: str, kind: type[Match | ClaimMatch]
) -> None:
    store, match_id = fresh_case.desk.store, fresh_case.waiting if kind is Match else fresh_case.claim_match
    location = judge(person_client, match_id, status)
    match = store.get(kind, match_id)
    assert (match.status, match.judged_by) == (status, PERSON)
    after = person_client.get(location).text
    assert 'value="suggested"' in after
    assert f'id="{match_id}"' not in after
    judge(person_client, match_id, "suggested")
    assert store.get(kind, match_id).status == "suggested"
    assert [revision.status for revision in store.get_history(kind, match_id)] == ["suggested", status, "suggested"]


def test_a_person_says_what_a_post_really_does_with_the_claim(fresh_case: Case, person_client: TestClient) -> None:
    path = f"/claim-matches/{fresh_case.claim_match}"
    person_client.post(f"{path}/judgement", data={"status": "confirmed", "stance": "denies", "back": path})
    match = fresh_case.desk.store.get(ClaimMatch, fresh_case.claim_match)
    assert (match.status, match.stance, match.is_repetition) == ("confirmed", "denies", False)
    page = person_client.get(f"/claims/{fresh_case.claim}", headers={"accept-language": "en"}).text
    assert "denies the claim" in page
    assert "0 posts repeat it" in page
    assert person_client.post(f"{path}/judgement", data={"status": "confirmed", "stance": "no"}).status_code == 400


def test_posts_are_judged_only_by_somebody(fresh_case: Case) -> None:
    location = judge(open_client(fresh_case.desk), fresh_case.claim_match, "confirmed")
    assert unquote(location) == f"/person?back=/inbox#{fresh_case.claim_match}"
    assert fresh_case.desk.store.get(ClaimMatch, fresh_case.claim_match).status == "suggested"


def test_without_a_person_the_desk_asks_and_leads_back(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    location = judge(client, fresh_case.waiting, "confirmed")
    assert unquote(location) == f"/person?back=/inbox#{fresh_case.waiting}"
    assert fresh_case.desk.store.get(Match, fresh_case.waiting).status == "suggested"
    back = f"/inbox#{fresh_case.waiting}"
    assert back in client.get(location).text
    answer = client.post("/person", data={"person": PERSON, "back": back}, follow_redirects=False)
    assert answer.headers["location"] == back
    cookie = answer.headers["set-cookie"].lower()
    assert "samesite=strict" in cookie
    assert "httponly" in cookie
    judge(client, fresh_case.waiting, "confirmed")
    assert fresh_case.desk.store.get(Match, fresh_case.waiting).judged_by == PERSON


def test_a_person_can_be_added_and_then_acts(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    form = {
        "person": "moussa",
        "name": "Moussa",
        "organisation": "Sahel",
        "roles": ["checker", "editor"],
        "back": "/inbox",
    }
    assert client.post("/person/new", data=form, follow_redirects=False).headers["location"] == "/inbox"
    assert fresh_case.desk.store.get(Person, "moussa").roles == ("checker", "editor")
    judge(client, fresh_case.waiting, "rejected", back=f"/matches/{fresh_case.waiting}", reason="another wall")
    match = fresh_case.desk.store.get(Match, fresh_case.waiting)
    assert (match.judged_by, match.reason) == ("moussa", "another wall")


@pytest.mark.parametrize("name", ["Awa Diarra", "", "a" * 65, "../x", PERSON])
def test_a_name_that_cannot_be_used_says_so(fresh_case: Case, name: str) -> None:
    answer = open_client(fresh_case.desk).post("/person/new", data={"person": name}, headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


def test_a_cookie_that_names_nobody_is_nobody(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", "nobody.here")
    assert judge(client, fresh_case.waiting, "confirmed").startswith("/person")


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a b", "", "/\nx"]
)
def test_the_way_back_never_leads_away(fresh_case: Case, back: str) -> None:
    answer = open_client(fresh_case.desk).post("/person", data={"back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_an_unknown_match_and_an_unknown_judgement_change_nothing(case: Case) -> None:
    client = open_client(case.desk)
    client.cookies.set("sankofa-person", PERSON)
    assert client.post("/matches/X-NONE/judgement", data={"status": "confirmed"}).status_code == 404
    assert client.post(f"/matches/{case.waiting}/judgement", data={"status": "true"}).status_code == 400
    assert case.desk.store.get(Match, case.waiting).status == "suggested"
