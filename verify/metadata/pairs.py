"""What a file says as one list of names and values that is small enough to be kept and shown."""

from collections.abc import Iterator

from verify.metadata.facts import FileFacts
from verify.metadata.fields import Fact

MAXIMUM_TOTAL_BYTES = 64 * 1024
"""Of all names and values that are kept of one file, in UTF-8. Source: own choice; agencies' captions are 1 to 8 KiB, the
histories that editors write into XMP go up to megabytes."""

MAXIMUM_VALUE_CHARACTERS = 2000

POSITION_PREFIX = "EXIF GPS"
"""How the names of all fields begin that tell where a picture was taken."""


def list_pairs(facts: FileFacts) -> tuple[Fact, ...]:
    """The fields with their block before the name (`EXIF Make`, `XMP dc:title`, `C2PA signer`), within the limits above.

    A value that is cut ends with `…`; so does the list, as a last pair, where not all of it is kept.
    """
    kept: list[Fact] = []
    size = 0
    for name, value in _iter_blocks(facts):
        shown = value if len(value) <= MAXIMUM_VALUE_CHARACTERS else f"{value[: MAXIMUM_VALUE_CHARACTERS - 1]}…"
        size += len(name.encode()) + len(shown.encode())
        if size > MAXIMUM_TOTAL_BYTES:
            return (*kept, ("…", "more is in the file"))
        kept.append((name, shown))
    return tuple(kept)


def _iter_blocks(facts: FileFacts) -> Iterator[Fact]:
    """The credentials first: they are short, and the only ones that are checked."""
    blocks = (
        ("C2PA", facts.credentials.facts),
        ("EXIF", facts.exif),
        ("IPTC", facts.iptc),
        ("XMP", facts.xmp),
        ("file", facts.other),
    )
    for block, pairs in blocks:
        for name, value in pairs:
            yield f"{block} {name}", value
