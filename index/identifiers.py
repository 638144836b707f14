"""Identifiers that a person can read out and cite, and that stay the same in every backend.

Two kinds. What people number (claims, verdicts) has year and serial, ``C-2023-0007``; the serial is given by
the store (:func:`index.numbering.create_numbered`). Everything else is named after its content: the same post or file has
the same identifier on every machine, so that collecting twice changes nothing.

Source: alphabet of Crockford's base 32 (no I, L, O, U), https://www.crockford.com/base32.html
"""

import hashlib

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 16  # 80 bits: two of a hundred million share one with a chance of 4 in a billion


def name_by_content(prefix: str, *parts: str) -> str:
    """Name something after what it is: ``M-4XTS-9QK2-…`` from the SHA-256 of *parts*.

    Parts are separated so that moving a character from one to the next gives another name.
    """
    joined = "".join(f"{len(part.encode())}:{part}" for part in parts)
    return f"{prefix}-{_encode(hashlib.sha256(joined.encode()).digest())}"


def name_medium(sha256: str) -> str:
    """Name a medium after the SHA-256 (hex) of its original bytes."""
    return f"M-{_encode(bytes.fromhex(sha256))}"


def digest_text(text: str) -> str:
    """Return what tells a text from every other: the first 128 bits of its SHA-256 (hex)."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def number(prefix: str, year: int, serial: int) -> str:
    """Write a number as people cite it: ``number("C", 2023, 7)`` is ``C-2023-0007``."""
    return f"{prefix}-{year:04d}-{serial:04d}"


def _encode(digest: bytes) -> str:
    bits = int.from_bytes(digest[:10], "big")
    characters = [_ALPHABET[(bits >> shift) & 31] for shift in range(75, -1, -5)]
    return "-".join("".join(characters[start : start + 4]) for start in range(0, _CHARACTERS, 4))
