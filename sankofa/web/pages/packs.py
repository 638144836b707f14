"""Evidence packs of reports and verdicts: the file, and the button that builds it."""

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from sankofa.web.pages.routing import form, page
from sankofa.web.pages.verdicts import split_citation
from sankofa.web.visits import OpenVisit, redirect
from sankofa.workflows.pack import build_pack, find_pack

router = APIRouter()


@page(router, "/packs/{cited}")
def send_pack(visit: OpenVisit, cited: str) -> Response:
    """Send the pack of ``R-ML-2023-11-fr.1`` or ``V-2023-0007.2``, where it was built on this desk."""
    file = find_pack(visit.desk, *split_citation(cited))
    return FileResponse(file, media_type="application/zip", filename=file.name)


@form(router, "/packs/{cited}")
def build(visit: OpenVisit, cited: str) -> Response:
    """Build the pack; without a person, ask who acts first."""
    back = f"/{'reports' if cited.startswith('R-') else 'verdicts'}/{cited}"
    if visit.person is None:
        return visit.ask_who(back)
    build_pack(visit.desk, *split_citation(cited))
    return redirect(f"{back}#pack-title")
