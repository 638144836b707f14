"""A rating scale and how it is read: labels, each with what it means on our scale and its number, if it has one."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from index.analysis import fold
from index.errors import RecordFormatError
from index.ratings import AuthenticityCategory, Rating

_WORD = re.compile(r"[^\W_]+")
_SCALE = {"name": str, "source": str, "sites": list, "worst": int, "best": int, "label": list}
_LABEL = {"label": str, "rating": str, "category": str, "number": int, "also": list}

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a publisher writes, ``also`` in other spellings or languages.

    ``rating`` is what it means on our scale, none where it says nothing of truth; ``category`` what it says of a medium.
    """

    label: str
    rating: Rating | None = None
    category: AuthenticityCategory | None = None
    number: int | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The labels that a publisher uses; ``id`` is the name of its file, ``sites`` are the hosts that write them.

    Numbers go from ``worst`` to ``best``.
    """

    id: str
    name: str
    labels: tuple[Label, ...]
    source: str = ""
    sites: tuple[str, ...] = ()
    worst: int = 1
    best: int = 5

    def find(self, text: str) -> Label | None:
        """Find a label; case, accents and punctuation make no difference. A question is no label."""
        return self._by_text.get(fold_label(text))

    @cached_property
    def _by_text(self) -> Mapping[str, Label]:
        return {fold_label(text): label for label in self.labels for text in (label.label, *label.also)}

    def is_of(self, site: str) -> bool:
        """Tell whether a host (or one below it) writes this scale."""
        return any(site == own or site.endswith(f".{own}") for own in self.sites)


def fold_label(text: str) -> str:
    """Return the words of a label as they are compared; a question has none."""
    folded = fold(text)
    return "" if "?" in folded or "؟" in folded else "-".join(_WORD.findall(folded))


def load_scale(path: Path) -> Scale:
    """Read a scale from its TOML file.

    Raises:
        OSError: The file cannot be read.
        RecordFormatError: It is no scale; the message names the label and what to write.
    """
    try:
        return parse_scale(path.stem, tomllib.loads(path.read_text("utf-8")))
    except ValueError as error:
        raise RecordFormatError(f"{path.name}: {error}") from error


def parse_scale(scale_id: str, said: Mapping[str, Any]) -> Scale:
    """Read a scale from the tables of its file. Raises ValueError."""
    _check(said, _SCALE, ("name", "label"), "the scale")
    sites = tuple(_iter_texts(said.get("sites", ()), "sites"))
    worst, best = said.get("worst", 1), said.get("best", 5)
    if worst >= best:
        raise ValueError(f"worst is {worst} and best {best}: worst is the lower number")
    labels = tuple(_parse_label(place, label, worst, best) for place, label in enumerate(said["label"], start=1))
    if not labels:
        raise ValueError("the scale has no label: add one with [[label]]")
    _refuse_twice(labels)
    return Scale(
        id=scale_id,
        name=said["name"],
        labels=labels,
        source=said.get("source", ""),
        sites=sites,
        worst=worst,
        best=best,
    )


def _parse_label(place: int, said: Any, worst: int, best: int) -> Label:
    where = f"label {place}"
    if not isinstance(said, dict):
        raise ValueError(f"{where} is no table: write it under [[label]]")  # noqa: TRY004 - the file's fault, not the caller's
    _check(said, _LABEL, ("label",), where)
    number = said.get("number")
    if number is not None and not worst <= number <= best:
        raise ValueError(f"{where}: {number} does not lie between {worst} and {best}")
    label = Label(
        label=said["label"],
        rating=_parse_code(Rating, said.get("rating"), where),
        category=_parse_code(AuthenticityCategory, said.get("category"), where),
        number=number,
        also=tuple(_iter_texts(said.get("also", ()), where)),
    )
    for text in (label.label, *label.also):
        if not fold_label(text):
            raise ValueError(f"{where}: {text!r} holds no word, or is a question")
    return label


def _parse_code(kind: type[Code], text: str | None, where: str) -> Code | None:
    if text is None:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise ValueError(f"{where}: {text!r} is none of {', '.join(kind)}") from error


def _check(said: Mapping[str, Any], known: Mapping[str, type], required: tuple[str, ...], where: str) -> None:
    for name in required:
        if name not in said:
            raise ValueError(f"{where} has no {name}")
    for name, value in said.items():
        if name not in known:
            raise ValueError(f"{where}: {name} is none of {', '.join(known)}")
        if type(value) is not known[name]:
            raise ValueError(f"{where}: {name} must be {_SAID[known[name]]}, and is {value!r}")


_SAID = {str: "text in quotes", int: "a whole number", list: "a list"}


def _iter_texts(values: Any, where: str) -> Iterator[str]:
    for value in values:
        if not isinstance(value, str):
            raise ValueError(f"{where}: {value!r} is no text: write it in quotes")  # noqa: TRY004 - the file's fault
        yield value


def _refuse_twice(labels: tuple[Label, ...]) -> None:
    seen: dict[str, Label] = {}
    for label in labels:
        for text in (label.label, *label.also):
            if seen.setdefault(fold_label(text), label) is not label:
                raise ValueError(f"{text!r} stands in two labels: {seen[fold_label(text)].label!r} and {label.label!r}")
