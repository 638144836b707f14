"""The X API v2 of the replay: post search in its documented JSON shapes, with paging, expansions and rate limits.

``GET /2/tweets/search/recent`` and ``/2/tweets/search/all`` with ``query``, ``max_results``, ``next_token``, ``since_id``,
``until_id``, ``start_time``, ``end_time``, ``expansions`` and the fields asked for. Both search the whole replay: its
posts are years old, and what differs in production is how far back one may look, not the shape of an answer.

Source: https://docs.x.com/x-api/posts/search-recent-posts and https://docs.x.com/x-api/fundamentals/rate-limits
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sankofa.demo.loopback import Request, Response, not_found
from sankofa.demo.media_files import MEDIA_PATH, answer_media
from sankofa.demo.record import Case
from sankofa.demo.x_posts import ServedPost, serve_posts
from sankofa.demo.x_query import Predicate, QueryError, parse_query

SEARCH_PATHS = {"/2/tweets/search/recent": (100, 512), "/2/tweets/search/all": (500, 1024)}
"""Most results a page and longest query, by path."""

PAGE_SIZE = 8
"""The replay's pages are this small however many were asked for, as X allows itself, so that paging happens."""

_RATE_LIMIT = 450
_WINDOW_SECONDS = 900
_INVALID = "https://api.twitter.com/2/problems/invalid-request"

# What every object holds without being asked for.
_POST_DEFAULTS = ("id", "text", "edit_history_tweet_ids")
_USER_DEFAULTS = ("id", "name", "username")
_MEDIA_DEFAULTS = ("media_key", "type")


class _InvalidRequestError(ValueError):
    """A parameter that X would refuse; args are the parameter's name and the message."""


class XApi:
    """Answers for the posts on X of *case*.

    *base_url* says where the answers' media addresses point, asked when a request comes. The first *refusals* searches
    are answered with 429, which X asks to repeat after ``x-rate-limit-reset``.
    """

    def __init__(
        self, case: Case, stand_ins: Path, *, token: str, base_url: Callable[[], str], refusals: int = 0
    ) -> None:
        self._case = case
        self._stand_ins = stand_ins
        self._token = token
        self._base_url = base_url
        self._refusals = refusals
        self._used = 0
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith(MEDIA_PATH):
            return answer_media(request, self._stand_ins)
        if request.path not in SEARCH_PATHS:
            return not_found()
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return _problem(HTTPStatus.UNAUTHORIZED, "Unauthorized", {})
        remaining, refused = self._count()
        limits = _rate_headers(remaining, refused)
        if refused:
            return _problem(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", limits)
        return self._search(request, limits)

    def _count(self) -> tuple[int, bool]:
        with self._lock:
            self._used += 1
            return max(0, _RATE_LIMIT - self._used), self._used <= self._refusals

    def _posts(self) -> Sequence[ServedPost]:
        return serve_posts(self._case, self._base_url())

    def _search(self, request: Request, limits: Mapping[str, str]) -> Response:
        try:
            return _reply(HTTPStatus.OK, self._find_page(request.path, request.query), limits)
        except _InvalidRequestError as error:
            name, message = error.args
            detail = {"parameters": {name: [request.query.get(name, "")]}, "message": message}
            body = {
                "errors": [detail],
                "title": "Invalid Request",
                "detail": "One or more parameters to your request was invalid.",
                "type": _INVALID,
            }
            return _reply(HTTPStatus.BAD_REQUEST, body, limits)

    def _find_page(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        most, longest = SEARCH_PATHS[path]
        predicate = _read_query(query, longest)
        size = min(_read_number(query, "max_results", 10, (10, most)), PAGE_SIZE)
        found = [served for served in self._posts() if predicate(served.searchable) and _is_between(served, query)]
        start = _read_token(query, len(found))
        page = found[start : start + size]
        following = start + size if start + size < len(found) else None
        return _build_page(page, query, following)


def _build_page(page: Sequence[ServedPost], query: Mapping[str, str], following: int | None) -> dict[str, Any]:
    meta: dict[str, Any] = {"result_count": len(page)}
    if not page:
        return {"meta": meta}
    meta |= {"newest_id": str(page[0].number), "oldest_id": str(page[-1].number)}
    if following is not None:
        meta["next_token"] = f"demo{following:04d}"
    answer: dict[str, Any] = {"data": [_select_post(served, query) for served in page]}
    includes = _build_includes(page, query)
    return {**answer, **({"includes": includes} if includes else {}), "meta": meta}


def _select_post(served: ServedPost, query: Mapping[str, str]) -> dict[str, Any]:
    asked = _split(query.get("tweet.fields", ""))
    if "attachments.media_keys" in _split(query.get("expansions", "")):
        asked.add("attachments")
    if "author_id" in _split(query.get("expansions", "")):
        asked.add("author_id")
    return _select(served.post, asked | set(_POST_DEFAULTS))


def _build_includes(page: Sequence[ServedPost], query: Mapping[str, str]) -> dict[str, Any]:
    expansions = _split(query.get("expansions", ""))
    includes: dict[str, Any] = {}
    if "author_id" in expansions:
        users = {served.user["id"]: served.user for served in page}
        asked = _split(query.get("user.fields", "")) | set(_USER_DEFAULTS)
        includes["users"] = [_select(user, asked) for user in users.values()]
    media = [medium for served in page for medium in served.media]
    if "attachments.media_keys" in expansions and media:
        asked = _split(query.get("media.fields", "")) | set(_MEDIA_DEFAULTS)
        includes["media"] = [_select(medium, asked) for medium in media]
    return includes


def _select(thing: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if name in names}


def _split(names: str) -> set[str]:
    return {name for name in names.split(",") if name}


def _read_query(query: Mapping[str, str], longest: int) -> Predicate:
    text = query.get("query", "")
    if len(text) > longest:
        raise _InvalidRequestError("query", f"the query is longer than {longest} characters")
    try:
        return parse_query(text)
    except QueryError as error:
        raise _InvalidRequestError("query", str(error)) from error


def _read_number(query: Mapping[str, str], name: str, default: int, bounds: tuple[int, int]) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or not bounds[0] <= int(text) <= bounds[1]:
        raise _InvalidRequestError(name, f"`{name}` must be a number between {bounds[0]} and {bounds[1]}")
    return int(text)


def _read_token(query: Mapping[str, str], count: int) -> int:
    name = "next_token" if "next_token" in query else "pagination_token"
    token = query.get(name)
    if token is None:
        return 0
    number = token.removeprefix("demo")
    if not (token.startswith("demo") and number.isdecimal() and int(number) < max(count, 1)):
        raise _InvalidRequestError(name, f"`{name}` was not given by this search")
    return int(number)


def _is_between(served: ServedPost, query: Mapping[str, str]) -> bool:
    """``since_id`` and ``until_id`` are exclusive, ``start_time`` is inclusive, ``end_time`` exclusive."""
    since_id, until_id = _read_id(query, "since_id"), _read_id(query, "until_id")
    start, end = _read_moment(query, "start_time"), _read_moment(query, "end_time")
    return (
        (since_id is None or served.number > since_id)
        and (until_id is None or served.number < until_id)
        and (start is None or served.created_at >= start)
        and (end is None or served.created_at < end)
    )


def _read_id(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is not None and not text.isdecimal():
        raise _InvalidRequestError(name, f"`{name}` must be the identifier of a post")
    return None if text is None else int(text)


def _read_moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _InvalidRequestError(name, f"`{name}` must be a moment as in RFC 3339") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rate_headers(remaining: int, refused: bool) -> dict[str, str]:
    reset = int(datetime.now(UTC).timestamp()) + (1 if refused else _WINDOW_SECONDS)
    return {
        "x-rate-limit-limit": str(_RATE_LIMIT),
        "x-rate-limit-remaining": str(0 if refused else remaining),
        "x-rate-limit-reset": str(reset),
    }


def _problem(status: HTTPStatus, title: str, headers: Mapping[str, str]) -> Response:
    body = {"title": title, "type": "about:blank", "status": status.value, "detail": title}
    return _reply(status, body, headers)


def _reply(status: HTTPStatus, body: object, headers: Mapping[str, str]) -> Response:
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(status, content, {"Content-Type": "application/json; charset=utf-8", **headers})
