from io import BytesIO

import cv2
import docx
import numpy as np
import pytest
from PIL import Image

from reports.i18n import LANGUAGES
from reports.render.docx import render_docx
from reports.render.html import render_html
from reports.render.json import render_json
from reports.render.pdf import render_pdf
from reports.short_links import add_links, build_link, draw_png, draw_svg
from tests.reports.sample import SampleDesk

ADDRESS = "https://verification.example.org/v/V-2023-0007.2"


def decode(picture: bytes) -> str:
    """What another reader of QR codes sees."""
    with Image.open(BytesIO(picture)) as opened:
        pixels = np.asarray(opened.convert("L"))
    said, _, _ = cv2.QRCodeDetector().detectAndDecode(pixels)
    return str(said)


@pytest.mark.parametrize("address", [ADDRESS, "http://[::1]:8377/v/V-2023-0001.1", ADDRESS + "x" * 120])
def test_a_code_is_read_as_the_address(address: str) -> None:
    assert decode(draw_png(build_link(address))) == address


def test_the_drawing_has_a_dark_module_where_the_code_has_one() -> None:
    link = build_link(ADDRESS)
    bars = draw_svg(link).partition('fill="#000"')[2]
    dark = sum(int(bar.partition("h")[2].partition("v")[0]) for bar in bars.split("M")[1:])
    assert dark == "".join(link.modules).count("1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_its_short_link_in_page_document_and_json(full_desk: SampleDesk, language: str) -> None:
    bare = full_desk.report(language=language, text="[@V-2023-0001]")
    report = add_links(bare, "https://verification.example.org")
    links = [f"https://verification.example.org/v/{each}" for each in ("V-2023-0001.2", "V-2023-0002.1")]
    html = render_html(report).decode()
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg" viewBox') == 3
    assert all(f'href="{link}"' in html and link in render_json(report) for link in links)
    document = docx.Document(BytesIO(render_docx(report)))
    drawn = [part.blob for part in document.part.package.iter_parts() if part.partname.endswith(".png")]
    assert sorted(map(decode, drawn)) == sorted([links[0], *links])
    assert len(render_pdf(report)) > len(render_pdf(bare))
