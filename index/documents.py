"""What the text search knows of a record: its analysed passages, and what it is filtered and ordered by.

Computed once, when the record is kept, and the same for every backend, so that all of them find and rank alike.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from index.analysis import ANALYSIS_VERSION, UNKNOWN, analyse, is_name, show_term
from index.dates import check_partial, first_day, last_day
from index.errors import RecordFormatError
from index.languages import identify_language
from index.model import Claim, Post, Record, Wording
from index.names.cells import PLACE_KINDS, Kind
from index.names.gazetteer import ACTOR_KINDS, get_names, load_gazetteer

BREAK = ""
"""Stands between two texts of a passage, so that no phrase runs from one into the next."""

HAS_MEDIA = "yes"


def get_mark() -> str:
    """Return what tells how documents are made now: those that were made otherwise must be made anew before they are searched."""
    return f"{ANALYSIS_VERSION}-{get_names().digest[:16]}"


@dataclass(frozen=True)
class Passage:
    """All texts of a record in one language, as terms in reading order, with :data:`BREAK` between texts.

    Behind each stand the names that it mentions (:mod:`index.names`), which are the same in every language.
    """

    language: str
    terms: tuple[str, ...]

    @property
    def length(self) -> int:
        """The number of terms."""
        return len(self.terms) - self.terms.count(BREAK)


@dataclass(frozen=True)
class Document:
    """A record as the text search sees it.

    ``facets`` are the values to filter by: ``language`` (in lower case, with and without its subtags), ``country``,
    ``place`` and ``actor`` (the identifiers of names), ``media`` (:data:`HAS_MEDIA`), ``platform``.
    ``first_day`` and ``last_day`` are the days (ISO 8601) between which its date lies, ``newest`` is what
    it is ordered by, latest first; all three are empty without a date.
    """

    id: str
    passages: tuple[Passage, ...]
    facets: Mapping[str, tuple[str, ...]]
    first_day: str = ""
    last_day: str = ""
    newest: str = ""


@dataclass(frozen=True)
class Filters:
    """What a document must hold: for each facet one of its values (none: anything), and a date in the period.

    And it must be one of ``ids`` (none: any).
    And what a claim must have: one verdict that stands, of one of these ratings and publishers (none: any). Its document does
    not say which it has.
    """

    facets: Mapping[str, tuple[str, ...]]
    since: str = ""
    until: str = ""
    ratings: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def let_pass(self, document: Document) -> bool:
        """Tell whether a document passes, whatever its verdicts. One without a date passes no period."""
        if self.ids and document.id not in self.ids:
            return False
        if self.since and document.last_day < self.since:
            return False
        if self.until and not "" < document.first_day <= self.until:
            return False
        facets = ((values, document.facets.get(name, ())) for name, values in self.facets.items() if values)
        return all(any(value in held for value in values) for values, held in facets)


def build_document(record: Record) -> Document | None:
    """Analyse a record for the text search; ``None`` if records of its kind are not searched, or it was erased.

    Raises:
        RecordFormatError: A claim has no wording, or the day on which it first appeared is no date.
    """
    if record.is_stub:
        return None
    if isinstance(record, Post):
        return _build_from_post(record)
    if isinstance(record, Claim):
        return _build_from_claim(record)
    return None


def _build_from_post(post: Post) -> Document:
    moment = post.published_at.astimezone(UTC) if post.published_at else None
    day = moment.date().isoformat() if moment else ""
    language = post.language if post.language != UNKNOWN else identify_language(f"{post.title} {post.text}")
    return Document(
        id=post.id,
        passages=_analyse_passages(replace(post, language=language).texts()),
        facets={"language": _spread_tags(language), "platform": (post.platform,)},
        first_day=day,
        last_day=day,
        newest=moment.isoformat(timespec="microseconds") if moment else "",
    )


def _build_from_claim(claim: Claim) -> Document:
    if not claim.wordings:
        raise RecordFormatError(f"claim {claim.id!r} cannot be kept: it needs a wording")
    first, last = _read_days(claim)
    passages = _analyse_passages(claim.texts())
    return Document(
        id=claim.id,
        passages=passages,
        facets={
            "language": _spread_tags(*(wording.language for wording in claim.wordings)),
            "country": tuple(dict.fromkeys(claim.countries)),
            "place": _list_names(passages, PLACE_KINDS),
            "actor": _list_names(passages, ACTOR_KINDS),
            "media": (HAS_MEDIA,) if claim.media else (),
        },
        first_day=first,
        last_day=last,
        newest=first,
    )


def _read_days(claim: Claim) -> tuple[str, str]:
    if claim.first_appeared_on is None:
        return "", ""
    try:
        appeared = check_partial(claim.first_appeared_on)
        days = first_day(appeared), last_day(appeared)
    except (ValueError, OverflowError) as error:
        message = f"claim {claim.id!r} cannot be kept: first_appeared_on {claim.first_appeared_on!r} is no date"
        raise RecordFormatError(message) from error
    return days[0].isoformat(), days[1].isoformat()


def _analyse_passages(wordings: tuple[Wording, ...]) -> tuple[Passage, ...]:
    texts: dict[str, list[str]] = {}
    for wording in wordings:
        terms, names = analyse(wording.text, wording.language), load_gazetteer().name_terms(wording.text)
        if terms:
            known = texts.setdefault(lower_tag(wording.language), [])
            known.extend((BREAK, *terms) if known else terms)
            known.extend((BREAK, *names) if names else ())
    return tuple(Passage(language, tuple(terms)) for language, terms in texts.items())


def _list_names(passages: tuple[Passage, ...], kinds: Collection[Kind]) -> tuple[str, ...]:
    """Return the identifiers of the names of these kinds that passages mention, each once."""
    terms = (term for passage in passages for term in passage.terms if is_name(term))
    names = load_gazetteer().names
    return tuple(name for name in map(show_term, dict.fromkeys(terms)) if names[name].kind in kinds)


def _spread_tags(*languages: str) -> tuple[str, ...]:
    """Return each tag and what it begins with: ``fr-ML`` is also ``fr``."""
    tags: dict[str, None] = {}
    for language in languages:
        parts = lower_tag(language).split("-")
        tags.update(dict.fromkeys("-".join(parts[:count]) for count in range(1, len(parts) + 1)))
    return tuple(tags)


def lower_tag(language: str) -> str:
    """Write a language tag as passages and facets do."""
    return language.replace("_", "-").lower()
