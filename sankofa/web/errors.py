"""One table: which error gives which status and which words. The words say what happened, what was kept, and what to do."""

import logging
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawlers.errors import CrawlError, FetchRefusedError, SourceUnavailableError
from index.errors import (
    IndexingError,
    OriginalAlteredError,
    OriginalMissingError,
    QueryError,
    RecordConflictError,
    RecordErasedError,
    RecordNotFoundError,
    RevisionConflictError,
    StoreFullError,
    StoreLockedError,
    StoreUnavailableError,
    VaultUnavailableError,
)
from reports.errors import ReportError
from reports.words import mark
from sankofa.errors import (
    ActRefusedError,
    DeskError,
    InputError,
    PersonRequiredError,
    PersonUnknownError,
    RoleMissingError,
)
from sankofa.web.visits import render_bare
from verify.errors import MediaRefusedError, VerifyError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a page says of an error: status, what happened, and the next step."""

    status: int
    what: str
    next_step: str


_UNKNOWN = mark("Search for it below, or check that the whole address was copied.")
_RETRY = mark("Nothing was lost. Wait a moment and load the page again.")
_CHANGE = mark("Nothing was changed. Go back, correct it and send it again.")
_REPORT_IT = mark("Nothing more was changed. Tell whoever looks after this desk; its log holds the details.")

NOT_FOUND = Outcome(404, mark("There is no such page here"), _UNKNOWN)
TOO_LARGE = Outcome(
    413,
    mark("That is too large to be sent"),
    mark("Nothing was kept. Send a shorter cut, or check the file with: sankofa check FILE"),
)
UNREADABLE_FORM = Outcome(400, mark("The form could not be read"), _CHANGE)
UNEXPECTED = Outcome(500, mark("Something failed that should not"), _REPORT_IT)

# The first that fits, by the error's own class, then its parents.
OUTCOMES: dict[type[Exception], Outcome] = {
    RecordNotFoundError: Outcome(404, mark("This desk holds nothing under that name"), _UNKNOWN),
    RecordErasedError: Outcome(
        410,
        mark("This was erased"),
        mark("What it said is kept nowhere here. That it was there, who erased it, when and why stays in the log."),
    ),
    OriginalMissingError: Outcome(
        404,
        mark("The original is no longer in the vault"),
        mark("Its record stays. Look for it in a backup of the vault."),
    ),
    OriginalAlteredError: Outcome(
        500,
        mark("The original was altered after it was kept, and is not shown"),
        mark("Its record stays. Look for the true bytes in a backup of the vault."),
    ),
    QueryError: Outcome(
        400, mark("This cannot be searched for"), mark("Nothing was changed. Change the words or the filters.")
    ),
    InputError: Outcome(400, mark("This cannot be used as it is"), _CHANGE),
    PersonRequiredError: Outcome(
        403, mark("This needs to know who acts"), mark("Nothing was changed. Say who you are, then do it again.")
    ),
    PersonUnknownError: Outcome(
        403, mark("This needs to know who acts"), mark("Nothing was changed. Say who you are, then do it again.")
    ),
    RoleMissingError: Outcome(
        403,
        mark("This is for another person to do"),
        mark("Nothing was changed. Ask a colleague, or say who you are if somebody else sits here."),
    ),
    ActRefusedError: Outcome(
        409,
        mark("This cannot be done with it as it stands now"),
        mark("Nothing was changed. Look at it again and decide again."),
    ),
    RevisionConflictError: Outcome(
        409,
        mark("Somebody else changed this a moment before"),
        mark("Theirs was kept, yours was not. Look at it again and decide again."),
    ),
    RecordConflictError: Outcome(
        409, mark("Something else is already kept under that name"), mark("What was there was kept.")
    ),
    StoreLockedError: Outcome(503, mark("Another program is writing to the store"), _RETRY),
    StoreUnavailableError: Outcome(503, mark("The store does not answer"), _RETRY),
    StoreFullError: Outcome(
        507,
        mark("There is no space left"),
        mark("Nothing of this was kept, all that was there before is. Make room and do it again."),
    ),
    VaultUnavailableError: Outcome(503, mark("The vault of originals does not answer"), _RETRY),
    MediaRefusedError: Outcome(
        415,
        mark("This medium cannot be shown as a picture"),
        mark("Its original is kept; download it to look at it with another program."),
    ),
    FetchRefusedError: Outcome(
        400, mark("That address is not fetched"), mark("Nothing was kept. Save the picture and drop the file instead.")
    ),
    SourceUnavailableError: Outcome(
        502,
        mark("The other side does not answer"),
        mark("Nothing was kept. Try again later, or save the picture and drop the file instead."),
    ),
    ReportError: Outcome(400, mark("This report cannot be built"), _CHANGE),
    IndexingError: UNEXPECTED,
    DeskError: UNEXPECTED,
    CrawlError: UNEXPECTED,
    VerifyError: UNEXPECTED,
}


def find_outcome(error: Exception) -> Outcome:
    """Find what to say of an error."""
    if isinstance(error, HTTPException):
        by_status = {404: NOT_FOUND, 413: TOO_LARGE}
        return by_status.get(
            error.status_code, Outcome(error.status_code, UNREADABLE_FORM.what, UNREADABLE_FORM.next_step)
        )
    if isinstance(error, RequestValidationError):
        return UNREADABLE_FORM
    return next((OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES), UNEXPECTED)


def install_error_pages(app: FastAPI) -> None:
    """Let every error end in a page."""
    roots = (IndexingError, DeskError, CrawlError, VerifyError, ReportError, HTTPException, RequestValidationError)
    for root in (*roots, Exception):
        app.add_exception_handler(root, _show_error)


async def _show_error(request: Request, error: Exception) -> Response:
    outcome = find_outcome(error)
    if outcome.status == UNEXPECTED.status:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = _find_detail(error, outcome)
    return await run_in_threadpool(
        render_bare, request, "error.html", status=outcome.status, outcome=outcome, detail=detail
    )


def _find_detail(error: Exception, outcome: Outcome) -> str:
    """Return our own message, in the words of the command line; foreign errors may hold anything and stay in the log."""
    if isinstance(error, (HTTPException, RequestValidationError)) or outcome is UNEXPECTED:
        return ""
    return str(error)
