"""The case as data: claims, other organisations' checks, the desk's own drafts, stand-in media, posts to replay.

Read from the YAML files beside this module, validated strictly: an unknown field, a missing language or a name that
leads nowhere is an error. Everything is frozen.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError, field_validator
from pydantic.dataclasses import dataclass

from index.dates import check_partial
from index.model import Wording
from index.ratings import AuthenticityCategory, Rating
from sankofa.demo.errors import DemoCaseError

CASE_FOLDER = Path(__file__).parent / "case"

_STRICT = ConfigDict(extra="forbid", strict=True)
T = TypeVar("T")
Box = tuple[int, int, int, int]
Platform = Literal["x", "facebook", "tiktok", "whatsapp", "telegram", "youtube"]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Texts:
    """One text in French, English and Arabic; none may be empty."""

    fr: str
    en: str
    ar: str

    @field_validator("fr", "en", "ar")
    @classmethod
    def _require_text(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("a wording is empty")
        return " ".join(text.split())

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All three, French first."""
        return Wording("fr", self.fr), Wording("en", self.en), Wording("ar", self.ar)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Change:
    """One alteration of a later use.

    ``amount`` is a share: of the side that is kept for ``resize``, of each side that goes for ``trim``, of the height
    that is added for ``banner`` and of each side for ``border``.
    """

    op: Literal["mirror", "trim", "resize", "banner", "border", "mute"]
    amount: float = 0.0
    text: str = ""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Pan:
    """A slow move of a frame over a photograph, from ``start`` to ``end`` (left, top, width, height in pixels)."""

    photo: str
    start: Box
    end: Box


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class StandIn:
    """One stand-in medium.

    A still has ``photo`` and ``box``, a film ``scenes`` and ``sound_hertz``; a use has ``of`` instead, and
    ``at_seconds`` where it is a still of a film. ``compression`` is the JPEG quality of a still, the constant rate factor
    of a film.
    """

    key: str
    file: str
    kind: Literal["image", "video"]
    role: Literal["original", "use", "decoy"]
    stands_for: str
    of: str | None = None
    photo: str | None = None
    box: Box | None = None
    scenes: tuple[Pan, ...] = ()
    sound_hertz: int = 0
    at_seconds: float | None = None
    changes: tuple[Change, ...] = ()
    compression: int | None = None
    appeared_on: str | None = None
    documented_by: str = ""

    @field_validator("appeared_on")
    @classmethod
    def _check_date(cls, text: str | None) -> str | None:
        return None if text is None else check_partial(text)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class MediaFinding:
    """What a check says of one medium: stand-ins by key, schema.org's categories, the original's context in our words."""

    shown: str
    original: str | None = None
    categories: tuple[AuthenticityCategory, ...]
    original_context: str


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class PublishedCheck:
    """Another organisation's check.

    ``textual_rating`` are the publisher's own words, ``rating`` our mapping of the conclusion. ``review_date`` is null
    where what we read of the page does not show it. ``copies`` are addresses of syndicated copies. ``details`` is what this
    check says of the matter, in our words.
    """

    publisher: str
    site: str
    url: str
    language: str
    title: str
    textual_rating: str
    rating: Rating
    explanation: Texts
    review_date: date | None = None
    details: str = ""
    copies: tuple[str, ...] = ()
    media: tuple[MediaFinding, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Support:
    """What supports a claim's record or a verdict: a page that anyone can open."""

    title: str
    publisher: str
    url: str
    published_on: str | None = None
    note: str = ""

    @field_validator("published_on")
    @classmethod
    def _check_date(cls, text: str | None) -> str | None:
        return None if text is None else check_partial(text)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class DraftVerdict:
    """The desk's own verdict: one person drafts it, another publishes it.

    ``replayed_on`` is the day on which the desk of the demonstration is said to publish; it is part of the replay, not of
    the record.
    """

    rating: Rating
    textual_rating: str
    explanation: Texts
    drafted_by: str
    published_by: str
    replayed_on: date
    media: tuple[MediaFinding, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ClaimCase:
    """One claim of the record.

    ``first_appeared_on`` has the precision of its source, null where it gives none; ``date_note`` says why it is vague.
    ``about`` names stand-ins or claims that this claim is about. ``id`` is the record's own (``A1``), not the desk's.
    """

    id: str
    title: str
    wordings: Texts
    claimant: str
    countries: tuple[str, ...]
    narratives: tuple[str, ...]
    checks: tuple[PublishedCheck, ...]
    first_appeared_on: str | None = None
    date_note: str = ""
    events: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    evidence: tuple[Support, ...] = ()
    verdict: DraftVerdict | None = None

    @field_validator("first_appeared_on")
    @classmethod
    def _check_date(cls, text: str | None) -> str | None:
        return None if text is None else check_partial(text)

    @property
    def external_ids(self) -> tuple[str, ...]:
        """The addresses of the checks and of their copies, in order."""
        urls = (url for check in self.checks for url in (check.url, *check.copies))
        return tuple(dict.fromkeys(urls))

    @property
    def findings(self) -> tuple[MediaFinding, ...]:
        """What is said of media, one finding for each medium shown, in order."""
        of_desk = self.verdict.media if self.verdict else ()
        found = (finding for check in self.checks for finding in check.media)
        return tuple({finding.shown: finding for finding in (*of_desk, *found)}.values())


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class NarrativeCase:
    """The story that several claims tell."""

    id: str
    names: Texts


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class PersonCase:
    """Somebody who works at the desk of the demonstration; invented."""

    id: str
    name: str
    organisation: str
    roles: tuple[Literal["checker", "analyst", "editor"], ...]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ReplayedPost:
    """A post that the replay serves, with an invented author and our own words; ``claims`` are those that it spreads."""

    key: str
    platform: Platform
    author: str
    author_name: str
    published_at: datetime
    language: str
    text: str
    country: str | None = None
    title: str = ""
    media: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    metrics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Case:
    """The whole case; every name in it leads somewhere."""

    claims: tuple[ClaimCase, ...]
    narratives: tuple[NarrativeCase, ...]
    people: tuple[PersonCase, ...]
    media: tuple[StandIn, ...]
    posts: tuple[ReplayedPost, ...]

    def medium(self, key: str) -> StandIn:
        """Return the stand-in called *key*; KeyError where there is none."""
        return {medium.key: medium for medium in self.media}[key]


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
        _require(claim.id, (key for finding in claim.findings for key in (finding.shown, finding.original) if key), media)
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
