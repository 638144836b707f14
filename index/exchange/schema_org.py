"""The published lists of properties that a check may have, and the JSON Schema of ours that is made of them."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from index.exchange.jsonld_values import unwrap


@cache
def load_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what we give out: a document of checks, or a feed of them."""
    found: dict[str, Any] = json.loads(files("index.exchange").joinpath("claimreview.schema.json").read_text("utf-8"))
    return found


def keep_published(value: Any, kind: str) -> dict[str, Any]:
    """Return the object *value* with the properties that schema.org lists for *kind*; anything else is an empty object."""
    names = _list_names(kind)
    return {name: one for name, one in unwrap(value).items() if name in names}


@cache
def _list_names(kind: str) -> frozenset[str]:
    defined: Mapping[str, Any] = load_schema()["$defs"]
    lists = (one["$ref"].rpartition("/")[2] for one in defined[kind]["propertyNames"]["anyOf"])
    return frozenset(name for one in lists for name in defined[one]["enum"])
