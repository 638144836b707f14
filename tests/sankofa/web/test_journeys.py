"""Whole ways through the desk in a real browser: with a mouse, with the keyboard alone, without JavaScript."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from index.model import Match
from sankofa.desk import Desk
from tests.sankofa.web.case import Case
from tests.sankofa.web.conftest import serve

pytestmark = pytest.mark.browser
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@contextmanager
def open_page(browser: Browser, desk: Desk, *, scripts: bool = True, language: str = "en") -> Iterator[Page]:
    """Open a page of a served desk; whatever leaves the desk or fails in the page fails the test."""
    troubles: list[str] = []
    with serve(desk) as address:
        context = browser.new_context(base_url=address, java_script_enabled=scripts, locale=language)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Security Policy" in said.text else None)
        page.on(
            "request", lambda asked: None if asked.url.startswith((address, "data:")) else troubles.append(asked.url)
        )
        yield page
        context.close()
    assert troubles == []


def become_somebody(page: Page) -> None:
    page.get_by_label("Short name").fill("moussa")
    page.get_by_label("Name", exact=True).fill("Moussa")
    page.get_by_role("button", name="Add and go on").click()


def press(page: Page, key: str) -> None:
    """Press a key once the page listens."""
    page.wait_for_load_state("domcontentloaded")
    page.keyboard.press(key)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_words_to_the_claim_to_the_verdict(browser: Browser, case: Case, scripts: bool) -> None:
    with open_page(browser, case.desk, scripts=scripts) as page:
        page.goto("/")
        page.get_by_role("searchbox").fill("أنفاق كيدال")
        page.get_by_role("button", name="Search").click()
        page.locator(".found-text a").first.click()
        expect(page).to_have_url(re.compile(re.escape(f"/claims/{case.claim}") + "$"))
        page.get_by_role("link", name=f"{case.verdict}.5").click()
        expect(page.locator("h1")).to_contain_text("False")
        expect(page.get_by_role("table")).to_contain_text("the place was found")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sent_picture_is_kept_found_again_in_the_inbox_and_confirmed(
    browser: Browser, fresh_case: Case, scripts: bool
) -> None:
    store = fresh_case.desk.store
    with open_page(browser, fresh_case.desk, scripts=scripts) as page:
        page.goto("/")
        page.get_by_label("A picture or a video").set_input_files(fresh_case.files["copy"])
        page.get_by_label("Keep it at this desk").check()
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("It shows something known")
        expect(page.locator(".comparison")).to_contain_text("mirrored")
        page.get_by_role("link", name="Inbox").click()
        before = store.count_by(Match, "status")
        assert before["suggested"] == 2
        page.get_by_role("button", name="Confirm").first.click()
        become_somebody(page)
        assert store.count_by(Match, "status") == before
        page.get_by_role("button", name="Confirm").first.click()
        expect(page.get_by_role("status")).to_contain_text("Confirmed")
        assert store.count_by(Match, "status")["confirmed"] == before["confirmed"] + 1
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status")).to_contain_text("Taken back")
        assert store.count_by(Match, "status") == before


def test_the_inbox_is_worked_with_the_keyboard_alone(browser: Browser, fresh_case: Case) -> None:
    store, match_id = fresh_case.desk.store, fresh_case.waiting
    with open_page(browser, fresh_case.desk) as page:
        page.goto("/person?back=/inbox")
        become_somebody(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Suggested matches")
        press(page, "j")
        expect(page.locator(f"[id='{match_id}']")).to_be_focused()
        press(page, "c")
        expect(page.get_by_role("status")).to_contain_text("Confirmed")
        assert store.get(Match, match_id).status == "confirmed"
        press(page, "u")
        expect(page.get_by_role("status")).to_contain_text("Taken back")
        press(page, "x")
        expect(page.get_by_role("status")).to_contain_text("Rejected")
        assert store.get(Match, match_id).status == "rejected"
        press(page, "/")
        expect(page).to_have_url(re.compile(re.escape("/search") + "$"))
        press(page, "/")
        page.keyboard.type("Kidal")
        press(page, "Enter")
        expect(page).to_have_url(re.compile("q=Kidal"))
        press(page, "j")
        press(page, "Enter")
        expect(page).to_have_url(re.compile(re.escape(f"/claims/{fresh_case.claim}") + "$"))


def test_a_dropped_picture_is_sent_at_once(browser: Browser, case: Case) -> None:
    with open_page(browser, case.desk) as page:
        page.goto("/check")
        file = case.files["copy"]
        with page.expect_navigation():
            page.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])
        expect(page.get_by_role("heading", level=1)).to_have_text("It shows something known")


def test_one_picture_is_laid_over_the_other(browser: Browser, case: Case) -> None:
    with open_page(browser, case.desk) as page:
        page.goto(f"/matches/{case.judged}")
        for way in ("Slider", "Half and half", "Blink", "Difference", "Side by side"):
            page.locator(".proof label", has_text=way).first.click()
            shown = page.locator(".proof .pane:visible")
            expect(shown).to_have_count(1)
            expect(shown.locator("img").first).to_have_js_property("complete", True)
            assert shown.locator("img").first.evaluate("image => image.naturalWidth") > 300
        page.locator(".proof label", has_text="Slider").first.click()
        known, use = page.locator(".pane-slider .stack img").first, page.locator(".pane-slider .top")
        assert known.bounding_box() == pytest.approx(use.bounding_box(), abs=1)
        page.get_by_role("slider").fill("25")
        assert "75%" in use.evaluate("lid => lid.style.clipPath")


def test_the_proof_is_worked_without_a_script_and_with_the_keyboard_alone(browser: Browser, case: Case) -> None:
    with open_page(browser, case.desk, scripts=False) as page:
        page.goto(f"/matches/{case.judged}?view=slider")
        expect(page.locator(".pane-slider")).to_be_visible()
        page.locator(".way-slider").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowLeft")
        lid = page.locator(".pane-slider .top")
        assert "75%" in lid.evaluate("lid => getComputedStyle(lid).clipPath")
        page.locator(".way-slider").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".pane-overlay")).to_be_visible()
        page.get_by_role("link", name="Address of this view").click()
        expect(page.locator(".pane-overlay")).to_be_visible()
        assert page.url.endswith("?view=overlay#proof")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_checked_picture_has_its_proof_in_the_page(browser: Browser, case: Case, scripts: bool) -> None:
    with open_page(browser, case.desk, scripts=scripts) as page:
        page.goto("/check")
        page.get_by_label("A picture or a video").set_input_files(case.files["copy"])
        page.get_by_role("button", name="Check", exact=True).click()
        page.locator(".proof label", has_text="Difference").first.click()
        drawn = page.locator(".pane-difference img").first
        expect(drawn).to_be_visible()
        expect(drawn).to_have_js_property("complete", True)
        assert drawn.evaluate("image => image.naturalWidth") > 300


def test_a_page_of_another_site_cannot_judge(browser: Browser, fresh_case: Case) -> None:
    """A page of another origin sends our own form; the person's cookie is there, the judgement is not."""
    store, match_id = fresh_case.desk.store, fresh_case.waiting
    with serve(fresh_case.desk) as ours, serve(fresh_case.desk) as other:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{ours}/person?back=/inbox")
        become_somebody(page)
        action = f"{ours}/matches/{match_id}/judgement"
        foreign = f'<form method="post" action="{action}"><input name="status" value="confirmed"></form>'
        page.route(f"{other}/evil", lambda route: route.fulfill(body=foreign, content_type="text/html"))
        page.goto(f"{other}/evil")
        with page.expect_navigation():
            page.evaluate("document.forms[0].submit()")
        assert "Refused" in page.content()
        context.close()
    assert store.get(Match, match_id).status == "suggested"
