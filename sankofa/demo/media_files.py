"""Serve the stand-in media from their folder, with validators, so that a second visit costs no bytes."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from sankofa.demo.loopback import Request, Response, not_found

MEDIA_PATH = "/media/"
_TYPES = {".jpg": "image/jpeg", ".mp4": "video/mp4"}


def answer_media(request: Request, folder: Path) -> Response:
    """Return the file that ``/media/NAME`` names; nothing outside *folder* can be named."""
    name = request.path.removeprefix(MEDIA_PATH)
    path = folder / name
    if "/" in name or "\\" in name or path.suffix not in _TYPES or not path.is_file():
        return not_found()
    return answer_cacheable(request, path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})


def answer_cacheable(request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
    """Return *body* with its ETag, or 304 where the asker has it already.

    ``If-Modified-Since`` counts only without ``If-None-Match``. Source: RFC 9110, section 13.1.3.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "ETag": tag}
    known = request.headers.get("If-None-Match")
    since = request.headers.get("If-Modified-Since")
    unchanged = tag in known if known else since is not None and since == headers.get("Last-Modified")
    return Response(HTTPStatus.NOT_MODIFIED, b"", headers) if unchanged else Response(HTTPStatus.OK, body, headers)
