"""Figures as bars: an SVG that needs nothing but itself. The same figures always stand in a table beside it."""

from collections.abc import Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

Bar: TypeAlias = tuple[str, int, str]

_WIDTH, _ROW, _LABEL, _VALUE, _GAP = 640, 26, 220, 50, 8
_LINE = 18
_BESIDE, _ABOVE = 28, 84
"""Characters of a label that have room beside its bar, and above it; widest letters counted."""


def draw_bars(title: str, rows: Sequence[Bar], *, is_rtl: bool) -> str:
    """Draw a bar for each row (label, value, value as it is written), the longest as wide as there is room.

    Labels stand beside their bars, or above them where one is too long for that. Right to left begins on the right. Colours are
    the page's where it has some.
    """
    most = max((value for _, value, _ in rows), default=0) or 1
    above = any(len(label) > _BESIDE for label, _, _ in rows)
    height = _ROW + _LINE if above else _ROW
    bars = "".join(
        _draw_row(place * height, label, value / most, said, above=above, is_rtl=is_rtl)
        for place, (label, value, said) in enumerate(rows)
    )
    described = "; ".join(f"{label}: {said}" for label, _, said in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {_WIDTH} {height * len(rows)}" role="img"'
        f" aria-label={quoteattr(f'{title}: {described}')}>{bars}</svg>"
    )


def _draw_row(top: int, label: str, share: float, said: str, *, above: bool, is_rtl: bool) -> str:
    """Draw one row. Places are counted from the side that reading begins on; `_write` and the rectangle turn them round."""
    begins, bar_top = (0, top + _LINE) if above else (_LABEL, top)
    width = max(1, round((_WIDTH - begins - _VALUE) * share))
    start = _WIDTH - begins - width if is_rtl else begins
    name = label if len(label) <= _ABOVE else f"{label[: _ABOVE - 1]}…"
    name_at = (0, top + _LINE - 3, is_rtl) if above else (_LABEL - _GAP, top + _LINE, not is_rtl)
    return (
        f'<rect x="{start}" y="{bar_top + 5}" width="{width}" height="16" fill="#0a5a9c"/>'
        f"{_write(*name_at, name, is_rtl=is_rtl)}{_write(begins + width + 6, bar_top + _LINE, is_rtl, said, is_rtl=is_rtl)}"
    )


def _write(from_start: int, y: int, ends_there: bool, text: str, *, is_rtl: bool) -> str:
    """Anchors are those of a text that runs from left to right, whichever way its letters run."""
    x, anchor = (_WIDTH - from_start if is_rtl else from_start), ("end" if ends_there else "start")
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" direction="ltr" font-size="13" fill="currentColor"'
        f' font-family="Noto Sans, Noto Sans Arabic, sans-serif">{escape(text)}</text>'
    )
