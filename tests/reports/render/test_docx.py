from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from reports.blocks import Heading, Items, Paragraph, Run, Table
from reports.document import Document
from reports.i18n import LANGUAGES
from reports.render.docx import render_docx, write_docx
from tests.reports.sample import SampleDesk

TEXT = "## Contexte\n\nVoir [@V-2023-0001], **gras** <b>x</b> [ici](https://a.example/?a=1&b=2).\n\n1. un\n2. deux\n"
HOSTILE = '</w:t><w:fldSimple w:instr="DDEAUTO"/>&amp;\x00\x0b\ufffe\'"{{0}}'


def read(content: bytes) -> "docx.document.Document":
    return docx.Document(BytesIO(content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_reads_headings_tables_pictures_and_lists(full_desk: SampleDesk, language: str) -> None:
    document = read(render_docx(full_desk.report(language=language, text=TEXT)))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Heading 1") == 1
    assert {"Heading 2", "Heading 3", "List Paragraph", "Caption"} <= set(styles)
    assert len(document.tables) == 7
    assert len(document.inline_shapes) == 4
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert all(described)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Voir [V-2023-0001.2], gras <b>x</b> ici." in text


def test_arabic_runs_from_the_right(full_desk: SampleDesk) -> None:
    document = read(render_docx(full_desk.report(language="ar")))
    paragraphs = list(document.element.body.iter(qn("w:p")))
    assert len(paragraphs) > 40
    assert all(list(paragraph.iter(qn("w:bidi"))) for paragraph in paragraphs)
    assert all(table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in document.tables)


def test_links_lead_to_the_web_and_citations_into_the_document(full_desk: SampleDesk) -> None:
    document = read(render_docx(full_desk.report(text=TEXT)))
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert "https://a.example/?a=1&b=2" in [link.address for link in links]
    marks = {mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))}
    targets = {link.fragment for link in links if not link.address}
    assert targets
    assert targets <= marks


def test_nothing_that_comes_from_elsewhere_becomes_a_field() -> None:
    blocks = (
        Heading(1, (Run(HOSTILE),), HOSTILE),
        Paragraph((Run(HOSTILE, href='https://x.example/"><w:p/>'),)),
        Table(HOSTILE, (HOSTILE,), (((Run(HOSTILE),),),)),
        Items(((Paragraph((Run(HOSTILE),)),),)),
    )
    document = read(write_docx(Document(HOSTILE, "en", "ltr", blocks)))
    assert not list(document.element.body.iter(qn("w:fldSimple"), qn("w:instrText")))
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")
    assert [paragraph.text for paragraph in document.paragraphs] == [shown] * 4
    assert document.core_properties.title == shown


def test_the_same_report_gives_the_same_bytes(full_desk: SampleDesk) -> None:
    assert render_docx(full_desk.report(text=TEXT)) == render_docx(full_desk.report(text=TEXT))
