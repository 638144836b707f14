"""Known earlier media: what somebody established the origin of, added by hand."""

import hashlib
from pathlib import Path

from index.dates import check_partial
from index.model import Appearance
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.media import KeptMedium, keep_medium
from verify.media import require_media_type


def add_known(
    desk: Desk, path: Path, *, source_url: str = "", published_on: str | None = None, caption: str = ""
) -> KeptMedium:
    """Make the medium at *path* known, and suggest the collected media that may show it.

    Raises:
        InputError: *published_on* is no date, or *path* is no regular file.
        MediaRefusedError: It is neither a picture nor a video that may be opened; nothing is kept.
    """
    if not path.is_file():
        raise InputError(f"{path} is no file that can be read")
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
