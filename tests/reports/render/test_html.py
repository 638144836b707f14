import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from index.model import ClaimMedia, Wording
from reports.i18n import LANGUAGES
from reports.render.html import render_html
from reports.render.json import render_json
from tests.reports.sample import SampleDesk, build_picture

VOID = {"meta", "img", "br", "line", "path", "circle"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7 * 7 }}{% raw %}"


class Page(HTMLParser):
    """Elements with their attributes, in order, and the visible text; checks that every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "script"):
            self.texts.append(data)

    def find(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def render(desk: SampleDesk, language: str = "en", country: str = "ML") -> Page:
    return Page(render_html(desk.report(language=language, country=country)).decode())


def test_language_and_direction_stand_on_the_root(full_desk: SampleDesk) -> None:
    roots = {language: render(full_desk, language).find("html")[0] for language in LANGUAGES}
    assert {language: (root["lang"], root["dir"]) for language, root in roots.items()} == {
        "fr": ("fr", "ltr"),
        "en": ("en", "ltr"),
        "ar": ("ar", "rtl"),
    }


def test_latin_names_are_isolated_in_arabic(full_desk: SampleDesk) -> None:
    html = render_html(full_desk.report(language="ar")).decode()
    for name in ("FasoCheck", "Benbere", "@compte-1", "FAUX"):
        assert re.search(rf"<bdi[^>]*>{re.escape(name)}", html)
    assert not re.search(r"نُشر حكم FasoCheck", html)


def test_nothing_is_loaded_and_nothing_runs(full_desk: SampleDesk, language: str) -> None:
    page = render(full_desk, language)
    names = {tag for tag, _ in page.elements}
    assert not names & {
        "script",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "video",
        "audio",
        "source",
        "use",
    }
    loading = ("src", "srcset", "data", "poster", "background", "xlink:href", "action")
    loaded = [value for _, attributes in page.elements for name, value in attributes.items() if name in loading]
    assert loaded
    assert all(str(value).startswith("data:image/jpeg;base64,") for value in loaded)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    policy = next(meta["content"] for meta in page.find("meta") if "http-equiv" in meta)
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_every_citation_leads_to_a_place_in_the_document(full_desk: SampleDesk, language: str) -> None:
    page = render(full_desk, language)
    places = Counter(attributes["id"] for _, attributes in page.elements if attributes.get("id"))
    targets = {str(link["href"])[1:] for link in page.find("a") if str(link.get("href")).startswith("#")}
    assert [place for place, count in places.items() if count > 1] == []
    assert {"V-2023-0001.2", "V-2023-0002.1", "C-2023-0001.1", "source-1", "K-missed"} <= targets
    assert targets - set(places) == set()


def test_one_post_in_two_cases_has_one_place(desk: SampleDesk) -> None:
    medium = desk.medium(build_picture(1))
    for number in (1, 2):
        desk.claim(number, media=(ClaimMedia(medium, "shown"),))
    desk.post("1", medium)
    places = Counter(attributes["id"] for _, attributes in render(desk).elements if attributes.get("id"))
    assert places["A-1"] == places["P-1"] == 1


def test_headings_go_down_one_level_at_a_time(full_desk: SampleDesk) -> None:
    levels = [int(tag[1]) for tag, _ in render(full_desk).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_picture_says_what_it_is_evidence_of(full_desk: SampleDesk, language: str) -> None:
    page = render(full_desk, language)
    pictures = page.find("img")
    assert len(pictures) == 4
    assert all(picture["alt"] and int(str(picture["width"])) > 0 for picture in pictures)


def test_a_suggested_match_is_dashed_and_says_so(full_desk: SampleDesk) -> None:
    page = render(full_desk)
    classes = [str(attributes["class"]) for _, attributes in page.elements if "class" in attributes]
    assert sum("is-suggested" in each for each in classes) == 1
    assert "Suggested Found by a method; nobody has confirmed it yet." in page.text


def test_demonstration_data_are_announced(full_desk: SampleDesk, language: str) -> None:
    assert any(attributes.get("class") == "demo" for attributes in render(full_desk, language).find("aside"))


def test_an_empty_month_says_so_in_every_language(desk: SampleDesk, language: str) -> None:
    said = {"fr": "Rien n’a été enregistré", "en": "Nothing was logged", "ar": "لم يُسجَّل شيء"}
    assert said[language] in render(desk, language, country="NE").text


def test_hostile_text_stays_text(desk: SampleDesk, language: str) -> None:
    medium = desk.medium(build_picture(1))
    claim = desk.claim(
        wordings=(Wording('en" onload="x', HOSTILE),),
        title=HOSTILE,
        claimant=HOSTILE,
        media=(ClaimMedia(medium, "shown"),),
    )
    desk.verdict(1, claim, publisher=HOSTILE, textual_rating=HOSTILE, url="javascript:alert(1)", reason=HOSTILE)
    desk.post("1", medium, author=HOSTILE, url="javascript:alert(1)", platform=HOSTILE)
    page = render(desk, language)
    assert "script" not in {tag for tag, _ in page.elements}
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not any(str(link.get("href")).startswith("javascript") for link in page.find("a"))
    assert HOSTILE.replace("  ", " ") in page.text


def test_html_holds_the_facts_of_the_json(full_desk: SampleDesk, language: str) -> None:
    report = full_desk.report(language=language)
    page = Page(render_html(report).decode())
    text = page.text.replace("\u2068", "").replace("\u2069", "")
    facts = list(iter_facts(json.loads(render_json(report))))
    assert len(facts) > 80
    assert [fact for fact in facts if " ".join(fact.split()) not in text] == []


def iter_facts(value: object, key: str = "") -> Iterator[str]:
    """What a reader must find in the HTML word for word: statements, texts, names, addresses, identifiers."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from iter_facts(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from iter_facts(each, key)
    elif isinstance(value, str) and value and key in FACTS:
        yield value


FACTS = {
    "text",
    "title",
    "publisher",
    "textual_rating",
    "reason",
    "caption",
    "url",
    "account",
    "claim_id",
    "match_id",
    "media_id",
    "post_id",
    "capture_id",
    "claimant",
    "original_context",
}


def test_the_same_report_gives_the_same_bytes(full_desk: SampleDesk, language: str) -> None:
    first, second = full_desk.report(language=language), full_desk.report(language=language)
    assert render_html(first) == render_html(second)
