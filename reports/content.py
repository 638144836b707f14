"""What a monthly report says: data only, in the order in which it is shown.

Texts of ours are in the report's language; texts from elsewhere keep theirs (:class:`index.model.Wording`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from index.model import STANDING, MatchStatus, Wording
from index.ratings import AuthenticityCategory, Rating
from reports.citations import Source, Statement

ReasonCode = Literal["first_appeared", "verdict_published", "verdict_corrected", "verdict_withdrawn"]
Basis = Literal["claim", "shown", "confirmed", "suggested"]
CountGroup = Literal["cases", "ratings", "narratives", "actors", "platforms", "languages", "days", "uses"]
GapCode = Literal[
    "no_verdict",
    "rating_not_mapped",
    "date_not_precise",
    "match_not_judged",
    "media_refused",
    "media_not_fetched",
    "original_missing",
    "original_altered",
    "no_copy",
]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a case belongs to the month; ``on`` is a partial date or a moment in ISO 8601."""

    code: ReasonCode
    on: str
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class LogProof:
    """Where the log names a revision: the entry's number (from 0) and text, and the digest of the record that it names.

    ``path`` are the hashes (base64) that lead from the entry to the root of the report's checkpoint (RFC 6962).
    """

    number: int
    digest: str
    entry: str
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShortLink:
    """A short address of a verdict at its revision, and the rows of its QR code: 1 is dark, without the light frame."""

    url: str
    modules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LogState:
    """How the log stood when the report was frozen: the signed checkpoint, its entries, the SHA-256 (hex) of the key."""

    checkpoint: str
    size: int
    key_sha256: str


@dataclass(frozen=True, kw_only=True)
class MediaFinding:
    """What a verdict says of a medium itself."""

    categories: tuple[AuthenticityCategory, ...]
    media_id: str | None
    original_media_id: str | None
    original_url: str | None
    original_context: str
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class EarlierRevision:
    """What a verdict said before it was superseded; ``id`` carries the revision."""

    id: str
    rating: Rating | None
    textual_rating: str
    on: str | None
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class VerdictEntry:
    """One organisation's verdict at the revision that this report cites (``id`` is ``V-2023-0001.2``).

    ``logged`` is its place in the log, ``None`` before the report is frozen; ``link`` leads to its page where the desk has a
    public address.
    """

    id: str
    verdict_id: str
    revision: int
    publisher: str
    publisher_site: str
    external: bool
    status: str
    rating: Rating | None
    textual_rating: str
    review_date: date | None
    published_at: datetime | None
    url: str
    reason: str
    explanations: tuple[Wording, ...]
    media_findings: tuple[MediaFinding, ...]
    earlier: tuple[EarlierRevision, ...]
    evidence_ids: tuple[str, ...]
    statement: Statement
    logged: LogProof | None = None
    link: ShortLink | None = None


@dataclass(frozen=True, kw_only=True)
class MediumEntry:
    """A medium of a case. ``thumbnail`` is a JPEG; where there is none, ``missing`` says why.

    ``appeared_on`` is the earliest dated appearance, in the role in which the medium stands here. ``blurred``: it is hard to
    look at, and the thumbnail shows too little of it to be so.
    """

    media_id: str
    sha256: str
    media_type: str
    kind: str
    size_bytes: int
    width: int
    height: int
    duration_seconds: float | None
    has_audio: bool | None
    alt: str
    caption: str
    appeared_on: str | None
    source_urls: tuple[str, ...]
    missing: str
    thumbnail: bytes | None = field(repr=False)
    thumbnail_size: tuple[int, int]
    blurred: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A known medium beside its later use.

    ``match_id`` carries the revision; it is ``None``, and ``status`` empty, where a verdict states the relation and no
    method found it. ``alterations`` are the codes of :class:`verify.evidence.MediaEvidence` and ``sound-removed``;
    ``done`` says them with the figures, in the report's language.
    """

    match_id: str | None
    status: MatchStatus | Literal[""]
    method: str
    distance_bits: int | None
    alterations: tuple[str, ...]
    done: str
    known: MediumEntry
    use: MediumEntry
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class Spread:
    """One place where the claim or its media were seen.

    ``basis``: ``claim`` (the wording itself), ``shown`` (a medium that the claim names), or the status of the match that
    joins its medium to the claim's (``suggested`` says that nobody confirmed it). ``role`` ``known`` is the original's own.
    ``metrics`` are as the platform counted them at ``retrieved_at``.
    """

    id: str
    role: Literal["known", "seen", "checked"]
    basis: Basis
    subject_id: str
    match_id: str | None
    post_id: str | None
    capture_id: str | None
    platform: str
    account: str
    account_name: str
    language: str
    country: str | None
    appeared_on: str | None
    url: str
    metrics: tuple[tuple[str, int], ...]
    retrieved_at: datetime | None
    cites: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MediumUse:
    """One place where a medium or a copy of it was known or seen; ``claim_ids`` are those that it was shown with.

    ``place`` is the post, or else the address or the appearance.
    """

    id: str
    place: str
    role: Literal["known", "seen", "checked"]
    media_id: str
    appeared_on: str | None
    platform: str
    account: str
    url: str
    claim_ids: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReusedMedium:
    """A medium with its copies, in how many places it was seen, and each of its uses in order of time.

    ``pictures`` are at most six of it, the original first; uses without a date come last.
    """

    media_id: str
    places: int
    pictures: tuple[MediumEntry, ...]
    uses: tuple[MediumUse, ...]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A narrative, or somebody whom a claim names, by its identifier and its name in the report's language."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One claim of the month, with everything known of it.

    ``actors`` are the groups, missions, organisations and persons that its wordings name.
    """

    claim_id: str
    revision: int
    wording: Wording
    other_wordings: tuple[Wording, ...]
    title: str
    claimant: str
    first_appeared_on: str | None
    countries: tuple[str, ...]
    demo: bool
    cites: tuple[str, ...]
    reasons: tuple[Reason, ...]
    about: tuple[Statement, ...]
    verdicts: tuple[VerdictEntry, ...]
    disagreements: tuple[Statement, ...]
    comparisons: tuple[Comparison, ...]
    further_matches: tuple[Statement, ...]
    media: tuple[MediumEntry, ...]
    spread: tuple[Spread, ...]
    evidence_ids: tuple[str, ...]
    narratives: tuple[Named, ...] = ()
    actors: tuple[Named, ...] = ()

    @property
    def cited_as(self) -> str:
        """The claim at this revision."""
        return f"{self.claim_id}.{self.revision}"

    @property
    def standing(self) -> tuple[VerdictEntry, ...]:
        """The verdicts that nobody took back."""
        return tuple(verdict for verdict in self.verdicts if verdict.status in STANDING)


@dataclass(frozen=True, kw_only=True)
class Count:
    """A figure; ``cites`` are the identifiers that were counted.

    ``days`` are from first appearance to first verdict, ``uses`` the appearances of the media that were used most.
    """

    group: CountGroup
    key: str
    label: str
    value: int
    cites: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that could not be checked, or is not known well enough."""

    code: GapCode
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class CitedVerdict:
    """A verdict that the editor's text cites, at the revision that was published when the report was built.

    ``number`` counts from 1 in the order of first citation; ``cited_as`` is how the text writes it.
    """

    number: int
    id: str
    cited_as: tuple[str, ...]
    claim_id: str
    wording: Wording
    publisher: str
    rating: Rating | None
    textual_rating: str
    on: str | None
    url: str
    evidence: tuple[Source, ...]
    statement: Statement
    logged: LogProof | None = None
    link: ShortLink | None = None


@dataclass(frozen=True, kw_only=True)
class CitedChange:
    """What became of a verdict that an earlier report cites: ``was`` and ``now`` carry the revisions."""

    verdict_id: str
    was: str
    now: str
    status: str
    on: datetime | None
    reason: str
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class BalanceRow:
    """The cases of one claimant (empty: not known), and in how many each family of ratings occurs."""

    claimant: str
    cases: int
    true: int
    partly: int
    false: int
    open: int
    cites: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MonthlyReport:
    """The month of one country in one language. ``nothing_logged`` is set where there is no case.

    ``text`` is what the editor wrote (Markdown), ``cited`` what it cites; ``corrections`` are those since the last report.
    ``log`` is ``None`` before the report is frozen.
    """

    id: str
    country: str
    month: str
    language: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    built_at: datetime
    built_by: str
    demo: bool
    log: LogState | None = None
    nothing_logged: Statement | None
    text: str
    cited: tuple[CitedVerdict, ...]
    counts: tuple[Count, ...]
    balance: tuple[BalanceRow, ...]
    reused: tuple[ReusedMedium, ...] = ()
    cases: tuple[Case, ...]
    corrections: tuple[CitedChange, ...]
    gaps: tuple[Gap, ...]
    method: tuple[Statement, ...]
    sources: tuple[Source, ...]

    def iter_verdicts(self) -> Iterator[CitedVerdict | VerdictEntry]:
        """Yield the verdicts that the text cites, then those of the cases; some are both."""
        yield from self.cited
        for case in self.cases:
            yield from case.verdicts
