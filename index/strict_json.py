"""Read JSON that strangers wrote: what two readers might understand differently is refused.

The parser of the standard library takes the last of two equal keys and accepts NaN; deep nesting costs it its stack.
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 64
MAX_CHARACTERS = 8 * 1024 * 1024

_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_STEPS = {"{": 1, "[": 1, "}": -1, "]": -1}


def parse_json(text: str) -> Any:
    """Parse *text*; line breaks inside strings are let pass, since nothing is lost by them.

    Raises:
        ValueError: It is no JSON, holds a key twice, NaN, a number without end or half a character, is nested deeper than
            :data:`MAX_DEPTH` or longer than :data:`MAX_CHARACTERS`.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"longer than {MAX_CHARACTERS:,} characters")
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_build_object,
            parse_constant=_refuse_constant,
            parse_float=_refuse_infinity,
            strict=False,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at character {error.pos + 1}") from error
    _check_characters(value)
    return value


def parse_object(text: str) -> dict[str, Any]:
    """Parse *text* as :func:`parse_json` does, if it is one object.

    Raises:
        ValueError: It is none.
    """
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ValueError("each line must be one JSON object, {…}")  # noqa: TRY004  (what a caller catches is one type)
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for mark in _MARKS.finditer(text):
        depth += _STEPS.get(mark[0], 0)
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")


def _check_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character (a lone surrogate)") from error


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} stands twice")
    return built


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _refuse_infinity(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:50]} is too large")
    return value
