"""A report as PDF: tagged (PDF/UA-1), with headings, alternative texts and links, right to left where the language is.

Set by typst with the fonts that are installed: the same version and fonts give the same bytes. A character that no font has
stands there as its number, ``[U+1F1F2]``.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reports.blocks import Block, Heading, Paragraph, Picture, QrCode
from reports.content import MonthlyReport
from reports.document import Document, build_document
from reports.errors import PartMissingError

_FONTS = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans Arabic", "DejaVu Sans")
_HAVE_ARABIC = {"Noto Naskh Arabic", "Noto Sans Arabic", "DejaVu Sans"}
_MONO = ("DejaVu Sans Mono", *_FONTS)
_ARABIC = re.compile(r"[\u0620-\u064a]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_BYTES = ("content", "png")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_NOT_INSTALLED = "PDF needs typst: pip install 'sankofa[pdf]'"
_NO_ARABIC = "PDF needs a font with Arabic, and none is installed: apt install fonts-noto-core (Debian)"


def render_pdf(report: MonthlyReport) -> bytes:
    """Render a report as PDF.

    Raises:
        PartMissingError: typst is not installed, or no font has Arabic where the report has.
    """
    return typeset(build_document(report))


def typeset(document: Document) -> bytes:
    """Set a document."""
    with TemporaryDirectory(prefix="sankofa-") as scratch:
        folder = Path(scratch)
        return _compile(_write_source(document, folder), folder)


def _write_source(document: Document, folder: Path) -> Path:
    """Write all that is set into a folder, so that none of it is in memory while it is set, and return the template."""
    data = {
        "title": document.title,
        "language": document.language,
        "fonts": _FONTS,
        "mono": _MONO,
        "blocks": _Content(folder).write(document.blocks),
    }
    text = _spell_missing(json.dumps(data, ensure_ascii=False))
    (folder / "report.json").write_text(text, "utf-8")
    template = folder / "report.typ"
    template.write_bytes(files("reports").joinpath("templates/report.typ").read_bytes())
    return template


class _Content:
    """The blocks as data for the template; pictures become files in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._anchors: frozenset[str] = frozenset()
        self._pictures = 0

    def write(self, blocks: Sequence[Block]) -> Any:
        self._anchors = frozenset(_iter_anchors(blocks))
        return [self._write(block) for block in blocks]

    def _write(self, value: object) -> Any:
        if isinstance(value, tuple):
            return [self._write(item) for item in value]
        if isinstance(value, str):
            return _CONTROL.sub(lambda found: _spell(found[0]), value)
        if not is_dataclass(value):
            return value
        data = {
            field.name: self._write(getattr(value, field.name)) for field in fields(value) if field.name not in _BYTES
        }
        data["kind"] = type(value).__name__
        if isinstance(value, Picture):
            data["file"] = self._keep(value)
        if isinstance(value, QrCode):
            data["file"] = self._save(".svg", data.pop("svg").encode())
        if "href" in data:
            anchor = data["href"].removeprefix("#") if data["href"].startswith("#") else ""
            data["target"] = anchor if anchor in self._anchors else ""
            data["href"] = "" if anchor else data["href"]
            language = data["language"].partition("-")[0].lower()
            data["language"] = language if _LANGUAGE.fullmatch(language) else ""
        return data

    def _keep(self, picture: Picture) -> str:
        """A JPEG inside an SVG is passed on as it is; by itself it would be unpacked, and stay so in memory until the end."""
        if picture.content is None:
            return ""
        size = f'width="{picture.width}" height="{picture.height}"'
        data = f"data:image/jpeg;base64,{b64encode(picture.content).decode()}"
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{data}"/></svg>'
        return self._save(".svg", svg.encode())

    def _save(self, suffix: str, content: bytes) -> str:
        self._pictures += 1
        name = f"{self._pictures}{suffix}"
        (self._folder / name).write_bytes(content)
        return name


def _iter_anchors(value: object) -> Iterator[str]:
    if isinstance(value, Heading | Paragraph):
        yield value.anchor
    elif isinstance(value, tuple):
        for item in value:
            yield from _iter_anchors(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _iter_anchors(getattr(value, field.name))


def _spell_missing(text: str) -> str:
    """Put the number of each character that no font has in its place; *text* is JSON, where that needs no escape."""
    if _ARABIC.search(text) and not _HAVE_ARABIC & {*_get_fonts().families()}:
        raise PartMissingError(_NO_ARABIC)
    missing = _find_missing(sorted({each for each in text if not each.isascii()}))
    return text.translate({ord(each): _spell(each) for each in missing})


def _spell(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _find_missing(characters: Sequence[str]) -> Iterable[str]:
    """Find by halves which characters cannot be set."""
    if not characters or _can_set(characters):
        return
    if len(characters) == 1:
        yield characters[0]
        return
    middle = len(characters) // 2
    yield from _find_missing(characters[:middle])
    yield from _find_missing(characters[middle:])


def _can_set(characters: Sequence[str]) -> bool:
    names, said = ", ".join(map(json.dumps, _FONTS)), json.dumps(json.dumps([*characters]))
    source = f'#set document(title: "-")\n#set text(font: ({names}))\n#for c in json(bytes({said})) [#c ]'
    try:
        _compile(source.encode(), Path())
    except _load().TypstError:
        return False
    return True


def _compile(source: Path | bytes, root: Path) -> bytes:
    """Compile a source that reads nothing outside *root*; the moment inside the PDF is the beginning of 1970."""
    compiler = _load().Compiler(font_paths=_get_fonts(), root=root)
    return bytes(compiler.compile(input=source, format="pdf", pdf_standards=["ua-1"], timestamp=0))


@cache
def _get_fonts() -> Any:
    """The fonts of the system and of typst; finding them takes half a second."""
    return _load().Fonts()


def _load() -> Any:
    try:
        import typst
    except ImportError as error:
        raise PartMissingError(_NOT_INSTALLED) from error
    return typst
