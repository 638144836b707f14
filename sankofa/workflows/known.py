"""Known earlier media: what somebody established the origin of, added by hand."""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from index.dates import check_partial
from index.model import Appearance
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.abreast import iter_abreast
from sankofa.workflows.files import GivenFile, refuse
from sankofa.workflows.media import KeptMedium, keep_medium
from verify.errors import MediaRefusedError
from verify.media import require_media_type


def iter_added(
    desk: Desk, files: Iterable[GivenFile], *, source_url: str = "", published_on: str | None = None, caption: str = ""
) -> Iterator[tuple[GivenFile, Future[KeptMedium]]]:
    """Make files known as :func:`add_known` does, several at a time; yields each with its answer, in their order.

    Of files with the same bytes the first is the new one.
    """

    def add(file: GivenFile) -> KeptMedium:
        if file.refusal:
            raise InputError(file.refusal)
        return add_known(desk, file.path, source_url=source_url, published_on=published_on, caption=caption)

    return iter_abreast(add, files, turn=partial(_find_bytes, desk))


def _find_bytes(desk: Desk, file: GivenFile) -> str | None:
    """The SHA-256 of what may be opened."""
    if file.refusal:
        return None
    try:
        require_media_type(file.path, desk.media_limits)
        return compute_sha256(file.path)
    except (OSError, MediaRefusedError):
        return None


def add_known(
    desk: Desk, path: Path, *, source_url: str = "", published_on: str | None = None, caption: str = ""
) -> KeptMedium:
    """Make the medium at *path* known, and suggest the collected media that may show it.

    Raises:
        InputError: *published_on* is no date, or *path* is no regular file.
        MediaRefusedError: It is neither a picture nor a video that may be opened; nothing is kept.
    """
    if why := refuse(path):
        raise InputError(f"{path}: {why}")
    try:
        appeared_on = check_partial(published_on) if published_on else None
    except ValueError as error:
        raise InputError(str(error)) from error
    require_media_type(path, desk.media_limits)
    url = source_url or path.resolve().as_uri()
    appearance = Appearance(id="", subject_id="", role="known", url=url, appeared_on=appeared_on, caption=caption)
    return keep_medium(desk, path, "known", appearance)


def compute_sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
