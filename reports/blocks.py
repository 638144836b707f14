"""Text as a tree of blocks: what an editor wrote, and what is laid out as PDF and DOCX. Data only, nothing in it is markup."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Run:
    """A piece of a line. ``href`` is a web address, or ``#`` and the anchor of a block of the same document."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    language: str = ""


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` counts from 1."""

    level: int
    runs: Runs
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a line break in a run is one on paper too."""

    runs: Runs
    anchor: str = ""


@dataclass(frozen=True)
class Items:
    """A list, numbered from 1 where it is ``ordered``."""

    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False


@dataclass(frozen=True)
class Quote:
    """What somebody else said."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Code:
    """Lines as they are."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class Table:
    """A table with a row of headings; the columns named in ``numbers`` (from 0) hold figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A JPEG, or what is said in its place; ``width`` and ``height`` in pixels."""

    content: bytes | None
    alt: str
    caption: Runs
    width: int = 0
    height: int = 0
    missing: str = ""


@dataclass(frozen=True)
class Pictures:
    """Pictures beside each other: one, two, or a strip of up to six small ones."""

    pictures: tuple[Picture, ...]
    small: bool = False


@dataclass(frozen=True)
class QrCode:
    """A QR code as SVG and as PNG, and the address that it holds."""

    svg: str
    png: bytes
    address: str
    alt: str


@dataclass(frozen=True)
class Chart:
    """Bars: label, value, and the value as it is written; the same figures stand in the table behind it."""

    bars: tuple[tuple[str, int, str], ...]
    alt: str


Block: TypeAlias = Heading | Paragraph | Items | Quote | Code | Rule | Table | Pictures | QrCode | Chart
