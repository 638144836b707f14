"""Media as pages show them: thumbnails, what stands beneath them, and one laid over the other."""

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
from sankofa.workflows.browse import MatchView, MediumCard
from verify.evidence import MediaEvidence
from verify.hashing.base import Region
from verify.hashing.symmetry import invert, is_mirrored, rotation_degrees

THUMBNAIL_SIDE = 640
_KEPT_THUMBNAILS = 256
_WHOLE = Region(0, 0, 1, 1)


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


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """How to lay the known picture over the later use, as attributes of an SVG.

    ``width`` and ``height`` are those of the later use. The known picture, its part ``taken`` filling the square from 0 to
    1, is turned by ``turn`` and drawn into the rectangle ``place`` of the later use.
    """

    width: int
    height: int
    place: tuple[float, float, float, float]
    taken: tuple[float, float, float, float]
    turn: str
    known_src: str
    use_src: str


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


def show_card(words: Translator, card: MediumCard, role: str | None = None) -> Picture:
    """Show a medium with its first appearance, of one role if named."""
    place = card.first(role) or card.first()
    width, height = _fit(card)
    missing = _find_missing(words, card)
    return Picture(
        media_id=card.item.id,
        alt=_describe(words, card, place),
        src=None if missing else f"/media/{card.item.id}/thumbnail",
        href=f"/media/{card.item.id}",
        width=width,
        height=height,
        caption=place.caption if place else "",
        appeared_on=place.appeared_on if place else None,
        source_urls=(place.url,) if place and place.url else (),
        missing=missing,
    )


def build_overlay(evidence: MediaEvidence | None, known: MediumCard, use: Inlined | None) -> Overlay | None:
    """Lay a known still picture over its later use; ``None`` where one of them has no still picture to lay."""
    if evidence is None or evidence.time_codes or known.item.kind != "image" or use is None:
        return None
    into, part = evidence.query_region or _WHOLE, evidence.known_region or _WHOLE
    return Overlay(
        width=use.width,
        height=use.height,
        place=(into.left * use.width, into.top * use.height, into.width * use.width, into.height * use.height),
        taken=(-part.left / part.width, -part.top / part.height, 1 / part.width, 1 / part.height),
        turn=_write_turn(invert(evidence.symmetry)),
        known_src=f"/media/{known.item.id}/thumbnail",
        use_src=use.src,
    )


def lay_over(view: MatchView) -> Overlay | None:
    """Lay the known picture of a match over its later use."""
    width, height = _fit(view.subject)
    if view.subject.item.kind != "image" or not (width and height):
        return None
    use = Inlined(f"/media/{view.subject.item.id}/thumbnail", width, height)
    return build_overlay(view.match.evidence, view.target, use)


def _fit_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture of this size."""
    longer = max(width, height)
    if longer <= THUMBNAIL_SIDE:
        return width, height
    return max(1, round(width * THUMBNAIL_SIDE / longer)), max(1, round(height * THUMBNAIL_SIDE / longer))


def _fit(card: MediumCard) -> tuple[int, int]:
    return _fit_size(card.facts.width, card.facts.height) if card.facts else (0, 0)


def _write_turn(symmetry: str) -> str:
    """Write a symmetry of the unit square in SVG's words: mirrored first, then turned."""
    turn = f"rotate({rotation_degrees(symmetry)} 0.5 0.5)"
    return f"{turn} translate(1 0) scale(-1 1)" if is_mirrored(symmetry) else turn


def _find_missing(words: Translator, card: MediumCard) -> str:
    if card.item.kind == "other" or card.facts is None:
        return words.gettext("Neither a picture nor a video that can be shown")
    if card.facts.refusal:
        return words.gettext("The file could not be read; its original is kept")
    return ""


def _describe(words: Translator, card: MediumCard, place: Appearance | None) -> str:
    kind = words.gettext("Video") if card.item.kind == "video" else words.gettext("Picture")
    parts = [f"{kind} {card.item.id}"]
    if place and place.appeared_on:
        parts.append(words.gettext("first seen %(date)s", date=words.date(place.appeared_on)))
    if place and place.caption:
        parts.append(place.caption)
    return remove_isolates(", ".join(parts))
