"""What the case consists of: claims, other organisations' checks, the desk's own drafts, stand-in media, posts to replay.

Frozen and strict: an unknown field, a wrong type, a missing language or an impossible date is an error.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, field_validator
from pydantic.dataclasses import dataclass

from index.dates import check_partial
from index.model import Role, Wording
from index.ratings import AuthenticityCategory, Rating

_STRICT = ConfigDict(extra="forbid", strict=True)
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
class DraftCorrection:
    """What the demonstration corrects in a verdict after it was cited, and why."""

    explanation: Texts
    reason: str


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
    correction: DraftCorrection | None = None


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
    roles: tuple[Role, ...]


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
