"""A picture as pages and reports show it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What ``partials/comparison.html`` needs of a medium.

    ``src`` is an address of ours or a ``data:`` URI, ``None`` where there is nothing to show: ``missing`` then says
    why. ``width`` and ``height`` (pixels) are those of the picture behind ``src``. ``alt`` says what it is evidence of.
    """

    media_id: str
    alt: str
    src: str | None = None
    href: str | None = None
    width: int = 0
    height: int = 0
    caption: str = ""
    appeared_on: str | None = None
    source_urls: tuple[str, ...] = ()
    missing: str = ""
