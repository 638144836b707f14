"""Fetch the media of a post through the guard; what cannot be had is said, and stops nothing."""

from pathlib import Path

from crawlers.errors import FetchRefusedError, SourceUnavailableError
from crawlers.guard import GuardedFetcher
from crawlers.source import FetchedMedia
from index.model import Attachment, Bank

# What servers say of pictures and videos; bytes that they leave unnamed are looked at by the media engine.
_MEDIA_TYPES = ("image/", "video/", "application/octet-stream", "binary/octet-stream")


def fetch_media(
    fetcher: GuardedFetcher, attachment: Attachment, folder: Path, *, bank: Bank = "seen", caption: str = ""
) -> FetchedMedia:
    """Fetch the original bytes of *attachment* into *folder*; ``failure`` says why where they could not be had."""
    try:
        fetched = fetcher.fetch_to(attachment.url, folder)
    except (FetchRefusedError, SourceUnavailableError) as error:
        return FetchedMedia(attachment=attachment, path=None, failure=str(error), bank=bank, caption=caption)
    if not is_media_type(fetched.media_type):
        fetched.path.unlink()
        failure = f"{attachment.url}: {fetched.media_type} is no picture or video"
        return FetchedMedia(attachment=attachment, path=None, failure=failure, bank=bank, caption=caption)
    return FetchedMedia(attachment=attachment, path=fetched.path, bank=bank, caption=caption)


def is_media_type(media_type: str) -> bool:
    """Tell whether a declared type may be a picture or a video; an undeclared one may."""
    return not media_type or media_type.startswith(_MEDIA_TYPES)
