"""A report as a Word document (Office Open XML): headings, lists, tables, pictures with alternative texts, links.

Written as the parts that ECMA-376 asks for and no more, so that the same report gives the same bytes. All text is escaped;
nothing in it is a field or a macro. Bars are left out, since their figures stand in the table behind them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from xml.sax.saxutils import escape, quoteattr

from reports.blocks import (
    Block,
    Chart,
    Code,
    Heading,
    Items,
    Paragraph,
    Picture,
    Pictures,
    QrCode,
    Quote,
    Rule,
    Run,
    Table,
)
from reports.content import MonthlyReport
from reports.document import Document, build_document
from reports.render.archive import pack

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EMU_PER_PIXEL = 9525
_PAGE_PIXELS, _QR_PIXELS = 600, 72
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RULE = '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4"/></w:pBdr></w:pPr></w:p>'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def render_docx(report: MonthlyReport) -> bytes:
    """Render a report as DOCX."""
    return write_docx(build_document(report))


def write_docx(document: Document) -> bytes:
    """Write a document as DOCX."""
    body = _Body(document.direction == "rtl")
    content = "".join(body.write(document.blocks))
    section = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>{"<w:bidi/>" if body.is_rtl else ""}</w:sectPr>'
    return pack(
        {
            "[Content_Types].xml": _read("content_types.xml"),
            "_rels/.rels": _read("package_rels.xml"),
            "docProps/core.xml": _read("core.xml").format(title=_text(document.title), language=document.language),
            "word/document.xml": _read("document.xml").format(body=content + section),
            "word/styles.xml": _read("styles.xml").format(
                language=document.language, bidi="<w:bidi/>" if body.is_rtl else ""
            ),
            "word/numbering.xml": _read("numbering.xml").format(numbers="".join(body.write_numbers())),
            "word/_rels/document.xml.rels": _read("document_rels.xml").format(
                relations="".join(body.write_relations())
            ),
            **body.pictures,
        }
    )


@dataclass
class _Body:
    """Writes blocks; collects what they lead to, the pictures, and how many numbered lists there are."""

    is_rtl: bool
    pictures: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    ordered: int = 0
    marks: int = 0

    def write(self, blocks: Iterable[Block], style: str = "") -> Iterator[str]:
        for block in blocks:
            match block:
                case Heading():
                    yield self._paragraph(block.runs, f"Heading{min(block.level, 6)}", block.anchor)
                case Paragraph():
                    yield self._paragraph(block.runs, style, block.anchor)
                case Quote():
                    yield from self.write(block.blocks, "Quote")
                case Items():
                    yield from self._items(block, 0)
                case Code() | Rule():
                    yield self._paragraph((Run(block.text, code=True),)) if isinstance(block, Code) else _RULE
                case Chart() | Table():
                    yield from self._caption(block.alt if isinstance(block, Chart) else block.caption)
                    yield "" if isinstance(block, Chart) else self._table(block)
                case Pictures():
                    yield from self._pictures(block.pictures, 6 if block.small else 2)
                case QrCode():
                    yield from self._qr_code(block)

    def _caption(self, text: str) -> Iterator[str]:
        if text:
            yield self._paragraph((Run(text, strong=True),), "Caption")

    def write_numbers(self) -> Iterator[str]:
        """Every numbered list begins with 1."""
        for number in range(2, self.ordered + 2):
            yield (
                f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
                '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )

    def write_relations(self) -> Iterator[str]:
        for address, name in self.links.items():
            yield (
                f'<Relationship Id="{name}" Type="{_RELATION}/hyperlink" Target={quoteattr(_clean(address))}'
                ' TargetMode="External"/>'
            )
        for number, path in enumerate(self.pictures, start=1):
            target = path.removeprefix("word/")
            yield f'<Relationship Id="picture{number}" Type="{_RELATION}/image" Target="{target}"/>'

    def _paragraph(self, runs: Sequence[Run], style: str = "", anchor: str = "", more: str = "") -> str:
        properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + more
        properties += "<w:bidi/>" if self.is_rtl else ""
        content = "".join(self._run(run) for run in runs)
        if anchor:
            self.marks += 1
            name = _name_mark(anchor)
            mark = (
                f'<w:bookmarkStart w:id="{self.marks}" w:name={quoteattr(name)}/><w:bookmarkEnd w:id="{self.marks}"/>'
            )
            content = mark + content
        return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>"

    def _run(self, run: Run) -> str:
        style = '<w:rStyle w:val="Code"/>' if run.code else '<w:rStyle w:val="Hyperlink"/>' if run.href else ""
        style += ("<w:b/><w:bCs/>" if run.strong else "") + ("<w:i/><w:iCs/>" if run.emphasis else "")
        style += "<w:rtl/>" if self.is_rtl and _is_rtl(run.text) else ""
        lines = [f'<w:t xml:space="preserve">{_text(line)}</w:t>' for line in run.text.split("\n")]
        said = f"<w:r>{f'<w:rPr>{style}</w:rPr>' if style else ''}{'<w:br/>'.join(lines)}</w:r>"
        if run.href.startswith("#"):
            return f"<w:hyperlink w:anchor={quoteattr(_name_mark(run.href[1:]))}>{said}</w:hyperlink>"
        if run.href:
            name = self.links.setdefault(run.href, f"link{len(self.links) + 1}")
            return f'<w:hyperlink r:id="{name}">{said}</w:hyperlink>'
        return said

    def _items(self, items: Items, level: int) -> Iterator[str]:
        self.ordered += items.ordered
        number = self.ordered + 1 if items.ordered else 1
        listed = f'<w:numPr><w:ilvl w:val="{min(level, 8)}"/><w:numId w:val="{number}"/></w:numPr>'
        for item in items.items:
            for place, block in enumerate(item):
                if isinstance(block, Paragraph):
                    yield self._paragraph(block.runs, "ListParagraph", block.anchor, "" if place else listed)
                elif isinstance(block, Items):
                    yield from self._items(block, level + 1)
                else:
                    yield from self.write((block,))

    def _table(self, table: Table) -> str:
        head = "".join(self._cell((Run(name, strong=True),), at in table.numbers) for at, name in enumerate(table.head))
        rows = (
            "<w:tr>" + "".join(self._cell(cell, at in table.numbers) for at, cell in enumerate(row)) + "</w:tr>"
            for row in table.rows
        )
        style = '<w:tblPr><w:tblStyle w:val="TableGrid"/>' + ("<w:bidiVisual/>" if self.is_rtl else "")
        columns = "<w:gridCol/>" * len(table.head)
        return (
            f'<w:tbl>{style}<w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
            f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>{''.join(rows)}</w:tbl>"
        )

    def _cell(self, runs: Sequence[Run], is_number: bool) -> str:
        return f"<w:tc>{self._paragraph(runs, 'TableNumber' if is_number else 'TableText')}</w:tc>"

    def _pictures(self, pictures: Sequence[Picture], beside: int) -> Iterator[str]:
        shown = "".join(self._picture(picture, _PAGE_PIXELS // beside) for picture in pictures)
        yield f"<w:p>{'<w:pPr><w:bidi/></w:pPr>' if self.is_rtl else ''}{shown}</w:p>"
        for picture in pictures:
            if picture.caption:
                yield self._paragraph(picture.caption, "Caption")

    def _qr_code(self, code: QrCode) -> Iterator[str]:
        drawn = self._draw(code.png, ".png", (_QR_PIXELS, _QR_PIXELS), code.alt)
        yield f"<w:p>{'<w:pPr><w:bidi/></w:pPr>' if self.is_rtl else ''}{drawn}</w:p>"
        yield self._paragraph((Run(code.address, code=True, href=code.address),), "Caption")

    def _picture(self, picture: Picture, widest: int) -> str:
        if picture.content is None:
            return self._run(Run(f"[{picture.missing}] "))
        scale = min(1, widest / max(picture.width, 1))
        size = (round(picture.width * scale), round(picture.height * scale))
        return self._draw(picture.content, ".jpg", size, picture.alt)

    def _draw(self, content: bytes, suffix: str, size: tuple[int, int], alt: str) -> str:
        number = len(self.pictures) + 1
        self.pictures[f"word/media/{number}{suffix}"] = content
        wide, high = (side * _EMU_PER_PIXEL for side in size)
        return _read("picture.xml").strip().format(number=number, wide=wide, high=high, alt=quoteattr(_clean(alt)))


def _read(name: str) -> str:
    return files("reports").joinpath("templates/docx", name).read_text("utf-8")


def _clean(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def _text(text: str) -> str:
    return escape(_clean(text))


def _name_mark(anchor: str) -> str:
    """Bookmarks have letters, digits and underscores, and at most 40 of them."""
    return "m_" + re.sub(r"\W", "_", anchor)[:38]


def _is_rtl(text: str) -> bool:
    return any("\u0590" <= character <= "\u08ff" for character in text)
