"""One request: who reads, in which language, at which desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from babel import negotiate_locale
from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse

from index.errors import IndexingError
from index.model import Person
from reports.i18n import LANGUAGES, Translator
from sankofa.desk import Desk
from sankofa.web.templating import Templates
from sankofa.workflows.browse import count_waiting, holds_demo
from sankofa.workflows.reach import count_known

PERSON_COOKIE = "sankofa-person"
LANGUAGE_COOKIE = "sankofa-language"
COOKIE_SECONDS = 180 * 24 * 3600
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True)
class Visit:
    """What a page needs to answer: the desk with who acts at it, and how to write."""

    request: Request
    desk: Desk
    language: str
    person: Person | None

    @property
    def templates(self) -> Templates:
        """The templates of the application."""
        found = self.request.app.state.templates
        assert isinstance(found, Templates)  # noqa: S101 - set in create_app
        return found

    @cached_property
    def translator(self) -> Translator:
        """The words of this visit's language."""
        return self.templates.translator(self.language)

    @cached_property
    def known_media(self) -> int:
        """How many media are known here, counted when a page asks."""
        return count_known(self.desk)

    @property
    def here(self) -> str:
        """The address of this page within the desk."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def render(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page with the frame around it."""
        frame = {"demo": holds_demo(self.desk), "waiting": count_waiting(self.desk)}
        return self._respond(name, status, frame, values)

    def render_bare(self, name: str, *, status: int, **values: object) -> HTMLResponse:
        """Render a page even where the store does not answer."""
        frame: dict[str, Any] = {"demo": False, "waiting": None}
        try:
            frame = {"demo": holds_demo(self.desk), "waiting": count_waiting(self.desk)}
        except IndexingError:
            pass  # the page is about to say so
        return self._respond(name, status, frame, values)

    def _respond(self, name: str, status: int, frame: Mapping[str, Any], values: Mapping[str, object]) -> HTMLResponse:
        here = self.here if self.request.method in ("GET", "HEAD") else "/"
        text = self.templates.render(
            name, self.language, {"visit": self, "person": self.person, "here": here, **frame, **values}
        )
        headers = {"vary": "Cookie, Accept-Language", "content-language": self.language}
        return HTMLResponse(text, status_code=status, headers=headers)

    def ask_who(self, back: str) -> RedirectResponse:
        """Send to the page that asks who acts, and from there back."""
        return redirect(f"/person?back={quote(keep_local(back), safe='')}")


def open_visit(request: Request) -> Visit:
    """Read from the cookies who acts, unless the command line said so, and in which language to answer."""
    desk: Desk = request.app.state.desk
    name = request.cookies.get(PERSON_COOKIE) or desk.person_id
    found = desk.store.get_many(Person, [name]).get(name) if name else None
    person = found if found and not found.is_stub else None
    desk = replace(desk, person_id=person.id if person else "")
    return Visit(request=request, desk=desk, language=choose_language(request, desk.language), person=person)


OpenVisit = Annotated[Visit, Depends(open_visit)]


def render_bare(request: Request, name: str, *, status: int, **values: object) -> HTMLResponse:
    """Render a page outside the usual walk: after an error, perhaps without a store."""
    try:
        visit = open_visit(request)
    except IndexingError:
        desk: Desk = request.app.state.desk
        visit = Visit(request=request, desk=desk, language=choose_language(request, desk.language), person=None)
    return visit.render_bare(name, status=status, **values)


def choose_language(request: Request, default: str) -> str:
    """Choose what the reader chose once, else what the browser prefers, else the desk's own language."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = _read_preferences(request.headers.get("accept-language", "")[:500])
    return (negotiate_locale(wanted, LANGUAGES, sep="-") if wanted else None) or default


def redirect(path: str) -> RedirectResponse:
    """Go on to a page of ours after a form."""
    return RedirectResponse(path, status_code=303)


def keep_local(path: str) -> str:
    """Return *path* if it leads to a page of this desk, otherwise the first page."""
    if len(path) > 2000 or not _LOCAL_PATH.fullmatch(path) or urlsplit(path).netloc:
        return "/"
    return path


def _read_preferences(header: str) -> list[str]:
    """Return the language tags of an ``Accept-Language`` header, most wanted first."""
    wanted = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) and quality > 0:
            wanted.append((-quality, place, tag))
    return [tag for _, _, tag in sorted(wanted)]
