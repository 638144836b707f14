"""A file read in one go, by one decode: what it is, its pixels where it is a still, and what it says of itself."""

from dataclasses import dataclass
from pathlib import Path

from verify.description import MediaDescription, describe_with_still
from verify.errors import MediaRefusedError
from verify.media import Frame, MediaLimits
from verify.metadata.credentials import Credentials
from verify.metadata.facts import FileFacts, read_metadata


@dataclass(frozen=True, slots=True)
class Reading:
    """`still` is the first frame of a picture, from which the description was made, and None of a video."""

    description: MediaDescription
    still: Frame | None
    facts: FileFacts


def read_medium(
    path: Path, limits: MediaLimits | None = None, *, trust_anchors: str = "", with_facts: bool = True
) -> Reading:
    """Read a picture or a video; `trust_anchors` as for `verify.metadata.read_metadata`.

    What breaks the reader of facts refuses nothing: a note says so. Raises MediaRefusedError for what is neither, damaged or
    too much.
    """
    description, still = describe_with_still(path, limits)
    try:
        facts = read_metadata(path, limits, trust_anchors=trust_anchors) if with_facts else FileFacts()
    except MediaRefusedError as error:
        facts = note_unread(error)
    return Reading(description, still, facts)


def note_unread(error: MediaRefusedError) -> FileFacts:
    """The facts of a file that broke their reader."""
    note = f"what the file says of itself was not read: {error}"
    return FileFacts(credentials=Credentials("not-read"), notes=(note,))


__all__ = ["Reading", "note_unread", "read_medium"]
