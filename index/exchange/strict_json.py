"""JSON that says one thing only: no duplicate keys, no NaN or infinity, no depth that breaks the reader."""

import json
import math
from typing import Any, NoReturn


def parse_object(text: str) -> dict[str, Any]:
    """Parse one JSON object.

    Raises:
        ValueError: It is none, or not strictly one; the message says what is wrong.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant, parse_float=_refuse_infinity
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON: {error.msg} at character {error.colno}") from error
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply: write one flat object per line") from error
    if not isinstance(value, dict):
        raise ValueError("each line must be one JSON object, {…}")  # noqa: TRY004  (what a caller catches is one type)
    return value


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice[:50]!r} occurs twice: keep one")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number: write a number or null")


def _refuse_infinity(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:50]} is too large")
    return value
