"""IPTC: the caption block that newsrooms and agencies write into a JPEG.

Source: IPTC-NAA Information Interchange Model, version 4.2, record 2 (names and numbers of the datasets).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from verify.metadata.fields import decode_text

RESOURCE = 0x0404
"""Number of the IPTC block among the Photoshop resources of a file."""

NAMES: Mapping[tuple[int, int], str] = MappingProxyType(
    {
        (2, 5): "ObjectName",
        (2, 7): "EditStatus",
        (2, 10): "Urgency",
        (2, 15): "Category",
        (2, 20): "SupplementalCategory",
        (2, 25): "Keywords",
        (2, 30): "ReleaseDate",
        (2, 40): "SpecialInstructions",
        (2, 55): "DateCreated",
        (2, 60): "TimeCreated",
        (2, 62): "DigitalCreationDate",
        (2, 63): "DigitalCreationTime",
        (2, 65): "OriginatingProgram",
        (2, 80): "By-line",
        (2, 85): "By-lineTitle",
        (2, 90): "City",
        (2, 92): "Sub-location",
        (2, 95): "Province-State",
        (2, 100): "CountryCode",
        (2, 101): "CountryName",
        (2, 103): "TransmissionReference",
        (2, 105): "Headline",
        (2, 110): "Credit",
        (2, 115): "Source",
        (2, 116): "CopyrightNotice",
        (2, 118): "Contact",
        (2, 120): "Caption",
        (2, 122): "CaptionWriter",
    }
)

_MARK = 0x1C
_EXTENDED = 0x8000


def iter_iptc(block: bytes) -> Iterator[tuple[str, str]]:
    """The datasets of record 2 in their order; those without a name here by their number. Ends where it is damaged."""
    place = 0
    while place + 5 <= len(block) and block[place] == _MARK:
        record, dataset = block[place + 1], block[place + 2]
        size = int.from_bytes(block[place + 3 : place + 5], "big")
        place += 5
        if size & _EXTENDED:  # the next bytes tell the length
            width = size & ~_EXTENDED
            if width > 4:
                return
            size, place = int.from_bytes(block[place : place + width], "big"), place + width
        if place + size > len(block):
            return
        if record == 2 and dataset != 0:
            yield NAMES.get((record, dataset), f"2:{dataset}"), decode_text(block[place : place + size])
        place += size
