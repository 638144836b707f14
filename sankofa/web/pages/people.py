"""Who acts, and in which language the pages speak: two cookies of this browser, asked for once.

Until sign-in comes this is a declaration between colleagues, not protection.
"""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from index.model import Person, Role
from reports.errors import LanguageUnknownError
from reports.i18n import LANGUAGES
from sankofa.web.pages.routing import form, page
from sankofa.web.visits import COOKIE_SECONDS, LANGUAGE_COOKIE, PERSON_COOKIE, OpenVisit, keep_local, redirect
from sankofa.workflows.judge import add_person

router = APIRouter()


@page(router, "/person")
def show_people(visit: OpenVisit, back: str = "/") -> Response:
    """Ask who acts, and lead back to where the question came up."""
    people = tuple(one for one in visit.desk.store.iter_records(Person) if not one.is_stub)
    return visit.render("person.html", people=people, back=keep_local(back), asked=back != "/")


@form(router, "/person")
def choose_person(
    visit: OpenVisit, person: Annotated[str, Form(max_length=64)] = "", back: Annotated[str, Form()] = "/"
) -> Response:
    """Take a person who is known here; an empty name means nobody."""
    answer = redirect(keep_local(back))
    if not person:
        answer.delete_cookie(PERSON_COOKIE, httponly=True, samesite="strict")
        return answer
    return _remember(answer, visit.desk.get(Person, person))


@form(router, "/person/new")
def create_person(
    visit: OpenVisit,
    person: Annotated[str, Form(max_length=64)],
    name: Annotated[str, Form(max_length=200)] = "",
    organisation: Annotated[str, Form(max_length=200)] = "",
    roles: Annotated[list[Role] | None, Form()] = None,
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Add a person, who then acts."""
    added = add_person(
        visit.desk, person.strip(), name=name.strip(), organisation=organisation.strip(), roles=roles or ()
    )
    return _remember(redirect(keep_local(back)), added)


@form(router, "/language")
def choose_language(language: Annotated[str, Form(max_length=10)], back: Annotated[str, Form()] = "/") -> Response:
    """Speak another language from now on."""
    if language not in LANGUAGES:
        raise LanguageUnknownError(language, LANGUAGES)
    answer = redirect(keep_local(back))
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=COOKIE_SECONDS, httponly=True, samesite="strict")
    return answer


@page(router, "/language")
def show_languages(visit: OpenVisit, back: str = "/") -> Response:
    """Offer the languages."""
    return visit.render("language.html", back=keep_local(back))


def _remember(answer: RedirectResponse, person: Person) -> Response:
    answer.set_cookie(PERSON_COOKIE, person.id, max_age=COOKIE_SECONDS, httponly=True, samesite="strict")
    return answer
