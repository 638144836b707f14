"""Put the pages together: one application for one desk."""

from collections.abc import Collection

from fastapi import FastAPI

from sankofa.desk import Desk
from sankofa.web.errors import install_error_pages
from sankofa.web.guards import BodyLimit, SafeHeaders, SameOriginOnly
from sankofa.web.pages import ROUTERS
from sankofa.web.pages.check import CHECK_PATH
from sankofa.web.pictures import ThumbnailCache
from sankofa.web.proofs import ProofCache
from sankofa.web.templating import Templates

DEFAULT_MAX_UPLOAD_BYTES = 64 * 1024 * 1024


def create_app(
    desk: Desk,
    *,
    host: str = "127.0.0.1",
    allowed_hosts: Collection[str] = (),
    max_upload_bytes: int = DEFAULT_MAX_UPLOAD_BYTES,
) -> FastAPI:
    """Build the application. It answers under *host*, loopback's names and *allowed_hosts*, and under no other name."""
    app = FastAPI(title="Sankofa", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.state.templates = Templates()
    app.state.thumbnails = ThumbnailCache()
    app.state.proofs = ProofCache()
    app.state.max_upload_bytes = max_upload_bytes
    for router in ROUTERS:
        app.include_router(router)
    install_error_pages(app)
    app.add_middleware(BodyLimit, limits={CHECK_PATH: max_upload_bytes})
    app.add_middleware(SameOriginOnly, hosts={host, *allowed_hosts})
    app.add_middleware(SafeHeaders)
    return app
