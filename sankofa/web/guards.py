"""What stands before every page: safe headers, our own name and origin only, and a cap on what is sent to us.

A desk on loopback can be reached by any page that its person has open: by a form or a picture of a foreign site, and by a
foreign name that is made to point at 127.0.0.1 (DNS rebinding). So a request must name us in ``Host``, and one that may
change something must come from a page of ours: browsers say so in ``Sec-Fetch-Site`` or ``Origin``, and pages cannot forge
them. Source: Fetch Metadata, https://www.w3.org/TR/fetch-metadata/
"""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
READING = frozenset({"GET", "HEAD"})
FORM_MAX_BYTES = 64 * 1024
MULTIPART_OVERHEAD_BYTES = 16 * 1024
_DRAINED = 8  # times the cap: a browser shows our answer only once it could send all that it has

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with our own forms; this tells foreign sites as little
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}


class SafeHeaders:
    """Gives every answer the headers of :data:`CONTENT_POLICY` and its like, unless the page set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)


class SameOriginOnly:
    """Refuses requests under a foreign name, and changes that a foreign page asks for."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = LOOPBACK_NAMES | {host.strip("[]").lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = self._find_refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            status, text = refusal
            await PlainTextResponse(text, status_code=status)(scope, receive, send)

    def _find_refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _read_hostname(host) not in self._hosts:
            return (
                400,
                "This desk does not answer under that name. Open it under the address that `sankofa serve` printed.",
            )
        if scope["method"] not in READING and not _is_ours(headers, host):
            return 403, "Refused: this was asked for by a page of another site. Nothing was changed."
        return None


class BodyLimit:
    """Caps the bytes of a request while they arrive: *limits* by path, :data:`FORM_MAX_BYTES` elsewhere."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = {path: size + MULTIPART_OVERHEAD_BYTES for path, size in limits.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; reading more than the cap raises HTTPException 413 where the body is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, taken, more = self._limits.get(scope["path"], FORM_MAX_BYTES), 0, True

        async def take() -> Message:
            nonlocal taken, more
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                more = message.get("more_body", False)
            else:
                more = False
            return message

        async def receive_capped() -> Message:
            message = await take()
            if taken > limit:
                raise HTTPException(413)
            return message

        async def send_after_drain(message: Message) -> None:
            while message["type"] == "http.response.start" and more and limit < taken < limit * _DRAINED:
                await take()
            await send(message)

        await self._app(scope, receive_capped, send_after_drain)


def _read_hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_ours(headers: Headers, host: str) -> bool:
    """Tell whether a change was asked for by a page of ours, or by a program that is no browser."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is None or (origin == "null" and site == "same-origin"):
        return True
    return origin.partition("://")[2].lower() == host.lower()
