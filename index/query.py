"""What may be asked of a store: queries are objects of ours, built here from what a person typed.

User text never reaches a query-string parser of any engine: some die on nested parentheses, and operators that nobody meant
change the answer. Source: tantivy's ``parse_query_lenient`` ends the process on 3,000 of them (measured on 0.27.0).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from index.errors import QueryError
from index.model import Claim, Post
from index.ratings import Rating

MAX_QUERY_CHARACTERS = 10_000
MAX_LIMIT = 1_000
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Invisible marks that some keyboards and pages put before a sign in Arabic text."""

_PHRASE = re.compile(rf'(?<![^\s{_DIRECTIONS}])(-?)["“«„]([^"”»“]*)["”»“](?!\w)')
_EXCLUDED = re.compile(rf"(?<![^\s{_DIRECTIONS}])-(\w\S*)")


@dataclass(frozen=True, kw_only=True)
class TextQuery:
    """Words that should occur, phrases that must, and phrases or words that must not."""

    words: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimQuery:
    """Claims that say this, and match every filter; an empty filter lets everything pass.

    ``ratings`` and ``publishers`` (as they are written) ask for one verdict that has one of each: with both, what this
    organisation rated so. Only the newest revision of a verdict says something, and only one that stands
    (:data:`index.model.STANDING`).
    ``claim_ids`` asks for claims of these only, with the scores that they have among all.
    ``places`` and ``actors`` are identifiers of names (:mod:`index.names`) that a wording or the title mentions, one of each;
    ``with_media`` asks for a picture or video that is part of the claim.
    ``since`` and ``until`` bound the day of the first appearance (inclusive); ``order`` is by score, or newest first.
    ``cursor`` is the ``next_cursor`` of the page before.
    """

    text: TextQuery = TextQuery()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    ratings: tuple[Rating, ...] = ()
    publishers: tuple[str, ...] = ()
    claim_ids: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    with_media: bool = False
    since: date | None = None
    until: date | None = None
    order: Literal["relevance", "date"] = "relevance"
    limit: int = 20
    cursor: str = ""

    def __post_init__(self) -> None:
        check_limit(self.limit)


@dataclass(frozen=True, kw_only=True)
class PostQuery:
    """Posts that say this; filters as in :class:`ClaimQuery`, the day is that of publication (UTC)."""

    text: TextQuery = TextQuery()
    languages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    order: Literal["relevance", "date"] = "relevance"
    limit: int = 20
    cursor: str = ""

    def __post_init__(self) -> None:
        check_limit(self.limit)


Hit = TypeVar("Hit")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Hit]):
    """Part of an answer: best first, ties by identifier. ``next_cursor`` is empty on the last page."""

    hits: tuple[Hit, ...]
    total: int
    next_cursor: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimHit:
    """A claim found, its score (comparable only within one answer) and the query terms that it holds."""

    claim: Claim
    score: float
    matched_terms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VectorHit:
    """A claim one of whose texts means much the same, and the cosine between the two, from -1 to 1."""

    claim_id: str
    cosine: float


@dataclass(frozen=True, kw_only=True)
class PostHit:
    """A post found; see :class:`ClaimHit`."""

    post: Post
    score: float
    matched_terms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimCounts:
    """How many claims a query finds, all in all and by what they hold; exact. A claim in two languages counts for both.

    `languages` are tags in lower case with what they begin with, as they are filtered by (``fr-ml`` counts for ``fr`` too).
    `months` are those of the first appearance, ``2023-11``, or the year where no more is known; without a date for none.
    `places` and `actors` are identifiers of names; `media` is ``yes`` for claims that have any.
    `ratings` and `publishers` are those of the verdicts that stand on it now, each once for a claim however many say so.
    """

    total: int
    languages: Mapping[str, int]
    countries: Mapping[str, int]
    months: Mapping[str, int]
    ratings: Mapping[str, int]
    publishers: Mapping[str, int]
    places: Mapping[str, int]
    actors: Mapping[str, int]
    media: Mapping[str, int]

    def rank(self) -> Mapping[str, Mapping[str, int]]:
        """Return the values of each facet as one reads them: the most frequent first, but months from the latest on."""
        facets = {
            "rating": self.ratings,
            "publisher": self.publishers,
            "language": self.languages,
            "country": self.countries,
            "place": self.places,
            "actor": self.actors,
            "media": self.media,
        }
        ranked = {
            name: dict(sorted(held.items(), key=lambda count: (-count[1], count[0]))) for name, held in facets.items()
        }
        return {**ranked, "month": dict(sorted(self.months.items(), reverse=True))}


@dataclass(frozen=True, kw_only=True)
class FingerprintHit:
    """A fingerprint of a bank within the radius of the query code number ``query_index``."""

    query_index: int
    entry_id: str
    media_id: str
    distance_bits: int


@dataclass(frozen=True, kw_only=True)
class FeatureHit:
    """A bank entry that shares words with a picture, and the sum of their rarity (comparable only within one answer)."""

    entry_id: str
    media_id: str
    score: float


def parse_query(text: str) -> TextQuery:
    """Read what a person typed: words, ``"phrases in quotes"``, ``-excluded`` and ``-"excluded phrases"``.

    Nothing else has a meaning: parentheses, colons, stars and AND are just text.

    Raises:
        QueryError: *text* is longer than :data:`MAX_QUERY_CHARACTERS`.
    """
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryError(f"the search text has {len(text)} characters; at most {MAX_QUERY_CHARACTERS} can be asked")
    quoted = [(minus, phrase.strip()) for minus, phrase in _PHRASE.findall(text)]
    rest = _PHRASE.sub(" ", text)
    excluded = [phrase for minus, phrase in quoted if minus and phrase] + _EXCLUDED.findall(rest)
    typed = _EXCLUDED.sub(" ", rest).split()
    words = [word for word in typed if word.strip(_DIRECTIONS)]
    return TextQuery(
        words=" ".join(words or ([] if quoted or excluded else typed)),
        phrases=tuple(phrase for minus, phrase in quoted if not minus and phrase),
        excluded=tuple(excluded),
    )


def blank_excluded(text: str) -> str:
    """Put blanks in the place of what a person excluded, so that all else stays where it is."""
    kept = _PHRASE.sub(lambda phrase: " " * len(phrase[0]) if phrase[1] else phrase[0], text)
    return _EXCLUDED.sub(lambda word: " " * len(word[0]), kept)


def check_limit(limit: int) -> None:
    """Raise QueryError unless so many hits can be asked for at once."""
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError(f"a limit must lie between 1 and {MAX_LIMIT}, not {limit}")
