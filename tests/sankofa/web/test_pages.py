"""What every page has in common: languages, size, nothing from outside, nothing changed by looking, nothing unescaped."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from index.model import KINDS, Record, Revised
from index.store import Store
from reports.i18n import LANGUAGES
from sankofa.web.pages import ROUTERS
from sankofa.web.templating import STATIC_FILES
from tests.hostile import INJECTIONS
from tests.sankofa.desks import open_test_desk
from tests.sankofa.web.case import Case
from tests.sankofa.web.conftest import open_client
from tests.sankofa.web.hostile import build_hostile_case
from tests.sankofa.web.html import Page, read_page

MAX_PAGE_BYTES = 100_000


def iter_pages(case: Case, client: TestClient, language: str) -> Iterator[tuple[str, Page, bytes]]:
    for name, path in case.pages.items():
        answer = client.get(path, headers={"accept-language": language})
        assert answer.status_code == (404 if name == "unknown" else 200), path
        yield name, read_page(answer.text), answer.content


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_every_page_says_its_language_and_direction(
    case: Case, client: TestClient, language: str, direction: str
) -> None:
    for name, page, _ in iter_pages(case, client, language):
        assert (name, page.root["lang"], page.root["dir"]) == (name, language, direction)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_heavy_or_loads_anything_from_elsewhere(case: Case, client: TestClient, language: str) -> None:
    for name, page, content in iter_pages(case, client, language):
        assert len(re.sub(rb"data:image/[^\"']*", b"", content)) < MAX_PAGE_BYTES, name
        assert [source for source in page.loaded if not source.startswith(("/", "data:image/"))] == [], name


def test_no_page_carries_style_or_script_of_its_own(case: Case, client: TestClient) -> None:
    for name, page, _ in iter_pages(case, client, "fr"):
        assert page.inline == [], name


def test_every_page_has_one_heading_and_labels_for_its_fields(case: Case, client: TestClient) -> None:
    for name, page, _ in iter_pages(case, client, "fr"):
        assert page.headings.count("h1") == 1, name
        assert page.unlabelled == [], name


def test_every_address_of_ours_on_a_page_leads_somewhere(case: Case, client: TestClient) -> None:
    linked = {link for _, page, _ in iter_pages(case, client, "en") for link in page.links if link.startswith("/")}
    assert len(linked) > 20
    broken = {link for link in linked if client.get(link).status_code != 200}
    assert broken == set()


def test_the_demonstration_is_named_on_every_page_and_only_then(case: Case, client: TestClient, tmp_path: Path) -> None:
    for name, _, content in iter_pages(case, client, "en"):
        assert b"Demonstration data." in content, name
    assert "Demonstration data." not in open_client(open_test_desk(tmp_path)).get("/").text


def test_looking_changes_nothing(case: Case) -> None:
    before, originals = read_everything(case.desk.store), list(case.desk.vault.iter_originals())
    client = open_client(case.desk)
    for pattern in sorted({route.path for route in iter_routes()}):
        for path in fill(pattern, case):
            for method in ("GET", "HEAD"):
                assert client.request(method, path).status_code in (200, 400, 404, 405, 415), path
    assert read_everything(case.desk.store) == before
    assert list(case.desk.vault.iter_originals()) == originals


def test_a_head_request_answers_as_a_get_does(case: Case, client: TestClient) -> None:
    for path in case.pages.values():
        assert client.head(path).status_code == client.get(path).status_code


def test_every_route_is_described() -> None:
    described = (Path(__file__).parents[3] / "docs/reference/pages.md").read_text(encoding="utf-8")
    routes = {(method, route.path) for route in iter_routes() for method in (route.methods or set()) - {"HEAD"}}
    assert len(routes) > 15
    assert {(method, path) for method, path in routes if f"| {method} | `{path}` |" not in described} == set()


def test_what_came_from_elsewhere_is_never_markup(tmp_path: Path) -> None:
    texts = INJECTIONS[::13]
    case, paths = build_hostile_case(tmp_path, texts)
    client = open_client(case.desk)
    for language in LANGUAGES:
        for path in [*case.pages.values(), *paths]:
            answer = client.get(path, headers={"accept-language": language})
            assert answer.status_code in (200, 404), path
            page = read_page(answer.text)
            assert page.inline == [], path
            assert [link for link in page.links if not link.startswith(("/", "#", "http://", "https://"))] == [], path
            assert [text for text in texts if "<" in text and text in answer.text] == [], path


def iter_routes() -> Iterator[APIRoute]:
    """Yield every route of the pages."""
    for router in ROUTERS:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def fill(pattern: str, case: Case) -> list[str]:
    """Fill a route's pattern with what the case holds."""
    names = {
        "claim_id": (case.claim, case.bare_claim),
        "media_id": (case.known, case.used, case.refused_medium),
        "match_id": (case.waiting, case.judged, case.claim_match),
        "post_id": (case.post,),
        "named": (case.post, case.used, case.claim, case.verdict),
        "cited": (case.verdict, f"{case.verdict}.1", case.external_verdict, case.review, case.report),
        "verdict_id": (case.verdict, case.review),
        "name": tuple(STATIC_FILES),
    }
    found = re.search(r"\{(\w+)\}", pattern)
    if found is None:
        return [pattern, f"{pattern}?q=Kidal&query=Kidal&judged={case.waiting}&url=https://e.example&back=/inbox"]
    return [pattern.replace(found.group(), value) for value in names[found.group(1)]]


def read_everything(store: Store) -> dict[str, tuple[Record, ...]]:
    """Return all that a store holds, histories too."""
    held: dict[str, tuple[Record, ...]] = {}
    for kind, record in KINDS.items():
        for found in store.iter_records(record):
            held[f"{kind} {found.id}"] = store.get_history(record, found.id) if isinstance(found, Revised) else (found,)  # type: ignore[type-var]
    return held
