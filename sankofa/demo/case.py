"""Read the case from the YAML files beside this module.

Validated strictly: besides what :mod:`sankofa.demo.record` asks of each entry, every name must lead somewhere.
"""

import functools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from sankofa.demo.errors import DemoCaseError
from sankofa.demo.record import (
    Case,
    Change,
    ClaimCase,
    DraftVerdict,
    MediaFinding,
    NarrativeCase,
    Pan,
    PersonCase,
    PublishedCheck,
    ReplayedPost,
    StandIn,
    Support,
    Texts,
)

__all__ = [
    "CASE_FOLDER",
    "Case",
    "Change",
    "ClaimCase",
    "DraftVerdict",
    "MediaFinding",
    "NarrativeCase",
    "Pan",
    "PersonCase",
    "PublishedCheck",
    "ReplayedPost",
    "StandIn",
    "Support",
    "Texts",
    "load_case",
    "read_case",
]

CASE_FOLDER = Path(__file__).parent / "case"

T = TypeVar("T")


@functools.cache
def load_case() -> Case:
    """Read and check the case that comes with the package.

    Raises:
        DemoCaseError: A file breaks the rules above; the message names the file and the place.
    """
    return read_case(CASE_FOLDER)


def read_case(folder: Path) -> Case:
    """Read and check the case in *folder*."""
    case = Case(
        claims=tuple(claim for path in sorted(folder.glob("claims-*.yaml")) for claim in _read(path, ClaimCase)),
        narratives=_read(folder / "narratives.yaml", NarrativeCase),
        people=_read(folder / "people.yaml", PersonCase),
        media=_read(folder / "media.yaml", StandIn),
        posts=_read(folder / "posts.yaml", ReplayedPost),
    )
    _check_names(case)
    return case


def _read(path: Path, kind: type[T]) -> tuple[T, ...]:
    """Read a list of *kind*. Through JSON, whose strict rules know dates and tuples."""
    try:
        rows: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(tuple[kind, ...]).validate_json(json.dumps(rows))  # type: ignore[valid-type]
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise DemoCaseError(f"{path.name}: {error}") from error


def _check_names(case: Case) -> None:
    media = _unique("medium", (medium.key for medium in case.media))
    claims = _unique("claim", (claim.id for claim in case.claims))
    people = _unique("person", (person.id for person in case.people))
    narratives = _unique("narrative", (narrative.id for narrative in case.narratives))
    _unique("post", (post.key for post in case.posts))
    for claim in case.claims:
        _require(claim.id, claim.narratives, narratives)
        _require(claim.id, claim.about, media | claims)
        shown = (key for finding in claim.findings for key in (finding.shown, finding.original) if key)
        _require(claim.id, shown, media)
        if claim.verdict:
            _require(claim.id, (claim.verdict.drafted_by, claim.verdict.published_by), people)
    for post in case.posts:
        _require(post.key, post.media, media)
        _require(post.key, post.claims, claims)
    _require("media.yaml", (medium.of for medium in case.media if medium.of), media)


def _unique(what: str, names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        if name in found:
            raise DemoCaseError(f"two entries are the {what} {name!r}")
        found.add(name)
    return found


def _require(where: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise DemoCaseError(f"{where} names {name!r}, which no file defines")
