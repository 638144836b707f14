"""Fields of untrusted files as plain text: no control characters, no turned-around lines, no field without end."""

import re
import unicodedata
from collections.abc import Iterable

Fact = tuple[str, str]
"""A name and a value, both plain text to be shown and indexed, never to be followed or run."""

MAXIMUM_FIELD_BYTES = 64 * 1024
"""Longest value that is kept, in UTF-8."""

MAXIMUM_FIELDS = 400
"""Most fields that are kept of each kind (EXIF, XMP, ...)."""

_MAXIMUM_NAME = 160
# Characters that turn the direction of the words around them; the joiners that Arabic script needs stay.
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNING}\ufeff\ufff9-\ufffb\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85]")


def clean_text(value: str) -> str:
    """The text without NUL, control and direction characters, at most `MAXIMUM_FIELD_BYTES` long."""
    start = value[:MAXIMUM_FIELD_BYTES]  # a character is at least one byte
    plain = _HIDDEN.sub("", _LINE_ENDS.sub("\n", start)).strip()
    kept = plain.encode("utf-8")[:MAXIMUM_FIELD_BYTES].decode("utf-8", "ignore")
    return kept if len(value) <= MAXIMUM_FIELD_BYTES and kept == plain else f"{_shorten(kept)}…"


def _shorten(text: str) -> str:
    """Room for the mark that says that more was there."""
    return text.encode("utf-8")[: MAXIMUM_FIELD_BYTES - 3].decode("utf-8", "ignore")


def decode_text(value: bytes) -> str:
    """Bytes that may be words: UTF-8, or else Latin-1; bytes that are none are told by their number."""
    raw = value.rstrip(b"\x00 ")
    if len(raw) > MAXIMUM_FIELD_BYTES:
        raw = raw[: MAXIMUM_FIELD_BYTES + 4]  # so that the cut is seen
    try:
        text = raw.decode("utf-8", "ignore" if len(raw) > MAXIMUM_FIELD_BYTES else "strict")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    readable = all(c in "\t\n\r" or unicodedata.category(c) not in ("Cc", "Cn", "Co") for c in text)
    return clean_text(text) if readable else f"{len(value)} bytes"


def build_facts(pairs: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """The pairs cleaned, without the empty ones, at most `MAXIMUM_FIELDS`; their order stays."""
    facts: list[Fact] = []
    for name, value in pairs:
        fact = (clean_text(name)[:_MAXIMUM_NAME], clean_text(value))
        if all(fact):
            facts.append(fact)
        if len(facts) == MAXIMUM_FIELDS:
            break
    return tuple(facts)
