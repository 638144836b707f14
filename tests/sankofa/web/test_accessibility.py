"""Every page passes axe, in French and in Arabic, in light and in dark."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # published without types
from playwright.sync_api import Browser

from tests.sankofa.web.case import Case
from tests.sankofa.web.test_screenshots import open_state

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_axe_finds_nothing(
    browser: Browser, address: str, case: Case, language: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(locale=language, color_scheme=scheme, base_url=address)
    page = context.new_page()
    found = []
    for name in case.states:
        open_state(page, case, name)
        page.evaluate("document.querySelectorAll('details').forEach((closed) => { closed.open = true; })")
        for violation in Axe().run(page).response["violations"]:
            targets = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            found.append(f"{name}: {violation['id']}: {', '.join(targets[:3])}")
    context.close()
    assert found == []


def test_axe_would_find_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><img src='data:,'><button></button></body></html>")
    found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    page.close()
    assert {"image-alt", "button-name", "html-has-lang"} <= found
