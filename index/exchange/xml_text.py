"""Text inside XML."""

import re
from xml.sax.saxutils import escape

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


def escape_xml(text: str) -> str:
    """Write *text* between tags, without what XML cannot hold."""
    return escape(NOT_XML.sub("", text))
