"""Figures as bars: an SVG that needs nothing but itself. The same figures always stand in a table beside it."""

from collections.abc import Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

Bar: TypeAlias = tuple[str, int, str]

_WIDTH, _ROW, _LABEL, _VALUE = 640, 26, 220, 50
_BAR = _WIDTH - _LABEL - _VALUE


def draw_bars(title: str, rows: Sequence[Bar], *, is_rtl: bool) -> str:
    """Draw a bar for each row (label, value, value as it is written), the longest as wide as there is room.

    Right to left begins on the right. Colours are the page's where it has some.
    """
    most = max((value for _, value, _ in rows), default=0) or 1
    bars = "".join(
        _draw_row(place, label, round(_BAR * value / most), said, is_rtl=is_rtl)
        for place, (label, value, said) in enumerate(rows)
    )
    described = "; ".join(f"{label}: {said}" for label, _, said in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {_WIDTH} {_ROW * len(rows)}" role="img"'
        f" aria-label={quoteattr(f'{title}: {described}')}>{bars}</svg>"
    )


def _draw_row(place: int, label: str, width: int, said: str, *, is_rtl: bool) -> str:
    top, base = place * _ROW + 5, place * _ROW + 18
    start = _WIDTH - _LABEL - width if is_rtl else _LABEL
    name_at = _WIDTH - _LABEL + 8 if is_rtl else _LABEL - 8
    said_at = start - 6 if is_rtl else start + width + 6
    name_anchor, said_anchor = ("start", "end") if is_rtl else ("end", "start")
    return (
        f'<rect x="{start}" y="{top}" width="{max(width, 1)}" height="16" fill="#0a5a9c"/>'
        f"{_write(name_at, base, name_anchor, label)}{_write(said_at, base, said_anchor, said)}"
    )


def _write(x: int, y: int, anchor: str, text: str) -> str:
    """Anchors are those of a text that runs from left to right, whichever way its letters run."""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" direction="ltr" font-size="13" fill="currentColor"'
        f' font-family="Noto Sans, Noto Sans Arabic, sans-serif">{escape(text)}</text>'
    )
