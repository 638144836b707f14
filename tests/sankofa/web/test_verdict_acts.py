"""A verdict on its way through the pages: one person drafts it, another approves, readers see what was given to them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from index.model import Claim, Evidence, Match, MediaItem, Verdict, Wording
from index.ratings import AuthenticityCategory, Rating
from sankofa.desk import Desk
from sankofa.workflows.judge import add_claim, add_person
from sankofa.workflows.verdicts import suppress, withdraw
from tests.sankofa.desks import keep_verdict, open_test_desk
from tests.sankofa.web.case import Case
from tests.sankofa.web.conftest import open_client

DRAFT = {
    "rating": "false", "textual_rating": "Faux", "explanation_fr": "La photo est de 2016.", "when": "décembre 2016",
    "page": "https://a.example/1", "archived": "https://archive.example/1", "note": "Le maire a été interrogé.",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path)
    add_person(desk, "awa", organisation="Le Jalon", roles=("checker",))
    add_person(desk, "ines", roles=("editor",))
    add_claim(replace(desk, person_id="awa"), Claim(id="", wordings=(Wording("fr", "Un tunnel à Kidal"),)))
    return desk


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with open_client(desk) as opened:
        opened.headers["accept-language"] = "en"
        yield opened


def send(client: TestClient, person: str, path: str, **filled: str) -> str:
    client.cookies.set("sankofa-person", person)
    answer = client.post(path, data=filled)
    assert answer.status_code == 200, answer.text
    return answer.text


def act(client: TestClient, person: str, name: str, seen: int, **filled: str) -> str:
    return send(client, person, "/verdicts/V-2023-0001/act", act=name, seen=str(seen), **filled)


@pytest.fixture
def published(client: TestClient) -> TestClient:
    send(client, "awa", "/claims/C-2023-0001/draft", **DRAFT)
    act(client, "awa", "submit", 1)
    act(client, "ines", "approve", 2)
    return client


def test_one_drafts_and_another_approves(desk: Desk, client: TestClient) -> None:
    drafted = send(client, "awa", "/claims/C-2023-0001/draft", **DRAFT)
    assert "Nobody outside this desk sees it." in drafted
    assert "La photo est de 2016." in drafted
    assert "V-2023-0001" in client.get("/verdicts").text
    assert "V-2023-0001" not in client.get("/claims/C-2023-0001").text

    act(client, "awa", "draft", 1, who="un compte anonyme")
    own = act(client, "awa", "submit", 2)
    assert 'value="approve"' not in own
    assert "A second person approves it" in own
    client.cookies.set("sankofa-person", "ines")
    assert 'value="approve"' in client.get("/verdicts/V-2023-0001").text
    assert "Approved by" in act(client, "ines", "approve", 3)

    verdict = desk.store.get(Verdict, "V-2023-0001")
    assert (verdict.status, verdict.drafted_by, verdict.approved_by) == ("published", ("awa",), "ines")
    assert [(one.point, one.answer) for one in verdict.checklist] == [
        ("when", "décembre 2016"),
        ("who", "un compte anonyme"),
    ]
    evidence = desk.store.get_many(Evidence, verdict.evidence_ids).values()
    assert sorted((one.archived_url, one.note) for one in evidence) == [
        ("", "Le maire a été interrogé."), ("https://archive.example/1", ""),
    ]  # fmt: skip
    assert "V-2023-0001.4" in client.get("/claims/C-2023-0001").text


def test_a_draft_takes_a_label_of_a_scale_a_finding_on_a_medium_and_drops_a_source(
    desk: Desk, client: TestClient
) -> None:
    desk.store.add([MediaItem(id="M-1", sha256="0" * 64, media_type="image/jpeg", kind="image", size_bytes=1)])
    said = {
        "scale": "africa-check",
        "textual_rating": "incorrect",
        "finding_on": "M-1",
        "finding_context": "Iraq, 2003",
    }
    send(client, "awa", "/claims/C-2023-0001/draft", **DRAFT | said, category=AuthenticityCategory.DECONTEXTUALIZED)
    first = desk.store.get(Verdict, "V-2023-0001")
    assert (first.rating, first.textual_rating, first.rating_scale_id) == (Rating.FALSE, "Incorrect", "africa-check")
    (finding,) = first.media_reviews
    assert (finding.media_id, finding.original_context) == ("M-1", "Iraq, 2003")
    assert finding.categories == (AuthenticityCategory.DECONTEXTUALIZED,)

    page = act(client, "awa", "draft", 1, drop=first.evidence_ids[0], finding_on="M-1", finding_context="A cellar")

    second = desk.store.get(Verdict, "V-2023-0001")
    assert second.evidence_ids == first.evidence_ids[1:]
    assert [each.original_context for each in second.media_reviews] == ["A cellar"]
    assert f'value="{first.evidence_ids[1]}"' in page
    client.cookies.set("sankofa-person", "awa")
    wrong = ({"scale": "africa-check", "textual_rating": "perhaps"}, {"drop": "E-none"}, {"finding_on": "M-2"})
    answers = [client.post("/verdicts/V-2023-0001/act", data={"act": "draft", "seen": "2"} | each) for each in wrong]
    assert [answer.status_code for answer in answers] == [400, 400, 404]
    assert desk.store.get(Verdict, "V-2023-0001") == second


def test_the_number_beside_the_inbox_counts_what_waits_for_a_second_person(client: TestClient) -> None:
    count = '<span class="count">1</span>'
    assert count not in send(client, "awa", "/claims/C-2023-0001/draft", **DRAFT)
    assert count in act(client, "awa", "submit", 1)
    assert "1 waits for a second person" in client.get("/inbox").text


def test_the_short_link_of_a_report_leads_to_the_revision(published: TestClient) -> None:
    answer = published.get("/v/V-2023-0001.3")
    assert answer.url.path == "/verdicts/V-2023-0001.3"
    assert published.get("/v/V-2023-0099").status_code == 404


def test_who_saw_an_older_revision_is_told_and_nothing_changes(desk: Desk, client: TestClient) -> None:
    send(client, "awa", "/claims/C-2023-0001/draft", **DRAFT)
    act(client, "awa", "submit", 1)
    client.cookies.set("sankofa-person", "ines")

    late = client.post("/verdicts/V-2023-0001/act", data={"act": "approve", "seen": "1"})
    bare = client.post("/verdicts/V-2023-0001/act", data={"act": "return", "seen": "2"})
    client.cookies.set("sankofa-person", "awa")
    own = client.post("/verdicts/V-2023-0001/act", data={"act": "approve", "seen": "2"})

    assert [answer.status_code for answer in (late, bare, own)] == [409, 400, 403]
    assert "Somebody else changed this a moment before" in late.text
    assert "This is for another person to do" in own.text
    assert desk.store.get(Verdict, "V-2023-0001").revision == 2


def test_without_a_person_the_pages_ask_who_acts_first(desk: Desk, client: TestClient) -> None:
    for path in ("/claims/C-2023-0001/draft", "/verdicts/V-2023-0001/act", "/matches/X-1/claim"):
        answer = client.post(path, data=DRAFT, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"][:13]) == (303, "/person?back=")
    assert desk.store.count(Verdict) == 0


def test_a_correction_is_dated_and_the_old_revision_leads_to_it(published: TestClient) -> None:
    said = {"rating": "misleading", "textual_rating": "Trompeur", "reason": "the date was found"}
    waiting = act(published, "awa", "correct", 3, **said)
    assert "A correction waits for a second person." in waiting
    assert "Superseded" not in waiting
    assert 'href="/verdicts/V-2023-0001.3"' in published.get("/claims/C-2023-0001").text

    corrected = act(published, "ines", "approve", 4)

    assert "Corrected" in corrected
    assert "the date was found" in corrected
    old = published.get("/verdicts/V-2023-0001.3").text
    assert "This revision was superseded." in old
    assert 'href="/verdicts/V-2023-0001.5"' in old
    assert "Readers were never given this revision." in published.get("/verdicts/V-2023-0001.4").text


def test_what_was_withdrawn_says_so_and_what_is_suppressed_is_shown_at_no_revision(
    desk: Desk, published: TestClient
) -> None:
    withdraw(replace(desk, person_id="ines"), "V-2023-0001", reason="another town")
    assert "This verdict was withdrawn." in published.get("/verdicts/V-2023-0001.3").text
    assert "La photo est de 2016." in published.get("/verdicts/V-2023-0001").text

    suppress(replace(desk, person_id="ines"), "V-2023-0001", reason="court order")

    for cited in ("V-2023-0001", *(f"V-2023-0001.{revision}" for revision in range(1, 6))):
        page = published.get(f"/verdicts/{cited}").text
        assert "court order" in page
        assert [said for said in ("2016", "Faux", "maire", "a.example", "badge-false") if said in page] == []


def test_organisations_that_disagree_stand_side_by_side(desk: Desk, published: TestClient) -> None:
    keep_verdict(desk, "C-2023-0001", external=True, publisher="FasoCheck", rating=Rating.TRUE, textual_rating="Vrai")

    for path in ("/claims/C-2023-0001", "/verdicts/V-2023-0001"):
        page = published.get(path).text
        assert "The organisations do not conclude the same" in page
        assert "FasoCheck" in page


def test_a_case_is_opened_from_a_suggested_match(fresh_case: Case) -> None:
    with open_client(fresh_case.desk) as client:
        text = "Cette photo montre un tunnel à Aguelhoc"
        page = send(client, "awa.diarra", f"/matches/{fresh_case.waiting}/claim", text=text, language="fr")

    match = fresh_case.desk.store.get(Match, fresh_case.waiting)
    (claim,) = [one for one in fresh_case.desk.store.iter_records(Claim) if one.text == text]
    assert [(one.media_id, one.role) for one in claim.media] == [
        (match.subject_id, "shown"),
        (match.target_id, "original"),
    ]
    assert f'action="/claims/{claim.id}/draft"' in page


def test_programs_read_a_published_revision_and_every_correction(desk: Desk, published: TestClient) -> None:
    act(
        published, "awa", "correct", 3, rating="misleading", textual_rating="Trompeur", reason="the date </x> was found"
    )
    assert published.get("/verdicts/V-2023-0001.4/claimreview").status_code == 404
    act(published, "ines", "approve", 4)

    first, second = (published.get(f"/verdicts/V-2023-0001.{n}/claimreview").json() for n in (3, 5))
    assert (first["reviewRating"]["alternateName"], first["reviewRating"]["ratingValue"]) == ("Faux", 1)
    assert (second["reviewRating"]["alternateName"], second["dateModified"]) == ("Trompeur", "2023-11-20")
    assert second["url"].endswith("/verdicts/V-2023-0001.5")
    feed = parse_feed(published)
    assert [(one["id"][-14:], one["summary"]) for one in feed] == [("/V-2023-0001.5", "the date </x> was found")]
    assert "Corrected · False → Misleading · Un tunnel" in feed[0]["title"]

    suppress(replace(desk, person_id="ines"), "V-2023-0001", reason="court order")

    assert [(one["id"][-13:], one["summary"]) for one in parse_feed(published)] == [("V-2023-0001.6", "court order")]
    assert "False" not in published.get("/corrections").text
    assert "Un tunnel" not in published.get("/corrections").text
    assert published.get("/verdicts/V-2023-0001.3/claimreview").status_code == 404


def parse_feed(client: TestClient) -> list[dict[str, str]]:
    """Read the entries of the feed: the text of each element by its name."""
    root = ElementTree.fromstring(client.get("/corrections").text)  # noqa: S314 - of our own server
    atom = "{http://www.w3.org/2005/Atom}"
    return [{child.tag.removeprefix(atom): child.text or "" for child in entry} for entry in root.iter(f"{atom}entry")]
