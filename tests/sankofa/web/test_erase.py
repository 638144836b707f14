"""Erasing on the page: what goes is shown first, an editor says why, and whoever comes back is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.model import Claim, Wording
from sankofa.desk import Desk
from sankofa.workflows.judge import add_claim, add_person
from tests.sankofa.desks import open_test_desk
from tests.sankofa.web.conftest import open_client

PAGE = "/erase/C-2023-0001"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path)
    add_person(desk, "awa", roles=("checker",))
    add_person(desk, "ines", roles=("editor",))
    for _ in range(2):
        add_claim(replace(desk, person_id="awa"), Claim(id="", wordings=(Wording("fr", "Ousmane se cache à Kidal"),)))
    return desk


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with open_client(desk) as opened:
        opened.headers["accept-language"] = "fr"
        yield opened


def test_the_page_shows_what_would_go_and_who_says_the_same_and_only_an_editor_has_the_form(client: TestClient) -> None:
    assert "C-2023-0002</code>: dit les mêmes mots" in client.get(PAGE).text
    client.cookies.set("sankofa-person", "awa")
    assert "<button>Effacer" not in client.get(PAGE).text
    client.cookies.set("sankofa-person", "ines")
    assert "<button>Effacer" in client.get(PAGE).text
    assert f'href="{PAGE}"' in client.get("/claims/C-2023-0001").text


def test_it_is_erased_once_the_box_is_ticked_and_every_page_of_it_says_so(client: TestClient, desk: Desk) -> None:
    client.cookies.set("sankofa-person", "ines")
    assert client.post(PAGE, data={"reason": "ordonnance"}).status_code == 400
    assert not desk.store.get(Claim, "C-2023-0001").is_stub

    done = client.post(PAGE, data={"reason": "ordonnance", "asked_by": "le tribunal", "sure": "true"})

    assert done.status_code == 200
    for said in ("Ceci a été effacé", "ordonnance", "le tribunal", "ines"):
        assert said in done.text
    gone = client.get("/claims/C-2023-0001")
    assert (gone.status_code, "ordonnance" in gone.text, "Ousmane" in gone.text) == (410, True, False)
    assert "C-2023-0001" not in client.get("/search?q=Ousmane").text


def test_whoever_was_erased_acts_no_more(client: TestClient, desk: Desk) -> None:
    client.cookies.set("sankofa-person", "ines")
    client.post("/erase/person:awa", data={"reason": "partie", "sure": "true"})
    client.cookies.set("sankofa-person", "awa")

    answer = client.post(PAGE, data={"reason": "x", "sure": "true"}, follow_redirects=False)

    assert answer.headers["location"].startswith("/person?back=")
    assert 'value="awa"' not in client.get("/person").text
