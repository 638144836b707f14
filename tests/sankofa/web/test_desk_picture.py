"""The picture of the desk in the README is made here: a post's picture dropped on the desk of the demonstration."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sankofa.bootstrap import open_desk
from sankofa.demo.case import load_case
from sankofa.demo.standins import make_stand_ins
from sankofa.settings import load_settings
from tests.sankofa.web.test_journeys import open_page

pytestmark = pytest.mark.browser
PICTURE = os.environ.get("SANKOFA_DESK_PICTURE")
"""Where to write the picture; ``make picture`` says docs/desk.png."""


def test_a_dropped_picture_of_the_case_is_answered_with_its_original_and_the_verdicts(
    browser: Browser, demonstration: Path, tmp_path: Path
) -> None:
    shown = make_stand_ins(load_case().media, tmp_path / "media")["a2-corridor-use"]
    with open_desk(load_settings({"home": demonstration})) as desk, open_page(browser, desk, language="fr") as page:
        page.set_viewport_size({"width": 1200, "height": 1400})
        page.goto("/check")
        page.locator("input[type=file]").set_input_files(shown)
        page.get_by_role("button", name="Vérifier", exact=True).click()

        expect(page.locator("main")).to_contain_text("Aguelhoc")
        expect(page.locator("main")).to_contain_text("Benbere")
        assert page.locator("main img").count() >= 2
        page.screenshot(path=PICTURE or tmp_path / "desk.png")
