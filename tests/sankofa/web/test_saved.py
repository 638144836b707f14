"""Searches kept under a name, on their page."""

from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from sankofa.web.visits import PERSON_COOKIE
from sankofa.workflows.saved import list_searches
from tests.sankofa.web.case import PERSON, Case
from tests.sankofa.web.conftest import OURS

ASKED = urlencode({"q": "tunnels", "country": "ML", "place": "كيدال"})
NAME = "Tunnels “Kidal” <b>"
FROM_US = {"origin": OURS}


@pytest.fixture
def signed(client: TestClient, case: Case) -> TestClient:
    client.cookies.set(PERSON_COOKIE, PERSON)
    return client


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Saved search:", "Mali and Kidal", "Save this search")),
        ("fr", ("Recherche enregistrée :", "Mali et Kidal", "Enregistrer cette recherche")),
        ("ar", ("بحث محفوظ:", "كيدال", "حفظ هذا البحث")),
    ],
)
def test_a_search_is_kept_shown_and_removed(
    case: Case, signed: TestClient, language: str, words: tuple[str, ...]
) -> None:
    headers = {**FROM_US, "accept-language": language}
    shown = signed.post("/saved", data={"name": NAME, "asked": ASKED}, headers=headers)

    assert shown.status_code == 200
    assert str(shown.url).endswith("/search?" + urlencode({"saved": NAME}))
    assert all(word in shown.text for word in words), [word for word in words if word not in shown.text]
    assert f'href="/claims/{case.claim}"' in shown.text
    assert "<b>" not in shown.text
    (kept,) = list_searches(case.desk)
    assert (kept.text, kept.countries, kept.places, kept.revised_by) == ("tunnels", ("ML",), ("ml-kidal",), PERSON)

    signed.post("/saved/removal", data={"name": NAME}, headers=headers)

    assert list_searches(case.desk) == []


def test_only_somebody_keeps_or_removes_a_search(case: Case, client: TestClient) -> None:
    for path, data in (("/saved", {"name": NAME, "asked": ASKED}), ("/saved/removal", {"name": NAME})):
        answer = client.post(path, data=data, headers=FROM_US, follow_redirects=False)

        assert answer.headers["location"].startswith("/person?back=")
    assert list_searches(case.desk) == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/saved", {"name": "", "asked": ASKED}),
        ("/saved", {"name": "x", "asked": ""}),
        ("/saved", {"name": "x", "asked": "saved=nobody"}),
        ("/saved", {"name": "a\u202eb", "asked": ASKED}),
        ("/saved/removal", {"name": "nobody"}),
    ],
)
def test_what_cannot_be_kept_is_explained(signed: TestClient, path: str, data: dict[str, str]) -> None:
    answer = signed.post(path, data=data, headers={**FROM_US, "accept-language": "en"})

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


def test_a_search_that_nobody_kept_is_explained(client: TestClient) -> None:
    assert client.get("/search?saved=nobody").status_code == 400
