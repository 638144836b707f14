"""The answer for programs: the shape of the Google Fact Check Tools API, only what stands, page by page, errors as theirs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import httpx2
import pytest
from starlette.testclient import TestClient

from crawlers.fact_checks import ClaimsAsked, FactCheckSearch
from crawlers.guard import GuardedFetcher
from index.errors import StoreUnavailableError
from index.model import STANDING, Claim, Verdict, VerdictStatus, Wording
from sankofa.desk import Desk
from sankofa.workflows import answering
from sankofa.workflows.import_checks import import_file
from sankofa.workflows.judge import add_claim, add_person
from tests.crawlers.servers import LOOPBACK
from tests.sankofa.desks import keep_verdict, open_test_desk
from tests.sankofa.web.conftest import open_client, serve
from tests.sankofa.web.test_errors import BrokenStore

PATH = "/v1alpha1/claims:search"
THEIRS: dict[str, Any] = {
    "text": "Un tunnel a été découvert à Kidal",
    "claimant": "Un compte",
    "claimDate": "2023-11-14T00:00:00Z",
    "claimReview": [
        {
            "publisher": {"name": "Vérif", "site": "verif.example"},
            "url": "https://verif.example/1",
            "title": "Non",
            "reviewDate": "2023-11-17T00:00:00Z",
            "textualRating": "Archi-faux",
            "languageCode": "fr",
        },
        {"publisher": {"name": "Autres", "site": "a.autres.example"}, "url": "https://a.autres.example/7",
         "reviewDate": "2023-10-01T00:00:00Z", "textualRating": "Vrai"},
    ],
}  # fmt: skip
OLD: dict[str, Any] = {
    "text": "Une colonne a quitté Gao dans la nuit",
    "claimReview": [{"publisher": {"name": "Vérif", "site": "verif.example"}, "url": "https://verif.example/0",
                     "textualRating": "Faux", "reviewDate": "2020-01-01T00:00:00Z"}],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa")
    bring_in(desk, THEIRS, OLD)
    return desk


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with open_client(desk) as opened:
        yield opened


def bring_in(desk: Desk, *claims: dict[str, Any]) -> None:
    file = desk.home / "answer.json"
    file.write_text(json.dumps({"claims": claims}), "utf-8")
    import_file(desk, file)


def judge(desk: Desk, **changes: Any) -> Verdict:
    wordings = (Wording("fr", "Des images de tunnels à Kidal"), Wording("ar", "صور أنفاق في كيدال"))
    claim = add_claim(desk, Claim(id="", wordings=wordings, first_appeared_on="2023-11"))
    given = {"publisher": "Notre desk", "textual_rating": "C'est faux"}
    return keep_verdict(desk, claim.id, **given | changes)


def ask(client: TestClient, **asked: str) -> dict[str, Any]:
    answer = client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return dict(answer.json())


def texts(answer: dict[str, Any]) -> list[str]:
    return [claim["text"] for claim in answer["claims"]]


def test_a_real_server_gives_what_came_in_with_its_publishers(desk: Desk) -> None:
    with serve(desk) as url:
        answer = httpx2.get(url.rstrip("/") + PATH, params={"query": "tunnel découvert"})
    assert (answer.status_code, answer.json()) == (200, {"claims": [THEIRS]})


def test_our_verdict_is_found_in_arabic_under_our_address(desk: Desk, client: TestClient) -> None:
    verdict = judge(desk)
    (claim,) = ask(client, query="أنفاق كيدال", languageCode="ar-TD")["claims"]
    assert claim == {
        "text": "Des images de tunnels à Kidal",
        "claimReview": [
            {
                "publisher": {"name": "Notre desk", "site": "127.0.0.1"},
                "url": f"http://127.0.0.1/verdicts/{verdict.id}",
                "reviewDate": f"{verdict.review_date}T00:00:00Z",
                "textualRating": "C'est faux",
                "languageCode": "fr",
            }
        ],
    }


@pytest.mark.parametrize(("status", "shown"), [(status, int(status in STANDING)) for status in get_args(VerdictStatus)])
def test_only_what_stands_is_given_out(desk: Desk, client: TestClient, status: str, shown: int) -> None:
    judge(desk, status=status)
    assert len(ask(client, query="أنفاق")["claims"]) == shown


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"query": "Gao", "languageCode": "en"}, []),
        ({"query": "tunnel Gao", "languageCode": "fr", "maxAgeDays": "30"}, [THEIRS["text"]]),
        ({"query": "Gao", "maxAgeDays": "999999999"}, [OLD["text"]]),
        ({"reviewPublisherSiteFilter": "verif.example", "maxAgeDays": "0"}, [THEIRS["text"], OLD["text"]]),
        ({"reviewPublisherSiteFilter": "AUTRES.example"}, [THEIRS["text"]]),
        ({"reviewPublisherSiteFilter": "res.example"}, []),
        ({"query": "zzz"}, []),
    ],
)
def test_filters_narrow(client: TestClient, asked: dict[str, str], expected: list[str]) -> None:
    assert texts(ask(client, **asked)) == expected


def test_the_age_is_that_of_the_claim_or_the_check_whichever_is_newer(client: TestClient) -> None:
    (claim,) = ask(client, query="tunnel", maxAgeDays="5")["claims"]
    assert [one["publisher"]["name"] for one in claim["claimReview"]] == ["Vérif"]
    (claim,) = ask(client, query="tunnel", maxAgeDays="6")["claims"]
    assert [one["publisher"]["name"] for one in claim["claimReview"]] == ["Vérif", "Autres"]


def test_only_checks_of_the_site_are_given_out(client: TestClient) -> None:
    (claim,) = ask(client, query="tunnel", reviewPublisherSiteFilter="autres.example")["claims"]
    assert [one["publisher"]["name"] for one in claim["claimReview"]] == ["Autres"]


def test_pages_follow_each_other_without_gap_or_repetition(desk: Desk, client: TestClient) -> None:
    bring_in(desk, *({**OLD, "text": f"Une colonne a quitté Gao {n} fois", "claimReview": [
        {**OLD["claimReview"][0], "url": f"https://verif.example/gao/{n}"}]} for n in range(6)))  # fmt: skip
    add_claim(desk, Claim(id="", wordings=(Wording("fr", "Une colonne de Gao que personne n'a vérifiée"),)))
    whole = texts(ask(client, query="colonne Gao"))
    read: list[str] = []
    token = ""
    while token or not read:
        page = ask(client, query="colonne Gao", pageSize="3", pageToken=token)
        assert len(page["claims"]) <= 3
        read += texts(page)
        token = page.get("nextPageToken", "")
    assert read == whole
    assert len(whole) == 7


def test_what_is_rare_is_looked_for_within_a_bound(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MAX_SEARCHES", 1)
    first = ask(client, reviewPublisherSiteFilter="nobody.example", pageSize="1")
    assert first["claims"] == []
    assert ask(
        client, reviewPublisherSiteFilter="nobody.example", pageSize="1", pageToken=first["nextPageToken"]
    ) == {"claims": []}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "query"),
        ({"query": " "}, "query"),
        ({"query": "x", "languageCode": "français"}, "languageCode"),
        ({"query": "x", "maxAgeDays": "-1"}, "maxAgeDays"),
        ({"query": "x", "maxAgeDays": "٣"}, "maxAgeDays"),
        ({"query": "x", "pageSize": "ten"}, "pageSize"),
        ({"query": "x", "pageSize": "9" * 10_000}, "pageSize"),
        ({"query": "x", "pageToken": "\x00"}, ""),
        ({"query": "x", "offset": "10"}, "pageToken"),
        ({"query": "x" * 10_001}, "10000"),
    ],
)
def test_a_bad_parameter_is_an_error_of_their_shape(client: TestClient, asked: dict[str, str], said: str) -> None:
    answer = client.get(PATH, params=asked)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert said in error["message"]


def test_a_token_of_another_question_is_refused(client: TestClient) -> None:
    token = ask(client, reviewPublisherSiteFilter="verif.example", pageSize="1")["nextPageToken"]
    assert client.get(PATH, params={"query": "Gao", "pageToken": token}).status_code == 400


def test_a_store_that_does_not_answer_is_an_error_of_their_shape(desk: Desk) -> None:
    store = BrokenStore(StoreUnavailableError("no answer"))
    store.find_claims = store.find_linked  # type: ignore[method-assign]
    answer = open_client(replace(desk, store=store)).get(PATH, params={"query": "x"})
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")


def test_the_guards_stand_before_it(client: TestClient) -> None:
    assert client.get(PATH, params={"query": "x"}, headers={"host": "evil.example"}).status_code == 400
    assert client.post(PATH, params={"query": "x"}).status_code == 405
    assert client.get(PATH, params={"query": "x"}).headers["cross-origin-resource-policy"] == "same-origin"


def test_another_desk_asks_and_takes_the_answer_in(desk: Desk, tmp_path: Path) -> None:
    judge(desk)
    (tmp_path / "other").mkdir()
    other = open_test_desk(tmp_path / "other")
    fetcher = GuardedFetcher(allowed_networks=LOOPBACK)
    with serve(desk) as url:
        search = FactCheckSearch("any", fetcher=fetcher, api_url=url)
        saved = search.fetch_answers(ClaimsAsked(query="tunnel Kidal أنفاق"), tmp_path)
    import_file(other, saved.path)
    assert {(one.publisher, one.textual_rating, one.external) for one in other.store.iter_records(Verdict)} == {
        ("Vérif", "Archi-faux", True), ("Autres", "Vrai", True), ("Notre desk", "C'est faux", True),
    }  # fmt: skip
