"""Every page as a picture: three languages, light and dark, a phone and a desk. They are made to be looked at.

``SANKOFA_SCREENSHOTS`` names the folder that they go to (a temporary one otherwise); ``SANKOFA_SCREENSHOT_PAGES`` picks pages.
"""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.sankofa.web.case import Case

# Width does not depend on the colours: the dark ones are made only for somebody who will look at them.
SCHEMES = ("light", "dark") if os.environ.get("SANKOFA_SCREENSHOTS") else ("light",)
WIDTHS = {360: 740, 1280: 900}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("SANKOFA_SCREENSHOTS")
    if not named:
        return tmp_path_factory.mktemp("screenshots")
    Path(named).mkdir(parents=True, exist_ok=True)
    return Path(named)


def open_state(page: Page, case: Case, name: str) -> None:
    """Open a page, or send a file to be checked."""
    page.goto(case.pages.get(name, "/check"))
    if name in case.checks:
        page.set_input_files("#medium", case.files[case.checks[name]])
        page.click(".drop button")


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_no_page_is_wider_than_the_screen(
    browser: Browser,
    address: str,
    case: Case,
    folder: Path,
    language: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": width, "height": WIDTHS[width]}, base_url=address
    )
    chosen = os.environ.get("SANKOFA_SCREENSHOT_PAGES", "").split()
    page = context.new_page()
    too_wide = []
    for name in chosen or case.states:
        open_state(page, case, name)
        picture = folder / f"{name}-{language}-{scheme}-{width}.png"
        page.screenshot(path=picture, full_page=True)
        assert picture.stat().st_size > 1000
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(name)
    context.close()
    assert too_wide == []
