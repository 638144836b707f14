"""A medium: the original, what is known of it, where it appeared, what it matches, which claims were made with it."""

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from index.model import MediaItem
from reports.timeline import build_timeline
from sankofa.desk import Desk
from sankofa.web.pages.routing import form, page
from sankofa.web.pictures import THUMBNAIL_SIDE, ThumbnailCache
from sankofa.web.proofs import show_match_proof
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows.browse import read_medium
from sankofa.workflows.negative import find_marks, mark_negative, unmark_negative
from sankofa.workflows.sensitive import find_marked, mark_sensitive, unmark_sensitive
from verify.thumbnails import blur

router = APIRouter()
_FOREVER = {"cache-control": "private, max-age=31536000, immutable"}

# What a browser may show in place; everything else (SVG and HTML can hold scripts) is only ever downloaded.
_SHOWN_IN_PLACE = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp",
    "video/mp4": "mp4", "video/webm": "webm",
}  # fmt: skip


class OriginalResponse(FileResponse):
    """An original from the vault, ranges too; the vault's file is held for as long as it is sent."""

    def __init__(self, opened: AbstractContextManager[Path], item: MediaItem) -> None:
        self._held = ExitStack()
        path = self._held.enter_context(opened)
        suffix = _SHOWN_IN_PLACE.get(item.media_type)
        super().__init__(
            path,
            media_type=item.media_type if suffix else "application/octet-stream",
            filename=f"{item.id}.{suffix or 'bin'}",
            content_disposition_type="inline" if suffix else "attachment",
            headers={"content-security-policy": "default-src 'none'; sandbox", **_FOREVER},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and let go of the vault's file however that ends."""
        with self._held:
            await super().__call__(scope, receive, send)


@page(router, "/media/{media_id}")
def show_medium(visit: OpenVisit, media_id: str, as_it_is: bool = False) -> Response:
    """Show a medium; what is hard to look at is blurred unless it is asked for *as_it_is*."""
    view = read_medium(visit.desk, media_id)
    return visit.render(
        "medium.html",
        view=view,
        mark=find_marks(visit.desk, [view.card.item.id]).get(view.card.item.id),
        proofs={match.match.id: show_match_proof(visit.translator, match) for match in view.matches},
        timeline=build_timeline(view.card.appearances),
        as_it_is=as_it_is,
        sensitive=find_marked(visit.desk, [media_id]).get(media_id),
        playable=view.card.item.media_type in _SHOWN_IN_PLACE,
    )


@form(router, "/media/{media_id}/negative")
def change_negative(
    visit: OpenVisit,
    media_id: str,
    label: Annotated[str, Form(max_length=200)] = "",
    undo: Annotated[bool, Form()] = False,
) -> Response:
    """Put a medium into the negative bank under *label*, or take it out again."""
    back = f"/media/{media_id}"
    if visit.person is None:
        return visit.ask_who(back)
    if undo:
        unmark_negative(visit.desk, media_id)
    else:
        mark_negative(visit.desk, media_id, label=label.strip())
    return redirect(back)


@form(router, "/media/{media_id}/sensitive")
def change_sensitive(
    visit: OpenVisit,
    media_id: str,
    label: Annotated[str, Form(max_length=200)] = "",
    undo: Annotated[bool, Form()] = False,
) -> Response:
    """Say that a medium is hard to look at, and in *label* what is to be seen; or take that back."""
    back = f"/media/{media_id}"
    if visit.person is None:
        return visit.ask_who(back)
    if undo:
        unmark_sensitive(visit.desk, media_id)
    else:
        mark_sensitive(visit.desk, media_id, label=label)
    return redirect(back)


@page(router, "/media/{media_id}/original")
def send_original(request: Request, media_id: str) -> Response:
    """Send the original's bytes, verified."""
    desk: Desk = request.app.state.desk
    item = desk.get(MediaItem, media_id)
    return OriginalResponse(desk.vault.open_local(item.sha256), item)


@page(router, "/media/{media_id}/thumbnail")
def send_thumbnail(request: Request, media_id: str, blurred: bool = False) -> Response:
    """Send a small JPEG of a picture, or of a frame of a video; *blurred*, nothing can be made out."""
    desk: Desk = request.app.state.desk
    thumbnails: ThumbnailCache = request.app.state.thumbnails
    item = desk.get(MediaItem, media_id)
    key = f"{item.sha256} blurred" if blurred else item.sha256
    content = thumbnails.get(key, lambda: _build(desk, item, blurred=blurred))
    return Response(content, media_type="image/jpeg", headers=_FOREVER)


def _build(desk: Desk, item: MediaItem, *, blurred: bool) -> bytes:
    with desk.vault.open_local(item.sha256) as path:
        thumbnail = desk.decoder.thumbnail(path, THUMBNAIL_SIDE, desk.media_limits)
    return (blur(thumbnail) if blurred else thumbnail).content
