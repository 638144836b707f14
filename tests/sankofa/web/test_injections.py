"""Five hundred texts that would run where they were not escaped, in a real browser that is told to run whatever is there."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from index.model import ClaimMedia, Wording
from reports.render.html import render_html
from tests.hostile import INJECTIONS
from tests.reports.sample import SampleDesk, build_picture
from tests.sankofa.web.conftest import serve
from tests.sankofa.web.hostile import build_hostile_case

pytestmark = pytest.mark.browser

_LIST_LIVE = """root => [
  ...root.querySelectorAll("script:not([src]):not([type='application/ld+json']), iframe, object, embed, base, template, marquee"),
  ...root.querySelectorAll("[srcdoc], [autofocus], [content*='javascript' i], [to^='javascript' i]"),
  ...root.querySelectorAll("[rel~=stylesheet][href^=data]"),
  ...[...root.querySelectorAll("[href], [src], [action]")].filter(each => [each.href, each.src, each.action].some(
    one => typeof one === "string" && one.startsWith("javascript:"))),
  ...[...root.querySelectorAll("*")].filter(each => [...each.attributes].some(one => one.name.startsWith("on"))),
]"""
"""What would run, now or when somebody clicks."""
_PLACES = (
    "<p>{}</p>",
    "<input value='{}'>",
    '<input value="{}">',
    "<input value=x{}>",
    "<a href='{}'>x</a>",
    "<title>{}</title>",
    "<!--{}-->",
    "<textarea>{}</textarea>",
    "<style>{}</style>",
    "<svg><text>{}</text></svg>",
    '<script type="application/ld+json">"{}"</script>',
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that does not keep to the Content Security Policy, which would hide what was not escaped."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def find_running(page: Page) -> list[str]:
    page.wait_for_timeout(50)
    ran = ["something ran"] if page.evaluate("window.__ran") else []
    return [*ran, *page.evaluate(f"({_LIST_LIVE})(document).map(each => each.outerHTML.slice(0, 200))")]


def test_each_runs_where_it_is_not_escaped(page: Page) -> None:
    """Otherwise the tests below would find nothing whatever the pages do."""
    pages = [[place.format(text) for place in _PLACES] for text in INJECTIONS]
    read = f"(html) => ({_LIST_LIVE})(new DOMParser().parseFromString(html, 'text/html')).length"
    found = page.evaluate(f"pages => pages.map(places => places.map({read}).some(count => count > 0))", pages)
    harmless = [text for text, is_live in zip(INJECTIONS, found, strict=True) if not is_live]

    assert len(INJECTIONS) >= 500
    assert harmless == []
    page.set_content("".join(INJECTIONS))
    assert "something ran" in find_running(page)


def test_nothing_runs_in_a_report(page: Page, tmp_path: Path) -> None:
    desk = SampleDesk(tmp_path)
    for number in range(len(INJECTIONS) // 8):
        keep(desk, number + 1, INJECTIONS[8 * number : 8 * number + 8])
    for language in ("fr", "ar"):
        page.set_content(render_html(desk.report(language=language)).decode())

        assert find_running(page) == []
        assert list_missing(page) == []


def keep(desk: SampleDesk, number: int, texts: Sequence[str]) -> None:
    wording, language, title, claimant, publisher, own_words, explanation, address = texts
    medium = desk.medium(build_picture(number))
    claim = desk.claim(
        number,
        wordings=(Wording(language, wording), Wording("fr", language)),
        title=title,
        claimant=claimant,
        media=(ClaimMedia(medium, "shown"),),
    )
    words = (Wording(language, explanation), Wording("fr", address))
    desk.verdict(number, claim, publisher=publisher, textual_rating=own_words, url=address, explanation=words)
    desk.post(str(number), medium, author=publisher, url=address, platform=own_words)


def list_missing(page: Page) -> list[str]:
    """What the page does not show as it was written."""
    shown = normalise(page.evaluate("document.documentElement.textContent"))
    return [text for text in INJECTIONS if normalise(text) not in shown]


def normalise(text: str) -> str:
    return " ".join(text.split())


def test_nothing_runs_in_a_page(page: Page, tmp_path: Path) -> None:
    case, paths = build_hostile_case(tmp_path, INJECTIONS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with serve(case.desk) as address:
        page.goto(f"{address}{case.pages['claim']}")
        assert list_missing(page) == []
        for path in [*case.pages.values(), *paths]:
            page.goto(f"{address}{path}")
            assert find_running(page) == [], path
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
