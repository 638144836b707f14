"""Canonical JSON: one text for one value, on every machine.

Source: RFC 8785 (JSON Canonicalization Scheme).
"""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike. Source: RFC 7493 (I-JSON), section 2.2."""

_write_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def canonicalize(value: Any) -> bytes:
    """Write a JSON value as its canonical text.

    Raises:
        ValueError: A number is not finite or too large, or a text is no Unicode.
        TypeError: Something has no place in JSON.
    """
    return _write(value).encode()


def canonicalize_plain(value: Mapping[str, Any]) -> bytes:
    """As :func:`canonicalize`, several times as fast, where all keys are ASCII and all numbers whole and not too large."""
    return _write_plain(value).encode()


def _write(value: Any) -> str:
    match value:
        case None | bool() | str():
            return _write_plain(value)
        case int():
            return _write_whole(value)
        case float():
            return _write_float(value)
        case Mapping():
            parts = (f"{_write_plain(name)}:{_write(value[name])}" for name in sorted(value, key=_get_order))
            return "{" + ",".join(parts) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_write, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _get_order(name: str) -> bytes:
    """Keys are ordered by their UTF-16 code units."""
    return name.encode("utf-16-be")


def _write_whole(value: int) -> str:
    if abs(value) > LARGEST:
        raise ValueError(f"{value} is larger than every reader of JSON can tell from its neighbours")
    return str(value)


def _write_float(value: float) -> str:
    """As ECMAScript does: the fewest digits that give the number back. Source: ECMA-262, Number::toString."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if value == 0:
        return "0"
    is_negative, figures, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits, point = "".join(map(str, figures)), len(figures) + int(exponent)
    return "-" * is_negative + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    """Write 0.DIGITS times ten to the power of *point*."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
