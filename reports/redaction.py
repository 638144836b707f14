"""A report without what was erased after it was frozen: what is of an erased record says so, and nothing else.

The rest keeps its words, its numbers and its order. Erased words that an editor quoted are taken out wherever they stand.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from index.model import Wording
from index.ratings import AuthenticityCategory, Rating
from reports.citations import Statement
from reports.content import MonthlyReport, Named
from reports.i18n import Translator

OMITTED = "[…]"
"""Stands in the place of erased words."""

_ADDRESS = re.compile(r"https?://\S+")
_TIES = ("cites", "cited_as", "key", "sha256", "media_type", "kind", "status", "language", "platform", "method")
"""Fields, besides identifiers, that tie a report together."""
_SHOWN = ("alt", "missing", "title", "label")
"""Fields in whose place something is to be read."""


def redact(report: MonthlyReport, ids: Collection[str], words: Sequence[str], on: date) -> MonthlyReport:
    """Return *report* without what is of the records *ids*, in whose place it says that it was erased, and without *words*.

    An entry is of a record when one of its own identifiers names it, or when it rests on nothing else; a statement, when it
    cites it.
    """
    translator = Translator(report.language)
    said = translator.gettext("Erased on %(date)s.", date=translator.date(on.isoformat()))
    redacted: MonthlyReport = _Redaction(frozenset(ids), words, said).read(report)
    return redacted


class _Redaction:
    def __init__(self, ids: frozenset[str], words: Sequence[str], said: str) -> None:
        self._ids, self._words, self._said = ids, words, said

    def read(self, value: Any) -> Any:
        """Return a value without what was erased."""
        match value:
            case str():
                return self._read_text(value)
            case Statement():
                is_gone = any(map(self._is_erased, value.cites))
                return replace(value, text=self._said if is_gone else self._read_text(value.text))
            case tuple():
                return tuple(map(self.read, value))
        if not is_dataclass(value) or isinstance(value, type):
            return value
        return self._read_entry(value)

    def _read_entry(self, entry: Any) -> Any:
        cites = getattr(entry, "cites", ())
        is_gone = any(self._is_erased(one) for name, one in vars(entry).items() if _is_identifier(name))
        is_gone = is_gone or (bool(cites) and all(map(self._is_erased, cites)))
        hints = get_type_hints(type(entry))
        changed = {
            field.name: self._empty(field.name, hints[field.name], value)
            if is_gone and _says_something(field.name, hints[field.name])
            else self.read(value)
            for field in fields(entry)
            for value in (getattr(entry, field.name),)
        }
        return replace(entry, **changed)

    def _empty(self, name: str, hint: Any, value: Any) -> Any:
        if hint in (Wording, Statement):
            return replace(value, text=self._said)
        if get_origin(hint) is tuple:
            return ()
        if hint is str:
            return self._said if name in _SHOWN else ""
        return None

    def _is_erased(self, named: object) -> bool:
        """An identifier, or one with its revision."""
        return isinstance(named, str) and (named in self._ids or named.rpartition(".")[0] in self._ids)

    def _read_text(self, text: str) -> str:
        for word in self._words:
            if word in text:
                if text == word and _ADDRESS.fullmatch(word):
                    return ""
                end = r"(?![\w/-])" if _ADDRESS.fullmatch(word) else ""
                text = re.sub(re.escape(word) + end, OMITTED, text)
        return text


def _is_identifier(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _says_something(name: str, hint: Any) -> bool:
    """Whether a field of an erased record's entry holds what it said: words, addresses, counts, a picture."""
    if _is_identifier(name) or name.endswith("_ids") or name in _TIES:
        return False
    if get_origin(hint) in (Union, UnionType):
        return any(_says_something(name, one) for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        return any(_says_something(name, one) for one in get_args(hint) if one is not Ellipsis)
    return hint in (str, bytes, Wording, Statement, Named, Rating, AuthenticityCategory)
