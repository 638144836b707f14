"""Short links to verdicts with their QR codes: computed when a report is frozen, drawn when it is rendered."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from reports.content import Case, MonthlyReport, ShortLink

_QUIET = 4
"""Light modules around a code. Source: ISO/IEC 18004, 6.3.8."""


def add_links(report: MonthlyReport, public_address: str) -> MonthlyReport:
    """Return a report whose verdicts have a short link below *public_address*, where this desk's pages are read."""
    cites = {verdict.id for verdict in report.iter_verdicts()}
    links = {cite: build_link(f"{public_address}/v/{cite}") for cite in cites}
    cited = tuple(replace(verdict, link=links[verdict.id]) for verdict in report.cited)
    return replace(report, cited=cited, cases=tuple(_link_case(case, links) for case in report.cases))


def build_link(address: str) -> ShortLink:
    """Encode an address; a quarter of the code may be unreadable (level M corrects 15 in 100 codewords)."""
    import segno  # only where an address is set

    code = segno.make_qr(address, error="m")
    return ShortLink(url=address, modules=tuple("".join(map(str, row)) for row in code.matrix))


def draw_svg(link: ShortLink) -> str:
    """Draw a code as SVG, black on white whatever the page's colours; one unit a module."""
    side = len(link.modules) + 2 * _QUIET
    path = "".join(f"M{_QUIET + at} {_QUIET + top}h{width}v1h-{width}z" for top, at, width in _iter_bars(link.modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{path}"/></svg>'
    )


def draw_png(link: ShortLink, scale: int = 4) -> bytes:
    """Draw a code as PNG, *scale* pixels a module."""
    side = (len(link.modules) + 2 * _QUIET) * scale
    light = "0" * len(link.modules)
    framed = (*[light] * _QUIET, *link.modules, *[light] * _QUIET)
    rows = [_pack_row(f"{'0' * _QUIET}{row}{'0' * _QUIET}", scale) for row in framed]
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows for _ in range(scale)), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _link_case(case: Case, links: dict[str, ShortLink]) -> Case:
    return replace(case, verdicts=tuple(replace(verdict, link=links[verdict.id]) for verdict in case.verdicts))


def _iter_bars(modules: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where dark bars begin (row, column) and how long they are."""
    for top, row in enumerate(modules):
        at = 0
        for module, run in groupby(row):
            width = len(list(run))
            if module == "1":
                yield top, at, width
            at += width


def _pack_row(row: str, scale: int) -> bytes:
    """Eight pixels a byte; in PNG 1 is white."""
    bits = "".join(("0" if module == "1" else "1") * scale for module in row)
    return int(bits.ljust(-len(bits) % 8 + len(bits), "1"), 2).to_bytes((len(bits) + 7) // 8, "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
