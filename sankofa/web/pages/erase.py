"""What an erasure would take away, and the form that does it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from sankofa.errors import InputError
from sankofa.web.pages.routing import form, page
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows.erase import erase as carry_out
from sankofa.workflows.erase import plan_erasure

router = APIRouter()


@page(router, "/erase/{named}")
def show_plan(visit: OpenVisit, named: str) -> Response:
    """Show what would go with a record, and what stays; or that it was erased."""
    plan = plan_erasure(visit.desk, [named])
    is_editor = visit.person is not None and "editor" in visit.person.roles
    return visit.render("erase.html", named=named, plan=plan, subject=plan.subjects[0], is_editor=is_editor)


@form(router, "/erase/{named}")
def erase(
    visit: OpenVisit,
    named: str,
    reason: Annotated[str, Form(max_length=2000)] = "",
    asked_by: Annotated[str, Form(max_length=500)] = "",
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """Erase a record for ever, if the box is ticked; without a person, ask who acts first."""
    back = f"/erase/{named}"
    if visit.person is None:
        return visit.ask_who(back)
    if not sure:
        raise InputError("nothing was erased: tick the box that says so")
    carry_out(visit.desk, [named], reason=reason, asked_by=asked_by)
    return redirect(back)
