"""Values of JSON-LD as pages write them: the same property as text, number, object or list."""

import html
import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.addresses import is_address
from index.dates import check_partial, first_day

MAX_TEXT_CHARACTERS = 10_000
_SEPARATORS = re.compile(r"(?:,|;|\s+and\s+|\s)\s*(?=https?://)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NUMBER = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,9})?")


def unwrap(value: Any) -> dict[str, Any]:
    """Return an object with what its ``properties`` hold (microdata turned into JSON); anything else is an empty object."""
    if not isinstance(value, Mapping):
        return {}
    inner = value.get("properties")
    return {**inner, **value} if isinstance(inner, Mapping) else dict(value)


def find_type(node: Mapping[str, Any]) -> set[str]:
    """Return the types of an object without their vocabulary: ``https://schema.org/ClaimReview`` is ``ClaimReview``."""
    kinds = node.get("@type", node.get("type", []))
    return {
        re.split(r"[/#:]", kind)[-1]
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(kind, str)
    }


def read_text(value: Any) -> str:
    """Read a text: of an object its ``@value`` or ``name``, of a list the first; entities are resolved, white space united."""
    if isinstance(value, list):
        return next(filter(None, map(read_text, value)), "")
    if isinstance(value, Mapping):
        return read_text(value.get("@value")) or read_text(value.get("name"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(html.unescape(str(value)).split())[:MAX_TEXT_CHARACTERS]


def write_text(text: str) -> str:
    """Write a text so that a reader who resolves HTML entities, as ours does, reads the same."""
    return text if html.unescape(text) == text else text.replace("&", "&amp;")


def read_number(value: Any) -> float | None:
    """Read a number, also from text; -1 means that there is none (a convention of several publishers)."""
    if isinstance(value, list) and value:
        return read_number(value[0])
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    try:
        number = float(value.strip().replace(",", ".")) if isinstance(value, str) else float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number != -1 else None


def read_urls(value: Any) -> list[str]:
    """Read the http and https addresses of a text (also joined by commas), an object or a list; others are left out."""
    if isinstance(value, list):
        return [url for one in value for url in read_urls(one)]
    if isinstance(value, Mapping):
        return next(filter(None, (read_urls(value.get(name)) for name in ("url", "contentUrl", "@value", "@id"))), [])
    text = value.strip().replace("&amp;", "&") if isinstance(value, str) else ""
    return [url for url in _SEPARATORS.split(text) if is_address(url)]


def read_language(value: Any) -> str:
    """Read a BCP 47 tag; empty where it is none (``French``)."""
    text = read_text(value).replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) else ""


def read_date(value: Any) -> str | None:
    """Read a date in the precision of its source (:mod:`index.dates`); ``None`` where it is none."""
    try:
        return check_partial(read_text(value))
    except (ValueError, OverflowError):
        return None


def read_day(value: Any) -> date | None:
    """Read a day (UTC); ``None`` where less than a day is said."""
    partial = read_date(value)
    return first_day(partial) if partial and len(partial) >= len("2023-11-17") else None
