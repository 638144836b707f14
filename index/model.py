"""The vocabulary: what the desk keeps. Frozen, and the same in every backend.

Two families. A :class:`Record` is immutable: created once, named after its content. A :class:`Revised` record has a
history: nothing is overwritten, each change is a new revision. ``links()`` names the values under which a record can be
found again (:meth:`index.store.Store.find_linked`); backends need to know nothing else about a record.

Narrative, event, claim, medium and appearance are many-to-many, and several dated, attributed verdicts may stand
side by side on one claim. Terms follow schema.org (Claim, ClaimReview, MediaReview) and Google's Fact Check Tools.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from index.identifiers import digest_text
from index.ratings import AuthenticityCategory, Rating
from verify.evidence import MediaEvidence
from verify.hashing.base import Fingerprint

Links = Mapping[str, tuple[str, ...]]
Bank = Literal["known", "seen", "negative"]
MatchStatus = Literal["suggested", "confirmed", "rejected"]
Stance = Literal["repeats", "denies", "unclear"]
Role = Literal["checker", "analyst", "editor"]


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """That something was erased: by whom, when and why, and at whose request.

    ``files`` are the originals that went with what was named, by their SHA-256: whoever keeps copies lets them go too.
    """

    by: str
    at: datetime
    reason: str
    asked_by: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something that is kept: created once, never changed. What was erased leaves a stub (:mod:`index.erasing`)."""

    KIND: ClassVar[str] = ""

    id: str
    erased: Erasure | None = None

    @property
    def is_stub(self) -> bool:
        """Whether it was erased, and says nothing any more."""
        return self.erased is not None

    def links(self) -> Links:
        """Return the values under which this record is found again, by name; none by default."""
        return {}

    def guards(self) -> Links:
        """Return the values under which its stub is found, so that what was erased does not come back; none by default."""
        return {}

    def found_by(self) -> Links:
        """Return :meth:`links`, or of a stub :meth:`guards`."""
        return self.guards() if self.is_stub else self.links()

    def texts(self) -> tuple["Wording", ...]:
        """Return what the text search reads of this record; nothing by default."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Revised(Record):
    """A record with a history. ``revision`` counts from 1; 0 means that it was not stored yet.

    ``salt`` is drawn for each revision that the log names (:func:`index.log.entries.seal`); empty where none does.
    """

    revision: int = 0
    revised_at: datetime | None = None
    revised_by: str | None = None
    reason: str = ""
    salt: str = ""


@dataclass(frozen=True)
class Wording:
    """A text in one language (BCP 47 tag, ``und`` where unknown)."""

    language: str
    text: str


# --- what the crawlers bring -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A picture or video as its post names it; the bytes, once fetched, are a :class:`MediaItem`."""

    url: str
    kind: Literal["image", "video"]
    alt_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Post(Record):
    """A social post or a page as it was published; another text is another post. ``P-…``."""

    KIND: ClassVar[str] = "post"

    platform: str
    native_id: str
    url: str
    author: str
    author_name: str = ""
    title: str = ""
    text: str = ""
    language: str = "und"
    country: str | None = None
    published_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()

    def links(self) -> Links:
        return {
            "native_id": (f"{self.platform}:{self.native_id}",),
            "platform": (self.platform,),
            "author": (self.author,),
        }

    def guards(self) -> Links:
        return {"native_id": (f"{self.platform}:{self.native_id}",)}

    def texts(self) -> tuple[Wording, ...]:
        return tuple(Wording(self.language, text) for text in (self.title, self.text) if text)


@dataclass(frozen=True, kw_only=True)
class Capture(Record):
    """How something came to us: where from, when, by which tool. The first capture for a source stays. ``K-…``.

    ``metrics`` are counts as the platform gave them (likes, views); ``missing_media`` are (address, reason) of media whose
    bytes could not be had.
    """

    KIND: ClassVar[str] = "capture"

    subject_id: str
    source: str
    url: str
    retrieved_at: datetime
    tool: str
    event_id: str | None = None
    metrics: tuple[tuple[str, int], ...] = ()
    missing_media: tuple[tuple[str, str], ...] = ()

    def links(self) -> Links:
        return {"subject": (self.subject_id,), "source": (self.source,), "event": _some(self.event_id)}


@dataclass(frozen=True, kw_only=True)
class MediaReview:
    """What a publisher says of a medium itself, apart from the claim made with it (schema.org MediaReview)."""

    categories: tuple[AuthenticityCategory, ...]
    media_id: str | None = None
    media_urls: tuple[str, ...] = ()
    original_media_id: str | None = None
    original_url: str | None = None
    original_context: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimReview(Record):
    """A publisher's published check, verbatim; never our verdict. ``CR-…``."""

    KIND: ClassVar[str] = "claim_review"

    publisher: str
    publisher_site: str
    url: str
    claim_reviewed: str
    textual_rating: str
    title: str = ""
    language: str = "und"
    claimant: str = ""
    claim_date: str | None = None
    review_date: date | None = None
    rating_value: float | None = None
    best_rating: float | None = None
    worst_rating: float | None = None
    appearance_urls: tuple[str, ...] = ()
    media_reviews: tuple[MediaReview, ...] = ()
    raw_json: str = ""

    def links(self) -> Links:
        return {"url": (self.url,), "site": (self.publisher_site,)}


# --- media -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MediaItem(Record):
    """Original bytes that the vault keeps; the identifier comes from their SHA-256. ``M-…``."""

    KIND: ClassVar[str] = "media_item"

    sha256: str
    media_type: str
    kind: Literal["image", "video", "other"]
    size_bytes: int

    def links(self) -> Links:
        return {"sha256": (self.sha256,), "kind": (self.kind,)}


@dataclass(frozen=True, kw_only=True)
class MediaFacts(Record):
    """What one version of the media engine read in a medium, or why it refused to open it.

    ``thumbnail_sha256`` names a picture of a longer side of at most 448 pixels in the vault, which candidates are compared
    with. ``text`` are the words read in a still; ``None`` where nobody could read them. ``refusal_reason`` is the code of
    :class:`verify.errors.MediaRefusedError`.

    What the file itself says, when it was kept, under the settings of that day: ``metadata`` are (name, value), capped by the
    engine; ``position`` is latitude and longitude in degrees; ``digital_source_types`` are IPTC's codes; ``credentials`` is the
    state of its content credentials (:mod:`verify.metadata.credentials`), empty where nobody looked; ``notes`` say what was
    there and was not read. Nothing of it but the credentials is checked, and the position belongs into no report.
    """

    KIND: ClassVar[str] = "media_facts"

    media_id: str
    engine: str
    width: int = 0
    height: int = 0
    duration_seconds: float | None = None
    has_audio: bool | None = None
    frame_count: int = 0
    refusal: str | None = None
    thumbnail_sha256: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    refusal_reason: str = ""
    position: tuple[float, float] | None = None
    digital_source_types: tuple[str, ...] = ()
    credentials: str = ""
    notes: tuple[str, ...] = ()

    def links(self) -> Links:
        return {
            "media": (self.media_id,),
            "digital_source_type": self.digital_source_types,
            "credentials": () if self.credentials in ("none", "not-read") else _some(self.credentials),
        }


@dataclass(frozen=True, kw_only=True)
class BankEntry(Record):
    """What a medium is found by in one bank: ``known`` earlier media, everything ``seen`` while collecting, or ``negative``.

    A medium that was only checked is in no bank. Flags, maps, logos and lower thirds are negative (see :class:`Negative`):
    known as such, and no evidence by themselves. *Bank* is the term of Meta's ThreatExchange.

    ``words`` are the terms of the media engine's local features, as :mod:`index.features` allows them, each once;
    ``features`` are what the engine verifies a candidate with, opaque to everybody else (base64).

    A video has an entry for all of it, with the fingerprints, and one for each frame that local features remember: that has a
    ``frame_index``, ``at_seconds`` of the video's time, the frame's ``width`` and ``height`` in pixels, and a thumbnail. The
    link ``bank`` of such a one is ``known-frame`` or ``seen-frame``, so that a video counts once.
    """

    KIND: ClassVar[str] = "bank_entry"

    media_id: str
    bank: Bank
    engine: str
    fingerprints: tuple[Fingerprint, ...]
    words: tuple[str, ...] = ()
    features: str = ""
    frame_index: int | None = None
    at_seconds: float | None = None
    width: int = 0
    height: int = 0
    thumbnail_sha256: str | None = None

    def links(self) -> Links:
        return {"media": (self.media_id,), "bank": (self.bank if self.frame_index is None else f"{self.bank}-frame",)}


@dataclass(frozen=True, kw_only=True)
class Appearance(Record):
    """Where and when a medium or a claim was seen (schema.org ``appearance``). ``A-…``.

    ``role``: ``known`` is an earlier use whose origin somebody established, ``seen`` one that was collected, ``checked`` one
    on the page of a published check, which shows it in order to refute it.
    ``appeared_on`` has the precision of its source (:mod:`index.dates`).
    """

    KIND: ClassVar[str] = "appearance"

    subject_id: str
    role: Literal["known", "seen", "checked"]
    url: str
    post_id: str | None = None
    platform: str = ""
    account: str = ""
    appeared_on: str | None = None
    country: str | None = None
    caption: str = ""

    def links(self) -> Links:
        return {"subject": (self.subject_id,), "post": _some(self.post_id), "role": (self.role,)}


@dataclass(frozen=True, kw_only=True)
class Negative(Revised):
    """A person's word that a medium shows nothing by itself: a flag, a map, a logo, a lower third. Named as its medium.

    It holds while ``active``; ``label`` says what the medium is. Who, when and why stand in the revision.
    """

    KIND: ClassVar[str] = "negative"

    label: str
    active: bool

    def links(self) -> Links:
        return {"active": ("yes",) if self.active else ()}


@dataclass(frozen=True, kw_only=True)
class Sensitive(Revised):
    """A person's word that a medium is hard to look at: the dead, the wounded, nakedness. Named as its medium.

    It holds while ``active``; ``label`` says in a few words what is to be seen. Who, when and why stand in the revision.
    """

    KIND: ClassVar[str] = "sensitive"

    label: str
    active: bool

    def links(self) -> Links:
        return {"active": ("yes",) if self.active else ()}


@dataclass(frozen=True, kw_only=True)
class Match(Revised):
    """Two media that may be the same: suggested by a method, a fact only once a person confirmed it. ``X-…``.

    ``subject_id`` is the later use, ``target_id`` the known medium. A match never carries a verdict.
    """

    KIND: ClassVar[str] = "match"

    subject_id: str
    target_id: str
    status: MatchStatus
    evidence: MediaEvidence
    engine: str
    suggested_at: datetime
    judged_by: str | None = None
    judged_at: datetime | None = None

    def links(self) -> Links:
        return {
            "subject": (self.subject_id,),
            "target": (self.target_id,),
            "media": (self.subject_id, self.target_id),
            "status": (self.status,),
        }


@dataclass(frozen=True, kw_only=True)
class MatchReasons:
    """Why a post may speak of a claim: words and numbers of the post that the claim holds too, names, and what else they share.

    ``cosine`` is that of their meanings, ``days_apart`` lie between the two, ``shared_media`` counts the claim's media that the
    post shows. ``by_meaning_alone``: no word speaks for it.
    """

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    cosine: float | None = None
    days_apart: int | None = None
    shared_media: int = 0
    by_meaning_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class ClaimMatch(Revised):
    """A post and a claim that it may repeat: suggested by a method, a fact only once a person confirmed it. ``XC-…``.

    It never carries a verdict. ``stance`` says what the post does with the claim, as the method or the person judged it; only
    ``repeats`` is a repetition. ``probability`` is the method's that the post speaks of the claim, ``engine`` names the method.
    """

    KIND: ClassVar[str] = "claim_match"

    post_id: str
    claim_id: str
    status: MatchStatus
    stance: Stance
    probability: float
    reasons: MatchReasons
    engine: str
    suggested_at: datetime
    judged_by: str | None = None
    judged_at: datetime | None = None

    @property
    def is_repetition(self) -> bool:
        """Whether a person confirmed that the post repeats the claim."""
        return self.status == "confirmed" and self.stance == "repeats"

    def links(self) -> Links:
        return {"post": (self.post_id,), "claim": (self.claim_id,), "status": (self.status,)}


# --- what people state and conclude ----------------------------------------------------------------------------------

VerdictStatus = Literal["draft", "in_review", "published", "corrected", "withdrawn", "suppressed"]
STANDING = ("published", "corrected")
"""The statuses of verdicts that stand: a draft does not yet, a withdrawn or suppressed one no more."""
CheckPoint = Literal["who", "where", "when", "source", "original", "contact"]


@dataclass(frozen=True)
class ClaimMedia:
    """A medium's part in a claim: ``shown`` as proof of it, or the ``original`` that it really is."""

    media_id: str
    role: Literal["shown", "original"]


@dataclass(frozen=True, kw_only=True)
class Claim(Revised):
    """A checkable statement, with its wordings in several languages. ``C-2023-0007``.

    ``about_ids``: the claims or media that this one is about (an official denial is a claim about a medium).
    ``external_ids``: addresses and numbers under which others published it.
    ``merged_into``: the claim that says the same and is read in its place; this one stays with all that is tied to it.
    The link ``text`` holds the digests of its passages (:func:`index.identifiers.digest_text`).
    """

    KIND: ClassVar[str] = "claim"

    wordings: tuple[Wording, ...]
    title: str = ""
    claimant: str = ""
    first_appeared_on: str | None = None
    countries: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    narrative_ids: tuple[str, ...] = ()
    media: tuple[ClaimMedia, ...] = ()
    about_ids: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    demo: bool = False
    merged_into: str | None = None

    @property
    def text(self) -> str:
        """The first wording."""
        return self.wordings[0].text

    @property
    def language(self) -> str:
        """The language of the first wording."""
        return self.wordings[0].language

    def links(self) -> Links:
        return {
            "country": self.countries,
            "event": self.event_ids,
            "narrative": self.narrative_ids,
            "media": tuple(dict.fromkeys(medium.media_id for medium in self.media)),
            "about": self.about_ids,
            "external_id": self.external_ids,
            "merged_into": _some(self.merged_into),
            "text": tuple(dict.fromkeys(digest_text(passage.text) for passage in self.passages())),
        }

    def texts(self) -> tuple[Wording, ...]:
        title = (Wording(self.language, self.title),) if self.title else ()
        return (*self.wordings, *title)

    def passages(self) -> tuple["Wording", ...]:
        """Return what it says in each language: all texts in one, each once, a line for each; empty ones are left out."""
        said: dict[str, dict[str, None]] = {}
        for wording in self.texts():
            if wording.text.strip():
                said.setdefault(wording.language, {})[wording.text] = None
        return tuple(Wording(language, "\n".join(texts)) for language, texts in said.items())


@dataclass(frozen=True, kw_only=True)
class TextVector(Record):
    """What an encoder makes of a passage of a claim (:mod:`index.meaning`); the passage by its digest. ``TV-…``.

    A claim is found through it as long as its newest revision has that passage. ``codes`` are the components of the vector
    as signed bytes, base64, each the nearest whole number to 127 times its share of the largest one (halves to the even one);
    an encoder's vectors all have as many, at most 1,024.
    """

    KIND: ClassVar[str] = "text_vector"

    claim_id: str
    encoder: str
    digest: str
    codes: str

    def links(self) -> Links:
        return {"claim": (self.claim_id,), "encoder": (self.encoder,)}


@dataclass(frozen=True)
class Checked:
    """What was found out at one point of the checklist: who made it, where and when, where it comes from, who was asked."""

    point: CheckPoint
    answer: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a published verdict is to say instead, and why, as somebody proposed it; nobody else has agreed yet."""

    by: str
    reason: str
    rating: Rating | None
    textual_rating: str
    rating_scale_id: str = ""
    explanation: tuple[Wording, ...] = ()
    review_date: date | None = None
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict(Revised):
    """A dated, attributed conclusion on one claim; superseded by a revision, never edited. ``V-2023-0007``.

    The verdict is on the *use*; ``media_reviews`` say what the media themselves are. An ``external`` verdict is another
    organisation's: its words stay verbatim in ``textual_rating`` and in the ClaimReview that it came from.
    ``rating_scale_id`` names the scale that the label is of (:mod:`index.scales`). ``drafted_by`` are all who wrote what it
    says, ``approved_by`` is who agreed. A ``proposed`` correction changes nothing that readers see; ``release`` is the revision
    that they have, 0 where that is each one.
    """

    KIND: ClassVar[str] = "verdict"

    claim_id: str
    publisher: str
    rating: Rating | None
    textual_rating: str
    publisher_site: str = ""
    external: bool = False
    status: VerdictStatus = "published"
    explanation: tuple[Wording, ...] = ()
    review_date: date | None = None
    published_at: datetime | None = None
    url: str = ""
    claim_review_id: str | None = None
    media_reviews: tuple[MediaReview, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    rating_scale_id: str = ""
    checklist: tuple[Checked, ...] = ()
    drafted_by: tuple[str, ...] = ()
    approved_by: str | None = None
    proposed: Correction | None = None
    release: int = 0

    @property
    def cited_as(self) -> str:
        """The number under which readers have it: a revision that only proposes a correction, or turns one down, is none."""
        return f"{self.id}.{self.release or self.revision}"

    @property
    def stands(self) -> bool:
        """Whether the claim is shown, found and counted with it (:data:`STANDING`)."""
        return self.status in STANDING and not self.is_stub

    def links(self) -> Links:
        media = (review.media_id for review in self.media_reviews)
        return {
            "claim": (self.claim_id,),
            "status": (self.status,),
            "proposed": ("yes",) if self.proposed else (),
            "rating": _some(self.rating and self.rating.value),
            "publisher": _some(self.publisher),
            "claim_review": _some(self.claim_review_id),
            "media": tuple(dict.fromkeys(media_id for media_id in media if media_id)),
        }


@dataclass(frozen=True, kw_only=True)
class Evidence(Record):
    """What supports a claim's or a verdict's statement: a page, a document, a medium, a note. ``E-…``."""

    KIND: ClassVar[str] = "evidence"

    title: str
    url: str = ""
    publisher: str = ""
    published_on: str | None = None
    archived_url: str = ""
    sha256: str | None = None
    note: str = ""

    def links(self) -> Links:
        return {"url": _some(self.url)}


@dataclass(frozen=True, kw_only=True)
class Narrative(Revised):
    """The story that claims tell again and again. ``N-…``."""

    KIND: ClassVar[str] = "narrative"

    names: tuple[Wording, ...]
    demo: bool = False


@dataclass(frozen=True, kw_only=True)
class Event(Revised):
    """What is being followed, and what to collect it with; the identifier is its name (``kidal-tunnels-2023``)."""

    KIND: ClassVar[str] = "event"

    names: tuple[Wording, ...]
    countries: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    words: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    demo: bool = False

    def links(self) -> Links:
        return {"country": self.countries, "demo": ("yes",) if self.demo else ()}


# --- the desk itself -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Person(Revised):
    """Somebody who judges or publishes. Until sign-in comes, a declaration between colleagues, not protection."""

    KIND: ClassVar[str] = "person"

    name: str
    organisation: str = ""
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SavedSearch(Revised):
    """A search of claims that somebody keeps under a name; the identifier is the folded name. It holds while ``active``.

    The filters are those of :class:`index.query.ClaimQuery`.
    """

    KIND: ClassVar[str] = "saved_search"

    name: str
    active: bool
    text: str = ""
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    ratings: tuple[Rating, ...] = ()
    publishers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    with_media: bool = False
    since: date | None = None
    until: date | None = None
    order: Literal["relevance", "date"] = "relevance"

    def links(self) -> Links:
        return {"active": ("yes",) if self.active else ()}


@dataclass(frozen=True, kw_only=True)
class Report(Revised):
    """The month of one country in one language, as it was frozen; the files lie in the vault. ``R-ML-2023-11-fr``.

    ``more_sha256`` are (format, SHA-256) beside HTML and JSON, ``thumbnails_sha256`` the pictures of its snapshot, ``cites`` the
    verdicts at the revisions that it says (``V-2023-0007.2``).
    """

    KIND: ClassVar[str] = "report"

    country: str
    month: str
    language: str
    built_at: datetime
    html_sha256: str
    json_sha256: str
    case_count: int
    demo: bool = False
    more_sha256: tuple[tuple[str, str], ...] = ()
    thumbnails_sha256: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()

    @property
    def is_stub(self) -> bool:
        """No: where something that it showed was erased, a redacted edition stands in its place."""
        return False

    def files(self) -> Mapping[str, str]:
        """Return the SHA-256 of every format by its name."""
        return {"html": self.html_sha256, "json": self.json_sha256, **dict(self.more_sha256)}

    def links(self) -> Links:
        return {"country": (self.country,), "month": (self.month,)}


@dataclass(frozen=True, kw_only=True)
class Cursor(Revised):
    """How far a source was read: an opaque position that only its source understands."""

    KIND: ClassVar[str] = "cursor"

    source: str
    position: str


@dataclass(frozen=True, kw_only=True)
class Serial(Revised):
    """The last number that was surely given for a prefix and year (:mod:`index.numbering`)."""

    KIND: ClassVar[str] = "serial"

    last: int


@dataclass(frozen=True, kw_only=True)
class Lease(Revised):
    """Who does a piece of work now, so that nobody else does it too (:mod:`index.leases`); ``holder`` is empty when it is free.

    ``seconds``: after so long without a new revision whoever waits may take it over.
    """

    KIND: ClassVar[str] = "lease"

    holder: str
    seconds: float


RECORDS: tuple[type[Record], ...] = (
    Post, Capture, ClaimReview, MediaItem, MediaFacts, BankEntry, Appearance, Evidence, TextVector,
)  # fmt: skip
REVISED: tuple[type[Revised], ...] = (
    Match,
    ClaimMatch,
    Negative,
    Sensitive,
    Claim,
    Verdict,
    Narrative,
    Event,
    Person,
    SavedSearch,
    Report,
    Cursor,
    Serial,
    Lease,
)
KINDS: Mapping[str, type[Record]] = {record.KIND: record for record in (*RECORDS, *REVISED)}
LASTING: Mapping[str, type[Record]] = {name: kind for name, kind in KINDS.items() if kind is not Lease}
"""The kinds that mean something in another store too."""


def _some(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
