"""How far an erasure reaches: what is kept of a record only for its sake, and who else names it or says the same words."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.codec import encode
from index.erasing import KEPT
from index.errors import RecordNotFoundError
from index.model import (
    Appearance,
    BankEntry,
    Capture,
    Claim,
    ClaimMatch,
    ClaimReview,
    Evidence,
    Match,
    MediaFacts,
    MediaItem,
    Negative,
    Person,
    Post,
    Record,
    Report,
    Revised,
    SavedSearch,
    Sensitive,
    TextVector,
    Verdict,
)
from index.store import Store, iter_everything
from sankofa.errors import InputError

_NAMED = {
    "P": Post, "M": MediaItem, "C": Claim, "V": Verdict, "E": Evidence, "CR": ClaimReview, "K": Capture, "A": Appearance,
}  # fmt: skip
_OF_POST = ((Capture, "subject"), (Appearance, "post"), (ClaimMatch, "post"))
_OF_MEDIUM = ((MediaFacts, "media"), (BankEntry, "media"), (Appearance, "subject"), (Match, "media"))
_OF_CLAIM = ((TextVector, "claim"), (Appearance, "subject"), (ClaimMatch, "claim"))
_PARTS: Mapping[type[Record], tuple[tuple[type[Record], str], ...]] = {
    Post: _OF_POST,
    MediaItem: _OF_MEDIUM,
    Claim: _OF_CLAIM,
}
_UNREAD = (BankEntry, TextVector)
"""Nobody's words stand in these."""
_LEAST = 8
"""Shorter texts are no words that could be told from others."""


@dataclass(frozen=True)
class Mention:
    """A record that stays, and names what is erased or says its words; `says` is ``names`` or ``repeats``."""

    kind: str
    id: str
    says: str


@dataclass(frozen=True)
class Survey:
    """What everything else says: mentions, and the originals that records which stay rest on."""

    mentions: tuple[Mention, ...]
    needed: frozenset[str]


def find_subject(store: Store, given: str) -> Record:
    """Return the newest revision of what is named by its identifier, or as ``person:awa.diarra``.

    Raises:
        RecordNotFoundError: There is none.
        InputError: Nothing of that kind is erased.
    """
    kinds = {kind.KIND: kind for kind in KEPT}
    name, _, record_id = given.partition(":")
    if name in kinds and record_id:
        return store.get(kinds[name], record_id)
    prefix = given.partition("-")[0]
    if prefix in _NAMED:
        return store.get(_NAMED[prefix], given)
    try:
        return store.get(Person, given)
    except RecordNotFoundError as error:
        raise InputError(
            f"{given} cannot be erased: name a post (P-…), a medium (M-…), a claim (C-…), a verdict (V-…), evidence (E-…), a"
            f" published check (CR-…), or another record as KIND:ID, where KIND is one of {', '.join(sorted(kinds))}"
        ) from error


def list_parts(store: Store, subjects: Sequence[Record]) -> tuple[Record, ...]:
    """Return the subjects, and what is kept only for their sake, each at its newest revision; no stubs."""
    found: dict[tuple[str, str], Record] = {(one.KIND, one.id): one for one in subjects}
    for subject in subjects:
        for kind, by in _PARTS.get(type(subject), ()):
            found |= {(part.KIND, part.id): part for part in store.find_linked(kind, by, [subject.id])}
        if isinstance(subject, MediaItem):
            for kind in (Negative, Sensitive):
                found |= {(mark.KIND, mark.id): mark for mark in store.get_many(kind, [subject.id]).values()}
    return tuple(found.values())


def list_revisions(store: Store, parts: Sequence[Record]) -> tuple[Record, ...]:
    """Return every revision of records that still says something."""
    revisions = (store.get_history(type(one), one.id) if isinstance(one, Revised) else (one,) for one in parts)
    return tuple(revision for history in revisions for revision in history if revision.erased is None)


def list_words(record: Record) -> Iterator[str]:
    """Yield the texts by which what a record says is recognised elsewhere."""
    match record:
        case Post():
            yield from (record.title, record.text, record.url)
            yield from (each.alt_text for each in record.attachments)
        case Claim():
            yield from (record.title, *(wording.text for wording in record.wordings))
        case Verdict():
            yield from (record.url, *(wording.text for wording in record.explanation))
            yield from (checked.answer for checked in record.checklist)
        case Evidence():
            yield from (record.title, record.url, record.archived_url, record.note)
        case ClaimReview():
            yield from (record.title, record.url, record.claim_reviewed)
        case Appearance() | Capture():
            yield record.url
            yield getattr(record, "caption", "")
        case MediaFacts():
            yield record.text or ""
        case Person() if record.name != record.id:
            yield record.name


def choose_words(revisions: Sequence[Record]) -> tuple[str, ...]:
    """Return the texts of what is erased that can be told from others, the longest first."""
    words = {word.strip() for record in revisions for word in list_words(record)}
    return tuple(sorted((word for word in words if len(word) >= _LEAST), key=lambda word: (-len(word), word)))


def list_originals(record: Record) -> Iterator[str]:
    """Yield the originals, thumbnails and files that a record rests on, by their SHA-256; of a stub those that went with it."""
    if record.erased is not None:
        yield from record.erased.files
    match record:
        case MediaItem() | Evidence() if record.sha256:
            yield record.sha256
        case MediaFacts() | BankEntry() if record.thumbnail_sha256:
            yield record.thumbnail_sha256
        case Report():
            yield from record.files().values()
            yield from record.thumbnails_sha256


def survey(
    store: Store,
    parts: Sequence[Record],
    reports: Sequence[Report],
    ids: Collection[str],
    words: Sequence[str],
    on_read: Callable[[int], None] = lambda read: None,
) -> Survey:
    """Read everything once, with all revisions, but for the records *parts* and these revisions of *reports*."""
    gone = {(one.KIND, one.id) for one in parts}
    redacted = {(one.id, one.revision) for one in reports}
    mentions: dict[Mention, None] = {}
    needed: set[str] = set()
    for read, record in enumerate(_iter_all(store), 1):
        on_read(read)
        if isinstance(record, Report):
            needed.update(list_originals(record) if (record.id, record.revision) not in redacted else ())
        elif not record.is_stub and (record.KIND, record.id) not in gone:
            needed.update(list_originals(record))
            if not isinstance(record, _UNREAD) and (says := find_mention(encode(record), ids, words)):
                mentions[Mention(record.KIND, record.id, says)] = None
    return Survey(tuple(mentions), frozenset(needed))


def _iter_all(store: Store) -> Iterator[Record]:
    for kind in (*KEPT, SavedSearch, Report):
        yield from iter_everything(store, kind)


def find_mention(text: str, ids: Collection[str], words: Sequence[str]) -> str:
    """Tell whether JSON text ``repeats`` the words, ``names`` one of the identifiers, or neither (empty)."""
    if any(write_word(word) in text for word in words):
        return "repeats"
    return "names" if any(one in text and re.search(build_pattern(one), text) for one in ids) else ""


def write_word(word: str) -> str:
    """Write a text as it stands inside of JSON."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def build_pattern(record_id: str) -> str:
    """A pattern for an identifier that is no part of a longer one."""
    return rf"(?<![0-9A-Za-z-]){re.escape(record_id)}(?![0-9A-Za-z-])"
