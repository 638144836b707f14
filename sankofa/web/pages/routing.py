"""How a page is routed: GET and HEAD alike, blocking work in the thread pool (plain functions), HTML out."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Response

Handler = TypeVar("Handler", bound=Callable[..., Any])


def page(router: APIRouter, path: str) -> Callable[[Handler], Handler]:
    """Route GET and HEAD of *path* to a function that answers with a response."""
    return router.api_route(path, methods=["GET", "HEAD"], response_class=Response, response_model=None)


def form(router: APIRouter, path: str) -> Callable[[Handler], Handler]:
    """Route POST of *path*, a form of ours, to a function that answers with a response."""
    return router.post(path, response_class=Response, response_model=None)
