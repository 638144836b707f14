from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from reports.blocks import Heading, Paragraph, Run
from reports.document import Document
from reports.errors import PartMissingError
from reports.render import pdf
from reports.render.pdf import render_pdf, typeset
from reports.short_links import add_links
from reports.snapshot import collect_thumbnails
from tests.reports.sample import SampleDesk, fill
from tests.verapdf import find_faults

TEXT = (
    "### Contexte\n\nVoir [@V-2023-0001], **gras**, <b>x</b> #emph[x] $x$ `#x`.\n\n"
    "1. un\n   - deux\n\n> Non.\n\n---\n\n    a\n"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    desk = fill(tmp_path_factory.mktemp("pdf"))
    case = desk.report().cases[0]
    desk.post("9", case.comparisons[0].use.media_id)
    reports = {language: desk.report(language=language, text=TEXT) for language in ("fr", "ar")}
    assert all(report.reused for report in reports.values())
    return {name: render_pdf(add_links(report, "https://desk.example")) for name, report in reports.items()}


def write(*texts: str) -> str:
    """Set paragraphs; returns the text of the PDF."""
    paragraphs = tuple(Paragraph((Run(text),)) for text in texts)
    content = typeset(Document("title", "en", "ltr", (Heading(1, (Run("-"),)), *paragraphs)))
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def iter_tags(element: Any) -> Iterator[Any]:
    if isinstance(element, list):
        for each in element:
            yield from iter_tags(each.get_object())
    elif isinstance(element, dict):
        yield element
        if "/K" in element:
            yield from iter_tags(element["/K"].get_object())


def test_both_directions_pass_verapdf_as_pdf_ua(files: dict[str, bytes], tmp_path: Path) -> None:
    paths = [tmp_path / f"{language}.pdf" for language in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    assert find_faults(*paths) == ""


def test_language_title_headings_and_alternative_texts_are_in_the_tags(files: dict[str, bytes]) -> None:
    for language, content in files.items():
        root: Any = PdfReader(BytesIO(content)).root_object
        tags = list(iter_tags(root["/StructTreeRoot"]))
        kinds = [str(tag.get("/S")) for tag in tags]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/L", "/Figure", "/Link"} <= set(kinds)
        assert all(tag.get("/Alt") for tag in tags if tag.get("/S") == "/Figure")


def test_what_looks_like_markup_is_text(files: dict[str, bytes]) -> None:
    text = PdfReader(BytesIO(files["fr"])).pages[0].extract_text()
    assert "<b>x</b> #emph[x] $x$ #x" in text
    assert "V-2023-0001.2" in text


def test_pictures_are_passed_on_as_they_are(full_desk: SampleDesk) -> None:
    report = full_desk.report()
    pictures = collect_thumbnails(report).values()
    content = render_pdf(report)
    assert len(pictures) >= 2
    assert [picture in content for picture in pictures] == [True] * len(pictures)


def test_the_same_report_gives_the_same_bytes(full_desk: SampleDesk) -> None:
    assert render_pdf(full_desk.report()) == render_pdf(full_desk.report())


def test_a_character_that_no_font_has_stands_there_as_its_number() -> None:
    text = write("drapeau \U0001f1f2\U0001f1f1, \x00nul, \u202egnol", "مالي")
    assert "drapeau [U+1F1F2][U+1F1F1], [U+0000]nul" in text


def test_a_font_without_arabic_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    monkeypatch.setattr(pdf, "_get_fonts", lambda: typst.Fonts(include_system_fonts=False))
    assert "Mali" in write("Mali")
    with pytest.raises(PartMissingError, match="apt install fonts-noto-core"):
        write("مالي")


def test_without_typst_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    pdf._get_fonts.cache_clear()
    with pytest.raises(PartMissingError, match=r"pip install 'sankofa\[pdf\]'"):
        write("Mali")
