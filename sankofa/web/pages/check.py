"""Is this picture or video known? A file or an address in, the best match side by side out.

Nothing is kept unless the person ticks it: what was sent lies in a temporary folder for as long as the answer is made.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawlers.errors import CrawlError
from index.errors import OriginalAlteredError, OriginalMissingError
from index.identifiers import name_medium
from reports.pictures import Picture
from sankofa.web.pages.routing import form, page
from sankofa.web.pictures import THUMBNAIL_SIDE, Inlined, inline_thumbnail
from sankofa.web.proofs import ShownProof, show_file_proof
from sankofa.web.visits import OpenVisit, Visit
from sankofa.workflows.browse import MediumCard, read_cards
from sankofa.workflows.check import CheckedMatch, CheckResult, check_file
from sankofa.workflows.proof import prove_file
from sankofa.workflows.reach import count_known
from verify.errors import HashFormatError, MediaRefusedError
from verify.evidence import MediaEvidence

router = APIRouter()
CHECK_PATH = "/check"
_CHUNK_BYTES = 1 << 20
_NAME_CHARACTERS = 120
_PROVEN = 2
"""So many matches have their proof in the page; the others have it once the file is kept."""


@dataclass(frozen=True, kw_only=True)
class ShownMatch:
    """A match of the answer, ready for the comparison."""

    match: CheckedMatch
    card: MediumCard
    proof: ShownProof | None


@dataclass(frozen=True, kw_only=True)
class ShownLayout:
    """A known medium with the same layout, which what was sent does not show."""

    evidence: MediaEvidence
    card: MediumCard
    proof: ShownProof | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the page says of one input. ``refusal`` is why it was not looked at; ``kept_id`` the medium's name if kept."""

    name: str
    result: CheckResult
    picture: Picture | None = None
    matches: tuple[ShownMatch, ...] = ()
    layouts: tuple[ShownLayout, ...] = ()
    refusal: str = ""
    detail: str = ""
    unfetched: bool = False
    kept_id: str = ""


@page(router, CHECK_PATH)
def show_check_form(visit: OpenVisit, url: str = "") -> Response:
    """Show the drop zone; *url* stands in the address field already."""
    return visit.render("check.html", answer=None, url=url[:2000], known=count_known(visit.desk))


@form(router, CHECK_PATH)
def check_medium(
    visit: OpenVisit,
    medium: Annotated[UploadFile | None, File()] = None,
    url: Annotated[str, Form(max_length=2000)] = "",
    keep: Annotated[bool, Form()] = False,
) -> Response:
    """Check what was dropped, or what stands at an address."""
    with tempfile.TemporaryDirectory(prefix="sankofa-") as folder:
        if medium is not None and medium.filename:
            answer = _check_upload(visit, medium, Path(folder), keep=keep)
        elif url.strip():
            answer = _check_address(visit, url.strip(), Path(folder), keep=keep)
        else:
            return visit.render(
                "check.html", status=400, answer=None, url="", known=count_known(visit.desk), nothing=True
            )
    status = 200 if not answer.result.error else 422
    return visit.render("check.html", status=status, answer=answer, url=url, known=count_known(visit.desk))


def _check_upload(visit: Visit, medium: UploadFile, folder: Path, *, keep: bool) -> Answer:
    name = Path(medium.filename or "").name[:_NAME_CHARACTERS]
    path = folder / "upload"
    _save(visit, medium, path)
    result = check_file(visit.desk, path, f"upload://{quote(name)}", keep=keep)
    return _answer(visit, result, path, name, keep=keep)


def _check_address(visit: Visit, url: str, folder: Path, *, keep: bool) -> Answer:
    try:
        path = visit.desk.outside.fetch_file(url, folder)
    except CrawlError as error:
        return Answer(name=url, result=CheckResult(input=url, error=str(error)), refusal=str(error), unfetched=True)
    return _answer(visit, check_file(visit.desk, path, url, keep=keep), path, url, keep=keep)


def _save(visit: Visit, medium: UploadFile, path: Path) -> None:
    limit, size = visit.request.app.state.max_upload_bytes, 0
    with path.open("wb") as file:
        while chunk := medium.file.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                raise HTTPException(413)
            file.write(chunk)


def _answer(visit: Visit, result: CheckResult, path: Path, name: str, *, keep: bool) -> Answer:
    try:
        use = inline_thumbnail(visit.desk, path)
    except MediaRefusedError as error:
        reason = visit.translator.refusal(error.reason)
        return Answer(name=name, result=result, refusal=reason, detail=result.error or str(error))
    if result.error:
        return Answer(name=name, result=result, refusal=result.error)
    items = [*(match.item for match in result.matches), *(item for item, _ in result.layouts)]
    cards = read_cards(visit.desk, [item.id for item in items])
    kept_id = name_medium(result.sha256) if keep and result.sha256 else ""
    shown = tuple(
        ShownMatch(
            match=match,
            card=cards[match.item.id],
            proof=_prove(visit, match.evidence, cards[match.item.id], path) if place < _PROVEN else None,
        )
        for place, match in enumerate(result.matches)
    )
    layouts = tuple(
        ShownLayout(
            evidence=evidence,
            card=cards[item.id],
            proof=_prove(visit, evidence, cards[item.id], path) if place < _PROVEN else None,
        )
        for place, (item, evidence) in enumerate(result.layouts)
    )
    picture = _show(visit, name, use, kept_id)
    return Answer(name=name, result=result, picture=picture, matches=shown, layouts=layouts, kept_id=kept_id)


def _prove(visit: Visit, evidence: MediaEvidence | None, known: MediumCard, path: Path) -> ShownProof | None:
    """Draw the proof; ``None`` for the same file, and where there is no picture to draw it from."""
    if evidence is None:
        return None
    try:
        pictures = prove_file(visit.desk, evidence, path, known.item, max_side=THUMBNAIL_SIDE)
    except (HashFormatError, MediaRefusedError, OriginalAlteredError, OriginalMissingError):
        return None
    return show_file_proof(visit.translator, evidence, known, pictures)


def _show(visit: Visit, name: str, use: Inlined, kept_id: str) -> Picture:
    return Picture(
        media_id=kept_id,
        alt=visit.translator.gettext("What you sent: %(name)s", name=name),
        src=use.src,
        href=f"/media/{kept_id}" if kept_id else None,
        width=use.width,
        height=use.height,
        caption=name,
    )
