"""Media as pages show them: thumbnails, and what stands beneath them."""

import base64
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from index.model import Appearance
from reports.bidi import remove_isolates
from reports.i18n import Translator
from reports.pictures import Picture
from sankofa.desk import Desk
from sankofa.workflows.browse import MediumCard

THUMBNAIL_SIDE = 640
_KEPT_THUMBNAILS = 256


class ThumbnailCache:
    """The thumbnails that were asked for last, by SHA-256: an original never changes, so neither does its thumbnail."""

    def __init__(self, size: int = _KEPT_THUMBNAILS) -> None:
        self._size = size
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, sha256: str, build: Callable[[], bytes]) -> bytes:
        """Return the thumbnail of an original, built at the first call."""
        with self._lock:
            found = self._kept.get(sha256)
        thumbnail = build() if found is None else found
        with self._lock:
            self._kept[sha256] = thumbnail
            self._kept.move_to_end(sha256)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return thumbnail


@dataclass(frozen=True)
class Inlined:
    """A thumbnail that stands inside the page, for a medium that is not kept; the size is the thumbnail's."""

    src: str
    width: int
    height: int


def inline_thumbnail(desk: Desk, path: Path) -> Inlined:
    """Make the thumbnail of a file part of the page. Raises MediaRefusedError."""
    small = desk.decoder.thumbnail(path, THUMBNAIL_SIDE, desk.media_limits)
    return Inlined(f"data:image/jpeg;base64,{base64.b64encode(small.content).decode()}", small.width, small.height)


def show_card(words: Translator, card: MediumCard, role: str | None = None, *, as_it_is: bool = False) -> Picture:
    """Show a medium with its first appearance, of one role if named; one that is hard to look at blurred, unless *as_it_is*."""
    blurred = card.sensitive and not as_it_is
    place = card.first(role) or card.first()
    width, height = _fit(card)
    missing = _find_missing(words, card)
    return Picture(
        media_id=card.item.id,
        alt=_describe(words, card, place, blurred=blurred),
        src=None if missing else f"/media/{card.item.id}/thumbnail{'?blurred=true' if blurred else ''}",
        href=f"/media/{card.item.id}",
        width=width,
        height=height,
        caption=place.caption if place else "",
        appeared_on=place.appeared_on if place else None,
        source_urls=(place.url,) if place and place.url else (),
        missing=missing,
    )


def fit_size(width: int, height: int, side: int = THUMBNAIL_SIDE) -> tuple[int, int]:
    """Return the size of a picture of this size that is made smaller until no side is longer than *side*."""
    longer = max(width, height)
    if longer <= side:
        return width, height
    return max(1, round(width * side / longer)), max(1, round(height * side / longer))


def _fit(card: MediumCard) -> tuple[int, int]:
    return fit_size(card.facts.width, card.facts.height) if card.facts else (0, 0)


def _find_missing(words: Translator, card: MediumCard) -> str:
    if card.item.kind == "other" or card.facts is None:
        return words.gettext("Neither a picture nor a video that can be shown")
    if card.facts.refusal:
        return words.gettext("The file could not be read; its original is kept")
    return ""


def _describe(words: Translator, card: MediumCard, place: Appearance | None, *, blurred: bool) -> str:
    kind = words.gettext("Video") if card.item.kind == "video" else words.gettext("Picture")
    parts = [f"{kind} {card.item.id}"]
    if place and place.appeared_on:
        parts.append(words.gettext("first seen %(date)s", date=words.date(place.appeared_on)))
    if place and place.caption:
        parts.append(place.caption)
    alt = remove_isolates(", ".join(parts))
    return words.gettext("Blurred, since it is hard to look at: %(alt)s", alt=alt) if blurred else alt
