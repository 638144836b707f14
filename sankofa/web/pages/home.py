"""The first page: search, check, and what changed last."""

from fastapi import APIRouter
from starlette.responses import Response

from sankofa.web.pages.routing import page
from sankofa.web.visits import OpenVisit
from sankofa.workflows.browse import read_home

router = APIRouter()


@page(router, "/")
def show_home(visit: OpenVisit) -> Response:
    """Show the search box, the drop zone, what waits and what is new."""
    return visit.render("home.html", view=read_home(visit.desk))
