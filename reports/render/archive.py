"""A ZIP that is the same for the same content: members in the order given, of one date, without a trace of the machine."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say."""


def pack(members: Mapping[str, bytes | str]) -> bytes:
    """Pack members by their names."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, content)
    return output.getvalue()
