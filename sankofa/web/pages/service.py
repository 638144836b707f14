"""What is no page: the static files, and whether the desk can answer."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from index.model import Person
from sankofa.web.pages.routing import page
from sankofa.web.templating import STATIC_FILES, load_static

router = APIRouter()


@page(router, "/healthz")
def tell_health(request: Request) -> Response:
    """Answer 200 if the store answers; otherwise the error's page with 503."""
    request.app.state.desk.store.count(Person)
    return JSONResponse({"status": "ok"})


@page(router, "/static/{name}")
def send_static(name: str, v: str = "") -> Response:
    """Send a file of the look; under the address that the pages use, browsers may keep it for good."""
    if name not in STATIC_FILES:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable" if v else "no-cache"}
    return Response(load_static(name), media_type=STATIC_FILES[name][2], headers=headers)
