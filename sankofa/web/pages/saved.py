"""Searches kept under a name: keep the one that is shown, or keep one no longer."""

from dataclasses import fields
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from starlette.responses import Response

from sankofa.web.pages.routing import form
from sankofa.web.pages.search import Question, read_question
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows.saved import remove_search, save_search

router = APIRouter()
_FIELDS = frozenset(field.name for field in fields(Question))


@form(router, "/saved")
def save(
    visit: OpenVisit,
    name: Annotated[str, Form(max_length=1000)] = "",
    asked: Annotated[str, Form(max_length=40_000)] = "",
) -> Response:
    """Keep the search whose address ends with *asked*; without a person, ask who acts first."""
    given = Question(**{field: value for field, value in parse_qsl(asked) if field in _FIELDS})
    if visit.person is None:
        return visit.ask_who(given.address())
    question, query = read_question(visit.desk, given)
    kept = save_search(visit.desk, name, question.q, query)
    return redirect(Question(saved=kept.name).address())


@form(router, "/saved/removal")
def remove(visit: OpenVisit, name: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Keep a search no longer; without a person, ask who acts first."""
    if visit.person is None:
        return visit.ask_who(Question(saved=name).address())
    remove_search(visit.desk, name)
    return redirect("/search")
